"""A flag that stops llama.cpp in the middle of a computation, without a line of Python running.

llama.cpp asks a C function between any two operations whether to stop. A Python function there
would need the interpreter's lock thousands of times a second, so it is the C library's own
`strlen`, looking at one byte: an empty string says go on, a string of length one says stop.
Any thread may write the byte. Knows the C library and no llama.cpp.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from typing import Any


class AbortFlag:
    """Stops one request, named by its number, even when the word comes before the request."""

    def __init__(self) -> None:
        self._byte = ctypes.create_string_buffer(2)
        self._lock = threading.Lock()
        self._current = -1
        self._cancelled = -1

    @property
    def raised(self) -> bool:
        return self._byte[0] != b"\0"

    @property
    def address(self) -> int:
        """What the C function is called with."""
        return ctypes.addressof(self._byte)

    def begin(self, request: int) -> None:
        """`request` is worked on from now; a word that came early counts."""
        with self._lock:
            self._current = request
            self._byte[0] = b"\1" if self._cancelled == request else b"\0"

    def end(self) -> None:
        """Nothing is worked on that could be cancelled."""
        self.begin(-2)

    def cancel(self, request: int) -> None:
        with self._lock:
            self._cancelled = request
            if self._current == request:
                self._byte[0] = b"\1"

    def callback(self, prototype: Any) -> Any:
        """A `bool (*)(void *)` made with llama.cpp's own prototype."""
        address = _strlen()
        if address:
            return prototype(address)
        return prototype(lambda _data: self.raised)


def _strlen() -> int:
    """Address of the C library's function, or 0 where it cannot be found."""
    try:
        library = ctypes.CDLL("msvcrt") if sys.platform == "win32" else ctypes.CDLL(None)
        return ctypes.cast(library.strlen, ctypes.c_void_p).value or 0
    except (OSError, AttributeError, TypeError):
        return 0
