"""The six slots and the limits of the memory, as assets/slots.toml declares them.

Knows no store and no model.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop.errors import WorldError

NAMES = (
    "user_profile",
    "preferences",
    "goals",
    "ongoing_context",
    "coping_strategies",
    "safety_notes",
)
SAFETY = "safety_notes"
DAY = 86_400.0


@dataclass(frozen=True)
class Slot:
    """One slot.

    Attributes:
        title, meaning: by language.
        budget: UTF-8 bytes of all its entries together.
        expires_days: after so long without renewal an entry fades; 0: never.
        model_asks: what the model proposes waits for the person.
        export_asks: never leaves in an export without a question of its own.
    """

    name: str
    title: Mapping[str, str]
    meaning: Mapping[str, str]
    budget: int
    expires_days: int
    model_asks: bool
    export_asks: bool

    def expiry(self, now: float) -> float | None:
        """When an entry written now fades; seconds since 1970."""
        return now + self.expires_days * DAY if self.expires_days else None


@dataclass(frozen=True)
class Limits:
    """Of the whole memory and of one entry; see assets/slots.toml.

    Attributes:
        tokens: of the whole memory as it stands in the prompt, counted in UTF-8 bytes.
        window_messages: how many of the last messages a proposal may be drawn from.
        proposals: changes the model may propose in one pause.
        instruction_shown: entries at most that the model is shown with their numbers.
    """

    tokens: int
    characters: int
    entry_characters: int
    entry_sentences: int
    window_messages: int
    proposals: int
    instruction_shown: int


@dataclass(frozen=True)
class Slots:
    """All slots in their order, and the limits."""

    limits: Limits
    all: Mapping[str, Slot]

    def on(self, off: tuple[str, ...]) -> tuple[str, ...]:
        """Names of the slots that are not switched off."""
        return tuple(name for name in self.all if name not in off)


def load_slots(assets: Path) -> Slots:
    """Read assets/slots.toml; raises WorldError("assets_damaged")."""
    try:
        raw = tomllib.loads((assets / "slots.toml").read_text("utf-8"))
        slots = {name: _slot(name, raw["slots"][name]) for name in NAMES}
        return Slots(Limits(**raw["limits"]), slots)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WorldError("assets_damaged", path=str(assets)) from error


def cost(text: str) -> int:
    """What an entry counts: its UTF-8 bytes, and three for its line in the prompt.

    A safe upper estimate of its tokens: a token of a byte-level vocabulary stands for one byte at
    least, so no tokenizer of any model makes more.
    """
    return len(text.encode("utf-8", "replace")) + 3


def _slot(name: str, raw: Mapping[str, object]) -> Slot:
    return Slot(
        name=name,
        title={"zh": str(raw["zh"]), "en": str(raw["en"])},
        meaning={"zh": str(raw["meaning_zh"]), "en": str(raw["meaning_en"])},
        budget=int(str(raw["budget"])),
        expires_days=int(str(raw["expires_days"])),
        model_asks=raw["model_writes"] == "ask",
        export_asks=raw["export"] == "ask",
    )
