"""The grid of emoji in the picker: its list model, its view and how one emoji is drawn.

Knows nothing of groups, search or what was used last.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.ui.emoji_table import Emoji

LONG_PRESS = 450  # milliseconds
_Index = QModelIndex | QPersistentModelIndex


class EmojiListModel(QAbstractListModel):
    """The emoji on show: text to draw, name to read and to hear.

    Attributes:
        language: of the names.
        narrowed: the skin tones of one emoji are on show.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Emoji] = []
        self.language = "zh"
        self.narrowed = False

    def show(self, emoji: Sequence[Emoji]) -> None:
        self.beginResetModel()
        self._rows = list(emoji)
        self.narrowed = False
        self.endResetModel()

    def emoji(self, index: _Index) -> Emoji | None:
        return self._rows[index.row()] if index.isValid() else None

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        emoji = self.emoji(index)
        if emoji is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return emoji.text
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return emoji.names[self.language]
        return bool(emoji.variants) if role == Qt.ItemDataRole.UserRole else None


class EmojiView(QListView):
    """The grid: arrows move, Enter or a click chooses, a long press asks for skin tones.

    Signals:
        emoji_chosen, tones_wanted: the index.
        left_upwards: Up was pressed in the first row.
    """

    emoji_chosen = Signal(object)
    tones_wanted = Signal(object)
    left_upwards = Signal()

    def __init__(self, model: EmojiListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("emojiList")
        self.setModel(model)
        self.setItemDelegate(EmojiDelegate(self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._held = QTimer(self, singleShot=True, interval=LONG_PRESS)
        self._pressed = QPersistentModelIndex()
        self._held.timeout.connect(self._on_held)
        self.pressed.connect(self._on_pressed)
        self.clicked.connect(self._on_clicked)
        self.customContextMenuRequested.connect(self._on_menu_wanted)

    def cell(self) -> int:
        """Width and height of one emoji's place."""
        return max(32, round(self.fontInfo().pixelSize() * 2.6))

    def enter(self) -> None:
        """Take the keyboard, on an emoji."""
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self.model().index(0, 0))
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.emoji_chosen.emit(index)
        elif event.key() == Qt.Key.Key_Up and self.visualRect(index).top() <= self._first_top():
            self.left_upwards.emit()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step(1 if event.key() == Qt.Key.Key_Right else -1)
        elif event.key() == Qt.Key.Key_Escape or event.text().strip():
            event.ignore()  # the picker's: away, or search
        else:
            super().keyPressEvent(event)

    def _first_top(self) -> int:
        return self.visualRect(self.model().index(0, 0)).top()

    def _step(self, by: int) -> None:
        """To the neighbour in reading order, over the ends of rows."""
        index = self.model().index(self.currentIndex().row() + by, 0)
        if index.isValid():
            self.setCurrentIndex(index)

    def _on_pressed(self, index: QModelIndex) -> None:
        self._pressed = QPersistentModelIndex(index)
        self._held.start()

    def _on_held(self) -> None:
        held = self._pressed
        self._pressed = QPersistentModelIndex()
        if held.isValid():
            self.tones_wanted.emit(self.model().index(held.row(), 0))

    def _on_clicked(self, index: QModelIndex) -> None:
        self._held.stop()
        if self._pressed.isValid() and self._pressed == index:
            self.emoji_chosen.emit(index)

    def _on_menu_wanted(self, place: QPoint) -> None:
        self._held.stop()
        index = self.indexAt(place)
        self.tones_wanted.emit(index if index.isValid() else self.currentIndex())


class EmojiDelegate(QStyledItemDelegate):
    """Draws an emoji in the middle of its place, a ring where the keyboard is."""

    def __init__(self, view: EmojiView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(self._view.cell(), self._view.cell())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        box: QRect = option.rect.adjusted(2, 2, -2, -2)
        state = option.state
        palette = self._view.palette()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = palette.highlight().color()
        if state & QStyle.StateFlag.State_MouseOver:
            _rounded(painter, box, palette.alternateBase().color(), None)
        if state & QStyle.StateFlag.State_Selected:
            ring = accent if self._view.hasFocus() else palette.mid().color()
            _rounded(painter, box, None, ring)
        font = painter.font()
        font.setPixelSize(round(self._view.cell() * 0.6))
        painter.setFont(font)
        painter.setPen(palette.text().color())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(index.data()))
        if index.data(Qt.ItemDataRole.UserRole):
            _dot(painter, box, palette.placeholderText().color())
        painter.restore()


def _rounded(painter: QPainter, box: QRect, fill: QColor | None, ring: QColor | None) -> None:
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ring, 2) if ring is not None else Qt.PenStyle.NoPen)
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 8, 8)


def _dot(painter: QPainter, box: QRect, colour: QColor) -> None:
    """A small sign that there are skin tones."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(box.bottomRight() - QPoint(4, 4), 2, 2)
