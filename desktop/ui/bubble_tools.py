"""The small buttons beside the bubble under the mouse: copy, and edit or answer again.

Says what was pressed; the view knows which message is meant. Everything here can also be reached
by the menu key on a message.
"""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from desktop.ui.icons import Icons
from desktop.ui.rows import Row
from desktop.ui.theme import Look


class BubbleTools(QWidget):
    """Floats beside one bubble.

    Signals:
        pressed: "copy", "edit" or "again".
    """

    pressed = Signal(str)

    def __init__(self, icons: Icons, parent: QWidget) -> None:
        super().__init__(parent)
        self._icons = icons
        self._buttons = {name: self._make_button(name) for name in ("copy", "edit", "again")}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for button in self._buttons.values():
            layout.addWidget(button)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._retranslate()
        self.hide()

    def show_for(self, row: Row, bubble: QRect, width: int, *, busy: bool) -> None:
        """Stand beside a bubble, within `width`; `busy` leaves only copying to offer."""
        self._buttons["edit"].setVisible(row.own and not busy)
        self._buttons["again"].setVisible(not row.own and not busy)
        if row.message is not None:
            moment = datetime.fromtimestamp(row.message.created_at)
            self.setToolTip(moment.strftime("%Y-%m-%d %H:%M"))
        self.adjustSize()
        x = bubble.left() - self.width() - 4 if row.own else bubble.right() + 4
        y = min(bubble.bottom() - self.height(), bubble.center().y() - self.height() // 2)
        self.move(QPoint(max(0, min(x, width - self.width())), y))
        self.show()

    def set_look(self, look: Look) -> None:
        size = look.pixels(18)
        target = max(32, look.pixels(32))
        for name, button in self._buttons.items():
            button.setIcon(self._icons.icon(name, look.colour("ink_soft"), size))
            button.setIconSize(QSize(size, size))
            button.setFixedSize(target, target)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _make_button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self.pressed.emit(name))
        return button

    def _retranslate(self) -> None:
        words = {
            "copy": self.tr("Copy"),
            "edit": self.tr("Edit and send again"),
            "again": self.tr("Answer again"),
        }
        for name, button in self._buttons.items():
            button.setToolTip(words[name])
            button.setAccessibleName(words[name])
