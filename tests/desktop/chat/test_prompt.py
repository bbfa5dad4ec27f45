"""From messages on disk to what the engine reads."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from desktop.chat.prompt import Prompt, load_prompt, text_language, title_of
from desktop.engine.base import ChatMessage
from desktop.paths import assets_folder
from desktop.store.records import Message, State


def said(role: str, text: str) -> Message:
    return Message(1, 1, None, role, text, State.COMPLETE, None, 0.0)


PROMPT = Prompt({"zh": "系统", "en": "system"})


def test_neighbours_of_one_role_become_one_message() -> None:
    path = [said("user", "你好"), said("user", "在吗"), said("assistant", "在")]

    assert PROMPT.messages(path) == [
        ChatMessage("system", "系统"),
        ChatMessage("user", "你好\n在吗"),
        ChatMessage("assistant", "在"),
    ]


def test_an_unanswered_message_too_long_to_read_does_not_block_the_next() -> None:
    path = [said("user", "长" * 50_000), said("user", "在吗")]

    assert PROMPT.messages(path)[1:] == [ChatMessage("user", "在吗")]


def test_empty_messages_are_left_out() -> None:
    assert PROMPT.messages([said("user", "hi there"), said("assistant", "")]) == [
        ChatMessage("system", "system"),
        ChatMessage("user", "hi there"),
    ]


def test_the_first_message_decides_the_language_for_good() -> None:
    path = [said("user", "I feel low"), said("assistant", "ok"), said("user", "说中文可以吗")]

    assert PROMPT.messages(path)[0].content == "system"


@pytest.mark.parametrize(
    ("text", "language"), [("我很累", "zh"), ("so tired", "en"), ("😶", None), ("ok 好", "zh")]
)
def test_language_of_a_text(text: str, language: str | None) -> None:
    assert text_language(text) == language


def test_the_shipped_prompt_is_the_one_training_reads() -> None:
    assets: Path = assets_folder()
    raw = tomllib.loads((assets / "prompts" / "counsellor.toml").read_text("utf-8"))

    assert load_prompt(assets).for_text("你好")[0].content == raw["zh"]["text"]
    assert load_prompt(assets).for_text("hello")[0].content == raw["en"]["text"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("最近睡不好", "最近睡不好"),
        ("  第一行\n第二行  ", "第一行 第二行"),
        ("一" * 40, "一" * 18 + "…"),
        ("", ""),
    ],
)
def test_a_title_is_the_beginning_on_one_line(text: str, title: str) -> None:
    assert title_of(text) == title
