"""The way into one profile: unlocking it, and changing how it is unlocked.

A profile is protected when its database cannot be read without a key: what the file itself says
counts, so that a cut-off encryption is the old state or the new one. Knows no window.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from desktop.errors import VaultError
from desktop.paths import Paths
from desktop.store.connection import is_plain
from desktop.vault.delays import Delays
from desktop.vault.key import Key
from desktop.vault.keyfile import (
    KEYRING,
    PASSPHRASE,
    KeyFile,
    new_key_file,
    read_key_file,
    write_key_file,
)
from desktop.vault.recovery import new_recovery_key
from desktop.vault.system_keyring import (
    Keyring,
    drop_secret,
    find_secret,
    keep_secret,
    system_keyring,
)

ATTEMPTS = "attempts.json"


class Access:
    """Unlocks one profile.

    Args:
        paths: of the profile.
        keyring: how to reach the system's keyring.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        paths: Paths,
        keyring: Callable[[], Keyring] = system_keyring,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._paths = paths
        self._keyring = keyring
        self._delays = Delays(paths.folder / ATTEMPTS, clock)

    @property
    def protected(self) -> bool:
        """Whether a passphrase is needed."""
        return is_protected(self._paths)

    @property
    def seconds_left(self) -> float:
        """How long to wait before another passphrase may be tried."""
        return self._delays.seconds_left()

    @property
    def uses_keyring(self) -> bool:
        return self.protected and self._keys().has(KEYRING)

    # Unlocking

    def unlock(self, passphrase: str) -> Key:
        """Raises VaultError: passphrase_wrong, passphrase_wait, keys_missing, keys_damaged."""
        keys = self._keys()
        with self._delays.trying():
            key = keys.open_with_passphrase(passphrase)
        self._mend(keys)
        return key

    def unlock_with_recovery_key(self, typed: str) -> Key:
        """Raises VaultError: recovery_key_mistyped, recovery_key_wrong, passphrase_wait …"""
        keys = self._keys()
        with self._delays.trying():
            key = keys.open_with_recovery_key(typed)
        self._mend(keys)
        return key

    def unlock_with_keyring(self) -> Key:
        """Raises VaultError: keyring_unavailable, keyring_refused, keyring_empty …"""
        keys = self._keys()
        secret = find_secret(self._keyring(), keys.id)
        try:
            return keys.open_with_secret(secret)
        finally:
            secret.clear()

    # Changing the ways in; each needs the key, so an unlocked profile

    def set_passphrase(self, key: Key, passphrase: str) -> None:
        """Seal the key with another passphrase; after a crash the old or the new one opens."""
        self._write(self._keys().with_passphrase(key, passphrase))

    def renew_recovery_key(self, key: Key) -> str:
        """A new recovery key, to be printed; the earlier one opens nothing any more."""
        printed = new_recovery_key()
        self._write(self._keys().with_recovery_key(key, printed))
        return printed

    def use_keyring(self, key: Key) -> None:
        """Let the system's keyring open the profile too. Raises VaultError("keyring_…")."""
        keys, secret = self._keys(), Key.random()
        keep_secret(self._keyring(), keys.id, secret)
        self._write(keys.with_secret(key, secret))
        secret.clear()

    def forget_keyring(self) -> None:
        """The keyring opens nothing any more, whether or not it can be reached."""
        keys = self._keys()
        self._write(keys.without(KEYRING))
        try:
            drop_secret(self._keyring(), keys.id)
        except VaultError:
            return  # no keyring, so nothing to forget there

    # Inside

    @property
    def _copy(self) -> Path:
        return copy_of_keys(self._paths)

    def _keys(self) -> KeyFile:
        """The key file; where it is missing or damaged, its copy."""
        try:
            return read_key_file(self._paths.keys)
        except VaultError:
            if not self._copy.exists():
                raise
            return read_key_file(self._copy)

    def _write(self, keys: KeyFile) -> None:
        write_key_file(self._paths.keys, keys)
        write_key_file(self._copy, keys)

    def _mend(self, keys: KeyFile) -> None:
        """Two files that say the same: a crash may have come between them."""
        for path in (self._paths.keys, self._copy):
            try:
                if not path.exists() or read_key_file(path) != keys:
                    write_key_file(path, keys)
            except VaultError as error:
                if error.code == "keys_unwritable":
                    continue  # it opens all the same
                write_key_file(path, keys)


def is_protected(paths: Paths) -> bool:
    """Whether the profile's database is, or will be when it is made, encrypted."""
    if is_plain(paths.database):
        return False
    return paths.keys.exists() or copy_of_keys(paths).exists() or _has_content(paths.database)


def copy_of_keys(paths: Paths) -> Path:
    """The key file that goes with the backups, so that their folder can be opened by itself."""
    return paths.backups / paths.keys.name


def make_keys(paths: Paths, passphrase: str) -> tuple[Key, str]:
    """Keys for a profile that has none; returns the key, and the recovery key to be printed."""
    key, printed = Key.random(), new_recovery_key()
    keys = new_key_file().with_passphrase(key, passphrase).with_recovery_key(key, printed)
    if not keys.has(PASSPHRASE):
        raise RuntimeError("a profile that nobody could open")
    write_key_file(paths.keys, keys)
    write_key_file(copy_of_keys(paths), keys)
    return key, printed


def _has_content(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except OSError:
        return False
