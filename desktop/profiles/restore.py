"""Backups of a profile: what is inside each, and the two ways back: merged, or in its place.

Replacing sets aside what was there under a dated name; merging only adds. Neither overwrites. The
profile's session must be closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.errors import UsageError, VaultError
from desktop.paths import Paths
from desktop.profiles.access import copy_of_keys
from desktop.profiles.locks import held
from desktop.store.backup import (
    Backup,
    backups,
    create_backup,
    inspect_backup,
    newest_good_backup,
    restore_backup,
)
from desktop.store.connection import is_plain
from desktop.store.database import open_store, set_aside
from desktop.store.encryption import encrypt_copy
from desktop.store.export import rows_of
from desktop.store.import_rows import Imported, import_rows
from desktop.store.tables import load_rules
from desktop.vault.files import PARTIAL, shred
from desktop.vault.key import Key
from desktop.vault.keyfile import read_key_file, write_key_file

__all__ = ["Backup", "back_up", "find", "inside", "merge", "newest_good_backup", "replace"]


def inside(paths: Paths, key: Key | None) -> list[tuple[Path, Backup | None]]:
    """All backups, the youngest first, with what is inside; None where one cannot be opened."""
    return [(path, inspect_backup(path, key)) for path in backups(paths.backups)]


def find(paths: Paths, wanted: str, key: Key | None) -> Backup:
    """A backup by its day, its file's name or its path.

    Raises:
        UsageError: backup_unknown; backup_unreadable (damaged, or of another key).
    """
    known = backups(paths.backups)
    found = next((p for p in known if wanted in (p.name, p.name[6:16], str(p))), Path(wanted))
    if not found.is_file():
        raise UsageError("backup_unknown", name=wanted)
    own_key = None if is_plain(found) else key
    if (backup := inspect_backup(found, own_key)) is None:
        raise UsageError("backup_unreadable", name=found.name)
    return backup


def back_up(paths: Paths, key: Key | None) -> Path:
    """Make a backup now; today's is replaced once the new one was found sound."""
    made = create_backup(paths.database, paths.backups, key=key)
    if key is not None and not copy_of_keys(paths).exists():
        write_key_file(copy_of_keys(paths), read_key_file(paths.keys))
    return made


def replace(paths: Paths, backup: Backup, key: Key | None) -> Path | None:
    """Put the backup in the database's place; returns where the present one went."""
    with held(paths), _with_key(paths, backup.path, key) as path:
        return restore_backup(path, paths.database, "earlier")


def merge(paths: Paths, backup: Backup, key: Key | None) -> Imported:
    """Add what the backup holds and the profile does not."""
    with (
        held(paths),
        _with_key(paths, backup.path, key) as path,
        _of_today(path, key) as today,
        open_store(today, read_only=True, key=key) as source,
        open_store(paths.database, key=key) as target,
    ):
        rules = load_rules(paths.assets)
        rows = rows_of(source, rules, safety_notes=True)
        return import_rows(target, rules, rows)


def begin_anew(paths: Paths) -> Path | None:
    """Set the damaged database aside so that the next session starts empty."""
    return set_aside(paths.database) if paths.database.exists() else None


@contextmanager
def _with_key(paths: Paths, path: Path, key: Key | None) -> Iterator[Path]:
    """The backup as this profile reads it: one from before the passphrase is encrypted first."""
    if key is None:
        if not is_plain(path):
            raise VaultError("backup_needs_passphrase", name=path.name)
        yield path
    elif is_plain(path):
        sealed = paths.folder / (paths.database.name + ".sealed" + PARTIAL)
        try:
            encrypt_copy(path, sealed, key)
            yield sealed
        finally:
            sealed.unlink(missing_ok=True)
    else:
        yield path


@contextmanager
def _of_today(path: Path, key: Key | None) -> Iterator[Path]:
    """A copy of the backup with today's schema; the backup itself is not touched."""
    import shutil

    copy = path.with_name(path.name + ".merging" + PARTIAL)
    try:
        shutil.copyfile(path, copy)
        copy.chmod(0o600)
        open_store(copy, key=key).close()
        yield copy
    finally:
        for companion in ("-wal", "-shm"):
            copy.with_name(copy.name + companion).unlink(missing_ok=True)
        if copy.exists():
            shred(copy)
