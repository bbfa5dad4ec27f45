"""What one message costs the running screen: time by length, and memory beside a bare process.

Measures the app's own command over its pipe. Memory is read from /proc, so on Linux alone.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SCREEN = (sys.executable, "-m", "desktop.safety.screen_command", "--json")
# The same interpreter with numpy loaded, which the app has anyway.
BARE = (sys.executable, "-c", "import sys, json, numpy; print(); sys.stdin.readline()")
LONG = (1_000, 10_000, 100_000)
LONG_REPEATED = 15


@dataclass(frozen=True)
class Load:
    """Milliseconds of each ordinary message; median milliseconds by length; megabytes.

    Attributes:
        bare, peak: resident memory of a bare process, and the most that the screen ever had.
    """

    milliseconds: list[float]
    long: dict[int, float]
    bare: float
    peak: float


def measured(texts: Sequence[str]) -> Load:
    """Ask a running screen every text, then some long ones."""
    with _started(SCREEN) as screen:
        _asked(screen, "warm up")
        each = [_asked(screen, text) for text in texts]
        peak = _megabytes(screen.pid, "VmHWM")
        long = {length: _median(screen, length) for length in LONG}
        _ended(screen)
    with _started(BARE) as bare:
        assert bare.stdout is not None
        bare.stdout.readline()
        resident = _megabytes(bare.pid, "VmHWM")
        _ended(bare)
    return Load(each, long, resident, peak)


def percentile(values: Sequence[float], share: int) -> float:
    """The value below which `share` of a hundred lie."""
    return statistics.quantiles(values, n=100)[share - 1]


def escaped(text: str) -> str:
    """One line of the contract."""
    return text.replace("\r", " ").replace("\n", "\\n")


def _median(screen: subprocess.Popen[bytes], length: int) -> float:
    """Different texts of one length, for the screen remembers what it has just read."""
    sentence = "今天和同事吵了一架,回家路上一直在想这件事。"
    texts = [(f"{number} " + sentence * length)[:length] for number in range(LONG_REPEATED)]
    return statistics.median(_asked(screen, text) for text in texts)


def _started(command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )


def _asked(screen: subprocess.Popen[bytes], text: str) -> float:
    assert screen.stdin is not None
    assert screen.stdout is not None
    start = time.perf_counter()
    screen.stdin.write((escaped(text) + "\n").encode())
    screen.stdin.flush()
    screen.stdout.readline()
    return 1000 * (time.perf_counter() - start)


def _ended(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    process.wait()


def _megabytes(process: int, field: str) -> float:
    status = Path(f"/proc/{process}/status")
    if not status.is_file():
        return float("nan")
    line = next(line for line in status.read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) / 1024
