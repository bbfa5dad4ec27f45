"""The recovery key: 160 random bits that a person prints, and types in when the passphrase is gone.

Nine groups of four letters and digits (Crockford's base 32: no I, L, O or U to confuse); the last
group checks the others, so that a slip of the pen is told at once. Knows nothing of files.
"""

from __future__ import annotations

import hashlib
import secrets

from desktop.errors import VaultError
from desktop.vault.key import LENGTH, Key

BYTES = 20
GROUP = 4
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("ILO", "110")
_CHECK_CHARACTERS = 4
_CHARACTERS = BYTES * 8 // 5


def new_recovery_key() -> str:
    """A recovery key as it is printed."""
    return written(secrets.token_bytes(BYTES))


def written(material: bytes) -> str:
    """Groups joined by hyphens, the check group last."""
    text = _letters(int.from_bytes(material), _CHARACTERS) + _check(material)
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def read(text: str) -> bytes:
    """What was typed, however it was grouped, in capital or small letters, full-width too.

    Raises:
        VaultError: recovery_key_mistyped (its length, a letter, or the check is wrong).
    """
    import unicodedata

    plain = unicodedata.normalize("NFKC", text).upper().translate(_READ_AS)
    letters = "".join(letter for letter in plain if letter.isalnum())
    if len(letters) != _CHARACTERS + _CHECK_CHARACTERS or set(letters) - set(_ALPHABET):
        raise VaultError("recovery_key_mistyped")
    number = 0
    for letter in letters[:_CHARACTERS]:
        number = number * 32 + _ALPHABET.index(letter)
    material = number.to_bytes(BYTES)
    if _check(material) != letters[_CHARACTERS:]:
        raise VaultError("recovery_key_mistyped")
    return material


def wrapping_key(material: bytes, salt: bytes) -> Key:
    """The key that wraps. No stretching: nobody guesses 160 random bits."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(SHA256(), LENGTH, salt, b"xinyu recovery key").derive(material)
    return Key(derived)


def _check(material: bytes) -> str:
    digest = hashlib.sha256(b"xinyu recovery check" + material).digest()
    return _letters(int.from_bytes(digest[:3]) >> 4, _CHECK_CHARACTERS)


def _letters(number: int, length: int) -> str:
    letters = []
    for _ in range(length):
        number, place = divmod(number, 32)
        letters.append(_ALPHABET[place])
    return "".join(reversed(letters))
