"""Keeps the person's choices in the database. What they are and may be, `desktop.settings` says."""

from __future__ import annotations

from desktop.settings import SettingFault, Settings, parse_settings, to_rows
from desktop.store.database import Store
from desktop.store.text import clean_text


class Preferences:
    """Reads and writes the choices."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def load(self) -> tuple[Settings, list[SettingFault]]:
        """The choices, and what of the stored ones could not be used."""
        return parse_settings(self._rows())

    def save(self, settings: Settings) -> None:
        """Write the choices that differ from what is stored; rows of other options stay."""
        stored = self._rows()
        changed = [
            (key, clean_text(value))
            for key, value in to_rows(settings).items()
            if stored.get(key) != value
        ]
        if changed:
            with self._store.transaction() as change:
                change.executemany("INSERT OR REPLACE INTO settings VALUES (?, ?)", changed)

    def _rows(self) -> dict[str, str]:
        return {key: str(value) for key, value in self._store.rows("SELECT * FROM settings")}
