"""When it is said that this is an AI, and when a pause is offered: on a clock set by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from desktop.chat.kept import GuardCounts, StoredTimes
from desktop.chat.notices import AI, AI_ASKED, BREAK, HOUR, Notices, UseTimes
from desktop.store.database import open_store

MINUTE = 60.0
DAY = 24 * HOUR


class Kept:
    """Times that stay in memory."""

    def __init__(self) -> None:
        self.times = UseTimes()

    def load(self) -> UseTimes:
        return self.times

    def save(self, times: UseTimes) -> None:
        self.times = times


class Talk:
    """Somebody who says something every ten minutes."""

    def __init__(self, kept: Kept | StoredTimes | None = None, *, minor: bool = False) -> None:
        self.now = 1_000_000.0
        self.minor = minor
        self.notices = Notices(kept or Kept(), lambda: self.now)

    def say(self, *, asked: bool = False, at_risk: bool = False) -> tuple[str, ...]:
        return self.notices.after_message(minor=self.minor, at_risk=at_risk, asked=asked)

    def go_on(self, hours: float, *, at_risk: bool = False) -> dict[str, list[float]]:
        """The notices of so many hours, and when they came, in hours."""
        began, told = self.now, dict[str, list[float]]()
        while self.now - began < hours * HOUR:
            self.now += 10 * MINUTE
            for code in self.say(at_risk=at_risk):
                told.setdefault(code, []).append(round((self.now - began) / HOUR, 1))
        return told


def test_every_three_hours_of_use_and_a_pause_every_two() -> None:
    talk = Talk()
    talk.say()
    assert talk.go_on(6.5) == {AI: [3.0, 6.0], BREAK: [2.0, 4.0, 6.0]}


def test_every_hour_for_people_under_age() -> None:
    talk = Talk(minor=True)
    talk.say()
    assert talk.go_on(3.2)[AI] == [1.0, 2.0, 3.0]


def test_whoever_asks_is_told_at_once_and_not_again_soon_after() -> None:
    talk = Talk()
    talk.say()
    talk.go_on(2.8)
    assert talk.say(asked=True) == (AI_ASKED,)
    assert AI not in talk.go_on(2.8)


def test_nobody_is_sent_for_a_pause_while_at_risk() -> None:
    talk = Talk()
    talk.say()
    assert BREAK not in talk.go_on(4, at_risk=True)
    assert BREAK in talk.go_on(0.2)


def test_a_pause_of_an_hour_begins_a_new_stretch_but_use_adds_up() -> None:
    talk = Talk()
    talk.say()
    talk.go_on(1.8)
    talk.now += HOUR
    assert talk.say() == ()
    assert talk.go_on(1.8) == {AI: [1.2]}


def test_after_seven_idle_days_it_is_said_before_anything_else() -> None:
    talk = Talk()
    talk.say()
    talk.now += 6.9 * DAY
    assert talk.notices.at_start() == ()
    talk.now += 0.2 * DAY
    assert talk.notices.at_start() == (AI,)
    assert talk.notices.at_start() == ()
    assert talk.say() == ()


def test_an_app_that_was_left_open_for_a_week_says_it_too() -> None:
    talk = Talk()
    talk.say()
    talk.now += 8 * DAY
    assert talk.say() == (AI,)


def test_nothing_is_due_at_the_very_first_start() -> None:
    assert Talk().notices.at_start() == ()


def test_a_clock_that_was_set_back_changes_nothing() -> None:
    talk = Talk()
    talk.say()
    talk.now -= DAY
    assert talk.say() == ()
    assert talk.go_on(1) == {}


def test_times_survive_a_restart(tmp_path: Path) -> None:
    talk = None
    for _ in range(3):  # one hour in each of three sessions, ten minutes between them
        with open_store(tmp_path / "xinyu.db") as store:
            now = talk.now if talk else 1_000_000.0
            talk = Talk(StoredTimes(store))
            talk.now = now
            talk.say()
            told = talk.go_on(1)
    assert told == {AI: [1.0]}


@pytest.mark.parametrize("value", ["", "[]", '{"last": "x"}', '{"last": 1e999}', "{"])
def test_times_that_cannot_be_read_count_as_none(tmp_path: Path, value: str) -> None:
    with open_store(tmp_path / "xinyu.db") as store:
        with store.transaction() as change:
            change.execute("INSERT INTO settings VALUES ('kept_use_times', ?)", (value,))
        assert StoredTimes(store).load() == UseTimes()


def test_counts_of_the_guard_are_kept_by_month_and_rule(tmp_path: Path) -> None:
    with open_store(tmp_path / "xinyu.db") as store:
        counts = GuardCounts(store, lambda: date(2026, 11, 24))
        counts.add({"G1": 1, "G5": 2})
        counts.add({"G5": 1})
        assert GuardCounts(store).by_month() == {"2026-11": {"G1": 1, "G5": 3}}
