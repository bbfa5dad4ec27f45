"""Writes rows of an export or a backup into a database: as they were, or merged with what is there.

An empty profile gets every row with its id, so that nothing differs from where it came from. Where
something is there already, a row that is the same is left alone, another gets a new id and what
refers to it follows; nothing is ever overwritten. All in one transaction: whole, or not at all.
"""

from __future__ import annotations

import base64
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop.errors import StoreError, UsageError
from desktop.store.database import Store
from desktop.store.export import Row
from desktop.store.faults import driver_errors, store_error
from desktop.store.search import forget_removed
from desktop.store.tables import Rules, Table, read_tables
from desktop.store.text import clean_text

_SETTINGS = "settings"
# What rows that we never wrote lead to.
_NONSENSE = (ValueError, TypeError, KeyError, OverflowError)


@dataclass
class Imported:
    """What came of it.

    Attributes:
        added, present: rows by table: written, or there already.
        unknown: rows of tables, and columns ("table.column"), that this version does not know.
    """

    added: Counter[str] = field(default_factory=Counter)
    present: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)


def import_rows(store: Store, rules: Rules, rows: Iterable[tuple[str, Row]]) -> Imported:
    """Write the rows.

    Raises:
        UsageError: import_damaged, and nothing was changed.
        StoreError: the disk; nothing was changed.
    """
    tables = {table.name: table for table in read_tables(store, rules)}
    result = Imported()
    try:
        with store.transaction() as change:
            verbatim = _is_empty(change, tables)
            writer = _Verbatim if verbatim else _Merging
            writer(change, tables, result).write(rows)
    except StoreError:
        raise
    except Exception as error:
        if not isinstance(error, (*driver_errors(), *_NONSENSE)):
            raise
        raise store_error(error, store.path) or UsageError("import_damaged") from error
    forget_removed(store)
    return result


class _Verbatim:
    """Every row as it is."""

    def __init__(
        self, change: sqlite3.Connection, tables: Mapping[str, Table], result: Imported
    ) -> None:
        self._change = change
        self._tables = tables
        self._result = result

    def write(self, rows: Iterable[tuple[str, Row]]) -> None:
        for name, raw in rows:
            table = self._tables.get(name)
            if table is None:
                self._result.unknown[name] += 1
                continue
            self._row(table, self._known(table, raw))
        self._finish()

    def _row(self, table: Table, row: Row) -> None:
        self._insert(table, row, "OR REPLACE" if table.name == _SETTINGS else "")

    def _finish(self) -> None:
        """A conversation's last message may have been left out; then it shows the newest."""

    def _known(self, table: Table, raw: Row) -> Row:
        """The row as this version writes it; what it does not know is counted."""
        for column in raw.keys() - set(table.columns):
            self._result.unknown[f"{table.name}.{column}"] += 1
        row = {column: _value(raw[column]) for column in table.columns if column in raw}
        parent, own = row.get("parent_id"), row.get("id")
        if parent is not None and table.name == "messages" and not parent < own:
            raise ValueError("a message is younger than what it answers")
        return row

    def _insert(self, table: Table, row: Row, how: str = "") -> int:
        names = ", ".join(f'"{column}"' for column in row)
        marks = ", ".join("?" * len(row))
        cursor = self._change.execute(
            f"INSERT {how} INTO {table.quoted} ({names}) VALUES ({marks})", tuple(row.values())
        )
        self._result.added[table.name] += cursor.rowcount
        if cursor.rowcount == 0:
            self._result.present[table.name] += 1
        return cursor.lastrowid or 0


class _Merging(_Verbatim):
    """New ids for new rows; what refers to a row follows it."""

    def __init__(
        self, change: sqlite3.Connection, tables: Mapping[str, Table], result: Imported
    ) -> None:
        super().__init__(change, tables, result)
        self._ids: dict[str, dict[int, int]] = {name: {} for name in tables}
        self._heads: dict[int, int] = {}

    def _row(self, table: Table, row: Row) -> None:
        if not table.counted:
            self._insert(table, self._moved(table, row), "OR IGNORE")
            return
        old = row.pop(table.key[0])
        head = row.pop("head_id", None) if table.name == "conversations" else None
        moved = self._moved(table, row)
        present = self._find(table, moved)
        if present is None:
            present = self._insert(table, moved)
            if head is not None:
                self._heads[present] = head
        else:
            self._result.present[table.name] += 1
        self._ids[table.name][old] = present

    def _moved(self, table: Table, row: Row) -> Row:
        """The row with the ids that its references have here; a reference to nothing is dropped."""
        for column, target in table.references.items():
            if row.get(column) is not None and target in self._ids:
                row[column] = self._ids[target].get(row[column])
        return row

    def _find(self, table: Table, row: Row) -> int | None:
        columns = [column for column in table.same if column in row]
        where = " AND ".join(f'"{column}" IS ?' for column in columns)
        found = self._change.execute(
            f'SELECT "{table.key[0]}" FROM {table.quoted} WHERE {where} LIMIT 1',
            [row[column] for column in columns],
        ).fetchone()
        return None if found is None else int(found[0])

    def _finish(self) -> None:
        messages = self._ids["messages"]
        self._change.executemany(
            "UPDATE conversations SET head_id = ? WHERE id = ?",
            [(messages.get(head), own) for own, head in self._heads.items()],
        )


def _is_empty(change: sqlite3.Connection, tables: Mapping[str, Table]) -> bool:
    """Whether nothing but settings is there."""
    return not any(
        change.execute(f"SELECT 1 FROM {table.quoted} LIMIT 1").fetchone()
        for name, table in tables.items()
        if name != _SETTINGS
    )


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return base64.b64decode(value["base64"], validate=True)
    if isinstance(value, list):
        raise ValueError("no value of ours")
    return value
