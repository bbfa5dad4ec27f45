"""Paints the rows of the talk: bubbles, times, notices, the three dots while the counsellor thinks.

Geometry comes from `shapes`; what is hovered, selected or fading in the view tells through Marks.
Knows neither the model nor what a press does.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from datetime import date, datetime

from PySide6.QtCore import (
    QDate,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.ui.icons import Icons
from desktop.ui.rows import Action, Kind, Row
from desktop.ui.shapes import Shape, Shapes
from desktop.ui.text_block import Span

RADIUS = 16
SPEAKER_RADIUS = 6
NOWHERE: Span = (0, 0)


@dataclass
class Marks:
    """What is special about single rows at this moment, by message id.

    Attributes:
        selected: message id and what of its text is selected.
        found: message id and what a search found in it.
        opacity: of rows that fade in.
        breath: phase of the dots, in turns; None for stillness.
        hovered: the zone under the mouse, by message id and name.
        pointed: id of the message under the mouse, whose time is shown.
    """

    selected: tuple[int, Span] = (0, NOWHERE)
    found: tuple[int, Span] = (0, NOWHERE)
    opacity: dict[int, float] = field(default_factory=dict)
    breath: float | None = None
    hovered: tuple[int, str] = (0, "")
    pointed: int = 0


class BubbleDelegate(QStyledItemDelegate):
    """Paints one row; the view calls it for those that can be seen."""

    def __init__(self, shapes: Shapes, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shapes = shapes
        self._icons = icons
        self.marks = Marks()

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        row: Row = index.data(Qt.ItemDataRole.UserRole)
        return QSize(int(self._shapes.width), math.ceil(self._shapes.shape(row).height))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row: Row = index.data(Qt.ItemDataRole.UserRole)
        shape = self._shapes.shape(row)
        area: QRectF = QRectF(option.rect)
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(area.topLeft())
        painter.setOpacity(self.marks.opacity.get(row.message_id, 1.0))
        if row.kind is Kind.NOTICE:
            self._paint_notice(painter, shape)
        else:
            self._paint_message(painter, row, shape)
        if state & QStyle.StateFlag.State_HasFocus:
            self._paint_focus(painter, shape)
        painter.restore()

    # Messages

    def _paint_message(self, painter: QPainter, row: Row, shape: Shape) -> None:
        look = self._shapes.look
        if row.kind is Kind.PENDING:
            painter.setOpacity(0.6)
        if not shape.time.isEmpty():
            self._paint_time(painter, shape, row.message.created_at if row.message else time.time())
        elif row.message is not None and self.marks.pointed == row.message_id:
            self._paint_small_time(painter, row, shape)
        framed = look.contrast or not row.own
        painter.setBrush(look.colour("own" if row.own else "counsellor"))
        painter.setPen(QPen(look.colour("line"), 1) if framed else Qt.PenStyle.NoPen)
        painter.drawPath(bubble_path(shape.bubble, row.own))
        if shape.block is None:
            self._paint_dots(painter, shape.bubble)
        else:
            painter.setPen(look.colour("ink"))
            clip = painter.clipBoundingRect()
            shape.block.paint(painter, shape.origin, clip, self._spans(row))
        self._paint_footer(painter, row, shape)

    def _spans(self, row: Row) -> list[tuple[Span, QColor, QColor]]:
        look = self._shapes.look
        spans = []
        if self.marks.found[0] == row.message_id:
            spans.append((self.marks.found[1], look.colour("ink"), look.colour("mark")))
        if self.marks.selected[0] == row.message_id:
            selection = (look.colour("on_accent"), look.colour("accent"))
            spans.append((self.marks.selected[1], *selection))
        return spans

    def _paint_time(self, painter: QPainter, shape: Shape, seconds: float) -> None:
        look = self._shapes.look
        painter.setFont(look.font(12))
        painter.setPen(look.colour("ink_soft"))
        words = spoken_time(datetime.fromtimestamp(seconds), date.today())
        middle = shape.time.adjusted(0, 12, 0, -4)
        painter.drawText(middle, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_small_time(self, painter: QPainter, row: Row, shape: Shape) -> None:
        """Above the bubble, at the speaker's side, while the mouse is on it."""
        assert row.message is not None
        look = self._shapes.look
        painter.setFont(look.font(11))
        painter.setPen(look.colour("ink_soft"))
        words = spoken_time(datetime.fromtimestamp(row.message.created_at), date.today())
        high = look.pixels(16)
        column = self._shapes.column
        area = QRectF(column.left() + 4, shape.bubble.top() - high - 1, column.width() - 8, high)
        side = Qt.AlignmentFlag.AlignRight if row.own else Qt.AlignmentFlag.AlignLeft
        painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_dots(self, painter: QPainter, bubble: QRectF) -> None:
        """Three dots that breathe one after the other."""
        look = self._shapes.look
        painter.setPen(Qt.PenStyle.NoPen)
        radius, step = look.pixels(3.5), look.pixels(15)
        for number in range(3):
            colour = look.colour("ink_soft")
            colour.setAlphaF(dot_strength(self.marks.breath, number))
            painter.setBrush(colour)
            centre = bubble.center() + QPointF((number - 1) * step, 0)
            painter.drawEllipse(centre, radius, radius)

    def _paint_footer(self, painter: QPainter, row: Row, shape: Shape) -> None:
        look = self._shapes.look
        painter.setFont(look.font(13))
        painter.setPen(look.colour("ink_soft"))
        middle = Qt.AlignmentFlag.AlignCenter
        if not shape.versions.isEmpty() and row.message is not None:
            count = f"{row.message.version}/{row.message.versions}"
            painter.drawText(shape.versions, middle, count)
        if not shape.note.isEmpty():
            painter.drawText(shape.note, middle, shape.note_text)
        for name, zone in shape.zones.items():
            if name in ("earlier", "later"):
                at_end = row.message is None or self._at_end(row, name)
                self._paint_icon(painter, zone, name, row.message_id, faint=at_end)
            else:
                self._paint_link(painter, zone, name, row.message_id)

    def _at_end(self, row: Row, name: str) -> bool:
        assert row.message is not None
        return row.message.version == (1 if name == "earlier" else row.message.versions)

    def _paint_icon(
        self, painter: QPainter, zone: QRectF, name: str, message_id: int, *, faint: bool
    ) -> None:
        look = self._shapes.look
        if self.marks.hovered == (message_id, name) and not faint:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("hover"))
            painter.drawEllipse(zone.center(), zone.width() / 2 - 2, zone.height() / 2 - 2)
        size = look.pixels(18)
        painter.save()
        painter.setOpacity(painter.opacity() * (0.35 if faint else 1.0))
        corner = zone.center() - QPointF(size / 2, size / 2)
        painter.drawPixmap(corner, self._icons.pixmap(name, look.colour("ink_soft"), size))
        painter.restore()

    def _paint_link(self, painter: QPainter, zone: QRectF, name: str, message_id: int) -> None:
        """Words that can be pressed, underlined: colour alone would not say it."""
        look, wording = self._shapes.look, self._shapes.wording
        font = look.font(13)
        font.setUnderline(self.marks.hovered == (message_id, name) or look.contrast)
        painter.setFont(font)
        painter.setPen(look.colour("accent"))
        painter.drawText(zone, Qt.AlignmentFlag.AlignCenter, wording.of(name))

    # Notices and the focus ring

    def _paint_notice(self, painter: QPainter, shape: Shape) -> None:
        look = self._shapes.look
        painter.setPen(look.colour("ink" if Action.HELP in shape.zones else "ink_soft"))
        if shape.block is not None:
            shape.block.paint(painter, shape.origin, painter.clipBoundingRect())
        for name, zone in shape.zones.items():
            if name == Action.QUIET_HELP:
                self._paint_underline(painter, zone)
                continue
            pill = zone.adjusted(0.5, 2.5, -0.5, -2.5)
            painter.setPen(QPen(look.colour("line"), 1))
            painter.setBrush(look.colour("surface"))
            painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
            self._paint_link(painter, zone, name, 0)

    def _paint_underline(self, painter: QPainter, zone: QRectF) -> None:
        """Under a quiet line that can be pressed: nothing but that."""
        painter.setPen(QPen(self._shapes.look.colour("line"), 1, Qt.PenStyle.DotLine))
        half = min(zone.width(), self._shapes.look.pixels(360)) / 2
        middle = zone.center().x()
        bottom = zone.bottom() - 4
        painter.drawLine(QPointF(middle - half, bottom), QPointF(middle + half, bottom))

    def _paint_focus(self, painter: QPainter, shape: Shape) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._shapes.look.colour("focus"), 2))
        ring = shape.bubble.adjusted(-3, -3, 3, 3)
        painter.drawRoundedRect(ring, RADIUS + 2, RADIUS + 2)


