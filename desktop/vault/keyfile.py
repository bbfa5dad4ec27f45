"""The file that holds a profile's key, wrapped: by the passphrase, the recovery key, the keyring.

The data key is random and never changes; each way in ("slot") holds a sealed copy of it
(ChaCha20-Poly1305). Changing the passphrase seals it anew and replaces the file whole, so a crash
leaves the old passphrase or the new one. A checksum tells a damaged file from a wrong passphrase.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from desktop.errors import VaultError
from desktop.vault import passphrase as passphrases
from desktop.vault import recovery
from desktop.vault.files import write_durably
from desktop.vault.key import Key
from desktop.vault.passphrase import Cost

FORMAT = 1
PASSPHRASE, RECOVERY, KEYRING = "passphrase", "recovery", "keyring"
_NONCE_BYTES = 12
_SALT_BYTES = 16
_MOST_BYTES = 64 * 1024


@dataclass(frozen=True)
class Slot:
    """One way in.

    Attributes:
        nonce, sealed: the sealed data key.
        details: what is needed to derive the wrapping key; sealed along, so nobody may weaken it.
    """

    nonce: bytes
    sealed: bytes
    details: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class KeyFile:
    """The wrapped key of one profile.

    Attributes:
        id: random; what was sealed for one profile does not open in another's file.
    """

    id: str
    slots: Mapping[str, Slot]

    def has(self, way: str) -> bool:
        return way in self.slots

    def without(self, way: str) -> KeyFile:
        return replace(self, slots={name: s for name, s in self.slots.items() if name != way})

    # Ways in

    def open_with_passphrase(self, passphrase: str) -> Key:
        """Raises VaultError("passphrase_wrong")."""
        slot = self._slot(PASSPHRASE)
        wrapping = passphrases.derive(passphrase, _cost(slot))
        return self._unsealed(PASSPHRASE, wrapping, "passphrase_wrong")

    def open_with_recovery_key(self, typed: str) -> Key:
        """Raises VaultError: recovery_key_mistyped, recovery_key_wrong."""
        salt = _bytes(self._slot(RECOVERY).details["salt"])
        wrapping = recovery.wrapping_key(recovery.read(typed), salt)
        return self._unsealed(RECOVERY, wrapping, "recovery_key_wrong")

    def open_with_secret(self, secret: Key) -> Key:
        """With the secret that the system's keyring kept; VaultError("keyring_wrong")."""
        return self._unsealed(KEYRING, secret.copy(), "keyring_wrong")

    # Changing the ways in; each returns the file as it is to be written

    def with_passphrase(self, key: Key, passphrase: str, cost: Cost | None = None) -> KeyFile:
        cost = cost or passphrases.measured_cost()
        details: dict[str, str | int] = {
            "kdf": "argon2id",
            "memory_kib": cost.memory_kib,
            "passes": cost.passes,
            "salt": _text(cost.salt),
        }
        return self._sealed(PASSPHRASE, passphrases.derive(passphrase, cost), key, details)

    def with_recovery_key(self, key: Key, printed: str) -> KeyFile:
        salt = secrets.token_bytes(_SALT_BYTES)
        wrapping = recovery.wrapping_key(recovery.read(printed), salt)
        return self._sealed(RECOVERY, wrapping, key, {"kdf": "hkdf-sha256", "salt": _text(salt)})

    def with_secret(self, key: Key, secret: Key) -> KeyFile:
        return self._sealed(KEYRING, secret.copy(), key, {})

    # Inside

    def _slot(self, way: str) -> Slot:
        if way not in self.slots:
            raise VaultError(f"{way}_not_set")
        return self.slots[way]

    def _sealed(
        self, way: str, wrapping: Key, key: Key, details: Mapping[str, str | int]
    ) -> KeyFile:
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        nonce = secrets.token_bytes(_NONCE_BYTES)
        try:
            cipher = ChaCha20Poly1305(wrapping.material)
            sealed = cipher.encrypt(nonce, key.material, self._bound(way, details))
        finally:
            wrapping.clear()
        return replace(self, slots={**self.slots, way: Slot(nonce, sealed, details)})

    def _unsealed(self, way: str, wrapping: Key, wrong: str) -> Key:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        try:
            slot = self._slot(way)
            cipher = ChaCha20Poly1305(wrapping.material)
            return Key(cipher.decrypt(slot.nonce, slot.sealed, self._bound(way, slot.details)))
        except InvalidTag:
            raise VaultError(wrong) from None
        finally:
            wrapping.clear()

    def _bound(self, way: str, details: Mapping[str, str | int]) -> bytes:
        return json.dumps(["xinyu", FORMAT, self.id, way, sorted(details.items())]).encode()


def new_key_file() -> KeyFile:
    """A file without a way in yet."""
    return KeyFile(secrets.token_hex(8), {})


def write_key_file(path: Path, keys: KeyFile) -> None:
    """Replace the file whole.

    Raises:
        VaultError: keys_unwritable.
    """
    body = {
        "format": FORMAT,
        "id": keys.id,
        "slots": {
            way: {"nonce": _text(s.nonce), "sealed": _text(s.sealed), "details": dict(s.details)}
            for way, s in keys.slots.items()
        },
    }
    text = json.dumps({**body, "sha256": _checksum(body)}, indent=1)
    try:
        write_durably(path, text.encode())
    except OSError as error:
        raise VaultError("keys_unwritable", folder=str(path.parent)) from error


def read_key_file(path: Path) -> KeyFile:
    """The file at `path`.

    Raises:
        VaultError: keys_missing, keys_damaged, keys_newer.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES)
    except FileNotFoundError:
        raise VaultError("keys_missing", folder=str(path.parent)) from None
    except OSError as error:
        raise VaultError("keys_unreadable", folder=str(path.parent)) from error
    try:
        return _parsed(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise VaultError("keys_damaged", file=path.name, folder=str(path.parent)) from error


def _parsed(body: dict[str, Any]) -> KeyFile:
    checksum = body.pop("sha256")
    if checksum != _checksum(body):
        raise ValueError("checksum")
    if body["format"] > FORMAT:
        raise VaultError("keys_newer")
    slots = {
        way: Slot(_bytes(slot["nonce"]), _bytes(slot["sealed"]), slot["details"])
        for way, slot in body["slots"].items()
    }
    if PASSPHRASE in slots:
        _cost(slots[PASSPHRASE])
    return KeyFile(body["id"], slots)


def _cost(slot: Slot) -> Cost:
    details = slot.details
    salt = _bytes(details["salt"])
    return Cost(int(details["memory_kib"]), int(details["passes"]), salt)


def _checksum(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _bytes(text: str | int) -> bytes:
    return base64.b64decode(str(text), validate=True)
