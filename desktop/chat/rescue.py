"""What can be done when the database is damaged: set it aside, and go back to the newest backup.

Nothing is ever deleted here: the damaged file keeps a dated name beside the new one. Must be called
while no session is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from desktop.errors import StoreError
from desktop.paths import Paths
from desktop.store.backup import Backup, backups, newest_good_backup, restore_backup
from desktop.store.database import open_store, set_aside
from desktop.vault.key import Key


def refuse_emptied(paths: Paths) -> None:
    """A database that is gone or empty while backups of it lie there is damage, not a new start.

    Raises:
        StoreError: store_corrupt.
    """
    gone = not paths.database.exists() or paths.database.stat().st_size == 0
    if gone and backups(paths.backups):
        raise StoreError("store_corrupt", file=paths.database.name, folder=str(paths.folder))


@dataclass(frozen=True)
class Offer:
    """A backup the person may go back to.

    Attributes:
        day: when it was made.
        conversations, messages: what is in it.
    """

    day: date
    conversations: int
    messages: int
    path: Path


def newest_offer(paths: Paths, key: Key | None = None) -> Offer | None:
    """The newest backup that opens and is sound; None where there is none."""
    found: Backup | None = newest_good_backup(paths.backups, key)
    if found is None:
        return None
    return Offer(found.day, found.conversations, found.messages, found.path)


def go_back(paths: Paths, offer: Offer) -> Path | None:
    """Put the backup in the database's place; returns where the damaged one went."""
    return restore_backup(offer.path, paths.database)


def begin_anew(paths: Paths, key: Key | None = None) -> Path | None:
    """Set the damaged database aside and make an empty one; returns where the damaged one went."""
    aside = set_aside(paths.database) if paths.database.exists() else None
    open_store(paths.database, key=key).close()
    return aside
