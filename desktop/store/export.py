"""Everything a profile holds, as JSON: one line a row, readable by people and by `import_rows`.

    {"format": "xinyu-export", "version": 1, "made_at": …, "schema": ["m001_conversations", …],
     "safety_notes": false, "rows": [
    {"conversations": {"id": 1, "title": "…", …}},
    {"messages": {"id": 1, "conversation_id": 1, …}},
    …
    ]}

Bytes are written as {"base64": "…"}. The format is described in docs/privacy.md. Reads only.
"""

from __future__ import annotations

import base64
import json
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any, TextIO

from desktop.store.database import Store
from desktop.store.migrations import step_names
from desktop.store.tables import Rules, Table, is_safety_row, is_safety_table, read_tables

FORMAT = "xinyu-export"
VERSION = 1
Row = dict[str, Any]


def rows_of(store: Store, rules: Rules, *, safety_notes: bool) -> Iterator[tuple[str, Row]]:
    """All rows with their table's name, in an order in which they can be written again.

    Args:
        safety_notes: with what is exported on request only.
    """
    for table in read_tables(store, rules):
        if is_safety_table(rules, table) and not safety_notes:
            continue
        for row in _rows(store, table):
            if safety_notes or not is_safety_row(rules, row):
                yield table.name, row


def write_export(store: Store, rules: Rules, out: TextIO, *, safety_notes: bool) -> Counter[str]:
    """Write everything; returns how many rows of each table."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": time.time(),
        "schema": step_names(),
        "safety_notes": safety_notes,
    }
    counts: Counter[str] = Counter()
    with store.snapshot():
        out.write(json.dumps(head)[:-1] + ', "rows": [')
        for name, row in rows_of(store, rules, safety_notes=safety_notes):
            separator = ",\n" if counts.total() else "\n"
            out.write(separator + json.dumps({name: row}, ensure_ascii=False, default=_as_text))
            counts[name] += 1
        out.write("\n]}\n")
    return counts


def _rows(store: Store, table: Table) -> Iterator[Row]:
    """The rows of one table, in parts, so that a large one need not fit into memory."""
    order = ", ".join(f'"{column}"' for column in table.key)
    sql = f"SELECT * FROM {table.quoted} ORDER BY {order}"
    for values in store.each(sql):
        yield dict(zip(table.columns, values, strict=True))


def _as_text(value: object) -> object:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode("ascii")}
    raise TypeError(f"no JSON for {type(value).__name__}")
