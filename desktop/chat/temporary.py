"""Conversations that leave nothing: they stand in memory alone and go when they are left.

They have ids of their own, so that every part that is handed an id knows which kind it is. Nothing
of them is searched, listed, backed up or remembered.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from desktop.store.conversations import Conversations
from desktop.store.database import Store, open_temporary

# A signal of Qt carries 31 bits.
FIRST_ID = 1 << 30


def is_temporary(some_id: int | None) -> bool:
    """Whether a conversation or a message leaves nothing."""
    return some_id is not None and some_id >= FIRST_ID


def temporary_store(database: Path, *, read_only: bool = False) -> Store:
    """The store in memory that goes with the one at `database`."""
    name = hashlib.sha256(str(database).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return open_temporary(f"xinyu-{name}", FIRST_ID, read_only)


class Shelves:
    """Conversations on disk and in memory; an id tells which.

    Args:
        kept: on disk.
        temporary: in memory; None: there are none.
    """

    def __init__(self, kept: Conversations, temporary: Conversations | None = None) -> None:
        self._kept = kept
        self._temporary = temporary

    def of(self, some_id: int) -> Conversations:
        """Where a conversation or a message stands."""
        return self.new(temporary=is_temporary(some_id))

    def new(self, *, temporary: bool) -> Conversations:
        """Where a new conversation is made."""
        if temporary and self._temporary is not None:
            return self._temporary
        return self._kept

    def forget_temporary(self) -> None:
        """Everything in memory goes, now."""
        if self._temporary is None:
            return
        for conversation in self._temporary.all():
            self._temporary.delete(conversation.id)
        self._temporary.purge()
