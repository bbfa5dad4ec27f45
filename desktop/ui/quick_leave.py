"""Leaving in a hurry: one key hides everything behind a plain sheet of notes and folds the window.

For somebody who is not safe from the person who just came in. Nothing is lost and nothing deleted;
the same key brings everything back. It keeps nobody out: who may open this computer can read here.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QPlainTextEdit, QWidget

KEY = "F12"


class QuickLeave(QObject):
    """Covers a window and uncovers it again."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._title = ""
        self._sheet: QPlainTextEdit | None = None
        shortcut = QShortcut(QKeySequence(KEY), window)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.activated.connect(self.toggle)

    @property
    def is_away(self) -> bool:
        """Whether the sheet covers the window."""
        return self._sheet is not None

    def toggle(self) -> None:
        """Leave, or come back."""
        if self._sheet is None:
            self.leave()
        else:
            self.come_back()

    def leave(self) -> None:
        """Cover everything and fold the window away."""
        if self._sheet is not None:
            return
        for other in QApplication.topLevelWidgets():
            if other is not self._window and isinstance(other, QDialog):
                other.reject()
        self._title = self._window.windowTitle()
        sheet = QPlainTextEdit(self._window)
        sheet.setObjectName("plainSheet")
        sheet.setAccessibleName(self.tr("Notes"))
        self._sheet = sheet
        self._window.installEventFilter(self)
        self._fit()
        sheet.show()
        sheet.setFocus()
        self._window.setWindowTitle(self.tr("Notes"))
        self._window.showMinimized()

    def come_back(self) -> None:
        """Take the sheet away."""
        if self._sheet is None:
            return
        self._window.removeEventFilter(self)
        self._sheet.deleteLater()
        self._sheet.hide()
        self._sheet = None
        self._window.setWindowTitle(self._title)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.WindowStateChange):
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        if self._sheet is not None:
            self._sheet.setGeometry(self._window.rect())
            self._sheet.raise_()
