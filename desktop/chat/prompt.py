"""From a conversation on disk to the messages the engine is asked to answer.

The system prompt is the very text training used (assets/prompts/counsellor.toml). Chooses the
language by what the person wrote first, so that the prompt's beginning never changes within a
conversation and stays in the engine's cache. Knows neither the engine process nor the store.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from desktop.chat.script import CALM, Risk, Script, load_script, no_lines
from desktop.engine.base import ChatMessage
from desktop.errors import WorldError
from desktop.store.records import Message

CHINESE = re.compile("[\u3400-\u9fff]")
LATIN = re.compile("[A-Za-z]{2,}")
TITLE_LENGTH = 18
LONGEST_JOINED = 1000


class Prompt:
    """Makes prompts; holds one system prompt per language.

    Args:
        script: what the prompt carries at risk; None carries nothing.
    """

    def __init__(
        self,
        system: Mapping[str, str],
        default_language: str = "zh",
        script: Script | None = None,
    ) -> None:
        self._system = dict(system)
        self._default = default_language
        self._script = script

    def messages(
        self,
        path: Sequence[Message],
        risks: Mapping[int, Risk] | None = None,
        memory: str = "",
    ) -> list[ChatMessage]:
        """The system prompt with the memory, then the path; neighbours of one role become one.

        What the script of a tier says stands as a system message of its own, right before the
        person's message that it belongs to. `risks`: by message id, what was noticed.

        What was left unanswered is read together with what follows, unless it is so long that the
        model could read neither: then what follows is read alone.
        """
        system = self._system[self.language(path)]
        prompt = [ChatMessage("system", f"{system}\n\n{memory}" if memory else system)]
        scripts = self._scripts(path, risks or {})
        for message in path:
            if not message.text:
                continue
            if message.id in scripts:
                prompt.append(ChatMessage("system", scripts[message.id]))
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

    def _scripts(self, path: Sequence[Message], risks: Mapping[int, Risk]) -> dict[int, str]:
        """Words of the script by the id of the message they stand before."""
        said = [message for message in path if message.role == "user" and message.text]
        if self._script is None or not said:
            return {}
        found = [risks.get(message.id, CALM) for message in said]
        places = self._script.before(found, self.language(path))
        return {said[number].id: words for number, words in places.items()}

    def language(self, path: Sequence[Message]) -> str:
        """The language of a conversation: that of what the person wrote first."""
        for message in path:
            if message.role == "user":
                return text_language(message.text) or self._default
        return self._default


def load_prompt(
    assets: Path,
    default_language: str = "zh",
    pinned: Callable[[str], Sequence[str]] = no_lines,
    name: str = "counsellor",
) -> Prompt:
    """Read the system prompts that training used; raises WorldError("assets_damaged").

    Args:
        name: another file of prompts, where what training's one says would not be true.
        pinned: lines that go with the script of a tier, asked for at every turn.
    """
    try:
        raw = tomllib.loads((assets / "prompts" / f"{name}.toml").read_text("utf-8"))
        system = {name: raw[name]["text"] for name in ("zh", "en")}
    except (OSError, ValueError, KeyError) as error:
        raise WorldError("assets_damaged", path=str(assets)) from error
    return Prompt(system, default_language, load_script(assets, pinned))


def text_language(text: str) -> str | None:
    """ "zh" or "en" by the letters of the text; None where it has none."""
    if CHINESE.search(text):
        return "zh"
    return "en" if LATIN.search(text) else None


def title_of(text: str) -> str:
    """A conversation's first title: the beginning of what the person said, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= TITLE_LENGTH else line[:TITLE_LENGTH].rstrip() + "…"
