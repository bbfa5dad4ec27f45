"""Erases a profile, or everything: says beforehand what goes, and leaves nothing.

The keys go first: from then on what is left of an encrypted profile is noise, however the rest
ends. Files are overwritten before they are removed.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.errors import StoreError, VaultError
from desktop.paths import Paths
from desktop.profiles.access import Access, copy_of_keys
from desktop.profiles.locks import LOCK_NAME, lock_home
from desktop.profiles.profile import CARD, Profile, list_profiles
from desktop.vault.files import shred

GONE = ".gone-"
_SHARED = ("models", "logs", "profiles")


@dataclass(frozen=True)
class Inventory:
    """What goes.

    Attributes:
        files: every file, under its folder.
        size: bytes of them all.
    """

    files: tuple[Path, ...]
    size: int


def inventory(paths: Paths) -> Inventory:
    """What erasing this profile removes."""
    return _inventory(_own_files(paths))


def inventory_of_everything(paths: Paths) -> Inventory:
    """What erasing everything removes: all profiles, logs, and models that were added."""
    return _inventory(path for path in paths.home.rglob("*") if not path.is_dir())


def erase_profile(profile: Profile) -> None:
    """Remove one person's things.

    Raises:
        WorldError: already_open.
        StoreError: erase_incomplete, naming the folder where something is left.
    """
    paths = profile.paths
    lock = lock_home(paths)
    try:
        with contextlib.suppress(VaultError):
            Access(paths).forget_keyring()
        for keys in (paths.keys, copy_of_keys(paths)):
            shred(keys)
        if paths.profile:
            paths = _moved_away(paths)
        _shred_all(_own_files(paths), paths.folder)
    except OSError as error:
        raise StoreError("erase_incomplete", folder=str(paths.folder)) from error
    finally:
        lock.release()
    (profile.paths.folder / LOCK_NAME).unlink(missing_ok=True)
    _remove_folders(paths)


def erase_everything(paths: Paths) -> None:
    """Remove the whole data folder; no session may be open."""
    finish_erasing(paths)
    for profile in list_profiles(paths):
        erase_profile(profile)
    try:
        _shred_all((path for path in paths.home.rglob("*") if not path.is_dir()), paths.home)
    except OSError as error:
        raise StoreError("erase_incomplete", folder=str(paths.home)) from error
    shutil.rmtree(paths.home, ignore_errors=True)
    if paths.home.exists():
        raise StoreError("erase_incomplete", folder=str(paths.home))


def finish_erasing(paths: Paths) -> None:
    """Go on with what was cut off; call it at start."""
    for folder in paths.profiles.glob(f"{GONE}*"):
        gone = replace(paths, profile=folder.name)
        with contextlib.suppress(OSError):
            _shred_all(_own_files(gone), folder)
            _remove_folders(gone)
    for folder in paths.profiles.glob(".new-*"):
        shutil.rmtree(folder, ignore_errors=True)


def _own_files(paths: Paths) -> Iterator[Path]:
    """Files of one profile; the first lives beside what is shared."""
    if paths.profile:
        yield from (path for path in paths.folder.rglob("*") if not path.is_dir())
        return
    for path in _children(paths.folder):
        if path.is_dir() and path.name not in _SHARED:
            yield from (inner for inner in path.rglob("*") if not inner.is_dir())
        elif path.is_file() and path.name.startswith(("xinyu.", "keys.", CARD, "attempts.")):
            yield path


def _children(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _moved_away(paths: Paths) -> Paths:
    """Under a name that is no profile's, so that a cut-off erasure is no half profile."""
    gone = replace(paths, profile=GONE + paths.profile)
    try:
        paths.folder.replace(gone.folder)
    except PermissionError:
        return paths  # Windows, while the lock file is open: erase it where it is
    return gone


def _shred_all(files: Iterable[Path], folder: Path) -> None:
    for path in list(files):
        if path != folder / LOCK_NAME:
            shred(path)


def _remove_folders(paths: Paths) -> None:
    """The folders that are empty now; of the first profile only its own."""
    if paths.profile:
        shutil.rmtree(paths.folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            paths.profiles.rmdir()
        return
    for path in _children(paths.folder):
        if path.is_dir() and path.name not in _SHARED:
            shutil.rmtree(path, ignore_errors=True)


def _inventory(files: Iterable[Path]) -> Inventory:
    found = tuple(sorted(files))
    return Inventory(found, sum(path.lstat().st_size for path in found))