def bubble_path(rect: QRectF, own: bool) -> QPainterPath:
    """A bubble whose corner at the speaker's side is sharper."""
    rect = rect.adjusted(0.5, 0.5, -0.5, -0.5)
    left = RADIUS if own else SPEAKER_RADIUS
    right = SPEAKER_RADIUS if own else RADIUS
    path = QPainterPath()
    path.moveTo(rect.left() + RADIUS, rect.top())
    corners = [
        (rect.topRight(), RADIUS, 90.0, QPointF(-1, 0)),
        (rect.bottomRight(), right, 0.0, QPointF(-1, -1)),
        (rect.bottomLeft(), left, -90.0, QPointF(0, -1)),
        (rect.topLeft(), RADIUS, -180.0, QPointF(0, 0)),
    ]
    for corner, radius, start, shift in corners:
        box = QRectF(corner + shift * (2 * radius), QPointF(0, 0))
        box.setWidth(2 * radius)
        box.setHeight(2 * radius)
        path.arcTo(box, start, -90.0)
    path.closeSubpath()
    return path


def dot_strength(breath: float | None, number: int) -> float:
    """How dark a dot is; slow, and never quite gone."""
    if breath is None:
        return 0.7
    return 0.45 + 0.35 * math.sin(2 * math.pi * (breath - number / 6))


def spoken_time(moment: datetime, today: date) -> str:
    """A time as one would say it: with the day and the year where they are not those of now."""
    clock = moment.strftime("%H:%M")
    if moment.date() == today:
        return clock
    chinese = QLocale().language() == QLocale.Language.Chinese
    if moment.year == today.year:
        form = "M月d日" if chinese else "d MMMM"
    else:
        form = "yyyy年M月d日" if chinese else "d MMMM yyyy"
    day = QLocale().toString(QDate(moment.year, moment.month, moment.day), form)
    return f"{day} {clock}" if chinese else f"{day}, {clock}"
