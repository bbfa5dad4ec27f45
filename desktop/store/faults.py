"""Tells what SQLite's and the system's errors mean for the person.

The world failed (disk full, locked, damaged): a StoreError with a code of messages.toml. We failed
(bad SQL, a broken rule of the schema): None, and the error goes on as it is.
"""

from __future__ import annotations

import errno
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.errors import StoreError

# Primary result codes, https://www.sqlite.org/rescode.html
_MEANINGS = {
    sqlite3.SQLITE_PERM: "store_folder_unwritable",
    sqlite3.SQLITE_BUSY: "store_locked",
    sqlite3.SQLITE_LOCKED: "store_locked",
    sqlite3.SQLITE_READONLY: "store_read_only",
    sqlite3.SQLITE_IOERR: "store_disk_failed",
    sqlite3.SQLITE_CORRUPT: "store_corrupt",
    sqlite3.SQLITE_FULL: "store_disk_full",
    sqlite3.SQLITE_CANTOPEN: "store_folder_unwritable",
    sqlite3.SQLITE_PROTOCOL: "store_locked",
    sqlite3.SQLITE_NOTADB: "store_corrupt",
}
_SYSTEM_MEANINGS = {
    errno.ENOSPC: "store_disk_full",
    errno.EDQUOT: "store_disk_full",
    errno.EFBIG: "store_disk_full",
    errno.EROFS: "store_read_only",
    errno.EIO: "store_disk_failed",
}
# Python's own words, without a code, for bytes that no text has: all ours were written as UTF-8.
_BROKEN_TEXT = "Could not decode to UTF-8"
_TOO_LITTLE = 256 * 1024


def driver_errors() -> tuple[type[Exception], ...]:
    """The roots of what the drivers raise: SQLCipher's errors are not those of sqlite3.

    Its driver is not loaded for this: where nobody did, nothing of it can be raised.
    """
    cipher = sys.modules.get("sqlcipher3.dbapi2")
    return (sqlite3.Error, cipher.Error) if cipher else (sqlite3.Error,)


def store_error(error: Exception, path: Path) -> StoreError | None:
    """The person's error for `error` met on the database at `path`, or None for a fault of ours."""
    if isinstance(error, OSError):
        code = _SYSTEM_MEANINGS.get(error.errno or 0, "store_folder_unwritable")
    else:
        primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
        code = _MEANINGS.get(primary, "")
        if str(error).startswith(_BROKEN_TEXT):
            code = "store_corrupt"
    if code == "store_disk_failed" and _is_full(path):
        code = "store_disk_full"  # a quota or a limit: SQLite only knows ENOSPC
    return StoreError(code, file=path.name, folder=str(path.parent)) if code else None


@contextmanager
def world_faults(path: Path) -> Iterator[None]:
    """Turn what the world did to the database at `path` into a StoreError."""
    try:
        yield
    except Exception as error:
        if not isinstance(error, (*driver_errors(), OSError)):
            raise
        meaning = store_error(error, path)
        if meaning is None:
            raise
        raise meaning from error


def _is_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _TOO_LITTLE
    except OSError:
        return False
