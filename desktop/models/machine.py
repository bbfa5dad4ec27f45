"""Reads what counts of this computer without llama.cpp: memory and disk.

What only the engine process can tell (GPU, speed) comes from the caller.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from desktop.models.fit import Machine, Measured


def read_machine(
    folder: Path, *, gpu: str = "", gpu_free_memory: int = 0, measured: Measured | None = None
) -> Machine:
    """The facts as they are now.

    Args:
        folder: where models go; it need not be there yet.
        gpu, gpu_free_memory: as the engine process tells them, bytes.
        measured: a speed found on this machine.
    """
    import psutil

    memory = psutil.virtual_memory()
    return Machine(
        memory=int(memory.total),
        free_memory=int(memory.available),
        free_disk=free_disk(folder),
        gpu=gpu,
        gpu_free_memory=gpu_free_memory,
        measured=measured,
    )


def free_disk(folder: Path) -> int:
    """Bytes free where `folder` is or would be; 0 where that cannot be asked."""
    for place in (folder, *folder.parents):
        if place.is_dir():
            try:
                return shutil.disk_usage(place).free
            except OSError:
                return 0
    return 0
