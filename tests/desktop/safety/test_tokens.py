"""What the encoder reads of a text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop.safety.tokens import LONGEST, runs, tokens


def test_characters_words_numbers_and_signs() -> None:
    assert tokens("我不想 want to, 12345 :pill:\n") == [
        "我", "不", "想", "want", "to", ",", "0000", ":pill:", "<n>",
    ]  # fmt: skip


def test_a_long_text_keeps_its_beginning_and_more_of_its_end() -> None:
    found = tokens("始" + "中" * 500 + "末")

    assert len(found) == LONGEST
    assert (found[0], found[-1]) == ("始", "末")


@given(st.text())
def test_any_text_gives_bounded_tokens_with_known_runs(text: str) -> None:
    found = tokens(text)

    assert len(found) <= LONGEST
    assert all(0 <= run < 64 for token in found for run in runs(token, 64))
