"""Work that takes longer than a blink, in a thread of its own; its end is told on the main one.

Unlocking costs a third of a second on purpose, encrypting and importing take longer: the window
goes on living meanwhile. Knows nothing of what the work is.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.errors import XinyuError

_log = logging.getLogger(__name__)


class Aside(QObject):
    """Runs one piece of work at a time; `busy` while it does."""

    _ended = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None
        self._then: tuple[Callable[[Any], None], Callable[[XinyuError], None]] | None = None
        self._ended.connect(self._on_ended)

    @property
    def busy(self) -> bool:
        return self._then is not None

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[XinyuError], None],
    ) -> bool:
        """Begin; False, and nothing happens, while something else is under way."""
        if self.busy:
            return False
        self._then = (done, failed)
        self._thread = threading.Thread(target=self._work, args=(work,), name="aside", daemon=False)
        self._thread.start()
        return True

    def wait(self) -> None:
        """Until the work has ended; what comes of it is told as always."""
        if self._thread is not None:
            self._thread.join()

    def _work(self, work: Callable[[], Any]) -> None:
        try:
            result, error = work(), None
        except XinyuError as fault:
            result, error = None, fault
        except Exception as fault:
            _log.error("a fault of ours", exc_info=fault)
            result, error = None, XinyuError("unexpected")
        self._ended.emit(result, error)

    def _on_ended(self, result: object, error: XinyuError | None) -> None:
        assert self._then is not None
        (done, failed), self._then = self._then, None
        if error is None:
            done(result)
        else:
            failed(error)
