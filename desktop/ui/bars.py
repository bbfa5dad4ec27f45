"""Quiet bars with a sentence and what can be done: faults, undoing, and word about the small model.

They say and offer; what is done the window decides. Nothing in them blinks or counts down.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from desktop.ui.icons import Icons
from desktop.ui.theme import Look

UNDO_MILLISECONDS = 8_000
ROOMY = 560
Deed = tuple[str, Callable[[], None]]


class Bar(QFrame):
    """A sentence, at most a few buttons, and a way to put it away.

    Signals:
        closed: the person put it away.
    """

    closed = Signal()

    def __init__(
        self, name: str, icons: Icons, parent: QWidget | None = None, *, can_close: bool = True
    ) -> None:
        super().__init__(parent)
        self._icons = icons
        self.setObjectName(name)
        self.label = QLabel(self)
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.close_button = QToolButton(self)
        self.close_button.clicked.connect(self.put_away)
        self._buttons: list[QPushButton] = []
        self._scale = 1.0
        self._words = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._deeds = QHBoxLayout()
        self._deeds.setSpacing(8)
        self._arrange()
        self._say_close()
        if not can_close:
            self.close_button.hide()
        self.hide()

    def say(self, sentence: str, deeds: list[Deed]) -> None:
        """Take a sentence with what can be done about it; whether it is shown does not change."""
        self.label.setText(sentence)
        self.setAccessibleName(sentence)
        for button in self._buttons:
            button.setParent(None)
            button.deleteLater()
        self._buttons = [self._make_button(words, deed) for words, deed in deeds]
        for button in self._buttons:
            self._deeds.addWidget(button)

    def tell(self, sentence: str, deeds: list[Deed]) -> None:
        """Say it now."""
        self.say(sentence, deeds)
        self.show()

    def put_away(self) -> None:
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def set_look(self, look: Look) -> None:
        self._scale = look.scale
        size = look.pixels(16)
        self.close_button.setIcon(self._icons.icon("close", look.colour("ink_soft"), size))
        self.close_button.setIconSize(QSize(size, size))
        target = max(32, look.pixels(32))
        self.close_button.setFixedSize(target, target)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._say_close()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What can be done stands beside the sentence where there is room, else below it."""
        super().resizeEvent(event)
        fits = self.width() >= ROOMY * max(1.0, self._scale)
        direction = QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom
        if self._words.direction() != direction:
            self._words.setDirection(direction)

    def _arrange(self) -> None:
        self._words.setSpacing(6)
        self._words.addWidget(self.label, 1)
        self._words.addLayout(self._deeds)
        self._deeds.setAlignment(Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 8, 6)
        row.addLayout(self._words, 1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)

    def _make_button(self, words: str, deed: Callable[[], None]) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName("barButton")
        button.clicked.connect(lambda: deed())
        return button

    def _say_close(self) -> None:
        self.close_button.setToolTip(self.tr("Close this"))
        self.close_button.setAccessibleName(self.tr("Close this"))


class UndoBar(Bar):
    """Offers to undo for eight seconds, and longer while it has the focus.

    Signals:
        undone: the person wants it back.
    """

    undone = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__("undoBar", icons, parent)
        self._timer = QTimer(self, singleShot=True, interval=UNDO_MILLISECONDS)
        self._timer.timeout.connect(self._on_timeout)

    def offer(self, sentence: str) -> None:
        self.tell(sentence, [(self.tr("Undo"), self._on_undo)])
        self._timer.start()

    def _on_undo(self) -> None:
        self._timer.stop()
        self.hide()
        self.undone.emit()

    def _on_timeout(self) -> None:
        if any(button.hasFocus() for button in self._buttons) or self.underMouse():
            self._timer.start()
            return
        self.put_away()
