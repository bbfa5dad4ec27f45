"""What is remembered, and its earlier versions; each entry with the words it came from.

Deleting takes an entry away with its whole history, and folds the log, so that no byte of it stays
in the file. Must not know slots, rules or models: what may be written is decided elsewhere.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from desktop.errors import StoreError
from desktop.store.database import Store
from desktop.store.text import clean_text

KEPT, PROPOSED = "kept", "proposed"
MODEL, RULE, PERSON = "model", "rule", "person"
VERSIONS_KEPT = 5

_FIELDS = (
    "slot, text, quote, message_id, conversation_id, origin, state, pinned,"
    " created_at, updated_at, expires_at, replaces"
)
_MARKS = ", ".join("?" * 12)


@dataclass(frozen=True)
class Memory:
    """One entry.

    Attributes:
        id: 0 for one that is not on disk.
        quote: the person's own words it came from, verbatim; "" where they wrote it in the panel,
            or deleted the conversation it stood in.
        message_id, conversation_id: where these words stand.
        origin: "model", "rule" or "person".
        state: "kept" is used, "proposed" waits for the person's yes.
        expires_at: when it fades; None: never. Seconds since 1970.
        replaces: of a proposal: id of the entry whose place it would take.
    """

    slot: str
    text: str
    quote: str = ""
    message_id: int | None = None
    conversation_id: int | None = None
    origin: str = PERSON
    state: str = KEPT
    pinned: bool = False
    created_at: float = 0.0
    updated_at: float = 0.0
    expires_at: float | None = None
    replaces: int | None = None
    id: int = 0


@dataclass(frozen=True)
class Change:
    """What was done to one entry, and all that undoing it needs.

    Attributes:
        before: None where the entry is new.
        after: None where it was deleted.
        history: earlier versions of a deleted entry, oldest first; they are nowhere else any more.
    """

    before: Memory | None
    after: Memory | None
    history: tuple[Memory, ...] = ()

    @property
    def memory(self) -> Memory:
        """The entry as it is now, or was."""
        memory = self.after or self.before
        assert memory is not None
        return memory


class Memories:
    """The entries. What is not there raises LookupError."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock

    # Reading

    def kept(self) -> list[Memory]:
        """What is in use, the oldest first."""
        return [memory for memory in self.all() if memory.state == KEPT]

    def all(self) -> list[Memory]:
        """Kept and proposed, the oldest first."""
        rows = self._store.rows(f"SELECT id, {_FIELDS} FROM memories ORDER BY id")
        return [_memory(row) for row in rows]

    def get(self, memory_id: int) -> Memory:
        row = self._store.row(f"SELECT id, {_FIELDS} FROM memories WHERE id = ?", (memory_id,))
        if row is None:
            raise LookupError(f"no memory {memory_id}")
        return _memory(row)

    def history(self, memory_id: int) -> list[Memory]:
        """Its earlier versions, oldest first."""
        rows = self._store.rows(
            f"SELECT memory_id, {_FIELDS} FROM memory_versions WHERE memory_id = ? ORDER BY id",
            (memory_id,),
        )
        return [_memory(row) for row in rows]

    def paused(self, conversation_id: int) -> bool:
        """Whether nothing of this conversation is to be remembered."""
        row = self._store.row(
            "SELECT 1 FROM memory_pauses WHERE conversation_id = ?", (conversation_id,)
        )
        return row is not None

    def refusals(self) -> dict[str, int]:
        """How many proposals were refused, by reason."""
        return dict(self._store.rows("SELECT reason, count FROM memory_refusals ORDER BY reason"))

    # Writing

    def add(self, memory: Memory) -> Change:
        """Keep a new entry, or a proposal."""
        now = self._clock()
        memory = replace(memory, created_at=now, updated_at=now)
        with self._store.transaction() as change:
            cursor = change.execute(
                f"INSERT INTO memories ({_FIELDS}) VALUES ({_MARKS})", _values(memory)
            )
        return Change(None, self.get(int(cursor.lastrowid or 0)))

    def put(self, memory: Memory) -> Change:
        """Write an entry in place of itself; how it was stays as a version of it."""
        before = self.get(memory.id)
        with self._store.transaction() as change:
            _keep_version(change, before)
            _write(change, replace(memory, updated_at=self._clock()))
        return Change(before, self.get(memory.id))

    def delete(self, memory_id: int) -> Change:
        """Take an entry away with its history: afterwards no byte of them is in the file."""
        before, history = self.get(memory_id), tuple(self.history(memory_id))
        with self._store.transaction() as change:
            change.execute("DELETE FROM memory_versions WHERE memory_id = ?", (memory_id,))
            change.execute("DELETE FROM memories WHERE id = ?", (memory_id,))
        self._fold_log()
        return Change(before, None, history)

    def undo(self, done: Change) -> Change:
        """Take a change back; raises LookupError where the entry was changed once more since."""
        if done.after is None:
            assert done.before is not None
            return self._restore(done.before, done.history)
        if _bare(self.get(done.after.id)) != _bare(done.after):
            raise LookupError(f"memory {done.after.id} was changed since")
        if done.before is None:
            return self.delete(done.after.id)
        with self._store.transaction() as change:
            _write(change, done.before)
            change.execute(
                "DELETE FROM memory_versions WHERE id ="
                " (SELECT max(id) FROM memory_versions WHERE memory_id = ?)",
                (done.before.id,),
            )
        return Change(done.after, self.get(done.before.id))

    def pause(self, conversation_id: int, paused: bool) -> None:
        """Remember nothing of a conversation from now on, or go on doing so."""
        sql = (
            "INSERT OR IGNORE INTO memory_pauses VALUES (?)"
            if paused
            else "DELETE FROM memory_pauses WHERE conversation_id = ?"
        )
        with self._store.transaction() as change:
            change.execute(sql, (conversation_id,))

    def count_refusals(self, reasons: Mapping[str, int]) -> None:
        """Count why proposals were refused; no words are kept of them."""
        if not reasons:
            return
        with self._store.transaction() as change:
            change.executemany(
                "INSERT INTO memory_refusals VALUES (?, ?)"
                " ON CONFLICT (reason) DO UPDATE SET count = count + excluded.count",
                list(reasons.items()),
            )

    def _restore(self, memory: Memory, history: tuple[Memory, ...]) -> Change:
        with self._store.transaction() as change:
            taken = change.execute("SELECT 1 FROM memories WHERE id = ?", (memory.id,)).fetchone()
            if taken:
                raise LookupError(f"memory {memory.id} is there already")
            change.execute(
                f"INSERT INTO memories (id, {_FIELDS}) VALUES (?, {_MARKS})",
                (memory.id, *_values(_with_living_source(change, memory))),
            )
            for version in history:
                _keep_version(change, _with_living_source(change, version))
        return Change(None, self.get(memory.id))

    def _fold_log(self) -> None:
        """What was overwritten still stands in the log until it is folded into the file."""
        try:
            self._store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        except StoreError as error:
            if error.code != "store_disk_full":
                raise


