"""Times of use and counts of the guard, as the store keeps them: numbers, and nobody's words."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import date
from math import isfinite

from desktop.chat.notices import UseTimes
from desktop.errors import StoreError
from desktop.store.database import Store
from desktop.store.kept_values import KeptValues

_log = logging.getLogger(__name__)


class StoredTimes:
    """Implements `desktop.chat.notices.KeptTimes`; a full disk never stops a talk."""

    def __init__(self, store: Store) -> None:
        self._values = KeptValues(store, "kept_use_times")

    def load(self) -> UseTimes:
        raw = self._values.load()
        last = _seconds(raw.get("last"))
        return UseTimes(
            last, _seconds(raw.get("since_notice")) or 0.0, _seconds(raw.get("stretch")) or 0.0
        )

    def save(self, times: UseTimes) -> None:
        value = {
            "last": times.last,
            "since_notice": times.since_notice,
            "stretch": times.stretch,
        }
        try:
            self._values.save(value)
        except StoreError as error:
            _log.warning("times of use not kept: %s", error)


class GuardCounts:
    """How often which rule of the guard cut something, by month; numbers only.

    Args:
        today: the date of now.
    """

    def __init__(self, store: Store, today: Callable[[], date] = date.today) -> None:
        self._values = KeptValues(store, "kept_guard_counts")
        self._today = today

    def by_month(self) -> dict[str, dict[str, int]]:
        """Month ("2026-11"), then rule ("G5"), to how often."""
        found: dict[str, dict[str, int]] = {}
        for month, rules in self._values.load().items():
            if isinstance(rules, dict):
                found[month] = {rule: n for rule, n in rules.items() if isinstance(n, int)}
        return found

    def add(self, hits: Mapping[str, int]) -> None:
        """Count the hits of one reply."""
        counts = self.by_month()
        month = counts.setdefault(self._today().strftime("%Y-%m"), {})
        for rule, number in hits.items():
            month[rule] = month.get(rule, 0) + number
        try:
            self._values.save(counts)
        except StoreError as error:
            _log.warning("counts of the guard not kept: %s", error)


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return float(value)
