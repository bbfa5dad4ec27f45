"""What a test does with the real window, a real store and the scripted engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.chat.library import open_library
from desktop.chat.session import Session, open_session
from desktop.engine.scripted import ScriptedEngine
from desktop.paths import Paths, assets_folder
from desktop.settings import Settings
from desktop.store.conversations import Conversations
from desktop.store.database import open_store
from desktop.store.preferences import Preferences
from desktop.store.records import State
from desktop.ui.compose import build_window
from desktop.ui.models_hand import MakeDesk
from desktop.ui.rows import Kind
from desktop.ui.window import MainWindow

WELCOMED = Settings(welcomed=True, language="zh", reduced_motion=True)
WAIT = 8000


class Desk:
    """What a test does with the window and its store."""

    def __init__(self, qtbot: QtBot, home: Path) -> None:
        self.qtbot = qtbot
        self.paths = Paths(home, assets_folder())
        self.paths.home.mkdir(parents=True, exist_ok=True)
        self.windows: list[MainWindow] = []

    def save(self, settings: Settings) -> None:
        with open_store(self.paths.database) as store:
            Preferences(store).save(settings)

    def write(self, lines: Sequence[str], title: str = "") -> int:
        """A conversation on disk: the person and the counsellor in turn; its id."""
        with open_store(self.paths.database) as store:
            conversations = Conversations(store)
            conversation = conversations.create(title or lines[0][:12])
            said = 0
            for number, text in enumerate(lines):
                if number % 2 == 0:
                    said = conversations.append_person(conversation.id, text).id
                else:
                    reply = conversations.begin_reply(conversation.id, said, "starter")
                    conversations.finish(reply.id, text, State.COMPLETE)
            return conversation.id

    def stored(self, conversation_id: int) -> list[tuple[str, str, str]]:
        """Role, text and state of what is on disk."""
        with open_store(self.paths.database) as store:
            found = Conversations(store).messages(conversation_id)
        return [(message.role, message.text, message.state.value) for message in found]

    def open(
        self,
        engine: ScriptedEngine | None = None,
        open_session_with: Callable[[], Session] | None = None,
        ready: bool = True,
        make_desk: MakeDesk | None = None,
    ) -> MainWindow:
        chosen = engine or ScriptedEngine()
        window = build_window(
            self.paths,
            open_session_with or (lambda: open_session(self.paths, lambda: chosen)),
            lambda: open_library(self.paths.database),
            {"LANG": "zh_CN.UTF-8"},
            make_desk=make_desk,
        )
        self.windows.append(window)
        self.qtbot.addWidget(window)
        window.show()
        if ready:
            with self.qtbot.waitSignal(window.ready, timeout=WAIT):
                pass
            self.settle(window)
        return window

    def settle(self, window: MainWindow) -> None:
        """Until nothing is asked of the conversation thread any more."""
        self.qtbot.waitUntil(lambda: not window.controller.turns, timeout=WAIT)

    def say(self, window: MainWindow, text: str) -> None:
        window.page.composer.set_text(text)
        window.page.composer.action_button.click()

    def ask(self, window: MainWindow, text: str) -> None:
        """Say it and wait for the whole reply."""
        self.say(window, text)
        self.settle(window)

    def act(self, window: MainWindow, name: str, row: int) -> None:
        """Press one of the things that are offered for a message, and wait."""
        window.page.view.asked.emit(name, window.messages.row(row).message_id)
        QApplication.processEvents()
        self.settle(window)


def shown(window: MainWindow) -> list[str]:
    """What the talk says, notices included."""
    return [row.text for row in window.messages.rows()]


def said(window: MainWindow) -> list[str]:
    """What was said, without notices."""
    return [row.text for row in window.messages.rows() if row.kind is Kind.MESSAGE]
