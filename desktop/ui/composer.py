"""Where the person writes: a field that grows, a way to emoji, and one button to send or stop.

Enter sends and Shift+Enter breaks the line (or Ctrl+Enter sends, by the settings); what an input
method is still composing is never sent. Knows no conversation: the page keeps drafts.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QInputMethodEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.icons import Icons
from desktop.ui.theme import Look

MOST_LINES = 8
COUNTED_FROM = 4_000
LINE_BREAKS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier


class MessageField(QPlainTextEdit):
    """The text being written.

    Signals:
        send_pressed: the key that sends was pressed, with nothing under composition.
        given_up: Escape.
    """

    send_pressed = Signal()
    given_up = Signal()
    focus_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.enter_sends = True
        self.composing = False
        self.setObjectName("messageField")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(6)
        self.document().contentsChanged.connect(self._grow)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self.composing = bool(event.preeditString())
        super().inputMethodEvent(event)
        self._grow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.composing:
                event.ignore()
                return
            if self._sends(event):
                self.send_pressed.emit()
                return
        super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Only words; characters that cannot be shown are left out."""
        text = source.text().replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
        self.insertPlainText(text)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.composing = False
        super().focusOutEvent(event)
        self.focus_changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._grow()

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._grow()

    def _sends(self, event: QKeyEvent) -> bool:
        if self.enter_sends:
            return not event.modifiers() & LINE_BREAKS
        return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)

    def _grow(self) -> None:
        wanted = max(1, round(self.document().size().height()))
        policies = Qt.ScrollBarPolicy
        more = policies.ScrollBarAsNeeded if wanted > MOST_LINES else policies.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(more)
        lines = min(MOST_LINES, wanted)
        height = lines * self.fontMetrics().lineSpacing() + 14
        if height != self.height():
            self.setFixedHeight(height)


class Composer(QFrame):
    """The field with what belongs to it.

    Signals:
        sent: the text.
        stop_pressed: the reply under way is to stop.
        emoji_pressed: the picker is wanted, or no longer.
        edit_given_up: the person does not want to say it again in other words.
    """

    sent = Signal(str)
    stop_pressed = Signal()
    emoji_pressed = Signal()
    edit_given_up = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._look = Look()
        self._streaming = False
        self.setObjectName("composer")
        self.field = MessageField(self)
        self.emoji_button = self._make_button("emoji")
        self.action_button = self._make_button("action")
        self._counter = QLabel(self)
        self._counter.setObjectName("counter")
        self._edit_label = QLabel(self)
        self._edit_label.setObjectName("editLabel")
        self._edit_close = self._make_button("close")
        self._arrange()
        self._connect()
        self._retranslate()
        self._on_text_changed()

    # What the page asks

    def text(self) -> str:
        return self.field.toPlainText()

    def set_text(self, text: str) -> None:
        self.field.setPlainText(text)
        self.field.moveCursor(QTextCursor.MoveOperation.End)

    def insert(self, text: str) -> None:
        self.field.insertPlainText(text)
        self.field.setFocus()

    def set_streaming(self, streaming: bool) -> None:
        """While a reply is written, an empty field offers to stop it."""
        self._streaming = streaming
        self._show_action()

    def set_editing(self, editing: bool) -> None:
        self._edit_row.setVisible(editing)

    def set_enter_sends(self, enter_sends: bool) -> None:
        self.field.enter_sends = enter_sends
        self._retranslate()

    def set_look(self, look: Look) -> None:
        self._look = look
        target = max(36, look.pixels(36))
        for button in (self.emoji_button, self.action_button):
            button.setFixedSize(target, target)
            button.setIconSize(QSize(look.pixels(22), look.pixels(22)))
        soft = look.colour("ink_soft")
        self.emoji_button.setIcon(self._icons.icon("emoji", soft, look.pixels(22)))
        self._edit_close.setIcon(self._icons.icon("close", soft, look.pixels(16)))
        self._show_action()

    # Inside

    def _make_button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"{name}Button")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _arrange(self) -> None:
        self._edit_row = QWidget(self)
        edit = QHBoxLayout(self._edit_row)
        edit.setContentsMargins(10, 2, 4, 0)
        edit.addWidget(self._edit_label, 1)
        edit.addWidget(self._edit_close)
        row = QHBoxLayout()
        row.setSpacing(4)
        bottom = Qt.AlignmentFlag.AlignBottom
        row.addWidget(self.emoji_button, 0, bottom)
        row.addWidget(self.field, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._counter, 0, bottom)
        row.addWidget(self.action_button, 0, bottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.setSpacing(0)
        column.addWidget(self._edit_row)
        column.addLayout(row)
        self._edit_row.hide()
        self.setFocusProxy(self.field)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._on_text_changed)
        self.field.send_pressed.connect(self._on_send)
        self.field.given_up.connect(self._on_given_up)
        self.field.focus_changed.connect(self._on_focus_changed)
        self.action_button.clicked.connect(self._on_action)
        self.emoji_button.clicked.connect(self.emoji_pressed)
        self._edit_close.clicked.connect(self.edit_given_up)

    def _on_text_changed(self) -> None:
        length = len(self.text())
        self._counter.setVisible(length > COUNTED_FROM)
        if length > COUNTED_FROM:
            self._counter.setText(self.tr("%n characters", "", length))
        self._show_action()

    def _on_send(self) -> None:
        if not self.field.composing and self.text().strip():
            self.sent.emit(self.text().strip())

    def _on_action(self) -> None:
        if self._offers_stop():
            self.stop_pressed.emit()
            self.field.setFocus()
            return
        QGuiApplication.inputMethod().commit()
        self._on_send()

    def _on_given_up(self) -> None:
        if self._edit_row.isVisible():
            self.edit_given_up.emit()
        elif self._offers_stop():
            self.stop_pressed.emit()

    def _on_focus_changed(self) -> None:
        self.setProperty("focused", self.field.hasFocus())
        self.style().unpolish(self)
        self.style().polish(self)

    def _offers_stop(self) -> bool:
        return self._streaming and not self.text().strip()

    def _show_action(self) -> None:
        stop = self._offers_stop()
        ready = stop or bool(self.text().strip())
        colour = self._look.colour("on_accent" if ready else "ink_soft")
        name, size = ("stop" if stop else "send"), self._look.pixels(22)
        self.action_button.setIcon(self._icons.icon(name, colour, size))
        self.action_button.setEnabled(ready)
        words = self.tr("Stop") if stop else self.tr("Send")
        self.action_button.setToolTip(words)
        self.action_button.setAccessibleName(words)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.field.setPlaceholderText(self.tr("Write what is on your mind"))
        self.field.setAccessibleName(self.tr("Your message"))
        sends = self.tr("Enter sends, Shift+Enter breaks the line")
        if not self.field.enter_sends:
            sends = self.tr("Ctrl+Enter sends, Enter breaks the line")
        self.field.setAccessibleDescription(sends)
        self.emoji_button.setToolTip(self.tr("Emoji"))
        self.emoji_button.setAccessibleName(self.tr("Emoji"))
        self._edit_label.setText(self.tr("Saying it again in other words"))
        self._edit_close.setToolTip(self.tr("Leave it as it was"))
        self._edit_close.setAccessibleName(self.tr("Leave it as it was"))
        self._on_text_changed()