def _memory(row: tuple[Any, ...]) -> Memory:
    id_, *values = row
    memory = Memory(*values)
    return replace(memory, pinned=bool(memory.pinned), id=id_)


def _values(memory: Memory) -> tuple[object, ...]:
    return (
        memory.slot,
        clean_text(memory.text),
        clean_text(memory.quote),
        memory.message_id,
        memory.conversation_id,
        memory.origin,
        memory.state,
        memory.pinned,
        memory.created_at,
        memory.updated_at,
        memory.expires_at,
        memory.replaces,
    )


def _bare(memory: Memory) -> Memory:
    """Without what another deletion may have taken from it."""
    return replace(memory, quote="", message_id=None, conversation_id=None)


def _write(change: sqlite3.Connection, memory: Memory) -> None:
    memory = _with_living_source(change, memory)
    change.execute(
        f"UPDATE memories SET ({_FIELDS}) = ({_MARKS}) WHERE id = ?", (*_values(memory), memory.id)
    )


def _keep_version(change: sqlite3.Connection, memory: Memory) -> None:
    change.execute(
        f"INSERT INTO memory_versions (memory_id, {_FIELDS}) VALUES (?, {_MARKS})",
        (memory.id, *_values(memory)),
    )
    change.execute(
        "DELETE FROM memory_versions WHERE memory_id = ? AND id NOT IN (SELECT id FROM"
        " memory_versions WHERE memory_id = ? ORDER BY id DESC LIMIT ?)",
        (memory.id, memory.id, VERSIONS_KEPT),
    )


def _with_living_source(change: sqlite3.Connection, memory: Memory) -> Memory:
    """The conversation it came from may have been deleted meanwhile: its words went with it."""
    if memory.message_id is None:
        return memory
    sql = "SELECT 1 FROM messages WHERE id = ?"
    if change.execute(sql, (memory.message_id,)).fetchone():
        return memory
    return replace(memory, quote="", message_id=None, conversation_id=None)
