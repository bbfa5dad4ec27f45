"""Tells when nobody has touched keyboard or mouse for a while. Knows nothing of what follows."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal

_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.InputMethod,
    }
)
MINUTE = 60_000


class IdleWatch(QObject):
    """Watches the whole application.

    Signals:
        idle: so many minutes have gone by; told once, until the next touch.
    """

    idle = Signal()

    def __init__(self, application: QCoreApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.idle)
        application.installEventFilter(self)

    def set_minutes(self, minutes: float) -> None:
        """0: never."""
        self._timer.setInterval(round(minutes * MINUTE))
        if minutes > 0:
            self._timer.start()
        else:
            self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES and self._timer.interval() > 0:
            self._timer.start()
        return super().eventFilter(watched, event)
