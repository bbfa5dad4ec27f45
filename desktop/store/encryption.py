"""Makes an encrypted copy of a database that anybody can read, and proves that it is the same.

SQLCipher writes the copy (`sqlcipher_export`: schema, rows, search index, counters); every row is
compared before it counts. Must not know where keys come from, nor what becomes of the original.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from desktop.errors import StoreError
from desktop.store.connection import connect
from desktop.store.database import APPLICATION_ID, damage
from desktop.store.faults import world_faults
from desktop.vault.files import sync
from desktop.vault.key import Key


def fold_log(path: Path) -> None:
    """Bring what is in the log into the file and do without one; nobody may have it open."""
    with world_faults(path), closing(connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        (mode,) = database.execute("PRAGMA journal_mode = DELETE").fetchone()
        if mode != "delete":
            raise StoreError("store_locked", file=path.name, folder=str(path.parent))


def encrypt_copy(plain: Path, sealed: Path, key: Key) -> None:
    """Write `sealed`, an encrypted copy of `plain`; both are whole afterwards.

    Raises:
        StoreError: what the disk has to say; store_corrupt where the copy is not the same, so most
            likely the original is damaged.
    """
    with world_faults(plain):
        sealed.unlink(missing_ok=True)
        sealed.touch(0o600)
        with closing(_cipher_connection(plain)) as connection:
            _attach(connection, sealed, key)
            connection.execute("SELECT sqlcipher_export('sealed')").fetchall()
            connection.execute(f"PRAGMA sealed.application_id = {APPLICATION_ID}")
            if different := _different_tables(connection):
                raise StoreError("store_corrupt", file=plain.name, folder=str(plain.parent)) from (
                    ValueError(f"tables that differ: {', '.join(different)}")
                )
        with closing(connect(sealed, read_only=True, key=key)) as database:
            if damage(database):
                raise StoreError("store_corrupt", file=plain.name, folder=str(plain.parent))
        sync(sealed)


def _cipher_connection(plain: Path) -> sqlite3.Connection:
    """SQLCipher's driver on a database without a key."""
    from sqlcipher3 import dbapi2

    connection: sqlite3.Connection = dbapi2.connect(str(plain), isolation_level=None)
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def _attach(connection: sqlite3.Connection, sealed: Path, key: Key) -> None:
    text = bytearray(b"x'" + key.material.hex().encode() + b"'")
    try:
        connection.execute("ATTACH DATABASE ? AS sealed KEY ?", (str(sealed), bytes(text)))
    finally:
        text[:] = bytes(len(text))


def _different_tables(connection: sqlite3.Connection) -> list[str]:
    """Ordinary tables whose rows are not the same in both."""
    names = connection.execute(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' AND rootpage > 0"
    ).fetchall()
    return [name for (name,) in names if not _same_rows(connection, name)]


def _same_rows(connection: sqlite3.Connection, table: str) -> bool:
    quoted = '"' + table.replace('"', '""') + '"'
    counts = [
        connection.execute(f"SELECT count(*) FROM {side}.{quoted}").fetchone()[0]
        for side in ("main", "sealed")
    ]
    (missing,) = connection.execute(
        f"SELECT count(*) FROM (SELECT * FROM main.{quoted} EXCEPT SELECT * FROM sealed.{quoted})"
    ).fetchone()
    return bool(counts[0] == counts[1] and missing == 0)
