"""The one place where a connection is made: to SQLite, or with a key to SQLCipher.

A database with a key needs nothing but this: another driver, the key given before the first read.
Must not know what is stored, nor where a key comes from.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.store.faults import world_faults
from desktop.vault.key import Key

if TYPE_CHECKING:
    import sqlite3

    from sqlite_utils import Database

PLAIN_HEADER = b"SQLite format 3\x00"

# FULL: a commit is on the disk when it returns (in WAL mode NORMAL would not be).
# secure_delete: what is deleted is overwritten. temp_store: no words in temporary files.
_ALWAYS = (
    "PRAGMA busy_timeout = {patience_ms}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16000",
    "PRAGMA cell_size_check = ON",
)
_HEX = tuple(b"%02x" % byte for byte in range(256))


def connect(
    path: Path, *, read_only: bool = False, patience: float = 5.0, key: Key | None = None
) -> Database:
    """Connect to the database at `path` and set what every connection has; changes no byte.

    A reader is a plain connection that refuses to write: SQLite's own read-only mode could not
    recover the write-ahead log of a killed program.

    Args:
        patience: seconds to wait while another connection holds the lock.
        key: of an encrypted database.
    """
    with _without("pandas", "numpy"):
        from sqlite_utils import Database

    connection = _driver(path, patience, key)
    try:
        for pragma in _ALWAYS:
            connection.execute(pragma.format(patience_ms=round(patience * 1000)))
        if read_only:
            connection.execute("PRAGMA query_only = ON")
        return Database(connection, recursive_triggers=False, execute_plugins=False)
    except BaseException:
        connection.close()
        raise


def connect_temporary(name: str, *, read_only: bool = False) -> Database:
    """Connect to a database that is nowhere but in this process's memory.

    Connections of one name see the same tables; when the last one closes, everything is gone.
    """
    import sqlite3

    with _without("pandas", "numpy"):
        from sqlite_utils import Database

    connection = sqlite3.connect(f"file:{name}?mode=memory&cache=shared", uri=True)
    for pragma in _ALWAYS:
        connection.execute(pragma.format(patience_ms=5000))
    if read_only:
        connection.execute("PRAGMA query_only = ON")
        # Tables of a shared cache are locked while they are written: a reader would fail, not wait.
        connection.execute("PRAGMA read_uncommitted = ON")
    return Database(connection, recursive_triggers=False, execute_plugins=False)


def is_plain(path: Path) -> bool:
    """Whether the file is a database that anybody can read; an empty or missing one is not."""
    with world_faults(path):
        try:
            with path.open("rb") as file:
                return file.read(len(PLAIN_HEADER)) == PLAIN_HEADER
        except (FileNotFoundError, NotADirectoryError):
            return False


def give_key(connection: sqlite3.Connection, key: Key) -> None:
    """Hand SQLCipher the key itself, so that it derives nothing; our copy of the text is wiped."""
    text = bytearray(b"x'")
    for byte in key.material:
        text += _HEX[byte]
    text += b"'"
    try:
        connection.set_key(text)  # type: ignore[attr-defined]
    finally:
        for place in range(len(text)):
            text[place] = 0


def _driver(path: Path, patience: float, key: Key | None) -> sqlite3.Connection:
    """A bare connection, of sqlcipher3's own class where there is a key."""
    import sqlite3

    if key is None:
        return sqlite3.connect(path, timeout=patience)
    from sqlcipher3 import dbapi2

    connection: sqlite3.Connection = dbapi2.connect(str(path), timeout=patience)
    try:
        # It would write to the console what it finds wrong; we tell that ourselves.
        connection.execute("PRAGMA cipher_log_level = NONE")
        give_key(connection, key)
    except BaseException:
        connection.close()
        raise
    return connection


def set_wal(database: Database) -> None:
    """Switch to the write-ahead log: readers and the writer do not wait for each other.

    Where the folder's file system cannot do it SQLite stays with its rollback journal, which is
    slower and as safe.
    """
    database.execute("PRAGMA journal_mode = WAL").fetchall()
    database.execute("PRAGMA journal_size_limit = 16777216").fetchall()


@contextmanager
def _without(*modules: str) -> Iterator[None]:
    """Hide optional modules from an import inside the block.

    WORKAROUND: sqlite-utils imports pandas and numpy where they are installed, 0.3 s and some
    80 MB that the window cannot spare; it does without them just as well.
    """
    hidden = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)
