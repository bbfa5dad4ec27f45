"""Opens the database and runs its transactions; the mapping of faults hangs here.

One Store with `read_only=False` is the writer of a database; readers open their own. A Store stays
in the thread that opened it. Must not know what a message or a setting is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.errors import StoreError
from desktop.store import migrations
from desktop.store.connection import connect, connect_temporary, is_plain, set_wal
from desktop.store.faults import world_faults
from desktop.store.log_check import commit_frames, lost_commits
from desktop.vault.key import Key

if TYPE_CHECKING:
    import sqlite3

    from sqlite_utils import Database

APPLICATION_ID = 0x58_49_4E_59  # "XINY": tells our files from other programs' databases
_COMPANIONS = ("", "-wal", "-shm", "-journal")

Parameters = Sequence[object]


class Store:
    """An open database.

    Attributes:
        path: the database file.
        read_only: this one cannot write.
        log_cut: the log was damaged, so that what was kept last may be missing.
    """

    def __init__(
        self, path: Path, database: Database, *, read_only: bool, log_cut: bool = False
    ) -> None:
        self.path = path
        self.read_only = read_only
        self.log_cut = log_cut
        self._database = database

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def rows(self, sql: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with world_faults(self.path):
            return self._database.conn.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Parameters = ()) -> tuple[Any, ...] | None:
        """The first row of a query, or None."""
        with world_faults(self.path):
            found: tuple[Any, ...] | None = self._database.conn.execute(sql, parameters).fetchone()
            return found

    def each(self, sql: str, parameters: Parameters = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query one by one, for those that should not lie in memory together."""
        with world_faults(self.path):
            yield from self._database.conn.execute(sql, parameters)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A block of changes that happens whole, and is on the disk at its end, or not at all."""
        connection = self._database.conn
        with world_faults(self.path):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                connection.rollback()
                raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """A block in which all queries see the same state, whatever others write meanwhile."""
        connection = self._database.conn
        if connection.in_transaction:
            yield
            return
        with world_faults(self.path):
            connection.execute("BEGIN")
            try:
                yield
            finally:
                connection.rollback()

    @property
    def changed(self) -> bool:
        """Whether anything was written through this one."""
        return self._database.conn.total_changes > 0

    def close(self) -> None:
        """Close the connection; the last one to go folds the log into the file."""
        self._database.close()


def open_store(
    path: Path,
    read_only: bool = False,
    *,
    patience: float = 5.0,
    key: Key | None = None,
    before_migration: Callable[[], object] | None = None,
    check: bool = False,
) -> Store:
    """Open the database at `path`; a writer makes it where there is none, and migrates it.

    Args:
        key: of an encrypted database; it is not kept. A new database is encrypted with it.
        before_migration: called before an existing database is changed to a newer schema.
        check: look for damage even though the database was closed in order.

    Raises:
        StoreError: store_folder_unwritable, store_read_only, store_disk_full, store_disk_failed,
            store_locked, store_corrupt, store_newer, store_foreign, store_missing (readers),
            store_not_encrypted (a key is given, and anybody can read the file).
    """
    with world_faults(path):
        if read_only and not path.is_file():
            raise StoreError("store_missing", file=path.name, folder=str(path.parent))
        if key is not None and is_plain(path):
            raise StoreError("store_not_encrypted", file=path.name, folder=str(path.parent))
        if not read_only:
            _prepare_file(path)
        unclean = _has_log(path)
        commits = commit_frames(_log_of(path)) if unclean and not read_only else []
        database = connect(path, read_only=read_only, patience=patience, key=key)
        try:
            log_cut = bool(commits) and _is_cut(database, commits)
            _check_identity(database, path)
            if not read_only:
                _prepare_writer(database, path, before_migration, check=check or unclean)
        except BaseException:
            database.close()
            raise
    return Store(path, database, read_only=read_only, log_cut=log_cut)


def open_temporary(name: str, first_id: int, read_only: bool = False) -> Store:
    """A store in memory alone, of the same schema; the writer must open it first.

    Args:
        name: connections of one name see the same rows.
        first_id: ids of conversations and messages begin here, so that none is one of the disk's.
    """
    path = Path(":memory:")
    with world_faults(path):
        database = connect_temporary(name, read_only=read_only)
        if not read_only:
            migrations.migrate(database)
            with database.atomic():
                for table in ("conversations", "messages"):
                    database.execute(
                        "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [table, first_id]
                    )
    return Store(path, database, read_only=read_only)


def set_aside(path: Path, now: datetime | None = None, label: str = "damaged") -> Path:
    """Rename a damaged database with its log out of the way, and return its new name.

    Nothing is deleted, and the parts keep belonging together, so that somebody may still rescue
    what is inside.
    """
    stamp = (now or datetime.now()).strftime("%Y%m%d-%H%M%S")
    with world_faults(path):
        target = _free_name(path, f"{label}-{stamp}")
        for companion in _COMPANIONS:
            part = path.with_name(path.name + companion)
            if part.exists():
                part.rename(target.with_name(target.name + companion))
    return target


def damage(database: Database) -> list[str]:
    """What SQLite finds wrong with the tables; empty is sound.

    Table by table: the check of the whole would in newer versions of SQLite also re-read every
    message to compare it with the search index, which takes seconds.
    """
    tables = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
    ).fetchall()
    findings = []
    for (table,) in tables:
        quoted = table.replace("'", "''")
        for (finding,) in database.execute(f"PRAGMA quick_check('{quoted}')").fetchall():
            findings.append(f"{table}: {finding}")
    return [finding for finding in findings if not finding.endswith(": ok")]


def _prepare_file(path: Path) -> None:
    """Make the folder and an empty file that only this person can read.

    A log whose database is gone is set aside first: SQLite would delete it.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        return
    if _has_log(path):
        set_aside(path)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _is_cut(database: Database, commits: list[int]) -> bool:
    """Whether SQLite passes over commits that stand in the log; brings the others into the file."""
    busy, frames, _ = database.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return not busy and lost_commits(commits, max(0, frames))


def _has_log(path: Path) -> bool:
    """Whether a log lies beside the database: it was not closed, or is open elsewhere."""
    log = _log_of(path)
    return log.exists() and log.stat().st_size > 0


def _check_identity(database: Database, path: Path) -> None:
    """Refuse, before anything is written, what is not ours or newer than we are."""
    (application,) = database.execute("PRAGMA application_id").fetchone()
    (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION_ID and (application or tables):
        raise StoreError("store_foreign", file=path.name, folder=str(path.parent))
    if tables and migrations.unknown_steps(database):
        raise StoreError("store_newer", file=path.name, folder=str(path.parent))


def _prepare_writer(
    database: Database,
    path: Path,
    before_migration: Callable[[], object] | None,
    *,
    check: bool,
) -> None:
    """Check what was not closed cleanly, prove that it can be written to, and migrate."""
    if check and damage(database):
        raise StoreError("store_corrupt", file=path.name, folder=str(path.parent))
    set_wal(database)
    # Always a real write: SQLite opens a read-only file without a word.
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    if before_migration is not None and migrations.waiting_steps(database):
        before_migration()
    migrations.migrate(database)


def _free_name(path: Path, label: str) -> Path:
    """A name beside `path` that carries `label` and is not taken."""
    target = path.with_name(f"{path.stem}.{label}{path.suffix}")
    number = 2
    while target.exists() or target.with_name(target.name + "-wal").exists():
        target = path.with_name(f"{path.stem}.{label}-{number}{path.suffix}")
        number += 1
    return target
