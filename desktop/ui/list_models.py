"""List models of the sidebar: conversations, and what a search found. Reads nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from desktop.chat.events import Conversation, SearchHit

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


class ConversationModel(QAbstractListModel):
    """All conversations, the one last talked in first.

    Signals:
        renamed: id and the new title that the person wrote.
    """

    renamed = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[Conversation] = []

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._items):
            return None
        item = self._items[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self.title(item)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.title(item)
        if role == Qt.ItemDataRole.UserRole:
            return item
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() else flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """The person wrote a new title; an empty one changes nothing."""
        title = " ".join(str(value).split())
        item = self._items[index.row()]
        if role != Qt.ItemDataRole.EditRole or not title or title == item.title:
            return False
        self.rename(item.id, title)
        self.renamed.emit(item.id, title)
        return True

    def title(self, item: Conversation) -> str:
        return item.title or self.tr("Untitled")

    def load(self, items: Sequence[Conversation]) -> None:
        self.beginResetModel()
        self._items = list(items)
        self.endResetModel()

    def find(self, conversation_id: int) -> int:
        """The row of a conversation; -1 where there is none."""
        return next((n for n, item in enumerate(self._items) if item.id == conversation_id), -1)

    def item(self, row: int) -> Conversation:
        return self._items[row]

    def put(self, item: Conversation) -> None:
        """Show a conversation at the top: it is the one last talked in."""
        row = self.find(item.id)
        if row == 0:
            self._items[0] = item
            self.dataChanged.emit(self.index(0), self.index(0))
            return
        if row > 0:
            self.beginMoveRows(ROOT, row, row, ROOT, 0)
            del self._items[row]
            self._items.insert(0, item)
            self.endMoveRows()
            self.dataChanged.emit(self.index(0), self.index(0))
            return
        self.beginInsertRows(ROOT, 0, 0)
        self._items.insert(0, item)
        self.endInsertRows()

    def touch(self, conversation_id: int) -> None:
        """It was talked in just now."""
        row = self.find(conversation_id)
        if row > 0:
            self.put(self._items[row])

    def rename(self, conversation_id: int, title: str) -> None:
        row = self.find(conversation_id)
        if row >= 0:
            self._items[row] = replace(self._items[row], title=title)
            self.dataChanged.emit(self.index(row), self.index(row))

    def take(self, conversation_id: int) -> tuple[int, Conversation] | None:
        """Take one away; where it stood and what it was, for `give_back`."""
        row = self.find(conversation_id)
        if row < 0:
            return None
        self.beginRemoveRows(ROOT, row, row)
        item = self._items.pop(row)
        self.endRemoveRows()
        return row, item

    def give_back(self, row: int, item: Conversation) -> None:
        """Undo `take`."""
        row = min(row, len(self._items))
        self.beginInsertRows(ROOT, row, row)
        self._items.insert(row, item)
        self.endInsertRows()


class HitModel(QAbstractListModel):
    """Messages that hold the text looked for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hits: list[SearchHit] = []

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._hits):
            return None
        hit = self._hits[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{hit.title}: {''.join(snippet(hit))}"
        if role == Qt.ItemDataRole.UserRole:
            return hit
        return None

    def load(self, hits: Sequence[SearchHit]) -> None:
        self.beginResetModel()
        self._hits = list(hits)
        self.endResetModel()

    def hit(self, row: int) -> SearchHit:
        return self._hits[row]


def snippet(hit: SearchHit, before: int = 8, after: int = 60) -> tuple[str, str, str]:
    """The words around a hit on one line: before it, itself, after it."""
    start = max(0, hit.start - before)
    end = hit.start + hit.length
    lead = ("…" if start else "") + hit.text[start : hit.start]
    return _flat(lead), _flat(hit.text[hit.start : end]), _flat(hit.text[end : end + after])


def _flat(text: str) -> str:
    return text.replace("\n", " ")
