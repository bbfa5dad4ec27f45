"""When it has to be said again that this is an AI, and when a pause is offered.

When asked, after seven idle days and every three hours of use (every hour for people under 18); at
first use the window's first page and the terminal's first lines say it. A pause is offered after
two hours at a stretch, never while someone is at risk. Times come from a clock that is handed in
and are kept on disk, so that closing the window restarts nothing. Knows codes of sentences and no
window.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

HOUR = 3600.0
IDLE = 7 * 24 * HOUR
BETWEEN_NOTICES = 3 * HOUR
BETWEEN_NOTICES_FOR_MINORS = HOUR
UNTIL_BREAK = 2 * HOUR
# Whoever says nothing for so long has put it aside: a new stretch begins.
PAUSE = HOUR / 2

AI, AI_ASKED, BREAK = "notice_ai", "notice_ai_asked", "notice_break"


@dataclass(frozen=True)
class UseTimes:
    """How long somebody has been talking.

    Attributes:
        last: when something was said last, seconds since 1970; None: never.
        since_notice: seconds of use since it was last said that this is an AI.
        stretch: seconds of use without a pause, since a pause was last offered.
    """

    last: float | None = None
    since_notice: float = 0.0
    stretch: float = 0.0


class KeptTimes(Protocol):
    """Where they are kept."""

    def load(self) -> UseTimes: ...

    def save(self, times: UseTimes) -> None: ...


class Notices:
    """Says which notices are due; belongs to one thread.

    Args:
        kept: where the times are read and written.
        clock: seconds since 1970.
    """

    def __init__(self, kept: KeptTimes, clock: Callable[[], float]) -> None:
        self._kept = kept
        self._clock = clock

    def at_start(self) -> tuple[str, ...]:
        """When the app opens: after seven idle days, before anything is said."""
        times = self._kept.load()
        if times.last is None or self._clock() - times.last < IDLE:
            return ()
        self._kept.save(UseTimes(self._clock()))
        return (AI,)

    def after_message(self, *, minor: bool, at_risk: bool, asked: bool) -> tuple[str, ...]:
        """When the person has said something."""
        before = self._kept.load()
        times = self._passed(before)
        every = BETWEEN_NOTICES_FOR_MINORS if minor else BETWEEN_NOTICES
        codes: list[str] = []
        if asked:
            codes.append(AI_ASKED)
        elif times.since_notice >= every or self._was_idle(before):
            codes.append(AI)
        if codes:
            times = replace(times, since_notice=0.0)
        if times.stretch >= UNTIL_BREAK and not at_risk:
            codes.append(BREAK)
            times = replace(times, stretch=0.0)
        self._kept.save(times)
        return tuple(codes)

    def _passed(self, before: UseTimes) -> UseTimes:
        """The times now; a clock that was set back counts as no time at all."""
        now = self._clock()
        gap = max(0.0, now - before.last) if before.last is not None else 0.0
        if gap > PAUSE:
            return replace(before, last=now, stretch=0.0)
        return UseTimes(now, before.since_notice + gap, before.stretch + gap)

    def _was_idle(self, before: UseTimes) -> bool:
        return before.last is not None and self._clock() - before.last >= IDLE
