"""Finds messages by a piece of their text, in Chinese and English alike.

What is found is exactly what SQLite's LIKE finds (capital and small letters A-Z are the same,
nothing else is); the index only narrows down where LIKE has to look. Its pieces are three
characters long: a longer text is looked up by all of its pieces, one or two characters by the
pieces that begin with them. Where these are too many the text is frequent, and going through the
messages from the newest finds enough of them soon.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from desktop.errors import StoreError
from desktop.store.database import Store
from desktop.store.records import SearchHit
from desktop.store.text import clean_text

_PIECE = 3
_MOST_PIECES = 48
_LAST = "\U0010ffff"
# SQLite refuses longer LIKE patterns; in bytes, with room for the escapes.
_LONGEST_PATTERN = 12_000

_FOUND = """
    SELECT m.conversation_id, m.id, c.title, m.role, m.text, m.created_at
    FROM {source}
    CROSS JOIN conversations c ON c.id = m.conversation_id
    WHERE {condition} AND c.deleted_at IS NULL
    ORDER BY {order} DESC LIMIT ?
"""
_BY_INDEX = "search_index f CROSS JOIN messages m ON m.id = f.rowid"


class Search:
    """Looks through all messages of conversations that are not deleted, other versions too."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, query: str, limit: int = 50) -> list[SearchHit]:
        """The newest `limit` messages that hold `query`; the last written first."""
        wanted = clean_text(query)
        if not wanted or limit <= 0:
            return []
        with self._store.snapshot():
            return _hits(self._rows(wanted, limit), wanted)

    def _rows(self, wanted: str, limit: int) -> list[tuple[Any, ...]]:
        condition, value = _like(wanted)
        expression = self._expression(wanted)
        if expression == "":
            return []
        if expression is None:
            sql = _FOUND.format(source="messages m", condition=condition, order="m.id")
            return self._store.rows(sql, (value, limit))
        condition = f"search_index MATCH ? AND {condition}"
        sql = _FOUND.format(source=_BY_INDEX, condition=condition, order="f.rowid")
        return self._store.rows(sql, (expression, value, limit))

    def _expression(self, wanted: str) -> str | None:
        """What to ask the index; None: go through all messages; empty: there is nothing."""
        if len(wanted) >= _PIECE:
            starts = range(min(len(wanted) - _PIECE + 1, _MOST_PIECES))
            pieces = dict.fromkeys(wanted[start : start + _PIECE] for start in starts)
            return " AND ".join(map(_quoted, pieces))
        if not all(map(_has_no_case, wanted)):
            return None
        pieces_found = self._pieces(wanted.lower())
        if len(pieces_found) > _MOST_PIECES:
            return None
        return " OR ".join(map(_quoted, pieces_found))

    def _pieces(self, beginning: str) -> list[str]:
        """Pieces in the index that begin so; one more than may be used if there are too many."""
        rows = self._store.rows(
            "SELECT term FROM search_pieces WHERE term >= ? AND term <= ? LIMIT ?",
            (beginning, beginning + _LAST * _PIECE, _MOST_PIECES + 1),
        )
        return [term for (term,) in rows]


def forget_removed(store: Store) -> None:
    """Remove what deleted messages left behind in the index and in the log.

    The index only marks what was deleted until its parts are merged. (FTS5 can delete at once, but
    older SQLite then cannot read the file any more.) Merging needs room: on a full disk the pieces
    stay, without their order, until the next time, for the rows themselves are gone already.
    """
    try:
        with store.transaction() as change:
            change.execute("INSERT INTO search_index(search_index) VALUES ('optimize')")
        store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    except StoreError as error:
        if error.code != "store_disk_full":
            raise


def _like(wanted: str) -> tuple[str, str]:
    """The condition that decides, and its value."""
    if len(wanted.encode()) > _LONGEST_PATTERN:
        return "instr(lower(m.text), lower(?)) > 0", wanted  # the same for any length, but slower
    escaped = re.sub(r"([\\%_])", r"\\\1", wanted)
    return r"m.text LIKE ? ESCAPE '\'", f"%{escaped}%"


def _has_no_case(character: str) -> bool:
    """Whether the index surely holds this character as it is, or as its small ASCII letter."""
    return character.isascii() or character.lower() == character.upper()


def _quoted(piece: str) -> str:
    return '"' + piece.replace('"', '""') + '"'


def _hits(rows: Iterable[tuple[Any, ...]], wanted: str) -> list[SearchHit]:
    place = re.compile(re.escape(wanted), re.IGNORECASE | re.ASCII)
    hits = []
    for conversation_id, message_id, title, role, text, created_at in rows:
        found = place.search(text)
        start = found.start() if found else 0
        hits.append(
            SearchHit(
                conversation_id, message_id, title, role, text, start, len(wanted), created_at
            )
        )
    return hits
