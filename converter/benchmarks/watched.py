"""Runs a command and says how long it took and what memory it held at most, its children included.

Linux alone: it reads /proc. Two figures of memory, because a mapped file is counted as resident
although the system may drop its pages at any time.
"""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from converter.errors import ConverterError

_PAUSE = 0.02


@dataclass(frozen=True)
class Cost:
    """Wall and processor seconds; bytes at most: `own` memory, `resident` with mapped files."""

    seconds: float
    processor: float
    own: int
    resident: int

    def then(self, other: Cost) -> Cost:
        """This, and the other after it."""
        return Cost(
            self.seconds + other.seconds,
            self.processor + other.processor,
            max(self.own, other.own),
            max(self.resident, other.resident),
        )


def watch(words: Sequence[str]) -> Cost:
    """Run to the end. Raises ConverterError with the last line when it fails."""
    import os

    begun, before = time.monotonic(), os.times()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    peak = _Peak(process.pid)
    said = process.communicate()[1]
    seconds, after = time.monotonic() - begun, os.times()
    peak.stop()
    if process.returncode != 0:
        raise ConverterError(f"{words[0]} failed: {(said.strip().splitlines() or ['?'])[-1]}")
    spent = (after.children_user + after.children_system) - (
        before.children_user + before.children_system
    )
    return Cost(seconds, spent, peak.own, peak.resident)


class _Peak:
    """Looks at a process many times a second until it is told to stop."""

    def __init__(self, process: int) -> None:
        self.own = self.resident = 0
        self._status = Path(f"/proc/{process}/status")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """No more looks."""
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_PAUSE):
            try:
                lines = self._status.read_text().splitlines()
            except OSError:
                return
            sizes = {line.split(":")[0]: line.split() for line in lines}
            self.own = max(self.own, _bytes(sizes, "RssAnon"))
            self.resident = max(self.resident, _bytes(sizes, "VmHWM"))


def _bytes(sizes: dict[str, list[str]], name: str) -> int:
    return int(sizes[name][1]) * 1024 if name in sizes else 0
