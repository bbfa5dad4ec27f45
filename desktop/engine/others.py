"""How much of the computer other programs take while something is measured."""

from __future__ import annotations

import time


class Others:
    """Counts from its making; psutil is imported then."""

    def __init__(self) -> None:
        import psutil

        self._times, self._processors = psutil.cpu_times, psutil.cpu_count() or 1
        self._began = (time.monotonic(), self._busy(), time.process_time())

    def share(self) -> float:
        """Of all processors together, 0 to 1: what is busy without this process."""
        now = (time.monotonic(), self._busy(), time.process_time())
        passed, busy, own = (after - before for after, before in zip(now, self._began, strict=True))
        if passed <= 0:
            return 0.0
        return min(1.0, max(0.0, (busy - own) / passed / self._processors))

    def _busy(self) -> float:
        """Seconds of all processors; what a guest system used is counted in "user" already."""
        times = self._times()._asdict()
        waiting = ("idle", "iowait", "guest", "guest_nice")
        return float(sum(value for name, value in times.items() if name not in waiting))
