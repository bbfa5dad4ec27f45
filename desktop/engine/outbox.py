"""The worker's ends of the pipes: lines out, from any thread, and native prints out of the way."""

from __future__ import annotations

import os
import threading

from desktop.engine import protocol


class Outbox:
    """Writes whole lines, from any thread."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def send(self, event: protocol.Event) -> None:
        line = memoryview(protocol.encode(event))
        try:
            with self._lock:
                while line:
                    line = line[os.write(self._descriptor, line) :]
        except OSError:
            os._exit(0)  # nobody reads any more


def claim_pipes() -> tuple[int, int]:
    """Descriptors of the protocol; what native code prints to stdout goes to stderr instead."""
    requests, events = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    return requests, events
