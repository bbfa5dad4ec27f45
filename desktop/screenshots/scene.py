"""One picture: what lies in the store, what is done in the window, and how it is taken."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from desktop.chat.answering import Server, find_server
from desktop.chat.kept import StoredTimes
from desktop.chat.library import open_library
from desktop.chat.notices import UseTimes
from desktop.chat.session import open_session
from desktop.engine.scripted import ScriptedEngine
from desktop.paths import Paths, assets_folder
from desktop.screenshots.care import wait_for
from desktop.screenshots.talks import CHINESE_TALK, ENGLISH_TITLES, REPLY, TITLES
from desktop.settings import Settings
from desktop.store.conversations import Conversations
from desktop.store.database import Store, open_store
from desktop.store.preferences import Preferences
from desktop.store.records import State
from desktop.ui.compose import build_window
from desktop.ui.window import MainWindow


@dataclass
class Scene:
    """One picture: how to prepare the store and what to do before it is taken."""

    act: Callable[[MainWindow], None] = lambda window: None
    settings: Settings = field(default_factory=lambda: Settings(welcomed=True, language="zh"))
    talk: Sequence[tuple[str, str]] = CHINESE_TALK
    engine: Callable[[], ScriptedEngine] = lambda: ScriptedEngine([REPLY], tokens_per_second=40)
    size: QSize = field(default_factory=lambda: QSize(1080, 760))
    repeat: int = 1
    wait: int = 500
    talked_for: float = 0.0
    own: Callable[[Store], None] = lambda store: None
    server: str = ""


def take(application: QApplication, scene: Scene, path: Path) -> None:
    """One picture, with a store and a window of its own."""
    with tempfile.TemporaryDirectory() as folder:
        paths = Paths(Path(folder), assets_folder())
        prepare_store(paths, scene)
        engine = scene.engine()
        server = named_server(paths, scene.server)
        window = build_window(
            paths,
            lambda: open_session(paths, lambda: engine, server=server),
            lambda: open_library(paths.database),
            {"LANG": "zh_CN.UTF-8"},
        )
        window.resize(scene.size)
        ready: list[bool] = []
        window.ready.connect(lambda: ready.append(True))
        window.show()
        window.activateWindow()
        while not ready:
            wait_for(10)
        wait_for(scene.wait)
        scene.act(window)
        wait_for(150)
        grab(application, window).save(str(path))
        for dialog in application.topLevelWidgets():
            if dialog is not window:
                dialog.close()
        window.close()
        window.deleteLater()
        wait_for(10)


def named_server(paths: Paths, lines: str) -> Server | None:
    """A server as an administrator names it; the scripted engine speaks for it."""
    if not lines:
        return None
    file = paths.home / "server.toml"
    file.write_text(lines, "utf-8")
    return find_server(paths, {"XINYU_SERVER": str(file)})


def grab(application: QApplication, window: MainWindow) -> QPixmap:
    """The window with the dialogs and popups that lie over it."""
    picture = window.grab()
    painter = QPainter(picture)
    for other in application.topLevelWidgets():
        if other.isVisible() and other is not window:
            place = other.mapToGlobal(QPoint(0, 0)) - window.mapToGlobal(QPoint(0, 0))
            painter.drawPixmap(place, other.grab())
    painter.end()
    return picture


def prepare_store(paths: Paths, scene: Scene) -> None:
    """A few conversations, the newest of which is the scene's."""
    paths.home.mkdir(exist_ok=True)
    now = time.time()
    clock = Clock(now - 86_400 * 5)
    with open_store(paths.database) as store:
        Preferences(store).save(scene.settings)
        if scene.talked_for:
            StoredTimes(store).save(UseTimes(now - 60, 60, scene.talked_for))
        scene.own(store)
        if not scene.talk:
            return
        conversations = Conversations(store, clock)
        english = scene.settings.language == "en"
        titles = ENGLISH_TITLES if english else TITLES
        for title in reversed(titles[1:]):
            write_talk(conversations, clock, title, CHINESE_TALK[:2], 1)
        clock.now = now - 5400
        write_talk(
            conversations,
            clock,
            titles[0],
            scene.talk,
            scene.repeat,
        )


def write_talk(
    conversations: Conversations,
    clock: Clock,
    title: str,
    talk: Sequence[tuple[str, str]],
    repeat: int,
) -> None:
    """A talk said over and over; in a short one more than an hour lies before its last words."""
    conversation = conversations.create(title)
    said_id = 0
    lines = [*talk] * repeat
    for number, (role, text) in enumerate(lines):
        clock.now += 4000 if number == len(lines) - 2 and repeat == 1 and number else 40
        if role == "user":
            said_id = conversations.append_person(conversation.id, text).id
        else:
            reply = conversations.begin_reply(conversation.id, said_id, "starter")
            conversations.finish(reply.id, text, State.COMPLETE)


@dataclass
class Clock:
    """A clock that is set by hand."""

    now: float

    def __call__(self) -> float:
        return self.now
