"""Conversations and their messages, as the rest of the program asks for them.

Reading works on any Store; what changes something needs the writer. Messages are a tree (see
migrations.py): `tree.py` walks it. Must not know the engine or what a turn is.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from typing import Any, Literal

from desktop.store import tree
from desktop.store.database import Store
from desktop.store.records import Conversation, Message, State
from desktop.store.search import forget_removed
from desktop.store.text import clean_text

_CONVERSATION = """
    SELECT c.id, c.title, c.created_at, c.updated_at, c.title_is_own,
        (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id)
    FROM conversations c
"""


class Conversations:
    """The person's conversations.

    What belongs to no conversation or message raises LookupError: asking for it is a fault of ours.
    """

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock

    # The list

    def create(self, title: str = "") -> Conversation:
        """A new conversation; with a title, that title is the person's own."""
        now = self._clock()
        with self._store.transaction() as change:
            cursor = change.execute(
                "INSERT INTO conversations (title, title_is_own, created_at, updated_at)"
                " VALUES (?, ?, ?, ?)",
                (clean_text(title), bool(title), now, now),
            )
        return self.get(_new_id(cursor))

    def all(self) -> list[Conversation]:
        """Those not deleted, the last used first."""
        rows = self._store.rows(
            f"{_CONVERSATION} WHERE c.deleted_at IS NULL ORDER BY c.updated_at DESC, c.id DESC"
        )
        return [_conversation(row) for row in rows]

    def get(self, conversation_id: int) -> Conversation:
        """One conversation, deleted or not."""
        row = self._store.row(f"{_CONVERSATION} WHERE c.id = ?", (conversation_id,))
        if row is None:
            raise LookupError(f"no conversation {conversation_id}")
        return _conversation(row)

    def rename(self, conversation_id: int, title: str, *, own: bool = True) -> None:
        """Give a title; `own` says that the person chose it, so that no program replaces it."""
        self._set(conversation_id, "title = ?, title_is_own = ?", clean_text(title), own)

    def touch(self, conversation_id: int) -> None:
        """Make it the last used one."""
        self._set(conversation_id, "updated_at = ?", self._clock())

    def delete(self, conversation_id: int) -> None:
        """Hide it everywhere; `restore` brings it back until `purge` removes it."""
        self._set(conversation_id, "deleted_at = ?", self._clock())

    def restore(self, conversation_id: int) -> None:
        """Undo `delete`."""
        self._set(conversation_id, "deleted_at = NULL")

    def purge(self, older_than: float = 0.0) -> int:
        """Remove for good what was deleted more than `older_than` seconds ago.

        Also at start. A deletion that lies in the future, since the clock was set back, counts as
        old: what was deleted must go. Returns how many conversations went.
        """
        now = self._clock()
        rows = self._store.rows(
            "SELECT id FROM conversations WHERE deleted_at <= ? OR deleted_at > ?",
            (now - older_than, now),
        )
        if rows:
            with self._store.transaction() as change:
                change.executemany("UPDATE conversations SET head_id = NULL WHERE id = ?", rows)
                change.executemany("DELETE FROM messages WHERE conversation_id = ?", rows)
                change.executemany("DELETE FROM conversations WHERE id = ?", rows)
            forget_removed(self._store)
        return len(rows)

    # Reading messages

    def messages(self, conversation_id: int) -> list[Message]:
        """The active path, oldest first."""
        return tree.active_path(self._store, conversation_id)

    def messages_before(
        self, conversation_id: int, message_id: int | None, limit: int
    ) -> list[Message]:
        """At most `limit` messages of the active path before `message_id`, oldest first.

        None stands for the end, so the last page.
        """
        return tree.path_before(self._store, conversation_id, message_id, limit)

    def message(self, message_id: int) -> Message:
        """One message, wherever it stands."""
        return tree.one(self._store, message_id)

    def versions(self, message_id: int) -> list[int]:
        """Ids of all versions of a message, the first written first."""
        return tree.versions(self._store, message_id)

    # Writing messages

    def append_person(
        self, conversation_id: int, text: str, parent_id: int | Literal["head"] | None = "head"
    ) -> Message:
        """Keep what the person sent; it is on the disk when this returns.

        Args:
            parent_id: "head" goes on after the last message shown; an id, or None for the first
                message, makes a sibling: the edited version of one that stands there.
        """
        return self._append(conversation_id, parent_id, "user", text, State.COMPLETE, None)

    def begin_reply(self, conversation_id: int, parent_id: int, model_id: str | None) -> Message:
        """A reply under the person's message `parent_id`, without text yet, that becomes the head.

        Where replies stand there already it is one more version of them.
        """
        return self._append(conversation_id, parent_id, "assistant", "", State.STREAMING, model_id)

    def checkpoint(self, message_id: int, text: str) -> None:
        """Keep what a reply has come to so far."""
        self._write(message_id, text, State.STREAMING)

    def finish(self, message_id: int, text: str, state: State) -> Message:
        """Keep a reply's last text and how it ended."""
        if state is State.STREAMING:
            raise ValueError("a finished message is not streaming")
        self._write(message_id, text, state)
        return self.message(message_id)

    def select_version(self, message_id: int) -> None:
        """Show this version, and of what was said under it the latest."""
        with self._store.transaction() as change:
            _point_head(change, tree.latest_leaf(change, message_id))

    def discard_empty_reply(self, message_id: int) -> bool:
        """Take back a reply that never got a text; the version shown before it returns.

        Returns False, and leaves it, where it has a text after all.
        """
        with self._store.transaction() as change:
            return _discard_if_empty(change, message_id)

    def recover(self) -> int:
        """After a start: what was streaming was interrupted, or goes if it had no text.

        Returns how many replies were found so.
        """
        rows = self._store.rows(
            "SELECT id FROM messages WHERE state = 'streaming' ORDER BY id DESC"
        )
        if rows:
            with self._store.transaction() as change:
                for (message_id,) in rows:
                    _discard_if_empty(change, message_id)
                change.execute(
                    "UPDATE messages SET state = 'interrupted' WHERE state = 'streaming'"
                )
        return len(rows)

    # Inside

    def _set(self, conversation_id: int, assignment: str, *values: object) -> None:
        with self._store.transaction() as change:
            cursor = change.execute(
                f"UPDATE conversations SET {assignment} WHERE id = ?", (*values, conversation_id)
            )
            if cursor.rowcount == 0:
                raise LookupError(f"no conversation {conversation_id}")

    def _append(
        self,
        conversation_id: int,
        parent_id: int | Literal["head"] | None,
        role: str,
        text: str,
        state: State,
        model_id: str | None,
    ) -> Message:
        now = self._clock()
        with self._store.transaction() as change:
            parent = _checked_parent(change, conversation_id, parent_id)
            cursor = change.execute(
                "INSERT INTO messages (conversation_id, parent_id, role, text, state, model_id,"
                " created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (conversation_id, parent, role, clean_text(text), state, model_id, now, now),
            )
            change.execute(
                "UPDATE conversations SET head_id = ?, updated_at = ? WHERE id = ?",
                (cursor.lastrowid, now, conversation_id),
            )
        return self.message(_new_id(cursor))

    def _write(self, message_id: int, text: str, state: State) -> None:
        with self._store.transaction() as change:
            cursor = change.execute(
                "UPDATE messages SET text = ?, state = ?, updated_at = ? WHERE id = ?",
                (clean_text(text), state, self._clock(), message_id),
            )
            if cursor.rowcount == 0:
                raise LookupError(f"no message {message_id}")


