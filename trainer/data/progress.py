"""What a person sees while a dataset is built: a bar on a terminal, lines elsewhere."""

from __future__ import annotations

import sys
import time

from trainer.sft.progress import Say, duration

EVERY = 20
"""Seconds between two lines where there is no terminal."""


class Reading:
    """Bytes of the corpora read so far, dialogues, and the time left."""

    def __init__(self, total: int, speak: Say) -> None:
        self._total, self._say = max(1, total), speak
        self._bytes = self._records = 0
        self._begun = self._told = time.monotonic()
        self._bar = None
        if sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(
                total=total, unit="B", unit_scale=True, desc="reading", dynamic_ncols=True
            )

    def seen(self, count: int) -> None:
        """So many more stored bytes were read."""
        self._bytes += count
        if self._bar is not None:
            self._bar.update(count)

    def tick(self) -> None:
        """One more record."""
        self._records += 1
        if self._bar is not None:
            if self._records % 500 == 0:
                self._bar.set_postfix_str(f"{self._records:,} dialogues", refresh=False)
            return
        if self._records % 500 == 0 and time.monotonic() - self._told >= EVERY:
            self._told = time.monotonic()
            share = min(1.0, max(1e-6, self._bytes / self._total))
            left = (self._told - self._begun) * (1 - share) / share
            self._say(f"  {self._records:,} read, {share:.0%}, {duration(left)} left")

    def close(self) -> None:
        """Leave the terminal as it should be."""
        if self._bar is not None:
            self._bar.close()
