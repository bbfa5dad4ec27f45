"""Daily copies of the database, checked before they count, and the way back to one.

A copy is made through its own reading connection, so it may run in any thread and the writer never
waits. It gets its name as the last act: what has a backup's name is whole. Copies hold what the
database holds, also what is deleted later; the oldest goes when there are more than seven.
"""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from desktop.errors import StoreError
from desktop.store import migrations
from desktop.store.connection import connect
from desktop.store.database import APPLICATION_ID, damage, set_aside
from desktop.store.faults import world_faults

KEPT = 7
_PATTERN = "xinyu-????-??-??.db"
_PARTIAL = ".partial"
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


def back_up_if_due(path: Path, folder: Path, today: date | None = None) -> Path | None:
    """Make today's copy unless there is one; call it some time after start."""
    day = today or date.today()
    if _named(folder, day).exists():
        return None
    return create_backup(path, folder, day)


def create_backup(path: Path, folder: Path, today: date | None = None) -> Path:
    """Copy the database at `path` into `folder`, check the copy, and drop the oldest copies.

    Raises:
        StoreError: store_corrupt where the copy, so most likely the database, is damaged;
            store_no_room_for_backup; and what the disk has to say.
    """
    target = _named(folder, today or date.today())
    partial = target.with_name(target.name + _PARTIAL)
    with world_faults(target):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _require_room(path, folder)
        try:
            _copy(path, partial)
            _require_sound(partial, path)
            _move_durably(partial, target)
        finally:
            partial.unlink(missing_ok=True)
        for old in _copies(folder)[KEPT:]:
            old.unlink(missing_ok=True)
    return target


def newest_good_backup(folder: Path) -> Backup | None:
    """The youngest copy that can be opened, is sound and not of a newer version."""
    for path in _copies(folder):
        if found := inspect_backup(path):
            return found
    return None


def inspect_backup(path: Path) -> Backup | None:
    """What is inside a copy, or None where it is damaged or not ours."""
    try:
        day = date.fromisoformat(path.stem.removeprefix("xinyu-"))
        with world_faults(path), closing(connect(path, read_only=True)) as database:
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


def restore_backup(backup: Path, path: Path) -> Path | None:
    """Put a copy in the database's place; nothing may have the database open.

    What stood there is set aside, never overwritten; its new name is returned.
    """
    fresh = path.with_name(path.name + _PARTIAL)
    with world_faults(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            shutil.copyfile(backup, fresh)
            fresh.chmod(0o600)
            _sync(fresh)
            # The log goes with the database: left behind it would be played into the copy.
            moved = set_aside(path)
            _move_durably(fresh, path)
        finally:
            fresh.unlink(missing_ok=True)
    return moved if moved.exists() else None


def _copies(folder: Path) -> list[Path]:
    """The copies by name, the youngest first."""
    return sorted(folder.glob(_PATTERN), reverse=True)


def _named(folder: Path, day: date) -> Path:
    return folder / f"xinyu-{day.isoformat()}.db"


def _require_room(path: Path, folder: Path) -> None:
    size = sum(
        part.stat().st_size for part in (path, path.with_name(path.name + "-wal")) if part.exists()
    )
    if shutil.disk_usage(folder).free < size + _RESERVE:
        raise StoreError("store_no_room_for_backup", folder=str(folder), megabytes=size >> 20)


def _copy(path: Path, partial: Path) -> None:
    """Copy what is committed, log included, into one file without a log."""
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(connect(path, read_only=True)) as source, closing(connect(partial)) as copy:
        source.conn.backup(copy.conn)
        copy.execute("PRAGMA journal_mode = DELETE").fetchall()


def _require_sound(partial: Path, path: Path) -> None:
    with closing(connect(partial, read_only=True)) as database:
        if damage(database):
            raise StoreError("store_corrupt", file=path.name, folder=str(path.parent))


def _move_durably(source: Path, target: Path) -> None:
    """Rename so that after a power cut there is the old or the whole new file."""
    _sync(source)
    source.replace(target)
    if os.name == "posix":  # Windows cannot open a folder, and keeps the order by itself
        _sync(target.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
