"""The tables of a database as export and import see them: columns, keys, what refers to what.

Read from the database itself, so that a table of a later step comes along without being named. What
asks for consent, and how rows find their like, stands in assets/export.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from desktop.store.database import Store

_HIDDEN = ("sqlite_*", "search_*", "_sqlite_migrations*")


@dataclass(frozen=True)
class Rules:
    """assets/export.toml.

    Attributes:
        safety_tables: patterns of tables that are exported on request only.
        safety_columns: a column, and the values of it that are.
        same: columns that make two rows of a table the same.
        references: undeclared references, by table and column.
    """

    safety_tables: tuple[str, ...]
    safety_columns: Mapping[str, tuple[str, ...]]
    same: Mapping[str, tuple[str, ...]]
    references: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        columns: all of them, in order.
        key: columns of the primary key.
        counted: ids are given by the database and mean nothing outside of it.
        references: columns that hold ids of other rows, and of which table.
        same: columns by which a row is recognised.
    """

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    counted: bool
    references: Mapping[str, str]
    same: tuple[str, ...]

    @property
    def quoted(self) -> str:
        return f'"{self.name}"'


def load_rules(assets: Path) -> Rules:
    table: dict[str, Any] = tomllib.loads((assets / "export.toml").read_text("utf-8"))
    return Rules(
        tuple(table["safety"]["tables"]),
        {column: tuple(values) for column, values in table["safety"]["columns"].items()},
        {name: tuple(columns) for name, columns in table["same"].items()},
        table["references"],
    )


def read_tables(store: Store, rules: Rules) -> list[Table]:
    """All tables with something of the person's in them, in the order in which they were made.

    A table only refers to earlier ones, but for the head of a conversation.
    """
    rows = store.rows(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND rootpage > 0 ORDER BY rowid"
    )
    return [_table(store, rules, name, sql) for name, sql in rows if not _is(name, _HIDDEN)]


def is_safety_table(rules: Rules, table: Table) -> bool:
    return _is(table.name, rules.safety_tables)


def is_safety_row(rules: Rules, row: Mapping[str, Any]) -> bool:
    return any(row.get(column) in values for column, values in rules.safety_columns.items())


def _table(store: Store, rules: Rules, name: str, sql: str) -> Table:
    described = store.rows(f'PRAGMA table_info("{name}")')
    columns = tuple(row[1] for row in described)
    key = tuple(row[1] for row in sorted(described, key=lambda row: row[5]) if row[5])
    counted = "AUTOINCREMENT" in sql.upper()
    references = {row[3]: row[2] for row in store.rows(f'PRAGMA foreign_key_list("{name}")')}
    references |= rules.references.get(name, {})
    same = rules.same.get(name) or tuple(c for c in columns if not counted or c not in key)
    return Table(name, columns, key, counted, references, same if counted else key)


def _is(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
