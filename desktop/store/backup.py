"""Copies of the database, checked before they count, and the way back to one.

One a day, made when the app starts and again after use, and one before each migration. A copy is
made through its own reading connection, so it may run in any thread and the writer never waits. It
gets its name as the last act: what has a backup's name is whole. A copy is encrypted with the key
of its database, and holds nothing of conversations that were deleted before it was made; the
oldest goes when there are more than seven.
"""

from __future__ import annotations

import os
import re
import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from desktop.errors import StoreError
from desktop.store import migrations
from desktop.store.connection import connect
from desktop.store.conversations import Conversations
from desktop.store.database import APPLICATION_ID, Store, damage, set_aside
from desktop.store.faults import world_faults
from desktop.vault.files import PARTIAL, move_durably, sync
from desktop.vault.key import Key

KEPT = 7
KEPT_BEFORE_MIGRATION = 3
_NAME = re.compile(r"xinyu-(\d{4}-\d\d-\d\d)(-before-\w+)?\.db")
# Left free for the conversations themselves: a copy must never be what fills the disk.
_RESERVE = 64 * 1024 * 1024


@dataclass(frozen=True)
class Backup:
    """A copy that was opened and found sound.

    Attributes:
        day: when it was made.
    """

    path: Path
    day: date
    conversations: int
    messages: int


def back_up_if_due(
    path: Path, folder: Path, today: date | None = None, key: Key | None = None
) -> Path | None:
    """Make today's copy unless there is one; call it some time after start."""
    day = today or date.today()
    if _named(folder, day).exists():
        return None
    return create_backup(path, folder, day, key, thorough=True)


def create_backup(
    path: Path,
    folder: Path,
    today: date | None = None,
    key: Key | None = None,
    label: str = "",
    *,
    thorough: bool = False,
) -> Path:
    """Copy the database at `path` into `folder`, check the copy, and drop the oldest copies.

    A copy of the same day and label is replaced, once the new one was found sound.

    Args:
        key: of the database, and so of the copy.
        label: "before-" and the step, for a copy made before a migration.
        thorough: also compare every message with the search index, which notices a changed letter
            that SQLite has no checksum for; takes seconds for very many messages.

    Raises:
        StoreError: store_corrupt where the copy, so most likely the database, is damaged;
            store_no_room_for_backup; and what the disk has to say.
    """
    target = _named(folder, today or date.today(), label)
    partial = target.with_name(target.name + PARTIAL)
    with world_faults(target):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _require_room(path, folder)
        try:
            _copy(path, partial, key)
            _forget_deleted(partial, key)
            _require_sound(partial, path, key, thorough=thorough)
            move_durably(partial, target)
        finally:
            partial.unlink(missing_ok=True)
        _drop_oldest(folder)
    return target


def back_up_before_migration(path: Path, folder: Path, key: Key | None = None) -> Path:
    """A copy of an older schema, before it is changed; see create_backup."""
    with closing(connect(path, read_only=True, key=key)) as database:
        step = migrations.waiting_steps(database)[0]
    return create_backup(path, folder, None, key, f"before-{step}")


def backups(folder: Path) -> list[Path]:
    """All copies, the youngest first."""
    found = [path for path in folder.glob("xinyu-*.db") if _NAME.fullmatch(path.name)]
    return sorted(found, key=lambda path: (path.name[:16], "before" not in path.name), reverse=True)


def newest_good_backup(folder: Path, key: Key | None = None) -> Backup | None:
    """The youngest copy that can be opened, is sound and not of a newer version."""
    for path in backups(folder):
        if found := inspect_backup(path, key):
            return found
    return None


def inspect_backup(path: Path, key: Key | None = None) -> Backup | None:
    """What is inside a copy, or None where it is damaged, not ours, or of another key."""
    try:
        day = _day_of(path)
        with world_faults(path), closing(connect(path, read_only=True, key=key)) as database:
            (application,) = database.execute("PRAGMA application_id").fetchone()
            if application != APPLICATION_ID or migrations.unknown_steps(database):
                return None
            if damage(database):
                return None
            (conversations,) = database.execute(
                "SELECT count(*) FROM conversations WHERE deleted_at IS NULL"
            ).fetchone()
            (messages,) = database.execute("SELECT count(*) FROM messages").fetchone()
    except (StoreError, ValueError):
        return None
    return Backup(path, day, conversations, messages)


def restore_backup(backup: Path, path: Path, label: str = "damaged") -> Path | None:
    """Put a copy in the database's place; nothing may have the database open.

    What stood there is set aside, never overwritten; its new name, which holds `label`, is
    returned.
    """
    fresh = path.with_name(path.name + PARTIAL)
    with world_faults(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            shutil.copyfile(backup, fresh)
            fresh.chmod(0o600)
            sync(fresh)
            # The log goes with the database: left behind it would be played into the copy.
            moved = set_aside(path, label=label)
            move_durably(fresh, path)
        finally:
            fresh.unlink(missing_ok=True)
    return moved if moved.exists() else None


def _named(folder: Path, day: date, label: str = "") -> Path:
    return folder / f"xinyu-{day.isoformat()}{'-' if label else ''}{label}.db"


def _day_of(path: Path) -> date:
    """The day in a copy's name; today for a file that was named by somebody else."""
    if found := _NAME.fullmatch(path.name):
        return date.fromisoformat(found[1])
    return date.fromtimestamp(path.stat().st_mtime)


def _drop_oldest(folder: Path) -> None:
    """Keep the youngest, apart from those made before a migration."""
    plain = [path for path in backups(folder) if "-before-" not in path.name]
    before = [path for path in backups(folder) if "-before-" in path.name]
    for old in [*plain[KEPT:], *before[KEPT_BEFORE_MIGRATION:]]:
        old.unlink(missing_ok=True)


def _require_room(path: Path, folder: Path) -> None:
    size = sum(
        part.stat().st_size for part in (path, path.with_name(path.name + "-wal")) if part.exists()
    )
    if shutil.disk_usage(folder).free < size + _RESERVE:
        raise StoreError("store_no_room_for_backup", folder=str(folder), megabytes=size >> 20)


def _copy(path: Path, partial: Path, key: Key | None) -> None:
    """Copy what is committed, log included, into one file without a log."""
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with (
        closing(connect(path, read_only=True, key=key)) as source,
        closing(connect(partial, key=key)) as copy,
    ):
        source.conn.backup(copy.conn)
        copy.execute("PRAGMA journal_mode = DELETE").fetchall()


def _forget_deleted(partial: Path, key: Key | None) -> None:
    """What the person deleted, and could still bring back in the app, is not in the copy."""
    with closing(connect(partial, key=key)) as database:
        if migrations.has_step(database, "m003_search"):
            Conversations(Store(partial, database, read_only=False)).purge()


def _require_sound(partial: Path, path: Path, key: Key | None, *, thorough: bool) -> None:
    with closing(connect(partial, key=key)) as database:
        if damage(database):
            raise StoreError("store_corrupt", file=path.name, folder=str(path.parent))
        if thorough and migrations.has_step(database, "m003_search"):
            database.execute(
                "INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)"
            )
            database.conn.rollback()
