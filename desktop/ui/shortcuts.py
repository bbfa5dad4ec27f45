"""The window's keys. Each has a name in the language of now, so that a screen reader can say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


class Shortcuts(QObject):
    """Actions of the whole window: new, search, help, settings, list, emoji, plan, memory."""

    KEYS: Mapping[str, str] = {
        "new": "Ctrl+N",
        "search": "Ctrl+F",
        "help": "F1",
        "settings": "Ctrl+,",
        "list": "Ctrl+B",
        "emoji": "Ctrl+.",
        "memory": "Ctrl+M",
        "plan": "Ctrl+Shift+P",
    }

    def __init__(self, window: QWidget, deeds: Mapping[str, Callable[[], None]]) -> None:
        super().__init__(window)
        self.actions = {name: QAction(window) for name in self.KEYS}
        for name, action in self.actions.items():
            action.setShortcut(QKeySequence(self.KEYS[name]))
            action.triggered.connect(lambda _=False, deed=deeds[name]: deed())
            window.addAction(action)
        window.installEventFilter(self)
        self._retranslate()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        return super().eventFilter(watched, event)

    def _retranslate(self) -> None:
        names = {
            "new": self.tr("New conversation"),
            "search": self.tr("Search what was said"),
            "help": self.tr("I need a person"),
            "settings": self.tr("Settings"),
            "list": self.tr("Show or fold the conversations"),
            "emoji": self.tr("Emoji"),
            "memory": self.tr("What is remembered"),
            "plan": self.tr("My safety plan"),
        }
        for name, action in self.actions.items():
            action.setText(names[name])
