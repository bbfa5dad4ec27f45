"""Small files that must be old or new, never half; and files whose words must not stay on the disk.

Knows no format.
"""

from __future__ import annotations

import os
from pathlib import Path

PARTIAL = ".partial"
_BLOCK = 1024 * 1024


def write_durably(path: Path, content: bytes) -> None:
    """Put `content` into `path`: after a crash or power cut it is the old or the whole new file."""
    partial = path.with_name(path.name + PARTIAL)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    move_durably(partial, path)


def move_durably(source: Path, target: Path) -> None:
    """Rename so that after a power cut there is the old or the whole new file."""
    sync(source)
    source.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    if os.name == "posix":  # Windows cannot open a folder, and keeps the order by itself
        sync(folder)


def sync(path: Path) -> None:
    """Have the system write out what it holds of this file or folder."""
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def shred(path: Path) -> None:
    """Overwrite a file with zeros and remove it; one that is not there is fine.

    On flash storage, and where the file system copies on write, the old blocks may outlive this:
    nothing a program can do reaches them.
    """
    if path.is_symlink() or not path.is_file():
        path.unlink(missing_ok=True)
        return
    path.chmod(0o600)
    left = path.stat().st_size
    with path.open("r+b") as file:
        while left > 0:
            left -= file.write(bytes(min(left, _BLOCK)))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
