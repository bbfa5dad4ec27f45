"""What moves in the talk: a new bubble fades in, the dots of a reply to come breathe.

Changes marks and has rows painted again; with reduced motion nothing moves.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, QVariantAnimation

from desktop.ui.lazy_list import LazyList
from desktop.ui.rows import Row

FADE_MILLISECONDS = 120
BREATH_MILLISECONDS = 60
BREATH_STEP = 0.025


class Motion(QObject):
    """Moves what a list shows."""

    def __init__(self, view: LazyList) -> None:
        super().__init__(view)
        self._view = view
        self._breath = QTimer(self, interval=BREATH_MILLISECONDS)
        self._breath.timeout.connect(self._on_breath)

    def fade_in(self, row: Row) -> None:
        """Let a reply appear; one's own words stand there already, as they were sent."""
        message = row.message
        if message is None or row.own or not self._view.look.moving or not self._view.isVisible():
            return
        fade = QVariantAnimation(self)
        fade.setDuration(FADE_MILLISECONDS)
        fade.setStartValue(0.0)
        fade.setEndValue(1.0)
        opacity = self._view.bubbles.marks.opacity
        fade.valueChanged.connect(lambda value: self._set_opacity(message.id, float(value)))
        fade.finished.connect(lambda: opacity.pop(message.id, None))
        fade.finished.connect(fade.deleteLater)
        fade.start()

    def watch(self) -> None:
        """Let the dots breathe while, and only while, there are any."""
        waiting = any(row.waiting for row in self._view.messages().rows()[-2:])
        marks = self._view.bubbles.marks
        if waiting and self._view.look.moving and not self._breath.isActive():
            marks.breath = 0.0
            self._breath.start()
        elif not waiting or not self._view.look.moving:
            marks.breath = None
            self._breath.stop()

    def _set_opacity(self, message_id: int, value: float) -> None:
        self._view.bubbles.marks.opacity[message_id] = value
        self._view.update_message(message_id)

    def _on_breath(self) -> None:
        marks = self._view.bubbles.marks
        marks.breath = ((marks.breath or 0.0) + BREATH_STEP) % 1.0
        for row in self._view.messages().rows()[-2:]:
            if row.waiting:
                self._view.update_message(row.message_id)
