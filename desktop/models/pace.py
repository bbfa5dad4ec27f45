"""How fast bytes arrive and whether that is slow; pure, the clock is handed in."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

WINDOW = 10.0
# Nothing is said of a rate before: the first burst is no measure.
FIRST_WORD = 1.0
# Said to be slow when the rest would take longer than this at the pace of the last seconds.
SLOW_AFTER = 8.0
SLOW_REST = 3 * 3600.0


class Pace:
    """The rate over the last seconds; a burst does not make it jump."""

    def __init__(self, clock: Callable[[], float], have: int) -> None:
        self._clock = clock
        self._began = clock()
        self._seen: deque[tuple[float, int]] = deque([(self._began, have)])

    def arrived(self, have: int) -> float:
        """Note that `have` bytes are here; returns bytes a second, 0.0 at the beginning."""
        now = self._clock()
        if have < self._seen[-1][1]:  # begun anew
            self._seen.clear()
        self._seen.append((now, have))
        while len(self._seen) > 2 and now - self._seen[0][0] > WINDOW:
            self._seen.popleft()
        then, before = self._seen[0]
        if now - self._began < FIRST_WORD or now <= then:
            return 0.0
        return (have - before) / (now - then)

    def is_slow(self, left: int) -> bool:
        """Whether the rest would take hours."""
        (then, before), (now, have) = self._seen[0], self._seen[-1]
        if now - self._began < SLOW_AFTER or now <= then:
            return False
        rate = (have - before) / (now - then)
        return left > rate * SLOW_REST
