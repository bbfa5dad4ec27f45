"""Makes a profile: whole, or not at all; and protects one that has no passphrase yet, in place.

Encrypting is a copy that is proved equal and then takes the original's place in one rename. Until
that rename the profile is the old one, after it the new one; what a cut-off run leaves behind is
cleared away by `finish` at the next opening.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.errors import StoreError, VaultError
from desktop.paths import Paths
from desktop.profiles.access import copy_of_keys, is_protected, make_keys
from desktop.profiles.locks import held
from desktop.profiles.profile import (
    DEFAULT_COLOUR,
    Card,
    Profile,
    checked_name,
    new_folder_name,
    save_card,
)
from desktop.store.backup import backups
from desktop.store.connection import is_plain
from desktop.store.database import open_store
from desktop.store.encryption import encrypt_copy, fold_log
from desktop.vault.files import PARTIAL, move_durably, shred, sync_folder
from desktop.vault.key import Key

READABLE = ".readable"


@dataclass(frozen=True)
class Protected:
    """What came of protecting a profile.

    Attributes:
        key: opens it.
        recovery_key: to be printed; it is kept nowhere.
        still_readable: files set aside after damage that could not be encrypted.
    """

    key: Key
    recovery_key: str
    still_readable: tuple[Path, ...] = ()


def create_profile(
    paths: Paths, name: str, colour: str = DEFAULT_COLOUR, passphrase: str | None = None
) -> tuple[Profile, Protected | None]:
    """A new profile; without a passphrase anybody who opens this computer can read it.

    Raises:
        UsageError: the name cannot be used.
        VaultError, StoreError: it could not be made; nothing of it stays.
    """
    card = Card(checked_name(paths, name), colour)
    folder = new_folder_name()
    unfinished = replace(paths, profile=f".new-{folder}")
    own = replace(paths, profile=folder)
    try:
        unfinished.folder.mkdir(mode=0o700, parents=True)
        save_card(unfinished, card)
        protected = Protected(*make_keys(unfinished, passphrase)) if passphrase else None
        open_store(unfinished.database, key=protected.key if protected else None).close()
        unfinished.folder.replace(own.folder)
        sync_folder(own.profiles)
    except OSError as error:
        raise StoreError("store_folder_unwritable", folder=str(paths.profiles)) from error
    finally:
        shutil.rmtree(unfinished.folder, ignore_errors=True)
    return Profile(own, card), protected


def protect(paths: Paths, passphrase: str) -> Protected:
    """Encrypt a profile that has no passphrase yet; its session must be closed.

    Raises:
        VaultError: already_protected, keys_unwritable.
        WorldError: already_open.
        StoreError: the disk is full, the database is damaged …; the profile is as it was.
    """
    with held(paths):
        if is_protected(paths):
            raise VaultError("already_protected")
        sealed = paths.database.with_name(paths.database.name + ".sealed" + PARTIAL)
        open_store(paths.database).close()  # there is one, of the newest schema
        fold_log(paths.database)
        try:
            key, printed = make_keys(paths, passphrase)
            encrypt_copy(paths.database, sealed, key)
            _take_place(sealed, paths.database)
        except BaseException:
            sealed.unlink(missing_ok=True)
            if is_plain(paths.database):
                for keys in (paths.keys, copy_of_keys(paths)):
                    keys.unlink(missing_ok=True)
            raise
        finish(paths, key)
    return Protected(key, printed, tuple(_set_aside_files(paths)))


def finish(paths: Paths, key: Key) -> None:
    """Leave nothing readable behind in an encrypted profile; nothing to do is the usual case.

    A file that cannot be cleared away now is left for the next time.
    """
    for rest in [*paths.folder.glob(f"*{READABLE}"), *paths.folder.glob(f"*.sealed{PARTIAL}")]:
        with contextlib.suppress(OSError):
            shred(rest)
    for rest in [*paths.backups.glob(f"*{READABLE}"), *paths.backups.glob(f"*{PARTIAL}")]:
        with contextlib.suppress(OSError):
            shred(rest)
    for backup in backups(paths.backups):
        if is_plain(backup):
            _encrypt_backup(backup, key)


def _encrypt_backup(backup: Path, key: Key) -> None:
    sealed = backup.with_name(backup.name + PARTIAL)
    try:
        encrypt_copy(backup, sealed, key)
        _take_place(sealed, backup)
    except StoreError as error:
        sealed.unlink(missing_ok=True)
        if error.code == "store_corrupt":
            shred(backup)  # it opens nowhere, and its words can be read


def _take_place(sealed: Path, plain: Path) -> None:
    """Put the encrypted file into the plain one's place, then overwrite the plain one.

    A second name keeps hold of the plain file's blocks; where the file system has none they are
    freed without being overwritten.
    """
    old = plain.with_name(plain.name + READABLE)
    old.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        os.link(plain, old)
    move_durably(sealed, plain)
    shred(old)


def _set_aside_files(paths: Paths) -> Iterable[Path]:
    return [path for path in sorted(paths.folder.glob("xinyu.*-*.db")) if is_plain(path)]
