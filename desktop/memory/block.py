"""What stands of the memory in a prompt, and when it may change.

The order of a prompt is system text, memory, talk. A block that changed would have the whole talk
behind it read again, so a conversation keeps the block it began with: what is added meanwhile
stands in its talk anyway and enters with the next conversation. What was changed, taken out,
switched off or has faded leaves with the very next prompt, and a new safety note enters it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from desktop.errors import WorldError
from desktop.memory.slots import SAFETY, cost
from desktop.store.memories import KEPT, Memory

# The most important first: what does not fit a small model's context is left out from the end.
ORDER = (
    SAFETY,
    "preferences",
    "user_profile",
    "ongoing_context",
    "goals",
    "coping_strategies",
)
MOST_CONVERSATIONS = 256


class Block:
    """Makes blocks, and keeps for each conversation the entries it began with.

    Args:
        headings: by language.
        limit: UTF-8 bytes of a block.
    """

    def __init__(self, headings: Mapping[str, str], limit: int) -> None:
        self._headings = dict(headings)
        self._limit = limit
        self._begun: dict[int, tuple[Memory, ...]] = {}

    def text(
        self, conversation_id: int, language: str, usable: Sequence[Memory], context: int
    ) -> str:
        """The block of a conversation; "" where nothing is remembered.

        Args:
            usable: entries that may stand in a prompt now.
            context: tokens the model holds; a block takes half of it at the very most.
        """
        entries = self._entries(conversation_id, usable)
        heading = self._headings[language]
        room = min(self._limit, context // 2) - cost(heading)
        lines = []
        for entry in sorted(entries, key=_rank):
            room -= cost(entry.text)
            if room < 0:
                break
            lines.append(f"- {entry.text}")
        return "\n".join([heading, *lines]) if lines else ""

    def _entries(self, conversation_id: int, usable: Sequence[Memory]) -> tuple[Memory, ...]:
        begun = self._begun.get(conversation_id)
        if begun is None or not _still_true(begun, usable):
            if len(self._begun) >= MOST_CONVERSATIONS:
                self._begun.clear()
            begun = self._begun[conversation_id] = tuple(usable)
        return begun


def usable_now(entries: Sequence[Memory], slots_on: Sequence[str], now: float) -> list[Memory]:
    """Entries that may stand in a prompt: kept, not faded, in a slot that is on."""
    return [
        entry
        for entry in entries
        if entry.state == KEPT and entry.slot in slots_on and not is_faded(entry, now)
    ]


def is_faded(entry: Memory, now: float) -> bool:
    """Its time is over; it waits for the person to keep it or to let it go."""
    return entry.expires_at is not None and entry.expires_at <= now and not entry.pinned


def load_headings(assets: Path) -> dict[str, str]:
    """Read assets/memory/block.toml; raises WorldError("assets_damaged")."""
    try:
        raw = tomllib.loads((assets / "memory" / "block.toml").read_text("utf-8"))
        return {name: str(raw[name]["heading"]) for name in ("zh", "en")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WorldError("assets_damaged", path=str(assets)) from error


def _still_true(begun: Sequence[Memory], usable: Sequence[Memory]) -> bool:
    now = {(entry.id, entry.text) for entry in usable}
    then = {(entry.id, entry.text) for entry in begun}
    safety = {(entry.id, entry.text) for entry in usable if entry.slot == SAFETY}
    return then <= now and safety <= then


def _rank(entry: Memory) -> tuple[int, bool, int]:
    order = ORDER.index(entry.slot) if entry.slot in ORDER else len(ORDER)
    return (order, not entry.pinned, -entry.id)
