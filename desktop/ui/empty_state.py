"""What stands where nothing has been said yet: a line of welcome and three soft ways to begin."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

OPENERS = 3


class EmptyState(QWidget):
    """Fills the place of the talk.

    Signals:
        opener_chosen: the words of the opener.
    """

    opener_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("emptyState")
        self._elsewhere = False
        self._welcome = QLabel(self)
        self._welcome.setObjectName("welcome")
        self._below = QLabel(self)
        self._below.setObjectName("welcomeBelow")
        self.trace_button = QPushButton(self)
        self.trace_button.setProperty("kind", "chip")
        self.trace_button.setCheckable(True)
        self.trace_button.toggled.connect(self._retranslate)
        self.openers = [self._make_opener() for _ in range(OPENERS)]
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(2)
        for label in (self._welcome, self._below):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            column.addWidget(label)
        column.addSpacing(16)
        for opener in self.openers:
            column.addWidget(opener, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        column.addWidget(self.trace_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self._retranslate()

    @property
    def temporary(self) -> bool:
        """What is begun here leaves nothing."""
        return self.trace_button.isChecked()

    def set_temporary(self, temporary: bool) -> None:
        self.trace_button.setChecked(temporary)

    def set_elsewhere(self, elsewhere: bool) -> None:
        """A server answers: what this computer keeps is not all there is to be said."""
        self._elsewhere = elsewhere
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _make_opener(self) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName("opener")
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(lambda: self.opener_chosen.emit(button.text()))
        return button

    def _retranslate(self) -> None:
        self._welcome.setText(self.tr("There is time here. Begin wherever you like."))
        self._below.setText(self._what_stays())
        self.trace_button.setText(
            self.tr("Talk without leaving a trace here")
            if self._elsewhere
            else self.tr("Talk without leaving a trace")
        )
        words = (
            self.tr("I have not been sleeping well"),
            self.tr("My mind is all over the place"),
            self.tr("I only want someone to listen"),
        )
        for opener, text in zip(self.openers, words, strict=True):
            opener.setText(text)

    def _what_stays(self) -> str:
        if self._elsewhere and self.temporary:
            return self.tr("This computer keeps nothing of it; the server that answers might.")
        if self._elsewhere:
            return self.tr("What you write is saved on this computer, and a server answers it.")
        if self.temporary:
            return self.tr("Nothing of this is kept: it is gone when you leave it.")
        return self.tr("What you write stays on this computer.")
