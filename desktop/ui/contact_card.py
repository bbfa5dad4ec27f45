"""The person's own emergency contact on a card: name, number, and a message to copy.

Copies and shows; it never sends anything and never calls.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from desktop.chat.care import EmergencyContact
from desktop.safety.plan import message_to
from desktop.ui.help_card import CopyButton, label, spelled
from desktop.wording import Wording


class ContactCard(QFrame):
    """Somebody the person chose."""

    def __init__(self, contact: EmergencyContact, wording: Wording) -> None:
        super().__init__()
        self.setObjectName("contactCard")
        message = message_to(contact, wording)
        title = self.tr("The person you chose")
        self.setAccessibleName(f"{title}: {contact.name} {spelled(contact.number)}")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 12, 12)
        column.setSpacing(4)
        column.addWidget(label("soft", title))
        column.addWidget(label("body", contact.name))
        if contact.number:
            column.addLayout(self._number_row(contact))
        text = label("soft", message)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(text)
        name = self.tr("Copy the message: {message}").format(message=message)
        self.message_button = CopyButton(self.tr("Copy the message"), message, name)
        column.addWidget(self.message_button, 0, Qt.AlignmentFlag.AlignLeft)

    def _number_row(self, contact: EmergencyContact) -> QHBoxLayout:
        number = label("number", contact.number)
        number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        name = self.tr("Copy {line}").format(line=f"{contact.name}, {spelled(contact.number)}")
        row = QHBoxLayout()
        row.addWidget(number, 1)
        row.addWidget(CopyButton(self.tr("Copy"), contact.number, name))
        return row
