"""A model on its way into memory, in a thread of its own.

A large model takes many seconds to load, and a message must not wait that long for its place on
disk: so the conversation thread only looks whether the load is done. While it runs, nobody else
may ask the engine for anything but to close.
"""

from __future__ import annotations

import threading
import time

from desktop.engine.base import Engine, Loaded, LoadRequest

LONGEST_GOODBYE = 5.0


class Loading:
    """One load; begins at once.

    Attributes:
        request: what is being loaded.
    """

    def __init__(self, engine: Engine, request: LoadRequest) -> None:
        self.request = request
        self._engine = engine
        self._began = time.monotonic()
        self._loaded: Loaded | None = None
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._load, name="loading", daemon=True)
        self._thread.start()

    @property
    def seconds(self) -> float:
        """How long it has been going on."""
        return time.monotonic() - self._began

    def done_within(self, seconds: float) -> bool:
        """Wait at most so long; True when the load has ended, well or badly."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def result(self) -> Loaded:
        """What was loaded, or the error the load ended with; only after its end."""
        if self._error is not None:
            raise self._error
        if self._loaded is None:
            raise RuntimeError("the load has not ended")
        return self._loaded

    def abandon(self) -> None:
        """Wait for the end after the engine was closed; the result does not matter any more."""
        self._thread.join(LONGEST_GOODBYE)

    def _load(self) -> None:
        try:
            self._loaded = self._engine.load(self.request)
        except Exception as error:  # whatever it is, it is raised where the result is asked for
            self._error = error
