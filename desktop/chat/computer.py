"""What tells one computer from another, for results that count on one computer only.

Nothing that names the person or the computer's place in a network: kind of system, processor and
memory. Two computers that are alike in all of it count as one.
"""

from __future__ import annotations

import os
import platform
from pathlib import Path

CPU_INFO = Path("/proc/cpuinfo")


def computer_name(cpu_info: Path = CPU_INFO) -> str:
    """E.g. "Linux x86_64, Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz, 8 processors"."""
    processor = _model_name(cpu_info) or platform.processor() or "?"
    return f"{platform.system()} {platform.machine()}, {processor}, {os.cpu_count()} processors"


def _model_name(cpu_info: Path) -> str:
    """The processor as Linux names it; "" elsewhere."""
    try:
        lines = cpu_info.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, "")
