"""Writes conversations that come from another program; knows none of their formats.

A conversation that is there already (made at the same moment, with the same first words) is left
alone. All in one transaction: a file that turns out to be damaged changes nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desktop.store.database import Store
from desktop.store.text import clean_text


@dataclass(frozen=True)
class ForeignMessage:
    """One message.

    Attributes:
        id, parent: as the other program names them; a parent stands before its children.
        role: "user" or "assistant".
    """

    id: str
    parent: str | None
    role: str
    text: str
    created_at: float


@dataclass(frozen=True)
class ForeignTalk:
    """One conversation; `shown` is the last message of the path that was shown."""

    title: str
    created_at: float
    updated_at: float
    messages: Sequence[ForeignMessage]
    shown: str | None = None


@dataclass
class Taken:
    """What came of it."""

    conversations: int = 0
    messages: int = 0
    present: int = 0
    empty: int = 0


def import_talks(store: Store, talks: Iterable[ForeignTalk], model_id: str) -> Taken:
    """Write them all.

    Args:
        model_id: kept as the author of the replies: the other program's name.
    """
    taken = Taken()
    with store.transaction() as change:
        for talk in talks:
            if not talk.messages:
                taken.empty += 1
            elif _is_there(change, talk):
                taken.present += 1
            else:
                _write(change, talk, model_id)
                taken.conversations += 1
                taken.messages += len(talk.messages)
    return taken


def _is_there(change: sqlite3.Connection, talk: ForeignTalk) -> bool:
    first = talk.messages[0]
    found = change.execute(
        "SELECT 1 FROM conversations c JOIN messages m ON m.conversation_id = c.id"
        " WHERE c.created_at = ? AND m.parent_id IS NULL AND m.text = ?",
        (talk.created_at, clean_text(first.text)),
    ).fetchone()
    return found is not None


def _write(change: sqlite3.Connection, talk: ForeignTalk, model_id: str) -> None:
    cursor = change.execute(
        "INSERT INTO conversations (title, title_is_own, created_at, updated_at)"
        " VALUES (?, ?, ?, ?)",
        (clean_text(talk.title), bool(talk.title), talk.created_at, talk.updated_at),
    )
    conversation = cursor.lastrowid
    ids: dict[str, int] = {}
    last: int | None = None
    for message in talk.messages:
        last = _message(change, conversation, message, ids, model_id)
        ids[message.id] = last
    head = ids.get(talk.shown or "", last)
    change.execute("UPDATE conversations SET head_id = ? WHERE id = ?", (head, conversation))


def _message(
    change: sqlite3.Connection,
    conversation: int | None,
    message: ForeignMessage,
    ids: dict[str, int],
    model_id: str,
) -> int:
    cursor = change.execute(
        "INSERT INTO messages (conversation_id, parent_id, role, text, state, model_id,"
        " created_at, updated_at) VALUES (?, ?, ?, ?, 'complete', ?, ?, ?)",
        (
            conversation,
            ids.get(message.parent or ""),
            message.role,
            clean_text(message.text),
            model_id if message.role == "assistant" else None,
            message.created_at,
            message.created_at,
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid
