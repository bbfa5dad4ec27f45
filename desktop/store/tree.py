"""Walks the tree of a conversation's messages; reads only.

A child is always younger than its parent, so its id is higher: a walk up ends, and the highest id
under a message is a leaf.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from desktop.store.database import Store
from desktop.store.records import Message, State

_COLUMNS = "id, conversation_id, parent_id, role, text, state, model_id, created_at"

_PATH_UP = f"""
    WITH RECURSIVE path(id, parent_id) AS (
        SELECT id, parent_id FROM messages WHERE id = ?
        UNION ALL
        SELECT m.id, m.parent_id FROM path p JOIN messages m ON m.id = p.parent_id
        LIMIT ?
    )
    SELECT {_COLUMNS} FROM messages WHERE id IN (SELECT id FROM path) ORDER BY id
"""
_FAMILY = itemgetter(0, 2, 3)  # id, parent and role of a row
_BIRTH = itemgetter(1, 2)  # parent and role of these
_STATES = {state.value: state for state in State}


def active_path(store: Store, conversation_id: int) -> list[Message]:
    """The path from the first message to the head. The walk is done here, not by a query each."""
    with store.snapshot():
        current = _head(store, conversation_id)
        rows = store.rows(
            f"SELECT {_COLUMNS} FROM messages WHERE conversation_id = ? ORDER BY id",
            (conversation_id,),
        )
    by_id = {row[0]: row for row in rows}
    path = []
    while current in by_id:
        path.append(by_id[current])
        current = by_id[current][2]
    return _with_versions(reversed(path), list(map(_FAMILY, rows)))


def path_before(
    store: Store, conversation_id: int, message_id: int | None, limit: int
) -> list[Message]:
    """The part of the path that ends just before `message_id`, or at the head for None."""
    with store.snapshot():
        if message_id is None:
            last = _head(store, conversation_id)
        else:
            last = one(store, message_id).parent_id
        if last is None or limit <= 0:
            return []
        rows = store.rows(_PATH_UP, (last, limit))
        return _with_versions(rows, _siblings(store, conversation_id, [row[2] for row in rows]))


def one(store: Store, message_id: int) -> Message:
    """One message with its place among its versions."""
    with store.snapshot():
        row = store.row(f"SELECT {_COLUMNS} FROM messages WHERE id = ?", (message_id,))
        if row is None:
            raise LookupError(f"no message {message_id}")
        return _with_versions([row], _siblings(store, row[1], [row[2]]))[0]


def versions(store: Store, message_id: int) -> list[int]:
    """Ids of the messages with the same parent and role, itself among them, oldest first."""
    rows = store.rows(
        "SELECT s.id FROM messages m JOIN messages s ON s.conversation_id = m.conversation_id"
        " AND s.parent_id IS m.parent_id AND s.role = m.role WHERE m.id = ? ORDER BY s.id",
        (message_id,),
    )
    return [row[0] for row in rows]


def latest_leaf(connection: sqlite3.Connection, message_id: int) -> int:
    """The last message that was written under `message_id`, or itself."""
    (leaf,) = connection.execute(
        """
        WITH RECURSIVE below(id) AS (
            SELECT id FROM messages WHERE id = ?
            UNION ALL
            SELECT m.id FROM below b JOIN messages m ON m.parent_id = b.id
        )
        SELECT max(id) FROM below
        """,
        (message_id,),
    ).fetchone()
    if leaf is None:
        raise LookupError(f"no message {message_id}")
    found: int = leaf
    return found


def _head(store: Store, conversation_id: int) -> int | None:
    row = store.row("SELECT head_id FROM conversations WHERE id = ?", (conversation_id,))
    if row is None:
        raise LookupError(f"no conversation {conversation_id}")
    head: int | None = row[0]
    return head


def _siblings(
    store: Store, conversation_id: int, parent_ids: list[int | None]
) -> list[tuple[int, int | None, str]]:
    """Id, parent and role of all messages under these parents; None: the first messages."""
    found = []
    if None in parent_ids:
        found = store.rows(
            "SELECT id, parent_id, role FROM messages WHERE conversation_id = ?"
            " AND parent_id IS NULL ORDER BY id",
            (conversation_id,),
        )
    known = [parent_id for parent_id in parent_ids if parent_id is not None]
    marks = ",".join("?" * len(known))
    return found + store.rows(
        f"SELECT id, parent_id, role FROM messages WHERE parent_id IN ({marks}) ORDER BY id", known
    )


def _with_versions(
    rows: Iterable[tuple[Any, ...]], family: list[tuple[int, int | None, str]]
) -> list[Message]:
    """Messages of `rows`, numbered among those of the same parent and role in `family`."""
    numbers = _version_numbers(family)
    messages = []
    for id_, conversation_id, parent_id, role, text, state, model_id, created_at in rows:
        version, total = numbers.get(id_, (1, 1))
        messages.append(
            Message(
                id_,
                conversation_id,
                parent_id,
                role,
                text,
                _STATES[state],
                model_id,
                created_at,
                version,
                total,
            )
        )
    return messages


def _version_numbers(family: list[tuple[int, int | None, str]]) -> dict[int, tuple[int, int]]:
    """Place and number of versions, for the messages that have more than one."""
    sizes = Counter(map(_BIRTH, family))
    if len(sizes) == len(family):  # the usual case, and long conversations must open fast
        return {}
    places: Counter[tuple[int | None, str]] = Counter()
    numbers = {}
    for id_, parent_id, role in family:
        key = (parent_id, role)
        places[key] += 1
        numbers[id_] = (places[key], sizes[key])
    return numbers
