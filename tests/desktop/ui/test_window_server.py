"""With a server set, the window says where words go, all the time and truly."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.chat.answering import Server, find_server
from desktop.chat.session import Session, open_session
from desktop.engine.base import Engine
from desktop.engine.scripted import ScriptedEngine
from desktop.settings import Settings
from desktop.store.database import open_store
from desktop.store.preferences import Preferences
from desktop.ui.about import AboutDialog
from desktop.ui.models_page import ModelsPage
from desktop.ui.welcome import WelcomePage
from desktop.ui.window import MainWindow
from tests.support.replay_server import DONE, ReplayServer, event, head, serving
from tests.support.window_desk import Desk, said

HOST = "ai.school.example"
PATIENCE = "\n[patience]\nconnect = 2\nfirst = 5\nsilence = 5\n"


@pytest.fixture
def replay() -> Iterator[ReplayServer]:
    with serving() as running:
        running.reply = [head(), event("我在听。", "stop"), DONE]
        yield running


def set_up(desk: Desk, text: str, *, asked: bool = False) -> Callable[[], Session]:
    """Name a server, as an administrator does; returns what opens the session.

    Nothing looks for a school's server from a test: a script answers unless it is to be `asked`.
    """
    desk.paths.home.mkdir(parents=True, exist_ok=True)
    file = desk.paths.home / "server.toml"
    file.write_text(text + PATIENCE, "utf-8")
    server = find_server(desk.paths, {})
    assert isinstance(server, Server)

    def make() -> Engine:
        return server.make_engine(desk.paths.assets) if asked else ScriptedEngine()

    return lambda: open_session(desk.paths, make, server=server)


def welcome_done(desk: Desk) -> None:
    desk.paths.home.mkdir(parents=True, exist_ok=True)
    with open_store(desk.paths.database) as store:
        Preferences(store).save(Settings(welcomed=True, language="en"))


def visible_words(window: MainWindow) -> str:
    return " ".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


def test_the_line_is_there_before_anything_is_said_and_cannot_be_closed(desk: Desk) -> None:
    welcome_done(desk)
    window = desk.open(
        open_session_with=set_up(desk, f'address = "https://{HOST}"\noperator = "First School"')
    )

    line = window.page.place
    assert line.isVisible()
    assert "leaves this computer" in line.text()
    assert HOST in line.text()
    assert "First School" in line.text()
    assert line.accessibleName() == line.text()
    assert "stays on this computer" not in visible_words(window)


def test_a_reply_comes_and_the_line_stays(desk: Desk, replay: ReplayServer) -> None:
    welcome_done(desk)
    lines = f'address = "http://127.0.0.1:{replay.port}"\nmodel = "m"'
    window = desk.open(open_session_with=set_up(desk, lines, asked=True))

    desk.ask(window, "你好")

    assert said(window) == ["你好", "我在听。"]
    assert window.page.place.isVisible()
    assert f"127.0.0.1:{replay.port}" in window.page.place.text()
    assert "on the server 127.0.0.1" in window.page.status.text()
    assert "CPU" not in window.page.status.text()
    assert not window.page.starter_bar.isVisible()


def test_the_language_of_the_line_is_the_windows(desk: Desk, qtbot: QtBot) -> None:
    welcome_done(desk)
    window = desk.open(open_session_with=set_up(desk, f'address = "https://{HOST}"'))

    window.apply_settings(Settings(welcomed=True, language="zh"))

    qtbot.waitUntil(lambda: "会离开这台电脑" in window.page.place.text())


def test_the_first_page_says_where_words_go(fresh_desk: Desk) -> None:
    lines = f'address = "https://{HOST}"'
    window = fresh_desk.open(open_session_with=set_up(fresh_desk, lines))
    page = window.findChild(WelcomePage)
    assert isinstance(page, WelcomePage)

    words = " ".join(label.accessibleName() for label in page.findChildren(QLabel))
    assert HOST in words
    assert "会离开这台电脑" in words
    assert "不会离开" not in words
    assert "Nothing is sent anywhere" not in words


def test_about_says_it_too(desk: Desk) -> None:
    welcome_done(desk)
    window = desk.open(open_session_with=set_up(desk, f'address = "https://{HOST}"'))
    window.extras.show_about(None)

    dialog = window.findChild(AboutDialog)

    assert isinstance(dialog, AboutDialog)
    words = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert HOST in words
    assert "needs no network" not in words


def test_the_page_of_models_says_that_a_choice_waits(desk: Desk) -> None:
    welcome_done(desk)
    window = desk.open(open_session_with=set_up(desk, f'address = "https://{HOST}"'))
    window.extras.models_wanted.emit()

    page = window.findChild(ModelsPage)

    assert isinstance(page, ModelsPage)
    words = " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())
    assert HOST in words
    assert "only when no server is set" in words
    page.close()


def test_a_setting_that_cannot_be_used_sends_nothing(desk: Desk) -> None:
    welcome_done(desk)
    lines = 'address = "http://ai.school.example"'
    window = desk.open(open_session_with=set_up(desk, lines, asked=True))

    desk.ask(window, "你好")

    assert "sent nowhere" in window.page.place.text()
    assert said(window) == ["你好"]  # it is kept
    assert any("https" in row.text for row in window.messages.rows())


def test_without_a_server_no_line_stands_there(desk: Desk) -> None:
    welcome_done(desk)
    window = desk.open()

    assert not window.page.place.isVisible()
    assert "stays on this computer" in visible_words(window)
