"""The file that grows: what has arrived of a model, under a name that nothing loads."""

from __future__ import annotations

import os
from collections.abc import Callable
from io import SEEK_END, SEEK_SET
from pathlib import Path
from types import TracebackType

from desktop.models.fetcher.faults import FetchError

MAGIC = b"GGUF"
# Written out so often that a power cut loses little; cheap beside the line.
FLUSH_EVERY = 64 * 1024 * 1024


class PartFile:
    """The open part; `http_get` of huggingface-hub writes into it as into any file.

    Args:
        path: made where it is not there.
        size: bytes of the whole; more never get onto the disk.
        host: for the sentence when something else than a model arrives.
        tell: called with bytes that are here, after each write.
    """

    def __init__(self, path: Path, size: int, host: str, tell: Callable[[int], None]) -> None:
        self._file = path.open("r+b" if path.exists() else "w+b", buffering=0)
        self._size = size
        self._host = host
        self._tell = tell
        self._flushed = self._file.seek(0, SEEK_END)
        if self._flushed > size:
            self.empty()

    def __enter__(self) -> PartFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    @property
    def have(self) -> int:
        return self._file.tell()

    def empty(self) -> None:
        """Begin anew."""
        self._file.seek(0)
        self._file.truncate()
        self._flushed = 0

    def write(self, data: bytes) -> int:
        """Append; raises FetchError for what no model of this size can hold."""
        start = self._file.tell()
        if start == 0 and not data.startswith(MAGIC[: len(data)]):
            page = data.lstrip()[:1] == b"<"
            code = "download_captive" if page else "download_not_a_model"
            raise FetchError(code, keep=False, host=self._host)
        if start + len(data) > self._size:
            raise FetchError("download_wrong_bytes", keep=False, name="")
        left = memoryview(data)
        while left:
            left = left[self._file.write(left) or 0 :]
        self._flush_now_and_then()
        self._tell(self._file.tell())
        return len(data)

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def truncate(self, size: int | None = None) -> int:
        left = self._file.truncate(size)
        self._flushed = min(self._flushed, left)
        return left

    def flush(self) -> None:
        """Have the system write it out."""
        os.fsync(self._file.fileno())

    def _flush_now_and_then(self) -> None:
        if self._file.tell() - self._flushed >= FLUSH_EVERY:
            self.flush()
            self._flushed = self._file.tell()
