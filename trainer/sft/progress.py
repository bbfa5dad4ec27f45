"""What a person sees of a run: a bar on a terminal, a line now and then elsewhere.

Nobody has to look: a closed terminal or a broken pipe changes nothing for the run.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable

LINES = 40
"""About so many lines a stage where there is no terminal."""
WINDOW = 50

Say = Callable[[str], None]


def quiet(_: str) -> None:
    """Says nothing: for processes other than the first."""


def say(line: str) -> None:
    """Print a line; a reader who went away is no fault."""
    try:
        print(line, flush=True)
    except (BrokenPipeError, OSError, ValueError):
        return


class Bar:
    """Steps done, loss, tokens a second and time left."""

    def __init__(self, total: int, done: int, speak: Say) -> None:
        self._total, self._done, self._say = total, done, speak
        self._recent: deque[tuple[float, int]] = deque(maxlen=WINDOW)
        self._recent.append((time.monotonic(), 0))
        self._bar = self._terminal() if speak is not quiet else None

    def step(self, loss: float, tokens: int) -> float:
        """One more step; returns tokens a second over the last steps."""
        self._done += 1
        self._recent.append((time.monotonic(), tokens))
        speed = self.speed()
        if self._bar is not None:
            self._guard(lambda bar: bar.set_postfix_str(words(loss, speed), refresh=False))
            self._guard(lambda bar: bar.update(1))
        elif self._done % max(1, self._total // LINES) == 0 or self._done == self._total:
            left = (self._total - self._done) * self._seconds()
            text = words(loss, speed)
            self._say(f"  step {self._done} of {self._total}: {text}, {duration(left)} left")
        return speed

    def speed(self) -> float:
        """Tokens a second over the last steps."""
        tokens = sum(n for _, n in list(self._recent)[1:])
        return tokens / max(1e-9, self._recent[-1][0] - self._recent[0][0])

    def close(self) -> None:
        """Leave the terminal as it should be."""
        self._guard(lambda bar: bar.close())

    def _seconds(self) -> float:
        return (self._recent[-1][0] - self._recent[0][0]) / max(1, len(self._recent) - 1)

    def _terminal(self) -> object | None:
        if not sys.stderr.isatty():
            return None
        from tqdm import tqdm

        return tqdm(total=self._total, initial=self._done, unit="step", dynamic_ncols=True)

    def _guard(self, act: Callable[..., object]) -> None:
        if self._bar is None:
            return
        try:
            act(self._bar)
        except (BrokenPipeError, OSError, ValueError):
            self._bar = None


def words(loss: float, speed: float) -> str:
    """Loss and speed."""
    return f"loss {loss:.3f}, {speed:,.0f} tokens/s"


def duration(seconds: float) -> str:
    """Roughly how long, e.g. "3 min"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
