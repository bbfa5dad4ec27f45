"""clean_text: everything readable stays, everything storable comes out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.store.text import clean_text

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("我不开心\n\t真的", "我不开心\n\t真的"),
        ("a\x00b\x1b[31mc\x7f\x9b", "ab[31mc"),
        ("一\r\n二\r三\x0b四\x0c五\x85六", "一\n二\n三\n四\n五\n六"),
        ("前\ud83d后", "前\ufffd后"),
        ("\udc00\ud83d", "\ufffd\ufffd"),
        ("\ud83d\ude22", "😢"),
        ("👩‍👧 👍🏽 ❤️ 🇨🇳 1️⃣ 𠮷", "👩‍👧 👍🏽 ❤️ 🇨🇳 1️⃣ 𠮷"),
        ("\ufeff\u200b\u202e", "\ufeff\u200b\u202e"),
    ],
)
def test_what_becomes_of_it(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


@given(ANY_TEXT)
def test_is_storable_and_done_once(typed: str) -> None:
    cleaned = clean_text(typed)
    assert "\x00" not in cleaned
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert clean_text(cleaned) == cleaned


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs"))))
def test_leaves_all_other_text_alone(typed: str) -> None:
    assert clean_text(typed) == typed
