"""Where rows of different heights stand, measured or estimated, for thousands of rows.

A plain list of heights and their sums; sums behind a changed row are made anew when asked for.
Without Qt.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate


class Offsets:
    """Heights of all rows and the place of each."""

    def __init__(self) -> None:
        self._heights: list[float] = []
        self._exact: list[bool] = []
        self._tops: list[float] = [0.0]
        self._good = 0

    def __len__(self) -> int:
        return len(self._heights)

    @property
    def total(self) -> float:
        self._sum_up()
        return self._tops[-1]

    def reset(self, estimates: Iterable[float]) -> None:
        """All rows anew, none of them measured."""
        self._heights = list(estimates)
        self._exact = [False] * len(self._heights)
        self._good = 0

    def insert(self, row: int, estimates: list[float]) -> None:
        self._heights[row:row] = estimates
        self._exact[row:row] = [False] * len(estimates)
        self._good = min(self._good, row)

    def remove(self, first: int, last: int) -> None:
        del self._heights[first : last + 1]
        del self._exact[first : last + 1]
        self._good = min(self._good, first)

    def measure(self, row: int, height: float) -> bool:
        """Give a row its real height; True when that differs from what was thought."""
        self._exact[row] = True
        if self._heights[row] == height:
            return False
        self._heights[row] = height
        self._good = min(self._good, row)
        return True

    def forget(self, row: int) -> None:
        """The row has to be measured again; until then it keeps its height."""
        self._exact[row] = False

    def is_exact(self, row: int) -> bool:
        return self._exact[row]

    def height(self, row: int) -> float:
        return self._heights[row]

    def top(self, row: int) -> float:
        self._sum_up()
        return self._tops[row]

    def row_at(self, y: float) -> int:
        """The row that covers `y`, or the nearest; -1 where there are none."""
        self._sum_up()
        return max(-1, min(bisect_right(self._tops, y) - 1, len(self._heights) - 1))

    def _sum_up(self) -> None:
        if self._good < len(self._heights) or len(self._tops) != len(self._heights) + 1:
            start = self._tops[self._good]
            del self._tops[self._good :]
            self._tops.extend(accumulate(self._heights[self._good :], initial=start))
            self._good = len(self._heights)
