"""Paints the sidebar's rows: conversations by title, search hits with what was found marked.

Rows of one list are equally high. Knows the rows' values and the look, not what a click does.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.chat.events import SearchHit
from desktop.ui.list_models import snippet
from desktop.ui.theme import Look

Index = QModelIndex | QPersistentModelIndex
TITLE_LENGTH = 80


class RowDelegate(QStyledItemDelegate):
    """The ground of a row: hovered, chosen, focused."""

    height = 40

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = Look()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, self.look.pixels(self.height))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        rect = QRectF(area).adjusted(2, 1, -2, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(self.look.colour("own"))
            painter.drawRoundedRect(rect, 10, 10)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(self.look.colour("hover"))
            painter.drawRoundedRect(rect, 10, 10)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.look.colour("focus"), 2))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 10, 10)
        self.paint_words(painter, rect.adjusted(10, 0, -10, 0), index)
        painter.restore()

    def paint_words(self, painter: QPainter, rect: QRectF, index: Index) -> None:
        """Overridden by the two lists."""


class TitleDelegate(RowDelegate):
    """A conversation's title, which can be changed in place."""

    def paint_words(self, painter: QPainter, rect: QRectF, index: Index) -> None:
        font = self.look.font(14)
        painter.setFont(font)
        painter.setPen(self.look.colour("ink"))
        title = str(index.data()).replace("\n", " ")
        shown = QFontMetricsF(font).elidedText(title, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, shown)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setObjectName("titleEditor")
        editor.setMaxLength(TITLE_LENGTH)
        editor.setAccessibleName(self.tr("New title"))
        return editor

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        area: QRect = option.rect
        editor.setGeometry(area.adjusted(2, 2, -2, -2))


class HitDelegate(RowDelegate):
    """The conversation a hit stands in, and the words around it."""

    height = 60

    def paint_words(self, painter: QPainter, rect: QRectF, index: Index) -> None:
        hit: SearchHit = index.data(Qt.ItemDataRole.UserRole)
        half = rect.height() / 2
        font = self.look.font(12)
        painter.setFont(font)
        painter.setPen(self.look.colour("ink_soft"))
        title = QFontMetricsF(font).elidedText(
            hit.title.replace("\n", " "), Qt.TextElideMode.ElideRight, rect.width()
        )
        bottom = Qt.AlignmentFlag.AlignBottom
        painter.drawText(rect.adjusted(0, 0, 0, -half - 1), bottom, title)
        self._paint_snippet(painter, rect.adjusted(0, half + 1, 0, -4), snippet(hit))

    def _paint_snippet(self, painter: QPainter, rect: QRectF, words: tuple[str, str, str]) -> None:
        font = self.look.font(14)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        x = rect.left()
        for number, piece in enumerate(words):
            room = rect.right() - x
            shown = metrics.elidedText(piece, Qt.TextElideMode.ElideRight, room)
            width = metrics.horizontalAdvance(shown)
            if number == 1:
                ground = QRectF(QPointF(x, rect.top()), QPointF(x + width, rect.bottom()))
                painter.fillRect(ground, self.look.colour("mark"))
            painter.setPen(self.look.colour("ink"))
            painter.drawText(QRectF(x, rect.top(), room, rect.height()), 0, shown)
            x += width
            if shown != piece:
                return
