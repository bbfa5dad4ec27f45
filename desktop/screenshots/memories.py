"""What the pictures of the memory show: entries to be written into a store before they are taken.

Knows neither the window nor how a picture is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from desktop.store.database import Store
from desktop.store.memories import Memories, Memory

MEMORIES = (
    Memory("preferences", "希望被叫作小雨。", "叫我小雨吧", origin="rule", pinned=True),
    Memory("user_profile", "原话：我在读研二。", "记住我在读研二", origin="rule"),
    Memory("ongoing_context", "下个月要答辩。", origin="person", expires_at=4_000_000_000.0),
    Memory("coping_strategies", "睡前听雨声有用。", "睡前听雨声，真的有用", origin="model"),
    Memory("safety_notes", "不想被追问那件事。", "别问我那件事", state="proposed"),
)
ENGLISH_MEMORIES = (
    Memory("preferences", "Would like to be called Robin.", "call me Robin", origin="rule"),
    Memory("goals", "Wants to be in bed before midnight.", origin="person"),
)


def keep(memories: Sequence[Memory]) -> Callable[[Store], None]:
    """Something that writes these into a store."""

    def write(store: Store) -> None:
        for memory in memories:
            Memories(store).add(memory)

    return write
