"""The line a person watches: which stage of how many, its size, how far it is, time left.

Draws on a terminal's stderr alone, at most ten times a second; silent everywhere else.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from typing import TextIO

from converter.stages import Stage

_CELLS, _PAUSE, _ENOUGH = 20, 0.1, 0.02
"""Cells of the bar, seconds between two pictures, share of a stage that is believed as a rate."""


class Bar:
    """`show` is what the converter's functions call; `clock` gives seconds."""

    def __init__(
        self,
        stages: Sequence[Stage] = (),
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stages = {stage.name: (number, stage) for number, stage in enumerate(stages, 1)}
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._clock = clock
        self._next = 0.0
        self._name, self._begun = "", clock()

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def show(self, name: str, done: int, total: int) -> None:
        """Say that the stage `name` has done so much of `total`."""
        now = self._clock()
        changed = name != self._name
        if changed:
            self._name, self._begun = name, now
        if self._live and (changed or now >= self._next):
            self._next = now + _PAUSE
            self._stream.write("\r\x1b[K" + self.line(name, done / max(total, 1), now))
            self._stream.flush()

    def line(self, name: str, share: float, now: float) -> str:
        """What is drawn when `share` of the stage `name` is done."""
        number, stage = self._stages.get(name, (0, Stage(name, 0, 0.0)))
        full = round(_CELLS * min(share, 1.0))
        parts = [f"{number}/{len(self._stages)}" if number else "", name]
        parts.append(f"[{'#' * full}{'-' * (_CELLS - full)}]")
        if stage.size:
            parts.append(f"{readable(stage.size * share)} of {readable(stage.size)}")
        parts.append(self._left(number, stage, share, now))
        return "  ".join(part for part in parts if part)

    def _left(self, number: int, stage: Stage, share: float, now: float) -> str:
        """This stage by its own rate once there is one, the later ones by their estimates."""
        passed = now - self._begun
        here = passed / share * (1 - share) if share > _ENOUGH else stage.seconds - passed
        later = sum(other.seconds for place, other in self._stages.values() if place > number)
        left = max(here, 0.0) + (later if number else 0.0)
        return f"{duration(left)} left" if left or number else ""


def readable(size: float) -> str:
    """Bytes as people say them."""
    return f"{size / 1e9:.2f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"


def duration(seconds: float) -> str:
    """Seconds as minutes and hours."""
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02}"
    return f"{whole // 3600}:{whole % 3600 // 60:02}:{whole % 60:02}"
