"""The system's keyring as one more way in: it keeps a secret that opens one slot of the key file.

Losing the keyring, its entry or the whole desktop loses nothing, for the passphrase and the
recovery key open other slots. Whatever a keyring does wrong is one VaultError.
"""

from __future__ import annotations

import base64
from typing import Protocol

from desktop.errors import VaultError
from desktop.vault.key import Key

SERVICE = "xinyu"


class Keyring(Protocol):
    """What is asked of the `keyring` library; tests hand in their own."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


def system_keyring() -> Keyring:
    """The keyring of this session.

    Raises:
        VaultError: keyring_unavailable (none, or one that would keep secrets in the open).
    """
    try:
        import keyring
        from keyring.backends import fail, null

        backend = keyring.get_keyring()
    except Exception as error:  # backends raise what they like
        raise VaultError("keyring_unavailable") from error
    if (
        isinstance(backend, fail.Keyring | null.Keyring)
        or "plain" in type(backend).__name__.lower()
    ):
        raise VaultError("keyring_unavailable")
    return backend


def keep_secret(keyring: Keyring, name: str, secret: Key) -> None:
    """Raises VaultError("keyring_refused")."""
    try:
        keyring.set_password(SERVICE, name, base64.b64encode(secret.material).decode("ascii"))
    except Exception as error:
        raise VaultError("keyring_refused") from error
    if find_secret(keyring, name) != secret:
        raise VaultError("keyring_refused")


def find_secret(keyring: Keyring, name: str) -> Key:
    """Raises VaultError: keyring_refused, keyring_empty."""
    try:
        kept = keyring.get_password(SERVICE, name)
        if kept is None:
            raise VaultError("keyring_empty")
        return Key(base64.b64decode(kept, validate=True))
    except VaultError:
        raise
    except Exception as error:
        raise VaultError("keyring_refused") from error


def drop_secret(keyring: Keyring, name: str) -> None:
    """Forget it; a keyring that refuses is passed over, since the slot goes anyway."""
    try:
        keyring.delete_password(SERVICE, name)
    except Exception:
        return
