"""The composition root of the window: the only place where services are made and put together.

Boots in this order: log, QApplication, single instance, window, event loop; ends in reverse.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from desktop.chat.answering import Server, engine_maker
from desktop.chat.library import open_library
from desktop.chat.models import ModelsDesk
from desktop.chat.session import open_session
from desktop.engine.base import Engine
from desktop.logs import start_log
from desktop.paths import Paths
from desktop.ui.front_door import build_front
from desktop.ui.single_instance import SingleInstance

_log = logging.getLogger(__name__)


def run_window(
    paths: Paths,
    environment: Mapping[str, str],
    make_engine: Callable[[], Engine],
    model: str = "",
    language: str | None = None,
    server: Server | None = None,
) -> int:
    """Open the window and run until it is closed; return the exit status.

    `make_engine` makes the engine of this computer; a `server` answers in its place.

    A second start for the same data folder brings the first one's window to the front and ends.
    """
    start_log(paths.logs)
    application = make_application()
    instance = SingleInstance(paths.home)
    if instance.raise_other() or not instance.listen():
        return 0
    answering = engine_maker(server, paths.assets, make_engine)
    front = build_front(
        application,
        paths,
        lambda own, key, check: open_session(own, answering, model, key, check, server),
        lambda own, key: open_library(own.database, key),
        environment,
        language,
        make_desk=lambda own, tell: ModelsDesk(own, tell, make_engine),
    )
    instance.raised.connect(front.come_to_front)
    front.begin()
    status: int = application.exec()
    instance.close()
    return status


def make_application() -> QApplication:
    """The one QApplication, with the names the system shows."""
    QCoreApplication.setApplicationName("xinyu")
    QCoreApplication.setOrganizationName("xinyu")
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    application = QApplication(sys.argv[:1])
    application.setApplicationDisplayName("心屿")
    application.setDesktopFileName("xinyu")
    return application
