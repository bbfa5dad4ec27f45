"""A file that is read while its nesting is watched: a few bytes must not fill the memory.

JSON readers keep something for every open bracket, so a file of nothing but brackets would end the
program. Knows no format but JSON's strings and brackets.
"""

from __future__ import annotations

import re
from typing import IO

from desktop.errors import UsageError

DEEPEST = 4_000
_PIECE = 256 * 1024
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_OPENING = frozenset(b"[{")
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")


class WatchedFile:
    """Reads like a file; UsageError("import_damaged") before it hands out too deep a part."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._unfinished = b""
        self._depth = 0

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(_PIECE if size < 0 else size)
        self._watch(piece)
        return piece

    def _watch(self, piece: bytes) -> None:
        outside = _STRING.sub(b"", self._unfinished + piece)
        quote = outside.find(b'"')  # of a string that goes on in the next piece
        if quote >= 0:
            self._unfinished, outside = outside[quote:], outside[:quote]
        else:
            self._unfinished = b""
        for bracket in outside.translate(None, _NO_BRACKETS):
            self._depth += 1 if bracket in _OPENING else -1
            if self._depth > DEEPEST:
                raise UsageError("import_damaged")
