"""One conversation as a document, and the draft of a summary."""

from __future__ import annotations

import pytest

from desktop.exchange.documents import Talk, markdown, page, summary
from desktop.paths import assets_folder
from desktop.store.records import Conversation, Message, State
from desktop.wording import load_wording

AT = 1_700_000_000.0


def message(id_: int, role: str, text: str) -> Message:
    return Message(id_, 1, id_ - 1 or None, role, text, State.COMPLETE, None, AT + id_)


@pytest.fixture
def talk() -> Talk:
    said = [
        message(1, "user", "# 标题一样的\n<script>alert(1)</script> *星* 👩‍👧"),
        message(2, "assistant", "我在听。"),
    ]
    return Talk(Conversation(1, "夜里 <b>", AT, AT, 2), said)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_markdown_says_who_and_keeps_marks_as_words(talk: Talk, language: str) -> None:
    text = markdown(talk, load_wording(assets_folder(), language))
    assert "> \\# 标题一样的\n> \\<script\\>" in text
    assert "AI" in text
    assert text.count("👩‍👧") == 1


def test_html_runs_nothing_and_loads_nothing(talk: Talk) -> None:
    text = page(talk, load_wording(assets_folder(), "zh"))
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "夜里 &lt;b&gt;" in text
    assert "http" not in text


def test_the_summary_quotes_and_leaves_room(talk: Talk) -> None:
    text = summary([talk], load_wording(assets_folder(), "zh"))
    assert "聊了 1 次" in text
    assert "夜里" in text
    assert "标题一样的" in text
    assert "我在听" not in text
    assert text.rstrip().endswith("-")


def test_a_summary_of_nothing(talk: Talk) -> None:
    empty = Talk(talk.conversation, [])
    assert summary([empty], load_wording(assets_folder(), "en")).startswith("Nothing")
