"""The key of one profile's data, held so that it can be overwritten.

Python cannot promise more than this: the 32 bytes lie in one bytearray that `clear` overwrites.
Copies that libraries make on the way (Argon2's result, AEAD's plaintext, SQLCipher's own) are out
of reach; SQLCipher overwrites its own when a connection is closed.
"""

from __future__ import annotations

import secrets

LENGTH = 32


class Key:
    """256 bits. Its text form is that of nothing, so that it cannot end up in a log."""

    def __init__(self, material: bytes | bytearray) -> None:
        if len(material) != LENGTH:
            raise ValueError(f"a key has {LENGTH} bytes")
        self._material = bytearray(material)

    def __repr__(self) -> str:
        return "Key(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and secrets.compare_digest(self._material, other._material)

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def random(cls) -> Key:
        return cls(secrets.token_bytes(LENGTH))

    @property
    def material(self) -> bytearray:
        """The bytes themselves, not a copy.

        Raises:
            ValueError: the key was cleared.
        """
        if not self._material:
            raise ValueError("the key was cleared")
        return self._material

    def copy(self) -> Key:
        """Another holder, which lives on when this one is cleared."""
        return Key(self.material)

    def clear(self) -> None:
        """Overwrite the bytes; safe to call twice."""
        for place in range(len(self._material)):
            self._material[place] = 0
        self._material.clear()
