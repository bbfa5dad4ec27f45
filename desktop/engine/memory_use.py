"""How much memory this process holds and the computer has, on each system, without a library."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path


def resident_bytes() -> int:
    """Bytes in memory now (on macOS: at most so far); 0 where the system does not tell."""
    try:
        if sys.platform == "win32":
            return _windows()
        if sys.platform == "darwin":
            return _at_most()
        pages = Path("/proc/self/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def _at_most() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class _Counters(ctypes.Structure):
    """PROCESS_MEMORY_COUNTERS."""

    _fields_ = (
        ("cb", ctypes.c_uint32),
        ("faults", ctypes.c_uint32),
        ("peak_working_set", ctypes.c_size_t),
        ("working_set", ctypes.c_size_t),
        ("pools", ctypes.c_size_t * 4),
        ("pagefile", ctypes.c_size_t),
        ("peak_pagefile", ctypes.c_size_t),
    )


def _windows() -> int:
    counters = _Counters(cb=ctypes.sizeof(_Counters))
    library = ctypes.CDLL("kernel32")
    library.GetCurrentProcess.restype = ctypes.c_void_p
    process = ctypes.c_void_p(library.GetCurrentProcess())
    library.K32GetProcessMemoryInfo(process, ctypes.byref(counters), counters.cb)
    return int(counters.working_set)


def machine_memory(
    proc: Path = Path("/proc"), groups: Path = Path("/sys/fs/cgroup")
) -> tuple[int, int]:
    """Bytes of memory and of these available without pushing others out; 0 where not told.

    A container's limit counts where it is lower. macOS does not say what is available: half counts.
    """
    try:
        if sys.platform == "win32":
            return _windows_memory()
        if sys.platform == "darwin":
            total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
            return total, total // 2
        lines = (proc / "meminfo").read_text().splitlines()
        known = dict(map(_pair, lines))
        total, available = (_bytes(known[name]) for name in ("MemTotal", "MemAvailable"))
        return _within_group(total, available, groups)
    except (OSError, ValueError, IndexError, KeyError):
        return 0, 0


def _pair(line: str) -> tuple[str, str]:
    name, _, rest = line.partition(":")
    return name, rest


def _bytes(text: str) -> int:
    """Of "  16384 kB"."""
    return int(text.split()[0]) << 10


def _within_group(total: int, available: int, groups: Path) -> tuple[int, int]:
    """The limit of a control group (version 2); what its files cached can be had again."""
    try:
        limit = int((groups / "memory.max").read_text())  # "max" is no number: no limit
        used = int((groups / "memory.current").read_text())
        counts = dict(line.split() for line in (groups / "memory.stat").read_text().splitlines())
        free = limit - used + int(counts.get("inactive_file", 0))
    except (OSError, ValueError):
        return total, available
    return min(total, limit), max(0, min(available, free))


class _MemoryStatus(ctypes.Structure):
    """MEMORYSTATUSEX."""

    _fields_ = (
        ("length", ctypes.c_uint32),
        ("load", ctypes.c_uint32),
        ("total", ctypes.c_uint64),
        ("available", ctypes.c_uint64),
        ("others", ctypes.c_uint64 * 5),
    )


def _windows_memory() -> tuple[int, int]:
    status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
    ctypes.CDLL("kernel32").GlobalMemoryStatusEx(ctypes.byref(status))
    return int(status.total), int(status.available)
