"""The talk: a list view that paints bubbles, scrolls by pixels and never measures what is not seen.

Rows of thousands of messages have estimated heights until they come into view, so that opening a
long conversation and growing its last reply cost the same as in a short one. Sticks to the end
only while it stands there. Asks for what a person wants done by signals; does nothing itself.
"""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    Qt,
    QTimer,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QMenu,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.ui.bubble_tools import BubbleTools
from desktop.ui.bubbles import NOWHERE, BubbleDelegate
from desktop.ui.icons import Icons
from desktop.ui.models import MessageModel
from desktop.ui.offsets import Offsets
from desktop.ui.rows import Kind, Row
from desktop.ui.selection import TextSelection
from desktop.ui.shapes import Shape, Shapes, Wording
from desktop.ui.text_block import span16
from desktop.ui.theme import Look

FADE_MILLISECONDS = 120
BREATH_MILLISECONDS = 60
BREATH_STEP = 0.025
FOOT = 20
NEAR_END = 8
KEYBOARD_REASONS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
Index = QModelIndex | QPersistentModelIndex


class ChatView(QListView):
    """Shows a MessageModel.

    Signals:
        asked: what a person wants of a message: "edit", "again", "answer", "earlier" or "later",
            and the message's id.
        end_left, end_reached: the last row went out of sight, or is in sight.
    """

    asked = Signal(str, int)
    end_left = Signal()
    end_reached = Signal()

    def __init__(self, model: MessageModel, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.busy = False
        self._look = Look()
        self._offsets = Offsets()
        self._shapes = Shapes()
        self._selection = TextSelection()
        self._at_end = True
        self._settling = False
        self._keyboard = False
        self._dragging = False
        self._delegate = BubbleDelegate(self._shapes, icons, self)
        self._tools = BubbleTools(icons, self.viewport())
        self._tools_row = -1
        self._breath = QTimer(self, interval=BREATH_MILLISECONDS)
        self._breath.timeout.connect(self._on_breath)
        self._tools.pressed.connect(self._on_tool_pressed)
        self.setItemDelegate(self._delegate)
        self._prepare()
        self.setModel(model)
        self._retranslate()

    def _prepare(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setAutoScroll(False)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)

    # What the page asks

    def set_look(self, look: Look) -> None:
        self._look = look
        self._tools.set_look(look)
        self._delegate.marks.breath = None
        self._measure_anew()

    def scroll_to_end(self) -> None:
        self._at_end = True
        self._settle()

    def is_at_end(self) -> bool:
        return self._at_end

    def show_found(self, message_id: int, start: int, length: int) -> bool:
        """Bring a message to the middle and mark what was found in it."""
        number = self.messages().find(message_id)
        if number < 0:
            return False
        row = self.messages().row(number)
        self._delegate.marks.found = (message_id, span16(row.text, start, length))
        self._go_to(number, QAbstractItemView.ScrollHint.PositionAtCenter)
        self.setCurrentIndex(self.messages().index(number))
        self.viewport().update()
        return True

    def forget_found(self) -> None:
        self._delegate.marks.found = (0, NOWHERE)
        self.viewport().update()

    def selected_text(self) -> str:
        return self._selection.chosen

    def current_row(self) -> Row | None:
        index = self.currentIndex()
        return self.messages().row(index.row()) if index.isValid() else None

    def messages(self) -> MessageModel:
        return cast(MessageModel, self.model())

    # Geometry: what QListView would measure row by row

    def doItemsLayout(self) -> None:
        self._settle()

    def updateGeometries(self) -> None:
        """Nothing: `_settle` keeps the scroll bar."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self._measure_anew()
        else:
            self._settle()

    def visualRect(self, index: Index) -> QRect:
        if not index.isValid() or index.row() >= len(self._offsets):
            return QRect()
        top = self._offsets.top(index.row()) - self.verticalOffset()
        height = self._offsets.height(index.row())
        return QRect(0, round(top), self.viewport().width(), round(height))

    def indexAt(self, point: QPoint) -> QModelIndex:
        y = point.y() + self.verticalOffset()
        if not 0 <= y < self._offsets.total:
            return QModelIndex()
        return self.messages().index(self._offsets.row_at(y))

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
            self._go_to(index.row(), hint)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if not self._settling:
            bar = self.verticalScrollBar()
            self._set_at_end(bar.value() >= bar.maximum() - NEAR_END)
            self._measure_visible()
        self._hide_tools()
        self.viewport().update()

    def _measure_anew(self) -> None:
        """Width, look or words changed: only what is seen is measured, where it stands stays."""
        number, distance = self._anchor()
        self._shapes.configure(self._look, self._words(), self.viewport().width())
        self._offsets.reset(self._shapes.estimate(row) for row in self.messages().rows())
        self._settle()
        if number >= 0 and not self._at_end:
            self._set_value(self._offsets.top(number) + distance)
            self._settle()

    def _anchor(self) -> tuple[int, float]:
        number = self._offsets.row_at(self.verticalOffset())
        return number, self.verticalOffset() - self._offsets.top(number) if number >= 0 else 0.0

    def _settle(self) -> None:
        """Measure what is seen, give the scroll bar its range, and keep to the end if there."""
        self._update_range()
        if self._at_end:
            self._set_value(self.verticalScrollBar().maximum())
        self._measure_visible()
        self._watch_breath()
        self.viewport().update()

    def _measure_visible(self) -> None:
        """Measure rows in sight; rows already measured keep their place on the screen."""
        for _ in range(12):
            rows = self._visible_rows()
            fresh = [row for row in rows if not self._offsets.is_exact(row)]
            if not fresh:
                return
            anchor = next((row for row in rows if self._offsets.is_exact(row)), rows.start)
            before = self._offsets.top(anchor)
            for row in fresh:
                self._offsets.measure(row, self._shape(row).height)
            shift = self._offsets.top(anchor) - before
            self._update_range()
            value = self.verticalOffset() + shift
            self._set_value(self.verticalScrollBar().maximum() if self._at_end else value)

    def _visible_rows(self) -> range:
        top = self.verticalOffset()
        first = max(0, self._offsets.row_at(top))
        last = self._offsets.row_at(top + self.viewport().height())
        return range(first, last + 1)

    def _update_range(self) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        self._settling = True
        bar.setRange(0, max(0, round(self._offsets.total + FOOT - height)))
        bar.setPageStep(max(1, height - 2 * self._look.pitch))
        bar.setSingleStep(self._look.pitch)
        self._settling = False

    def _set_value(self, value: float) -> None:
        self._settling = True
        self.verticalScrollBar().setValue(round(value))
        self._settling = False

    def _set_at_end(self, at_end: bool) -> None:
        if at_end != self._at_end:
            self._at_end = at_end
            (self.end_reached if at_end else self.end_left).emit()

    def _go_to(self, number: int, hint: QAbstractItemView.ScrollHint) -> None:
        """Scroll until a row is in sight; twice, since measuring moves what was only estimated."""
        for _ in range(3):
            top, height = self._offsets.top(number), self._offsets.height(number)
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

    def _shape(self, number: int) -> Shape:
        return self._shapes.shape(self.messages().row(number))

    # Changes in the model

    def reset(self) -> None:
        super().reset()
        self._selection.clear()
        self._show_selection()
        self._delegate.marks.opacity.clear()
        self._hide_tools()
        self._at_end = True
        self._offsets.reset(self._shapes.estimate(row) for row in self.messages().rows())
        self._settle()
        self.end_reached.emit()

    def rowsInserted(self, parent: Index, start: int, end: int) -> None:
        rows = self.messages().rows()[start : end + 1]
        self._offsets.insert(start, [self._shapes.estimate(row) for row in rows])
        super().rowsInserted(parent, start, end)
        for row in rows:
            self._fade_in(row)
        self._settle()

    def rowsAboutToBeRemoved(self, parent: Index, start: int, end: int) -> None:
        self._offsets.remove(start, end)
        self._hide_tools()
        super().rowsAboutToBeRemoved(parent, start, end)

    def dataChanged(self, top: Index, bottom: Index, roles: object = None) -> None:
        """Rows were changed; for a reply that grows this happens thirty times a second."""
        for number in range(top.row(), bottom.row() + 1):
            self._offsets.forget(number)
        before = self._offsets.total
        self._measure_visible()
        if self._offsets.total != before:
            self._settle()
        else:
            for number in range(top.row(), min(bottom.row(), top.row() + 50) + 1):
                self.viewport().update(self.visualRect(self.messages().index(number)))
        self._watch_breath()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        option = QStyleOptionViewItem()
        focused = self._keyboard and self.hasFocus()
        for number in self._visible_rows():
            index = self.messages().index(number)
            option.rect = self.visualRect(index)  # type: ignore[attr-defined]
            if not option.rect.intersects(event.rect()):  # type: ignore[attr-defined]
                continue
            current = focused and index == self.currentIndex()
            flag = QStyle.StateFlag.State_HasFocus if current else QStyle.StateFlag.State_None
            option.state = flag  # type: ignore[attr-defined]
            self._delegate.paint(painter, option, index)
        painter.end()

    def _fade_in(self, row: Row) -> None:
        message = row.message
        if message is None or row.own or not self._look.moving or not self.isVisible():
            return  # one's own words stand there already, as they were sent
        fade = QVariantAnimation(self)
        fade.setDuration(FADE_MILLISECONDS)
        fade.setStartValue(0.0)
        fade.setEndValue(1.0)
        opacity = self._delegate.marks.opacity
        fade.valueChanged.connect(lambda value: self._set_opacity(message.id, float(value)))
        fade.finished.connect(lambda: opacity.pop(message.id, None))
        fade.finished.connect(fade.deleteLater)
        fade.start()

    def _set_opacity(self, message_id: int, value: float) -> None:
        self._delegate.marks.opacity[message_id] = value
        self._update_message(message_id)

    def _update_message(self, message_id: int) -> None:
        number = self.messages().find(message_id)
        if number >= 0:
            self.viewport().update(self.visualRect(self.messages().index(number)))

    def _watch_breath(self) -> None:
        """Let the dots breathe while, and only while, there are any."""
        rows = self.messages().rows()
        waiting = any(row.waiting for row in rows[-2:])
        if waiting and self._look.moving and not self._breath.isActive():
            self._delegate.marks.breath = 0.0
            self._breath.start()
        elif not waiting:
            self._breath.stop()

    def _on_breath(self) -> None:
        marks = self._delegate.marks
        marks.breath = ((marks.breath or 0.0) + BREATH_STEP) % 1.0
        for row in self.messages().rows()[-2:]:
            if row.waiting:
                self._update_message(row.message_id)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        index = self.indexAt(point.toPoint())
        self._keyboard = False
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            return
        self.setCurrentIndex(index)
        row = self.messages().row(index.row())
        name = self._zone_at(index, point)
        if name:
            self._ask(name, row)
            return
        self._start_selection(index, row, point)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if not index.isValid():
            return
        block = self._shape(index.row()).block
        if self._selection.message_id and block is not None:
            self._selection.take_word(block)
            self._show_selection()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        if self._dragging and self._selection.message_id:
            self._drag_selection(point)
            return
        index = self.indexAt(point.toPoint())
        name = self._zone_at(index, point)
        self._hover(index, name)
        self._set_pointer(index, name, point)
        self._show_tools(index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False

    def leaveEvent(self, event: QEvent) -> None:
        self._hide_tools()
        self._hover(QModelIndex(), "")
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if by_mouse else self.currentIndex()
        if not index.isValid() or self.messages().row(index.row()).message is None:
            return
        self.setCurrentIndex(index)
        place = event.pos() if by_mouse else self.visualRect(index).center()
        menu = self.make_menu(self.messages().row(index.row()))
        menu.exec(self.viewport().mapToGlobal(place))
        menu.deleteLater()

    def make_menu(self, row: Row) -> QMenu:
        """What can be done with a message."""
        menu = QMenu(self)
        if self._selection.chosen:
            menu.addAction(self.tr("Copy selection"), self.copy)
        menu.addAction(self.tr("Copy message"), lambda: self._copy_text(row.text))
        if not self.busy and row.own:
            menu.addAction(self.tr("Edit and send again"), lambda: self._ask("edit", row))
        elif not self.busy:
            menu.addAction(self.tr("Answer again"), lambda: self._ask("again", row))
        if row.message is not None and row.message.versions > 1 and not self.busy:
            menu.addAction(self.tr("Earlier version"), lambda: self._ask("earlier", row))
            menu.addAction(self.tr("Later version"), lambda: self._ask("later", row))
        return menu

    def _zone_at(self, index: QModelIndex, point: QPointF) -> str:
        if not index.isValid():
            return ""
        inside = point - QPointF(self.visualRect(index).topLeft())
        zones = self._shape(index.row()).zones
        return next((name for name, zone in zones.items() if zone.contains(inside)), "")

    def _hover(self, index: QModelIndex, name: str) -> None:
        message_id = self.messages().row(index.row()).message_id if index.isValid() else 0
        if self._delegate.marks.hovered != (message_id, name):
            self._delegate.marks.hovered = (message_id, name)
            self.viewport().update()

    def _set_pointer(self, index: QModelIndex, name: str, point: QPointF) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if name:
            shape = Qt.CursorShape.PointingHandCursor
        elif index.isValid() and self._bubble(index.row()).contains(point):
            kind = self.messages().row(index.row()).kind
            shape = Qt.CursorShape.IBeamCursor if kind is Kind.MESSAGE else shape
        self.viewport().setCursor(shape)

    def _bubble(self, number: int) -> QRectF:
        rect = self.visualRect(self.messages().index(number))
        return self._shape(number).bubble.translated(QPointF(rect.topLeft()))

    # Selecting

    def _start_selection(self, index: QModelIndex, row: Row, point: QPointF) -> None:
        self._selection.clear()
        shape = self._shape(index.row())
        inside = self._bubble(index.row()).contains(point)
        if inside and row.message is not None and shape.block is not None:
            position = shape.block.position_at(self._inside(index.row(), point))
            self._selection.start(row.message.id, row.text, position)
            self._dragging = True
        self._show_selection()

    def _drag_selection(self, point: QPointF) -> None:
        number = self.messages().find(self._selection.message_id)
        block = self._shape(number).block if number >= 0 else None
        if block is not None:
            self._selection.extend(block.position_at(self._inside(number, point)))
            self._show_selection()

    def _inside(self, number: int, point: QPointF) -> QPointF:
        """A point of the viewport in the coordinates of a row's text."""
        corner = QPointF(self.visualRect(self.messages().index(number)).topLeft())
        return point - corner - self._shape(number).origin

    def _show_selection(self) -> None:
        marks = self._delegate.marks
        marks.selected = (self._selection.message_id, self._selection.span)
        self.viewport().update()

    def copy(self) -> None:
        """Copy what is selected, or the message that has the focus."""
        row = self.current_row()
        self._copy_text(self._selection.chosen or (row.text if row else ""))

    def _copy_text(self, text: str) -> None:
        if text:
            QGuiApplication.clipboard().setText(text)

    # Keyboard

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._keyboard = event.reason() in KEYBOARD_REASONS
        last = self.messages().rowCount() - 1
        if self._keyboard and not self.currentIndex().isValid() and last >= 0:
            self.setCurrentIndex(self.messages().index(last))
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._keyboard = True
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self._select_current()
        elif not self._select_by_key(event) and not self._move_by_key(event):
            event.ignore()
            return
        self.viewport().update()

    def _move_by_key(self, event: QKeyEvent) -> bool:
        bar, count = self.verticalScrollBar(), self.messages().rowCount()
        number = self.currentIndex().row()
        steps = {Qt.Key.Key_Up: number - 1, Qt.Key.Key_Down: number + 1}
        steps |= {Qt.Key.Key_Home: 0, Qt.Key.Key_End: count - 1}
        key = Qt.Key(event.key())
        if key in steps:
            self._make_current(max(0, min(count - 1, steps[key])))
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            down = key == Qt.Key.Key_PageDown
            bar.setValue(bar.value() + (bar.pageStep() if down else -bar.pageStep()))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._press_current()
        elif key == Qt.Key.Key_Escape and self._selection.chosen:
            self._selection.clear()
            self._show_selection()
        else:
            return False
        return True

    def _make_current(self, number: int) -> None:
        if number >= 0:
            index = self.messages().index(number)
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def _press_current(self) -> None:
        """Enter on a message does what it offers, or opens its menu."""
        row = self.current_row()
        if row is None:
            return
        zones = self._shape(self.currentIndex().row()).zones
        offer = next((name for name in ("again", "answer") if name in zones), "")
        if offer:
            self._ask(offer, row)
            return
        place = self.visualRect(self.currentIndex()).center()
        reason = QContextMenuEvent.Reason.Keyboard
        self.contextMenuEvent(QContextMenuEvent(reason, place))

    def _select_by_key(self, event: QKeyEvent) -> bool:
        """Shift with the arrows selects in the message that has the focus."""
        key = event.key()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        row = self.current_row()
        if not shift or key not in (Qt.Key.Key_Left, Qt.Key.Key_Right) or row is None:
            return False
        block = self._shape(self.currentIndex().row()).block
        if block is None or row.message is None:
            return True
        forward = key == Qt.Key.Key_Right
        if self._selection.message_id != row.message.id:
            self._selection.start(row.message.id, row.text, 0 if forward else block.length)
        words = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        self._selection.step(block, forward=forward, words=words)
        self._show_selection()
        return True

    def _select_current(self) -> None:
        row = self.current_row()
        if row is not None and row.message is not None:
            block = self._shape(self.currentIndex().row()).block
            if block is not None:
                self._selection.take_all(row.message.id, row.text, block)
                self._show_selection()

    # Asking

    def _ask(self, name: str, row: Row) -> None:
        message_id = row.notice.message_id if row.notice else row.message_id
        if not self.busy:
            self.asked.emit(name, message_id)

    def _on_tool_pressed(self, name: str) -> None:
        if not 0 <= self._tools_row < self.messages().rowCount():
            return
        row = self.messages().row(self._tools_row)
        if name == "copy":
            self._copy_text(row.text)
        else:
            self._ask(name, row)
        self._hide_tools()

    def _show_tools(self, index: QModelIndex) -> None:
        row = self.messages().row(index.row()) if index.isValid() else None
        if row is None or row.message is None or row.waiting:
            self._hide_tools()
            return
        if self._tools_row != index.row() or self._tools.isHidden():
            self._tools_row = index.row()
            bubble = self._bubble(index.row()).toRect()
            self._tools.show_for(row, bubble, self._look, busy=self.busy)

    def _hide_tools(self) -> None:
        self._tools_row = -1
        self._tools.hide()

    # Language

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.setAccessibleName(self.tr("Conversation"))
        self._measure_anew()

    def _words(self) -> Wording:
        return Wording(
            stopped=self.tr("Stopped"),
            interrupted=self.tr("Broken off before its end"),
            again=self.tr("Answer again"),
            answer=self.tr("Answer now"),
        )
