"""The rate that is shown, and when a line counts as slow."""

from __future__ import annotations

from desktop.models.pace import Pace


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_first_second_says_nothing_then_the_last_ten_count() -> None:
    clock = Clock()
    pace = Pace(clock, 0)
    clock.now += 0.5
    assert pace.arrived(50_000_000) == 0.0

    for second in range(1, 40):
        clock.now += 1
        rate = pace.arrived(50_000_000 + second * 1000)

    assert rate == 1000


def test_beginning_anew_is_no_negative_rate() -> None:
    clock = Clock()
    pace = Pace(clock, 0)
    clock.now += 5
    pace.arrived(1_000_000)
    clock.now += 1

    assert pace.arrived(10) >= 0
    clock.now += 1
    assert pace.arrived(1010) == 1000


def test_hours_at_this_pace_are_slow_but_not_at_once() -> None:
    clock = Clock()
    pace = Pace(clock, 0)
    clock.now += 2
    pace.arrived(2000)
    assert not pace.is_slow(10**9)

    clock.now += 8
    pace.arrived(10_000)

    assert pace.is_slow(10**9)
    assert not pace.is_slow(1000)
