"""One program at a time in one profile: a lock file that the system frees however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from desktop.errors import StoreError, WorldError
from desktop.paths import Paths

LOCK_NAME = "xinyu.lock"


def lock_home(paths: Paths) -> FileLock:
    """Hold the profile's folder for this process.

    Raises:
        WorldError: already_open.
        StoreError: store_folder_unwritable.
    """
    try:
        paths.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(paths.folder / LOCK_NAME, timeout=0)
        lock.acquire()
    except Timeout as error:
        raise WorldError("already_open") from error
    except OSError as error:
        raise StoreError("store_folder_unwritable", folder=str(paths.folder)) from error
    return lock


@contextmanager
def held(paths: Paths) -> Iterator[None]:
    """The profile is held inside the block."""
    lock = lock_home(paths)
    try:
        yield
    finally:
        lock.release()
