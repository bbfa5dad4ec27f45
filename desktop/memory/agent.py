"""What the model is asked in the pause after a reply: the question, its grammar, its entries.

Makes a request and knows what the numbers in its answer mean; the answer goes through `review`.
Knows no store and no engine process.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.engine.base import ChatMessage, Sampling, StructuredRequest
from desktop.errors import WorldError
from desktop.memory.proposals import grammar
from desktop.memory.slots import Slots
from desktop.store.memories import KEPT, Memory

# Drawn without luck: the same talk gives the same proposals. A repetition penalty would punish the
# structure itself.
SAMPLING = Sampling(temperature=0.0, repeat_penalty=1.0, maximum_tokens=320)


@dataclass(frozen=True)
class Question:
    """What is asked, and the entries by the number they have in it, from 1."""

    request: StructuredRequest
    shown: tuple[int, ...]


class Agent:
    """Asks about a conversation.

    Args:
        slots: what there is.
        texts: the question and the word for nothing, by language.
    """

    def __init__(self, slots: Slots, texts: Mapping[str, Mapping[str, str]]) -> None:
        self._slots = slots
        self._texts = texts

    def question(
        self,
        talk: Sequence[ChatMessage],
        language: str,
        entries: Sequence[Memory],
        slots_on: Sequence[str],
    ) -> Question:
        """The talk as it was answered last, with the question behind it."""
        limits = self._slots.limits
        kept = [entry for entry in entries if entry.state == KEPT and entry.slot in slots_on]
        kept = kept[-limits.instruction_shown :]
        lines = [
            f"{number}. [{entry.slot}] {entry.text}" for number, entry in enumerate(kept, start=1)
        ]
        text = self._texts[language]["question"].format(
            slots=self._named(slots_on, language),
            entries="\n".join(lines) or self._texts[language]["nothing"],
        )
        rules = grammar(slots_on, limits.proposals, limits.entry_characters)
        request = StructuredRequest([*talk, ChatMessage("user", text.strip())], rules, SAMPLING)
        return Question(request, tuple(entry.id for entry in kept))

    def _named(self, slots_on: Sequence[str], language: str) -> str:
        slots = (self._slots.all[name] for name in slots_on)
        return "\n".join(f"{slot.name}: {slot.meaning[language]}" for slot in slots)


def load_agent(assets: Path, slots: Slots) -> Agent:
    """Read assets/memory/agent.toml; raises WorldError("assets_damaged")."""
    try:
        raw = tomllib.loads((assets / "memory" / "agent.toml").read_text("utf-8"))
        texts = {name: {key: str(raw[name][key]) for key in raw[name]} for name in ("zh", "en")}
        if any({"question", "nothing"} - set(text) for text in texts.values()):
            raise KeyError("question")
        return Agent(slots, texts)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WorldError("assets_damaged", path=str(assets)) from error
