"""One number on a card: large, whose it is, when somebody answers, and ways to take it along.

Copies and shows a QR code; calls nobody. Knows a row of the table of numbers and no other number.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.safety.helplines import HelpLine
from desktop.ui.qr import QrCode

COPIED_FOR = 2500  # milliseconds that the button says so


class CopyButton(QPushButton):
    """Puts a text on the clipboard and says so for a moment.

    Signals:
        copied: the text.
    """

    copied = Signal(str)

    def __init__(self, words: str, text: str, name: str) -> None:
        super().__init__(words)
        self._words, self._text = words, text
        make_quiet(self)
        self.setAccessibleName(name)
        self.clicked.connect(self._on_clicked)

    def _on_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._text)
        self.setText(self.tr("Copied"))
        announce(self, self.tr("Copied"))
        QTimer.singleShot(COPIED_FOR, self, lambda: self.setText(self._words))
        self.copied.emit(self._text)


class HelpLineCard(QFrame):
    """One number.

    Signals:
        number_copied: the number.
    """

    number_copied = Signal(str)

    def __init__(self, line: HelpLine, language: str, *, largest: bool = False) -> None:
        super().__init__()
        self.line = line
        self._between = "，" if language == "zh" else ", "
        self.setObjectName("helpLine")
        self.setProperty("urgent", line.kind == "emergency")
        number = label("largest" if largest else "number", line.number)
        number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        how = self._joined(self._how(language), self._more(language))
        spoken = self._joined(line.name[language], spelled(line.number), how)
        self.setAccessibleName(spoken)
        name = self.tr("Copy {line}").format(line=spoken)
        self.copy_button = CopyButton(self.tr("Copy"), line.number, name)
        self.copy_button.copied.connect(self.number_copied)
        self.code_button = self._make_code_button(spoken) if line.dial_code else None
        self._code: QrCode | None = None
        self._arrange(number, label("body", line.name[language]), label("soft", how))

    def _arrange(self, number: QLabel, name: QLabel, how: QLabel) -> None:
        head = QHBoxLayout()
        head.addWidget(number, 1)
        head.addWidget(self.copy_button)
        if self.code_button is not None:
            head.addWidget(self.code_button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 12, 12)
        self._column.setSpacing(2)
        self._column.addLayout(head)
        for part in (name, how):
            self._column.addWidget(part)

    def _make_code_button(self, spoken: str) -> QPushButton:
        button = make_quiet(QPushButton(self.tr("QR")))
        button.setCheckable(True)
        words = self.tr("Code to dial it with a phone: {line}").format(line=spoken)
        button.setAccessibleName(words)
        button.setToolTip(self.tr("Code to dial it with a phone"))
        button.toggled.connect(self._on_code_toggled)
        return button

    def _on_code_toggled(self, shown: bool) -> None:
        if self._code is None:
            name = self.tr("Point a phone's camera here to dial {number}")
            self._code = QrCode(self.line.dial_code, name.format(number=self.line.number))
            self._column.addWidget(self._code, 0, Qt.AlignmentFlag.AlignHCenter)
        self._code.setVisible(shown)

    def _how(self, language: str) -> str:
        return self._joined(
            self.line.hours.get(language, ""), *map(self._channel, self.line.channels)
        )

    def _more(self, language: str) -> str:
        """Languages that are not simply this one, and what one has to know."""
        there = self.line.languages
        spoken = [self._language(code) for code in there] if there != (language,) else []
        between = "、" if language == "zh" else ", "
        return self._joined(between.join(spoken), self.line.note.get(language, ""))

    def _joined(self, *parts: str) -> str:
        return self._between.join(part for part in parts if part)

    def _channel(self, channel: str) -> str:
        words = {
            "call": self.tr("by phone"),
            "text": self.tr("by text message"),
            "chat": self.tr("online chat"),
            "webchat": self.tr("online chat"),
            "whatsapp": "WhatsApp",
        }
        return words.get(channel, channel)

    def _language(self, code: str) -> str:
        words = {
            "zh": self.tr("Mandarin"),
            "yue": self.tr("Cantonese"),
            "en": self.tr("English"),
            "pt": self.tr("Portuguese"),
            "ms": self.tr("Malay"),
            "ta": self.tr("Tamil"),
            "es": self.tr("Spanish"),
            "fr": self.tr("French"),
            "tl": self.tr("Tagalog"),
            "id": self.tr("Indonesian"),
            "th": self.tr("Thai"),
            "vi": self.tr("Vietnamese"),
            "hi": self.tr("Hindi"),
            "ur": self.tr("Urdu"),
            "ne": self.tr("Nepali"),
            "pa": self.tr("Punjabi"),
            "bn": self.tr("Bengali"),
        }
        return words.get(code, code)


def spelled(number: str) -> str:
    """The digits one by one, so that a screen reader does not say twelve thousand."""
    return " ".join(character for character in number if character.isdigit())


def announce(widget: QWidget, words: str) -> None:
    """Say it through a screen reader at once."""
    event = QAccessibleAnnouncementEvent(widget, words)
    event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
    QAccessible.updateAccessibility(event)


def label(tone: str, words: str = "") -> QLabel:
    """Plain words in one of the stylesheet's tones."""
    made = QLabel(words)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("tone", tone)
    made.setWordWrap(True)
    return made


def make_quiet(button: QPushButton) -> QPushButton:
    """A button as those on the cards."""
    button.setProperty("kind", "quiet")
    button.setMinimumHeight(32)
    button.setAutoDefault(False)
    button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return button
