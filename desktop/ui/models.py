"""List models: the rows of one conversation. Holds rows; what they look like the delegate knows.

Nothing is read from disk here: the page hands in what the Library or a turn said.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.chat.events import Message
from desktop.ui.rows import (
    Kind,
    Notice,
    Row,
    build_rows,
    is_streaming,
    message_row,
    notice_row,
    pending_row,
)

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


class MessageModel(QAbstractListModel):
    """The active path of the conversation that is shown, with notices between."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []

    # What the views ask

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.spoken(row)
        if role == Qt.ItemDataRole.UserRole:
            return row
        return None

    def row(self, number: int) -> Row:
        return self._rows[number]

    def rows(self) -> Sequence[Row]:
        return self._rows

    def spoken(self, row: Row) -> str:
        """What a screen reader says of a row."""
        if row.message is None:
            return self.tr("You: {text}").format(text=row.text) if row.own else row.text
        clock = datetime.fromtimestamp(row.message.created_at).strftime("%H:%M")
        if row.own:
            return self.tr("You, {time}: {text}").format(time=clock, text=row.text)
        if row.waiting:
            return self.tr("Xinyu is thinking…")
        return self.tr("Xinyu, {time}: {text}").format(time=clock, text=row.text)

    # Looking things up

    def find(self, message_id: int) -> int:
        """The row of a message, looked for from the end; -1 where it is not shown."""
        for number in range(len(self._rows) - 1, -1, -1):
            message = self._rows[number].message
            if message is not None and message.id == message_id:
                return number
        return -1

    def last_message(self) -> Message | None:
        messages = (row.message for row in reversed(self._rows) if row.message is not None)
        return next(messages, None)

    # Changing

    def load(self, messages: Sequence[Message], notices: Sequence[Notice] = ()) -> None:
        """Show a conversation."""
        self.beginResetModel()
        self._rows = build_rows(messages, notices)
        self.endResetModel()

    def put(self, message: Message) -> None:
        """Show a message: in place of itself, or behind its parent, where whatever stood goes."""
        self.set_pending(None)
        number = self.find(message.id)
        if number >= 0:
            self._replace(number, replace_message(self._rows[number], message))
            return
        self._cut(0 if message.parent_id is None else self._behind(message.parent_id))
        self._unmark_last()
        self._append(message_row(message, self.last_message(), last=True))

    def grow(self, message_id: int, text: str) -> None:
        """Add text to the reply that is being written."""
        number = self.find(message_id)
        if number >= 0:
            row = self._rows[number]
            self._replace(number, replace(row, text=row.text + text))

    def add_notice(self, notice: Notice) -> None:
        """Put a quiet line behind its message, and behind what already stands there."""
        number = self._behind(notice.after) if notice.after else len(self._rows)
        self.beginInsertRows(ROOT, number, number)
        self._rows.insert(number, notice_row(notice))
        self.endInsertRows()

    def replace_notice(self, old: Notice, new: Notice) -> None:
        """Say a quiet line otherwise."""
        for number, row in enumerate(self._rows):
            if row.notice == old:
                self._replace(number, notice_row(new))

    def set_pending(self, text: str | None) -> None:
        """Show what was sent before it is on disk; None takes it away."""
        if self._rows and self._rows[-1].kind is Kind.PENDING:
            self._cut(len(self._rows) - 1)
        if text is not None:
            self._append(pending_row(text, self.last_message(), time.time()))

    def retranslate(self) -> None:
        """Say everything in the new language."""
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def _append(self, row: Row) -> None:
        number = len(self._rows)
        self.beginInsertRows(ROOT, number, number)
        self._rows.append(row)
        self.endInsertRows()

    def _behind(self, message_id: int) -> int:
        """The row behind a message and what is said about it for good."""
        number = self.find(message_id) + 1
        while number < len(self._rows):
            notice = self._rows[number].notice
            if notice is None or notice.is_about_reply:
                break
            number += 1
        return number

    def _cut(self, start: int) -> None:
        """Take away everything from `start` on."""
        if start >= len(self._rows):
            return
        self.beginRemoveRows(ROOT, start, len(self._rows) - 1)
        del self._rows[start:]
        self.endRemoveRows()

    def _replace(self, number: int, row: Row) -> None:
        self._rows[number] = row
        index = self.index(number)
        self.dataChanged.emit(index, index)

    def _unmark_last(self) -> None:
        for number in range(len(self._rows) - 1, -1, -1):
            if self._rows[number].last:
                self._replace(number, replace(self._rows[number], last=False))
                return


def replace_message(row: Row, message: Message) -> Row:
    """The row with a newer state of its message; a reply under way keeps its longer text."""
    text = message.text
    if is_streaming(message) and len(row.text) > len(text):
        text = row.text
    return replace(row, message=message, text=text)
