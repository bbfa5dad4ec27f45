"""What the pages before the talk are made of: a column, fields for secrets, a dot of colour.

Knows no profile and no key.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.readable_column import put_in_the_middle

COLUMN = 460
LONGEST_PASSPHRASE = 1_000_000


class Page(QWidget):
    """A page in the middle of the window that scrolls where the window is small.

    Subclasses fill `self.column` and say their words in `write`.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcomePage")
        self.column = QVBoxLayout()
        self.column.setContentsMargins(24, 32, 24, 24)
        self.column.setSpacing(12)
        put_in_the_middle(self, self.column, COLUMN)

    def write(self) -> None:
        """Every word, in the language of now."""

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.write()
        super().changeEvent(event)


class SecretField(QLineEdit):
    """A line for a passphrase: dots, no suggestions, not in any history of the input method."""

    def __init__(self, *, shown: bool = False) -> None:
        super().__init__()
        self.setMaxLength(LONGEST_PASSPHRASE)
        self.setMinimumHeight(36)
        if not shown:
            self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        )

    def take(self) -> str:
        """What was typed; the field is empty afterwards."""
        typed = self.text()
        self.clear()
        return typed


def label(tone: str, words: str = "") -> QLabel:
    made = QLabel(words)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("tone", tone)
    made.setWordWrap(True)
    return made


def button(kind: str = "quiet", pressed: Callable[[], object] | None = None) -> QPushButton:
    made = QPushButton()
    made.setProperty("kind", kind)
    made.setMinimumHeight(36)
    made.setAutoDefault(False)
    if pressed is not None:
        made.clicked.connect(lambda: pressed())
    return made


def dot(colour: str, size: int = 16) -> QIcon:
    """A round dot, for a profile's colour; its name always stands beside it."""
    picture = QPixmap(QSize(size, size))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(1, 1, size - 2, size - 2)
    painter.end()
    return QIcon(picture)
