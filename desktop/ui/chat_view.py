"""The talk: what a person can do in the list of bubbles, by mouse and by keyboard.

Selecting and copying text, the tools beside a bubble, menus, moving from message to message, and
what fades in or breathes. Asks for what is wanted by signals; does nothing to messages itself.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPointF,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QMenu, QWidget

from desktop.ui.bubble_tools import BubbleTools
from desktop.ui.bubbles import NOWHERE
from desktop.ui.chat_words import offers_menu, painted_words
from desktop.ui.icons import Icons
from desktop.ui.lazy_list import LazyList
from desktop.ui.models import MessageModel
from desktop.ui.motion import Motion
from desktop.ui.rows import Action, Kind, Row
from desktop.ui.selection import TextSelection
from desktop.ui.shapes import Wording
from desktop.ui.text_block import span16
from desktop.ui.theme import Look

KEYBOARD_REASONS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class ChatView(LazyList):
    """Shows a MessageModel and lets a person act on it.

    Attributes:
        busy: a reply is being written; until it ends nothing may be asked of messages.

    Signals:
        asked: what a person wants of a message: "edit", "again", "answer", "earlier", "later",
            "help" or "leave", and the message's id; or "memory_..." and the notice's number.
    """

    asked = Signal(str, int)

    def __init__(self, model: MessageModel, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(icons, parent)
        self.busy = False
        self._selection = TextSelection()
        self._dragging = False
        self._tools = BubbleTools(icons, self.viewport())
        self._tools_row = -1
        self._motion = Motion(self)
        self._tools.pressed.connect(self._on_tool_pressed)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setModel(model)
        self._retranslate()

    # What the page asks

    def set_look(self, look: Look) -> None:
        self.look = look
        self._tools.set_look(look)
        self.measure_anew()

    def show_found(self, message_id: int, start: int, length: int) -> bool:
        """Bring a message to the middle and mark what was found in it."""
        number = self.messages().find(message_id)
        if number < 0:
            return False
        row = self.messages().row(number)
        self.bubbles.marks.found = (message_id, span16(row.text, start, length))
        self.go_to(number, QAbstractItemView.ScrollHint.PositionAtCenter)
        self.setCurrentIndex(self.messages().index(number))
        self.viewport().update()
        return True

    def forget_found(self) -> None:
        self.bubbles.marks.found = (0, NOWHERE)
        self.viewport().update()

    def selected_text(self) -> str:
        return self._selection.chosen

    def current_row(self) -> Row | None:
        index = self.currentIndex()
        return self.messages().row(index.row()) if index.isValid() else None

    def reset(self) -> None:
        self._selection.clear()
        self.bubbles.marks.selected = (0, NOWHERE)
        super().reset()

    # Movement

    def moved(self) -> None:
        self._hide_tools()

    def appeared(self, row: Row) -> None:
        self._motion.fade_in(row)

    def changed(self) -> None:
        self._motion.watch()

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        index = self.indexAt(point.toPoint())
        self.keyboard = False
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
        block = self.shape_of(index.row()).block
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
        zones = self.shape_of(index.row()).zones
        return next((name for name, zone in zones.items() if zone.contains(inside)), "")

    def _hover(self, index: QModelIndex, name: str) -> None:
        message_id = self.messages().row(index.row()).message_id if index.isValid() else 0
        marks = self.bubbles.marks
        if (marks.hovered, marks.pointed) != ((message_id, name), message_id):
            marks.hovered, marks.pointed = (message_id, name), message_id
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
        return self.shape_of(number).bubble.translated(QPointF(rect.topLeft()))

    # Selecting

    def _start_selection(self, index: QModelIndex, row: Row, point: QPointF) -> None:
        self._selection.clear()
        shape = self.shape_of(index.row())
        inside = self._bubble(index.row()).contains(point)
        if inside and row.message is not None and shape.block is not None:
            position = shape.block.position_at(self._inside(index.row(), point))
            self._selection.start(row.message.id, row.text, position)
            self._dragging = True
        self._show_selection()

    def _drag_selection(self, point: QPointF) -> None:
        number = self.messages().find(self._selection.message_id)
        block = self.shape_of(number).block if number >= 0 else None
        if block is not None:
            self._selection.extend(block.position_at(self._inside(number, point)))
            self._show_selection()

    def _inside(self, number: int, point: QPointF) -> QPointF:
        """A point of the viewport in the coordinates of a row's text."""
        corner = QPointF(self.visualRect(self.messages().index(number)).topLeft())
        return point - corner - self.shape_of(number).origin

    def _show_selection(self) -> None:
        marks = self.bubbles.marks
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
        self.keyboard = event.reason() in KEYBOARD_REASONS
        last = self.messages().rowCount() - 1
        if self.keyboard and not self.currentIndex().isValid() and last >= 0:
            self.setCurrentIndex(self.messages().index(last))
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.keyboard = True
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
        elif key == Qt.Key.Key_Delete and (row := self.current_row()) is not None:
            self._ask(Action.FOLD, row)
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
        zones = self.shape_of(self.currentIndex().row()).zones
        offers = [name for name in Action if name and name in zones]
        place = self.visualRect(self.currentIndex()).center()
        if len(offers) == 1 or Action.HELP in offers:
            self._ask(offers[0], row)
            return
        if offers:
            menu = offers_menu(self, offers, lambda name: self._ask(name, row))
            menu.exec(self.viewport().mapToGlobal(place))
            menu.deleteLater()
            return
        reason = QContextMenuEvent.Reason.Keyboard
        self.contextMenuEvent(QContextMenuEvent(reason, place))

    def _select_by_key(self, event: QKeyEvent) -> bool:
        """Shift with the arrows selects in the message that has the focus."""
        key = event.key()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        row = self.current_row()
        if not shift or key not in (Qt.Key.Key_Left, Qt.Key.Key_Right) or row is None:
            return False
        block = self.shape_of(self.currentIndex().row()).block
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
            block = self.shape_of(self.currentIndex().row()).block
            if block is not None:
                self._selection.take_all(row.message.id, row.text, block)
                self._show_selection()

    # Asking

    def _ask(self, name: str, row: Row) -> None:
        message_id = row.notice.message_id if row.notice else row.message_id
        if name in (Action.HELP, Action.QUIET_HELP):
            self.asked.emit("help", message_id)
        elif name.startswith(("memory_", "fold", "unfold", "leave")) or not self.busy:
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
            self._tools.show_for(row, bubble, self.viewport().width(), busy=self.busy)

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
        self.measure_anew()

    def words(self) -> Wording:
        return painted_words()
