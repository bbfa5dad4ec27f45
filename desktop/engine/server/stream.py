"""A reply on its way from the network's thread to the conversation's: a queue with an end.

Pure: knows no network. Whoever cancels need not wait for the network to notice.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any

from desktop.errors import EngineError

WAITING_EVENTS = 2048


class Cancelled(Exception):  # noqa: N818 - not an error: somebody wanted it so
    """What was asked was cancelled."""


class End:
    """The last thing in a stream's queue."""


class Stream:
    """A reply that is coming in; `cancel` may be called from any thread."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[dict[str, Any] | EngineError | Cancelled | End] = SimpleQueue()
        self._future: Future[None] | None = None
        self._deadline: float | None = None

    def begin(self, future: Future[None]) -> None:
        self._future = future

    def put(self, item: dict[str, Any] | EngineError | End) -> None:
        self._queue.put(item)

    @property
    def crowded(self) -> bool:
        """More has come than was taken; the server is to wait."""
        return self._queue.qsize() > WAITING_EVENTS

    def cancel(self) -> None:
        self._queue.put(Cancelled())
        if self._future is not None:
            self._future.cancel()

    def hurry(self, seconds: float) -> None:
        """What matters has come: wait no longer than this for the rest."""
        if self._deadline is None:
            self._deadline = time.monotonic() + seconds

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The payloads; raises EngineError where the stream broke, Cancelled where it was cut."""
        while True:
            try:
                item = self._queue.get(timeout=self._left())
            except Empty:
                return
            if isinstance(item, End):
                return
            if isinstance(item, EngineError | Cancelled):
                raise item
            yield item

    def _left(self) -> float | None:
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())
