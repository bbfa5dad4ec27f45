"""Starts the fetching process, reads its reports, ends it. Knows no network and no shelf."""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from desktop.models.fetch_lines import LONGEST_LINE, Order, Report, read_report, write_line

log = logging.getLogger(__name__)
COMMAND = (sys.executable, "-m", "desktop.models.fetcher")
# Settings of the person's other programs that would change what is sent, where to, or by whom.
_FOREIGN = ("HF_", "HUGGING", "TRANSFORMERS_", "XET_")
_OWN = {
    "HF_HUB_DISABLE_XET": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_DISABLE_UPDATE_CHECK": "1",
}


class FetchChild:
    """One order being carried out in a process of its own."""

    def __init__(self, order: Order) -> None:
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW
        self._process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(os.environ),
            start_new_session=sys.platform != "win32",
            creationflags=flags,
        )
        self._input = _pipe(self._process.stdin)
        self._output = _pipe(self._process.stdout)
        with contextlib.suppress(OSError):  # dead at once: the reports end, and that is told
            self._input.write(write_line(order).encode("ascii"))
            self._input.flush()

    @property
    def pid(self) -> int:
        return self._process.pid

    def reports(self) -> Iterator[Report]:
        """Until the process ends or is ended; blocks between reports."""
        while True:
            try:
                line = self._output.readline(LONGEST_LINE)
            except (OSError, ValueError):  # the pipe was closed under us
                return
            if not line:
                return
            report = read_report(line)
            if report is not None:
                yield report

    def end(self) -> None:
        """End the process, at once and whatever it does; safe from any thread and twice."""
        with contextlib.suppress(OSError):
            self._process.kill()
        self._process.wait()
        for pipe in (self._input, self._output):
            with contextlib.suppress(OSError):
                pipe.close()


def environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Ours without what belongs to other programs; proxies and certificates stay."""
    kept = {name: value for name, value in ours.items() if not name.startswith(_FOREIGN)}
    folder = str(Path(__file__).resolve().parents[2])
    others = kept.get("PYTHONPATH")
    kept["PYTHONPATH"] = f"{folder}{os.pathsep}{others}" if others else folder
    return {**kept, **_OWN, "HF_HOME": os.devnull}


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("a process without a pipe")
    return pipe
