"""Reading and copying large files with their hash; knows nothing of models."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

CHUNK = 4 * 1024 * 1024
Tell = Callable[[int, int], None]


def file_sha256(path: Path, tell: Tell | None = None) -> tuple[str, int]:
    """Hash and size of a file's bytes as they lie on the disk; raises OSError.

    Args:
        tell: called with bytes read and bytes in all; what it raises ends the reading.
    """
    found, read, total = hashlib.sha256(), 0, path.stat().st_size
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
            read += len(chunk)
            if tell is not None:
                tell(read, total)
    return found.hexdigest(), read


def copy_with_hash(source: Path, target: Path, tell: Tell | None = None) -> str:
    """Copy, have the system write it out, return the hash of what was written; raises OSError."""
    found, done, total = hashlib.sha256(), 0, source.stat().st_size
    with source.open("rb") as reader, target.open("wb") as writer:
        while chunk := reader.read(CHUNK):
            found.update(chunk)
            writer.write(chunk)
            done += len(chunk)
            if tell is not None:
                tell(done, total)
        writer.flush()
        os.fsync(writer.fileno())
    return found.hexdigest()


def megabytes(needed: int, free: int) -> dict[str, str | int]:
    """Details of a sentence about room: what is needed rounded up, what is free rounded down."""
    return {"needed": -(-needed // 10**6), "free": free // 10**6}
