"""Reads what this computer offers, in the engine process. Imports llama_cpp; only the worker may.

Every fact that a system or a build does not tell is left empty: a plan is made with what is known.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

from desktop.engine.llama_devices import all_devices
from desktop.engine.machine import Machine
from desktop.engine.memory_use import machine_memory
from desktop.engine.plan import allowed_cpus, physical_cores

_FEATURE = re.compile(r"(\w+) = 1\b")


def read_machine() -> Machine:
    """Asks the backends too, which sets a GPU up; a GPU without memory may end this process."""
    from llama_cpp import llama_cpp as lib

    total, available = machine_memory()
    cpus = allowed_cpus()
    return Machine(
        devices=all_devices(),
        features=_features(lib),
        cores=physical_cores(cpus),
        threads=max(1, len(cpus)),
        memory_bytes=total,
        available_bytes=available,
        library=build_name(Path(lib._base_path)),
        can_offload=bool(lib.llama_supports_gpu_offload()),
    )


def _features(lib: Any) -> tuple[str, ...]:
    """llama.cpp tells them as "CPU : SSE3 = 1 | AVX = 1 | ... "."""
    text = lib.llama_print_system_info().decode("utf-8", "replace")
    return tuple(dict.fromkeys(_FEATURE.findall(text)))


def build_name(folder: Path) -> str:
    """Names and sizes of the shared libraries: cheap, and another build never has the same."""
    try:
        files = sorted(
            (file.name, file.stat().st_size)
            for file in folder.iterdir()
            if ".so" in file.name or file.suffix in (".dll", ".dylib")
        )
    except OSError:
        return ""
    return hashlib.sha256(repr(files).encode()).hexdigest()[:16]
