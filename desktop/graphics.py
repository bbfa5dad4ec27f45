"""Which GPUs this computer has, asked of the system and not of llama.cpp.

So that `xinyu doctor` can tell a build that overlooks a GPU from a computer without one. Looks into
files and for libraries; starts at most nvidia-smi, where there are no such files.
"""

from __future__ import annotations

import ctypes.util
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# PCI numbers of those who make GPUs that Vulkan computes on.
VENDORS = {"0x1002": "AMD", "0x8086": "Intel"}
LONGEST_ANSWER = 10.0


@dataclass(frozen=True)
class Graphics:
    """A GPU and the backend of llama.cpp that suits it: "cuda", "vulkan" or "metal"."""

    name: str
    backend: str


@dataclass(frozen=True)
class System:
    """Where to look; all of it can be replaced by a test.

    Attributes:
        platform: as `sys.platform`.
        processor: as `platform.machine()`.
        proc, sys: of Linux.
        vulkan: whether Vulkan's loader is installed.
        nvidia_smi: what `nvidia-smi -L` says, or "".
    """

    platform: str
    processor: str
    proc: Path
    sys: Path
    vulkan: Callable[[], bool]
    nvidia_smi: Callable[[], str]


def this_system() -> System:
    """The computer at hand."""
    return System(
        sys.platform, platform.machine(), Path("/proc"), Path("/sys"), _has_vulkan, _ask_nvidia
    )


def find_graphics(system: System) -> list[Graphics]:
    """All that are found, the one that is likeliest the quickest first."""
    if system.platform == "darwin":
        return [Graphics("Apple GPU", "metal")] if system.processor == "arm64" else []
    found = [Graphics(name, "cuda") for name in _nvidia(system)]
    if system.platform.startswith("linux") and system.vulkan():
        found += [Graphics(f"{name} GPU", "vulkan") for name in _others(system.sys)]
    return found


def _nvidia(system: System) -> list[str]:
    """The driver's own files; elsewhere "GPU 0: NVIDIA ... (UUID: ...)" of nvidia-smi."""
    files = sorted((system.proc / "driver" / "nvidia" / "gpus").glob("*/information"))
    names = [line.partition(":")[2] for file in files for line in _lines(file) if "Model:" in line]
    if not names:
        said = [line for line in system.nvidia_smi().splitlines() if line.startswith("GPU ")]
        names = [line.partition(":")[2].partition("(")[0] for line in said]
    return [name.strip() for name in names]


def _others(folder: Path) -> list[str]:
    vendors = ["".join(_lines(file)) for file in folder.glob("class/drm/card*/device/vendor")]
    return sorted({VENDORS[vendor.strip()] for vendor in vendors if vendor.strip() in VENDORS})


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []


def _has_vulkan() -> bool:
    return ctypes.util.find_library("vulkan") is not None


def _ask_nvidia() -> str:
    program = shutil.which("nvidia-smi")
    if program is None:
        return ""
    try:
        done = subprocess.run(
            [program, "-L"], capture_output=True, text=True, timeout=LONGEST_ANSWER, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""
