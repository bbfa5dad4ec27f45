"""From a conversation on disk to the messages the engine is asked to answer.

The system prompt is the very text training used (assets/prompts/counsellor.toml). Chooses the
language by what the person wrote first, so that the prompt's beginning never changes within a
conversation and stays in the engine's cache. Knows neither the engine process nor the store.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from desktop.engine.base import ChatMessage
from desktop.errors import WorldError
from desktop.store.records import Message

CHINESE = re.compile("[\u3400-\u9fff]")
LATIN = re.compile("[A-Za-z]{2,}")
TITLE_LENGTH = 18
LONGEST_JOINED = 1000


class Prompt:
    """Makes prompts; holds one system prompt per language."""

    def __init__(self, system: Mapping[str, str], default_language: str = "zh") -> None:
        self._system = dict(system)
        self._default = default_language

    def messages(self, path: Sequence[Message], memory: str = "") -> list[ChatMessage]:
        """The system prompt with the memory, then the path; neighbours of one role become one.

        What was left unanswered is read together with what follows, unless it is so long that the
        model could read neither: then what follows is read alone.
        """
        system = self._system[self.language(path)]
        prompt = [ChatMessage("system", f"{system}\n\n{memory}" if memory else system)]
        for message in path:
            if not message.text:
                continue
            text = message.text
            if prompt[-1].role == message.role:
                before = prompt.pop().content
                text = f"{before}\n{text}" if len(before) <= LONGEST_JOINED else text
            prompt.append(ChatMessage(message.role, text))
        return prompt

    def for_text(self, text: str) -> list[ChatMessage]:
        """The prompt of a conversation that begins with `text`."""
        language = text_language(text) or self._default
        return [ChatMessage("system", self._system[language]), ChatMessage("user", text)]

    def language(self, path: Sequence[Message]) -> str:
        """ "zh" or "en", by what the person wrote first."""
        for message in path:
            if message.role == "user":
                return text_language(message.text) or self._default
        return self._default


def load_prompt(assets: Path, default_language: str = "zh") -> Prompt:
    """Read the system prompts that training used; raises WorldError("assets_damaged")."""
    try:
        raw = tomllib.loads((assets / "prompts" / "counsellor.toml").read_text("utf-8"))
        return Prompt({name: raw[name]["text"] for name in ("zh", "en")}, default_language)
    except (OSError, ValueError, KeyError) as error:
        raise WorldError("assets_damaged", path=str(assets)) from error


def text_language(text: str) -> str | None:
    """ "zh" or "en" by the letters of the text; None where it has none."""
    if CHINESE.search(text):
        return "zh"
    return "en" if LATIN.search(text) else None


def title_of(text: str) -> str:
    """A conversation's first title: the beginning of what the person said, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= TITLE_LENGTH else line[:TITLE_LENGTH].rstrip() + "…"