def _conversation(row: tuple[Any, ...]) -> Conversation:
    id_, title, created_at, updated_at, own, count = row
    return Conversation(id_, title, created_at, updated_at, count, bool(own))


def _new_id(cursor: sqlite3.Cursor) -> int:
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _checked_parent(
    change: sqlite3.Connection, conversation_id: int, parent_id: int | Literal["head"] | None
) -> int | None:
    """The parent's id, after making sure that it belongs to this conversation."""
    row = change.execute(
        "SELECT head_id FROM conversations WHERE id = ?", (conversation_id,)
    ).fetchone()
    if row is None:
        raise LookupError(f"no conversation {conversation_id}")
    if parent_id == "head":
        head: int | None = row[0]
        return head
    owner = change.execute(
        "SELECT conversation_id FROM messages WHERE id = ?", (parent_id,)
    ).fetchone()
    if parent_id is not None and owner != (conversation_id,):
        raise LookupError(f"no message {parent_id} in conversation {conversation_id}")
    return parent_id


def _point_head(change: sqlite3.Connection, message_id: int) -> None:
    change.execute(
        "UPDATE conversations SET head_id = ?"
        " WHERE id = (SELECT conversation_id FROM messages WHERE id = ?)",
        (message_id, message_id),
    )


def _discard_if_empty(change: sqlite3.Connection, message_id: int) -> bool:
    """Remove a reply without text or followers; a sibling or the parent becomes the head."""
    row = change.execute(
        "SELECT parent_id FROM messages m WHERE id = ? AND role = 'assistant' AND text = ''"
        " AND NOT EXISTS (SELECT 1 FROM messages WHERE parent_id = m.id)",
        (message_id,),
    ).fetchone()
    if row is None:
        return False
    (parent_id,) = row
    (sibling_id,) = change.execute(
        "SELECT max(id) FROM messages WHERE parent_id = ? AND role = 'assistant' AND id <> ?",
        (parent_id, message_id),
    ).fetchone()
    head = parent_id if sibling_id is None else tree.latest_leaf(change, sibling_id)
    change.execute("UPDATE conversations SET head_id = ? WHERE head_id = ?", (head, message_id))
    change.execute("DELETE FROM messages WHERE id = ?", (message_id,))
    return True
