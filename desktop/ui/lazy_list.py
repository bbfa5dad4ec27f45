"""A list of rows of different heights, scrolled by pixels, that measures only what is seen.

Thousands of rows have estimated heights until they come into view, so that opening a long
conversation and growing its last row cost the same as in a short one. Sticks to the end only while
it stands there. Knows rows and shapes; nothing of what a person can do with them.
"""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.ui.bubbles import BubbleDelegate
from desktop.ui.icons import Icons
from desktop.ui.models import MessageModel
from desktop.ui.offsets import Offsets
from desktop.ui.rows import Row
from desktop.ui.shapes import Shape, Shapes, Wording
from desktop.ui.theme import Look

FOOT = 20
NEAR_END = 8
ROUNDS = 12
Index = QModelIndex | QPersistentModelIndex


class LazyList(QListView):
    """Shows a MessageModel; whoever derives from it sets the model when it is ready for one.

    Attributes:
        keyboard: the focus ring is shown, since the keyboard was used last.

    Signals:
        end_left, end_reached: the last row went out of sight, or is in sight.
    """

    end_left = Signal()
    end_reached = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keyboard = False
        self.look = Look()
        self.offsets = Offsets()
        self.shapes = Shapes()
        self.bubbles = BubbleDelegate(self.shapes, icons, self)
        self._at_end = True
        self._settling = False
        self.setItemDelegate(self.bubbles)
        self._prepare()

    def _prepare(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setAutoScroll(False)

    # For those who show something else on top

    def words(self) -> Wording:
        """The words that are painted; overridden where they are known."""
        return Wording()

    def moved(self) -> None:
        """Rows stand elsewhere now; overridden by who follows them."""

    def appeared(self, row: Row) -> None:
        """A row is new; overridden by who lets it fade in."""

    def changed(self) -> None:
        """Some row is another now; overridden by who watches them."""

    # What can be asked

    def messages(self) -> MessageModel:
        return cast(MessageModel, self.model())

    def scroll_to_end(self) -> None:
        self._set_at_end(True)
        self._settle()

    def is_at_end(self) -> bool:
        return self._at_end

    def shape_of(self, number: int) -> Shape:
        return self.shapes.shape(self.messages().row(number))

    def update_message(self, message_id: int) -> None:
        """Paint one message again."""
        number = self.messages().find(message_id)
        if number >= 0:
            self.viewport().update(self.visualRect(self.messages().index(number)))

    # Geometry: what QListView would measure row by row

    def doItemsLayout(self) -> None:
        self._settle()

    def updateGeometries(self) -> None:
        """Nothing: `_settle` keeps the scroll bar."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self.measure_anew()
        else:
            self._settle()

    def visualRect(self, index: Index) -> QRect:
        if not index.isValid() or index.row() >= len(self.offsets):
            return QRect()
        top = self.offsets.top(index.row()) - self.verticalOffset()
        height = self.offsets.height(index.row())
        return QRect(0, round(top), self.viewport().width(), round(height))

    def indexAt(self, point: QPoint) -> QModelIndex:
        y = point.y() + self.verticalOffset()
        if not 0 <= y < self.offsets.total:
            return QModelIndex()
        return self.messages().index(self.offsets.row_at(y))

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:
        return 0

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        if index.isValid():
            self.go_to(index.row(), hint)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if not self._settling:
            bar = self.verticalScrollBar()
            self._set_at_end(bar.value() >= bar.maximum() - NEAR_END)
            self._measure_visible()
        self.moved()
        self.viewport().update()

    def measure_anew(self) -> None:
        """Width, look or words changed: only what is seen is measured, where it stands stays."""
        number, distance = self._anchor()
        self.shapes.configure(self.look, self.words(), self.viewport().width())
        self.offsets.reset(self.shapes.estimate(row) for row in self.messages().rows())
        self._settle()
        if number >= 0 and not self._at_end:
            self._set_value(self.offsets.top(number) + distance)
            self._settle()

    def _anchor(self) -> tuple[int, float]:
        number = self.offsets.row_at(self.verticalOffset())
        return number, self.verticalOffset() - self.offsets.top(number) if number >= 0 else 0.0

    def _settle(self) -> None:
        """Measure what is seen, give the scroll bar its range, and keep to the end if there."""
        self._update_range()
        if self._at_end:
            self._set_value(self.verticalScrollBar().maximum())
        self._measure_visible()
        self.changed()
        self.viewport().update()

    def _measure_visible(self) -> None:
        """Measure rows in sight; rows already measured keep their place on the screen."""
        for _ in range(ROUNDS):
            rows = self._visible_rows()
            fresh = [row for row in rows if not self.offsets.is_exact(row)]
            if not fresh:
                return
            anchor = next((row for row in rows if self.offsets.is_exact(row)), rows.start)
            before = self.offsets.top(anchor)
            for row in fresh:
                self.offsets.measure(row, self.shape_of(row).height)
            shift = self.offsets.top(anchor) - before
            self._update_range()
            value = self.verticalOffset() + shift
            self._set_value(self.verticalScrollBar().maximum() if self._at_end else value)

    def _visible_rows(self) -> range:
        top = self.verticalOffset()
        first = max(0, self.offsets.row_at(top))
        last = self.offsets.row_at(top + self.viewport().height())
        return range(first, last + 1)

    def _update_range(self) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        self._settling = True
        bar.setRange(0, max(0, round(self.offsets.total + FOOT - height)))
        bar.setPageStep(max(1, height - 2 * self.look.pitch))
        bar.setSingleStep(self.look.pitch)
        self._settling = False

    def _set_value(self, value: float) -> None:
        self._settling = True
        self.verticalScrollBar().setValue(round(value))
        self._settling = False

    def _set_at_end(self, at_end: bool) -> None:
        if at_end != self._at_end:
            self._at_end = at_end
            (self.end_reached if at_end else self.end_left).emit()

    def go_to(self, number: int, hint: QAbstractItemView.ScrollHint) -> None:
        """Scroll until a row is in sight; twice, since measuring moves what was only estimated."""
        for _ in range(3):
            top, height = self.offsets.top(number), self.offsets.height(number)
            view, value = self.viewport().height(), self.verticalOffset()
            if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
                value = round(top + height / 2 - view / 2)
            elif top < value or height > view:
                value = round(top)
            elif top + height > value + view:
                value = round(top + height + FOOT - view)
            self._set_value(value)
            self._set_at_end(self.verticalOffset() >= self.verticalScrollBar().maximum() - NEAR_END)
            self._measure_visible()

    # Changes in the model

    def reset(self) -> None:
        super().reset()
        self.bubbles.marks.opacity.clear()
        self.moved()
        self._at_end = True
        self.offsets.reset(self.shapes.estimate(row) for row in self.messages().rows())
        self._settle()
        self.end_reached.emit()

    def rowsInserted(self, parent: Index, start: int, end: int) -> None:
        rows = self.messages().rows()[start : end + 1]
        self.offsets.insert(start, [self.shapes.estimate(row) for row in rows])
        super().rowsInserted(parent, start, end)
        for row in rows:
            self.appeared(row)
        self._settle()

    def rowsAboutToBeRemoved(self, parent: Index, start: int, end: int) -> None:
        self.offsets.remove(start, end)
        self.moved()
        super().rowsAboutToBeRemoved(parent, start, end)

    def dataChanged(self, top: Index, bottom: Index, roles: object = None) -> None:
        """Rows were changed; for a reply that grows this happens thirty times a second."""
        for number in range(top.row(), bottom.row() + 1):
            self.offsets.forget(number)
        before = self.offsets.total
        self._measure_visible()
        if self.offsets.total != before:
            self._settle()
        else:
            for number in range(top.row(), min(bottom.row(), top.row() + 50) + 1):
                self.viewport().update(self.visualRect(self.messages().index(number)))
        self.changed()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        option = QStyleOptionViewItem()
        focused = self.keyboard and self.hasFocus()
        for number in self._visible_rows():
            index = self.messages().index(number)
            option.rect = self.visualRect(index)
            if not option.rect.intersects(event.rect()):
                continue
            current = focused and index == self.currentIndex()
            flag = QStyle.StateFlag.State_HasFocus if current else QStyle.StateFlag.State_None
            option.state = flag
            self.bubbles.paint(painter, option, index)
        painter.end()
