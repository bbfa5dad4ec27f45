"""The button that locks at once, beside the help button; Ctrl+L does the same.

In a profile without a passphrase it lets somebody else come in. Knows only what to call.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QPushButton, QWidget

KEYS = "Ctrl+L"


class LockCorner(QPushButton):
    """Lock, or "somebody else"."""

    def __init__(self, window: QWidget, *, locks: bool, leave: Callable[[], None]) -> None:
        super().__init__(window)
        self._locks = locks
        self.setProperty("kind", "chip")
        self.setMinimumHeight(32)
        self._action = QAction(window)
        self._action.setShortcut(QKeySequence(KEYS))
        self._action.triggered.connect(lambda: leave())
        window.addAction(self._action)
        self.clicked.connect(lambda: leave())
        self._write()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._write()
        super().changeEvent(event)

    def _write(self) -> None:
        words = self.tr("Lock") if self._locks else self.tr("Somebody else")
        self.setText(words)
        self.setAccessibleName(words)
        self._action.setText(words)
        if self._locks:
            self.setToolTip(self.tr("Lock now (Ctrl+L)"))
