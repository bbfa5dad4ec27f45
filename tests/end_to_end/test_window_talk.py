"""Someone types, reads, closes and comes back: the real window, process, model file and store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.benchmarks.kill_engine import kill_engine_repeatedly
from desktop.benchmarks.kill_writer import kill_repeatedly
from desktop.chat.library import open_library
from desktop.chat.session import Session, open_session
from desktop.engine.client import ProcessEngine
from desktop.paths import Paths, assets_folder
from desktop.store.conversations import Conversations
from desktop.store.database import open_store
from desktop.store.preferences import Preferences
from desktop.ui.compose import build_window
from desktop.ui.window import MainWindow
from tests.support.tiny_gguf import write_tiny_gguf
from tests.support.window_desk import WELCOMED, said

WAIT = 20_000
REPLY = "我听好😀👩\u200d👧。"


@pytest.fixture
def paths(own_home: Path) -> Paths:
    own_home.mkdir(parents=True, exist_ok=True)
    found = Paths(own_home, assets_folder())
    with open_store(found.database) as store:
        Preferences(store).save(WELCOMED)
    return found


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return write_tiny_gguf(tmp_path / "小 模型 💚.gguf")


class Visit:
    """One time that the window is open."""

    def __init__(self, qtbot: QtBot, paths: Paths, model: Path) -> None:
        def make_session() -> Session:
            return open_session(paths, ProcessEngine, str(model))

        self._qtbot = qtbot
        self._paths = paths
        self.window: MainWindow = build_window(
            paths, make_session, lambda: open_library(paths.database), {"LANG": "zh_CN.UTF-8"}
        )
        qtbot.addWidget(self.window)
        with qtbot.waitSignal(self.window.ready, timeout=WAIT):
            self.window.show()

    def type(self, text: str) -> None:
        """Write into the composer and press Enter."""
        field = self.window.page.composer.field
        self._qtbot.keyClicks(field, text)
        self._qtbot.keyClick(field, Qt.Key.Key_Return)

    def wait_for_silence(self) -> None:
        self._qtbot.waitUntil(lambda: not self.window.controller.turns, timeout=WAIT)

    def stored(self) -> list[tuple[str, str, str]]:
        with open_store(self._paths.database, read_only=True) as store:
            conversations = Conversations(store)
            (conversation,) = conversations.all()
            messages = conversations.messages(conversation.id)
        return [(m.role, m.text, m.state.value) for m in messages]


@pytest.fixture
def visits(qtbot: QtBot, paths: Paths, tiny: Path) -> Iterator[list[Visit]]:
    made: list[Visit] = []
    yield made
    for visit in made:
        visit.window.close()


def test_what_is_said_is_answered_kept_and_there_again(
    qtbot: QtBot, paths: Paths, tiny: Path, visits: list[Visit]
) -> None:
    visits.append(Visit(qtbot, paths, tiny))
    visits[0].type("hello")
    visits[0].wait_for_silence()

    assert visits[0].stored() == [("user", "hello", "complete"), ("assistant", REPLY, "complete")]
    visits[0].window.close()

    visits.append(Visit(qtbot, paths, tiny))
    visits[1].window.talk.open(1)
    assert said(visits[1].window) == ["hello", REPLY]


def test_the_window_outlives_its_engine(qtbot: QtBot, tmp_path: Path, tiny: Path) -> None:
    result = kill_engine_repeatedly(tmp_path / "kills", 3, 1, str(tiny))

    assert (result.kills, result.window_alive, result.text_kept) == (3, 3, 3)
    assert result.slowest_next_reply < 10


def test_nothing_that_was_sent_is_lost_when_the_app_is_killed(tmp_path: Path) -> None:
    database = tmp_path / "killed" / "xinyu.db"

    result = kill_repeatedly(database, 3, 1, "desktop.benchmarks.kill_app")

    assert result.confirmed > 0
    assert (result.kills, result.lost, result.damaged) == (3, 0, 0)
