"""From a passphrase to a key that wraps: Argon2id, its cost measured on this computer and stored.

Source: RFC 9106. One lane, so that the time can be measured in processor time, which a busy
computer does not stretch. Knows nothing of files.
"""

from __future__ import annotations

import secrets
import time
import unicodedata
from dataclasses import dataclass

from desktop.errors import UsageError, VaultError
from desktop.vault.key import LENGTH, Key

LONGEST = 1_000_000
TARGET_SECONDS = 0.35
LEAST_SECONDS = 0.25
MEMORY_KIB = 64 * 1024
LEAST_PASSES, MOST_PASSES = 3, 64
MOST_MEMORY_KIB = 4 * 1024 * 1024
_SALT_BYTES = 16


@dataclass(frozen=True)
class Cost:
    """What one guess costs. `salt` makes it one guess at one profile."""

    memory_kib: int
    passes: int
    salt: bytes

    def __post_init__(self) -> None:
        if not (8 <= self.memory_kib <= MOST_MEMORY_KIB and 1 <= self.passes <= 10_000):
            raise ValueError("no cost that we would set")
        if len(self.salt) < 8:
            raise ValueError("too short a salt")


def derive(passphrase: str, cost: Cost) -> Key:
    """The wrapping key of `passphrase`.

    Raises:
        VaultError: passphrase_empty; out_of_memory.
        UsageError: passphrase_too_long.
    """
    from argon2.exceptions import HashingError
    from argon2.low_level import Type, hash_secret_raw

    try:
        derived = hash_secret_raw(
            prepared(passphrase), cost.salt, cost.passes, cost.memory_kib, 1, LENGTH, Type.ID
        )
    except (HashingError, MemoryError) as error:
        raise VaultError("out_of_memory", megabytes=cost.memory_kib >> 10) from error
    return Key(derived)


def prepared(passphrase: str) -> bytes:
    """The bytes that count: one form for what looks the same, whichever keyboard wrote it."""
    text = unicodedata.normalize("NFC", passphrase.encode("utf-8", "replace").decode("utf-8"))
    if not text:
        raise VaultError("passphrase_empty")
    if len(text) > LONGEST:
        raise UsageError("passphrase_too_long", most=LONGEST)
    return text.encode("utf-8")


def measured_cost(target: float = TARGET_SECONDS) -> Cost:
    """A cost of about `target` seconds on this computer, with a new salt; never below the least."""
    probe = Cost(MEMORY_KIB, LEAST_PASSES, secrets.token_bytes(_SALT_BYTES))
    seconds = min(_seconds(probe) for _ in range(2))
    passes = round(LEAST_PASSES * target / max(seconds, 1e-3))
    passes = min(max(passes, LEAST_PASSES), MOST_PASSES)
    return Cost(MEMORY_KIB, passes, probe.salt)


def _seconds(cost: Cost) -> float:
    begun = time.process_time()
    derive("a passphrase of the usual length", cost).clear()
    return time.process_time() - begun
