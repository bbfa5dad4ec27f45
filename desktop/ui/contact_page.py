"""Somebody to turn to: the person writes down whom, which number, and what they would say.

The app keeps it and shows it when it is needed; it calls nobody and sends nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout

from desktop.chat.care import EmergencyContact
from desktop.safety.plan import message_to
from desktop.ui.drawer import DrawerPage
from desktop.ui.help_card import announce, label
from desktop.ui.keeper import Keeper
from desktop.wording import Wording

LONGEST_NAME, LONGEST_NUMBER = 60, 40
MESSAGE_HEIGHT = 110


class ContactPage(DrawerPage):
    """Three fields."""

    def __init__(self, keeper: Keeper, wording: Callable[[], Wording]) -> None:
        super().__init__()
        self._keeper, self._wording = keeper, wording
        self._intro, self._state = label("soft"), label("soft")
        self._labels = [label("field") for _ in range(3)]
        self.name, self.number = QLineEdit(), QLineEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.number.setMaxLength(LONGEST_NUMBER)
        self.message = QPlainTextEdit()
        self.message.setObjectName("planField")
        self.message.setTabChangesFocus(True)
        self.message.setFixedHeight(MESSAGE_HEIGHT)
        self.save_button, self.remove_button = QPushButton(), QPushButton()
        self.save_button.setProperty("kind", "primary")
        self._arrange()
        self._connect()
        self._write()

    def title(self) -> str:
        return self.tr("Somebody to turn to")

    def show_now(self) -> None:
        contact = self._keeper.contact()
        self._fill(contact)
        self.remove_button.setVisible(contact is not None)
        for part in (self.name, self.number, self.message, self.save_button):
            part.setEnabled(self._keeper.is_open)

    def focus_first(self) -> None:
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._write()
        super().changeEvent(event)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self._intro)
        for words, field in zip(self._labels, (self.name, self.number, self.message), strict=True):
            words.setBuddy(field)
            words.setContentsMargins(0, 8, 0, 0)
            column.addWidget(words)
            column.addWidget(field)
        column.addWidget(self._state)
        for button in (self.save_button, self.remove_button):
            button.setAutoDefault(False)
            button.setMinimumHeight(32)
            column.addWidget(button)
        column.addStretch(1)

    def _connect(self) -> None:
        self.save_button.clicked.connect(self._on_save_clicked)
        self.remove_button.clicked.connect(lambda: self._keeper.save_contact(None))
        self._keeper.changed.connect(self._on_changed)
        self.name.textChanged.connect(lambda: self._suggest())

    def _write(self) -> None:
        self._intro.setText(
            self.tr(
                "It is shown to you when things are hard, with a message you can copy. Xinyu calls"
                " nobody and sends nothing."
            )
        )
        questions = (
            self.tr("Who is it?"),
            self.tr("Their number"),
            self.tr("What you would write to them"),
        )
        fields = (self.name, self.number, self.message)
        for words, field, question in zip(self._labels, fields, questions, strict=True):
            words.setText(question)
            field.setAccessibleName(question)
        self.save_button.setText(self.tr("Save"))
        self.remove_button.setText(self.tr("Take this person out"))
        self._suggest()

    def _suggest(self) -> None:
        """What is sent to nobody, as a start, where nothing of their own is written."""
        contact = EmergencyContact(self.name.text().strip() or "…", "", "")
        self.message.setPlaceholderText(message_to(contact, self._wording()))

    def _fill(self, contact: EmergencyContact | None) -> None:
        self.name.setText(contact.name if contact else "")
        self.number.setText(contact.number if contact else "")
        self.message.setPlainText(contact.message if contact else "")
        self._state.setText("")

    def _on_save_clicked(self) -> None:
        name, number = self.name.text().strip(), self.number.text().strip()
        if not name and not number:
            self._tell(self.tr("A name or a number is needed, so that there is somebody to show."))
            return
        message = self.message.toPlainText().strip()
        self._keeper.save_contact(EmergencyContact(name, number, message))

    def _on_changed(self, what: str) -> None:
        if what == "contact":
            self.show_now()
            gone = self._keeper.contact() is None
            self._tell(self.tr("Taken out.") if gone else self.tr("Saved."))

    def _tell(self, words: str) -> None:
        self._state.setText(words)
        announce(self, words)
