"""One entry of the memory as a card, and the field in which one is written.

They show and ask; nothing is done here.
"""

from __future__ import annotations

import time
from datetime import date

from PySide6.QtCore import QDate, QLocale, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.chat.events import Memory

LONGEST = 120
Offer = tuple[str, SignalInstance]


class MemoryCard(QFrame):
    """An entry with its words and what can be done with it.

    Signals:
        edit_wanted, pin_wanted, delete_wanted, source_wanted: a button was pressed.
        keep_wanted: yes to what was proposed.
        renew_wanted: what had faded is still so.
    """

    edit_wanted = Signal()
    pin_wanted = Signal()
    delete_wanted = Signal()
    source_wanted = Signal()
    keep_wanted = Signal()
    renew_wanted = Signal()

    def __init__(self, entry: Memory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self.setObjectName("memoryCard")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 8, 12, 8)
        self._column.setSpacing(4)
        self._column.addWidget(label("plain", entry.text))
        for words in self._about():
            self._column.addWidget(label("soft", words))
        self._add_buttons()

    @property
    def faded(self) -> bool:
        """Its time is over."""
        expires = self.entry.expires_at
        return expires is not None and expires <= time.time() and not self.entry.pinned

    def _about(self) -> list[str]:
        """Where it came from, and how long it stands."""
        entry = self.entry
        if entry.quote:
            lines = [self.tr("You said: “{quote}”").format(quote=entry.quote)]
        elif entry.origin == "person":
            lines = [self.tr("You wrote this here.")]
        else:
            lines = [self.tr("The conversation it came from was deleted.")]
        if self.faded:
            lines.append(self.tr("Its time is over, so it is not used. Is it still so?"))
        elif entry.expires_at is not None and not entry.pinned:
            day = _spoken_day(entry.expires_at)
            lines.append(self.tr("Fades on {day}; you will be asked.").format(day=day))
        if entry.pinned:
            lines.append(self.tr("Pinned: no model changes it."))
        return lines

    def _add_buttons(self) -> None:
        offers: list[Offer] = []
        entry = self.entry
        if entry.state == "proposed":
            offers.append((self.tr("Remember it"), self.keep_wanted))
            offers.append((self.tr("Rather not"), self.delete_wanted))
        else:
            if self.faded:
                offers.append((self.tr("Still so"), self.renew_wanted))
            pin = self.tr("Unpin") if entry.pinned else self.tr("Pin")
            offers += [(self.tr("Edit"), self.edit_wanted), (pin, self.pin_wanted)]
            offers.append((self.tr("Delete"), self.delete_wanted))
        if entry.message_id is not None:
            offers.append((self.tr("Where it was said"), self.source_wanted))
        for start in range(0, len(offers), 3):
            self._column.addLayout(self._row(offers[start : start + 3]))

    def _row(self, offers: list[Offer]) -> QBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        for words, wanted in offers:
            pressed = button(words, "chip")
            pressed.setAccessibleName(f"{words}: {self.entry.text}")
            pressed.clicked.connect(wanted)
            row.addWidget(pressed)
        row.addStretch(1)
        return row


class EntryEditor(QWidget):
    """A field for one entry. Enter keeps it, Escape gives up.

    Signals:
        written: the text.
        given_up: nothing is to be kept.
    """

    written = Signal(str)
    given_up = Signal()

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit(text)
        self.field.setMaxLength(LONGEST)
        self.field.setMinimumHeight(36)
        self.field.setAccessibleName(self.tr("What is to be remembered"))
        self.field.setPlaceholderText(self.tr("One or two short sentences"))
        self.keep_button = button(self.tr("Keep"))
        give_up = button(self.tr("Cancel"))
        self.keep_button.clicked.connect(lambda: self.written.emit(self.field.text()))
        self.field.returnPressed.connect(lambda: self.written.emit(self.field.text()))
        give_up.clicked.connect(self.given_up)
        row = QHBoxLayout()
        row.addWidget(self.keep_button)
        row.addWidget(give_up)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.field)
        column.addLayout(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)


def label(tone: str, words: str = "") -> QLabel:
    """A label that wraps, and shows text as it is."""
    made = QLabel(words)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("tone", tone)
    made.setWordWrap(True)
    return made


def button(words: str = "", kind: str = "quiet") -> QPushButton:
    """A quiet button, large enough to be hit."""
    made = QPushButton(words)
    made.setProperty("kind", kind)
    made.setMinimumHeight(32)
    made.setAutoDefault(False)
    return made


def clear(layout: QLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


def _spoken_day(seconds: float) -> str:
    day = date.fromtimestamp(seconds)
    chinese = QLocale().language() == QLocale.Language.Chinese
    return QLocale().toString(
        QDate(day.year, day.month, day.day), "M月d日" if chinese else "d MMMM"
    )
