"""One soft line: which model answers, where it runs, how fast it writes; the way to another one.

Told by the page from a turn's events; asks nobody.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.chat.events import ModelReady
from desktop.ui.elided_label import ElidedLabel


class StatusLine(ElidedLabel):
    """Says what is known; says nothing until something is.

    Signals:
        pressed: somebody wants to know more, or another model.
    """

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusLine")
        self._ready: ModelReady | None = None
        self._loading = False
        self._speed = 0.0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.pressed.emit()
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line below the words says where the keyboard is."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(self.palette().highlight().color())
            wide = min(self.width(), self.fontMetrics().horizontalAdvance(self.text()))
            left = (self.width() - wide) // 2
            painter.drawLine(left, self.height() - 1, left + wide, self.height() - 1)
            painter.end()

    def model_loading(self) -> None:
        self._loading = True
        self._show()

    def model_ready(self, ready: ModelReady) -> None:
        self._ready, self._loading = ready, False
        self._show()

    def loading_ended(self) -> None:
        """Well or not: the wait is over."""
        self._loading = False
        self._show()

    def reply_finished(self, tokens_per_second: float) -> None:
        self._speed = tokens_per_second
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._show()
        super().changeEvent(event)

    def _show(self) -> None:
        self.setText("  ·  ".join(self._parts()))
        self.setAccessibleName(self.text())
        self.setToolTip(self.tr("Models"))
        self.setAccessibleDescription(self.tr("Press for models"))

    def _parts(self) -> list[str]:
        if self._loading:
            return [self.tr("Getting ready…")]
        if self._ready is None:
            return []
        starter = self.tr("Small starter model")
        loaded = self._ready.loaded
        parts = [starter if self._ready.starter else loaded.name, self._place()]
        if loaded.adapter:
            parts.append(self.tr("with {adapter}").format(adapter=loaded.adapter))
        if loaded.note:
            parts.append(self._note(loaded.note))
        if self._speed >= 1:
            parts.append(self.tr("%n tokens a second", "", round(self._speed)))
        return parts

    def _note(self, note: str) -> str:
        """A quiet word: nothing is lost and nothing has to be done."""
        if note == "plan_lowered":
            return self.tr("slower for now: memory is short")
        return self.tr("with the llama.cpp that came along: the chosen one does not load")

    def _place(self) -> str:
        assert self._ready is not None
        loaded = self._ready.loaded
        if loaded.host:
            return self.tr("on the server {host}").format(host=loaded.host)
        layers = loaded.plan.gpu_layers
        if layers <= 0 or loaded.device == "CPU":
            return self.tr("on this computer's CPU")
        if layers >= loaded.layers:
            return self.tr("all on {device}").format(device=loaded.device)
        words = self.tr("{some} of {all} layers on {device}")
        return words.format(some=layers, all=loaded.layers, device=loaded.device)
