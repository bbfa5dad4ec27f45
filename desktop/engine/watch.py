"""Tells a process that works from one that hangs.

Two ways to hang: nothing is heard at all (stopped, or stuck with the interpreter's lock), or it
says that it lives but neither tokens nor processor time go on. Pure: the clock is handed in.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

# The beat alone costs less processor time than this between two looks.
CPU_STEP = 0.05


@dataclass(frozen=True)
class Limits:
    """Seconds after which a process counts as hung.

    Attributes:
        start: until the first line; a cold disk and a virus scanner take their time.
        silence: without a line while a reply is made.
        load_silence: the same while a model loads; mapping gigabytes may hold up every thread.
        stall: alive, but nothing goes on.
        begin: from a request to the word that its prompt fits; a template may compute for ever.
        cancel: from a cancel to the end of the reply.
        grace: one more look before the verdict, for when it was we who slept.
        health: from the question whether all is well to the answer.
        nap: of the wall clock between two beats; after more the computer has slept.
    """

    start: float = 30.0
    silence: float = 1.5
    load_silence: float = 10.0
    stall: float = 10.0
    begin: float = 20.0
    cancel: float = 5.0
    grace: float = 0.3
    health: float = 5.0
    nap: float = 8.0


class Watch:
    """Remembers when something was last heard and when something last went on."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._heard = self._moved = clock()
        self._cpu = 0.0
        self._progress = 0

    def begin(self) -> None:
        """A request is made: count from now."""
        self._heard = self._moved = self._clock()

    def heard(self) -> None:
        """A message came, whichever."""
        self._heard = self._clock()

    def moved(self) -> None:
        """A message came that shows work."""
        self._heard = self._moved = self._clock()

    def alive(self, cpu: float, progress: int) -> None:
        """The beat came."""
        self.heard()
        if progress != self._progress or cpu - self._cpu >= CPU_STEP:
            self._progress, self._cpu = progress, cpu
            self._moved = self._heard

    @property
    def silent_for(self) -> float:
        return self._clock() - self._heard

    @property
    def still_for(self) -> float:
        return self._clock() - self._moved
