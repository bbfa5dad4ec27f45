"""Was something kept in the log that SQLite no longer reads?

SQLite takes a write-ahead log up to its first frame that is damaged and passes over the rest
without a word, as after a power cut it has to. A commit among the rest was on the disk once, so
something that was confirmed may be gone: that is worth a sentence. File format:
https://www.sqlite.org/fileformat.html#the_write_ahead_log. Reads frame headers only, which are
plain in an encrypted database too.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import IO

_HEADER = struct.Struct(">8I")  # magic, version, page size, checkpoint, two salts, two checksums
_FRAME = struct.Struct(">6I")  # page, pages after a commit, two salts, two checksums
_MAGICS = (0x377F0682, 0x377F0683)


def commit_frames(log: Path) -> list[int]:
    """Places of commit frames of the newest run in the log, the first frame being 0."""
    try:
        size = log.stat().st_size
        with log.open("rb") as file:
            header = file.read(_HEADER.size)
            if len(header) < _HEADER.size:
                return []
            _magic, _version, page_size, _, *salts, _, _ = _HEADER.unpack(header)
            if not _is_whole(header) or page_size not in _page_sizes():
                return _of_first_salts(log, size)
            return _with_salts(file, size, page_size, tuple(salts))
    except (OSError, struct.error):
        return []


def lost_commits(log: list[int], read: int) -> bool:
    """Whether a commit stands behind the frames that SQLite read.

    Args:
        log: what `commit_frames` found before the database was opened.
        read: how many frames `PRAGMA wal_checkpoint` says there are.
    """
    return any(place >= read for place in log)


def _with_salts(file: IO[bytes], size: int, page_size: int, salts: tuple[int, ...]) -> list[int]:
    found, place = [], 0
    step = _FRAME.size + page_size
    while _HEADER.size + (place + 1) * step <= size:
        file.seek(_HEADER.size + place * step)
        _page, committed, *own, _, _ = _FRAME.unpack(file.read(_FRAME.size))
        if committed and (own[0] == salts[0] or own[1] == salts[1]):  # one may be what is damaged
            found.append(place)
        place += 1
    return found


def _of_first_salts(log: Path, size: int) -> list[int]:
    """The header is damaged: the frames that go with the first one, with pages of 4,096 bytes."""
    with log.open("rb") as file:
        file.seek(_HEADER.size)
        first = file.read(_FRAME.size)
        if len(first) < _FRAME.size:
            return []
        _, _, *salts, _, _ = _FRAME.unpack(first)
        return _with_salts(file, size, 4096, tuple(salts))


def _is_whole(header: bytes) -> bool:
    """Whether the log's own header carries the right checksum."""
    magic = struct.unpack(">I", header[:4])[0]
    if magic not in _MAGICS:
        return False
    words = struct.unpack(">6I" if magic & 1 else "<6I", header[:24])
    one = two = 0
    for even, odd in zip(words[::2], words[1::2], strict=True):
        one = (one + even + two) & 0xFFFFFFFF
        two = (two + odd + one) & 0xFFFFFFFF
    return (one, two) == struct.unpack(">2I", header[24:32])


def _page_sizes() -> set[int]:
    return {1 << power for power in range(9, 17)}
