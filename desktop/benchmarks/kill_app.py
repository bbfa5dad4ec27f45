"""The whole app as a program that `kill_writer` kills: the real window, sending without a pause.

It is the window itself, offscreen, with the scripted engine; a message's id is printed once the
window has been told that it is sent. What was printed must be there after the kill.
"""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from PySide6.QtCore import QTimer

from desktop.app import make_application
from desktop.benchmarks.kill_writer import READY, text_of
from desktop.chat.events import PersonSaid, TurnEvent
from desktop.chat.library import open_library
from desktop.chat.session import open_session
from desktop.engine.scripted import ScriptedEngine
from desktop.paths import Paths, assets_folder
from desktop.ui.compose import build_window


def send_forever(database: Path) -> None:
    """Be the app, and send until somebody ends this process."""
    application = make_application()
    print(READY, flush=True)
    paths = Paths(database.parent, assets_folder())
    window = build_window(
        paths,
        lambda: open_session(paths, lambda: ScriptedEngine(["我在听。"], tokens_per_second=200)),
        lambda: open_library(paths.database),
        {"LANG": "zh_CN.UTF-8"},
    )
    numbers = count()
    sending: list[int] = []

    def send() -> None:
        sending.append(next(numbers))
        window.controller.send(None, text_of(sending[-1]))

    def on_event(_turn: object, event: TurnEvent) -> None:
        if isinstance(event, PersonSaid):
            print(event.message.id, sending[-1], flush=True)
            QTimer.singleShot(0, send)

    window.controller.event_happened.connect(on_event)
    window.ready.connect(send)
    window.show()
    application.exec()


if __name__ == "__main__":
    send_forever(Path(sys.argv[1]))
