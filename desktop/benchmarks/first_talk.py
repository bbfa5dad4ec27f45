"""One first start, as a program that others watch: the real window, the real starter, one reply.

Prints one JSON line: seconds from the process's start to a usable window and to the reply's end,
and whether there was a reply. The data folder is XINYU_HOME, which should be empty.
"""

from __future__ import annotations

import json
import os
import sys
import time

BEGAN = "XINYU_BENCH_BEGAN"
PATIENCE_MILLISECONDS = 60_000


def talk_once() -> dict[str, float | bool]:
    """Open the window, say one sentence, wait for its end."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QEventLoop, QTimer

    from desktop.app import make_application
    from desktop.chat.events import ReplyFinished
    from desktop.chat.library import open_library
    from desktop.chat.session import open_session
    from desktop.engine.client import ProcessEngine
    from desktop.paths import find_paths
    from desktop.ui.compose import build_window

    make_application()
    paths = find_paths(os.environ)
    window = build_window(
        paths,
        lambda: open_session(paths, ProcessEngine),
        lambda: open_library(paths.database),
        os.environ,
    )
    loop, events = QEventLoop(), []
    window.ready.connect(loop.quit)
    QTimer.singleShot(PATIENCE_MILLISECONDS, loop.quit)
    window.show()
    loop.exec()
    usable = _since_start()
    window.controller.event_happened.connect(lambda _turn, event: events.append(event))
    window.controller.turn_ended.connect(lambda turn: None if turn.loading else loop.quit())
    window.controller.send(None, "今天有点累。")
    loop.exec()
    replied = any(isinstance(event, ReplyFinished) for event in events)
    figures: dict[str, float | bool] = {
        "usable": usable,
        "reply": _since_start(),
        "replied": replied,
    }
    window.close()
    return figures


def _since_start() -> float:
    return time.time() - float(os.environ[BEGAN])


if __name__ == "__main__":
    print(json.dumps(talk_once()))
    sys.stdout.flush()
