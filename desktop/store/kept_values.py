"""Keeps a few small values of the program's own beside the person's choices: times and counts.

One row each, as JSON; a row that cannot be read counts as missing. What they mean, their owners
know.
"""

from __future__ import annotations

import json
from typing import Any

from desktop.store.database import Store


class KeptValues:
    """Reads and writes one value.

    Args:
        key: the row's name; no option of the settings may have it.
    """

    def __init__(self, store: Store, key: str) -> None:
        self._store = store
        self._key = key

    def load(self) -> dict[str, Any]:
        """What was kept last; empty when nothing was, or nothing that can be read."""
        row = self._store.row("SELECT value FROM settings WHERE key = ?", (self._key,))
        try:
            value = json.loads(str(row[0])) if row else {}
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}

    def save(self, value: dict[str, Any]) -> None:
        with self._store.transaction() as change:
            change.execute(
                "INSERT OR REPLACE INTO settings VALUES (?, ?)", (self._key, json.dumps(value))
            )
