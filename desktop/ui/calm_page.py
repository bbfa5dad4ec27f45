"""Two ways to steady oneself, without a model: breathing along, and five things one can see.

Nothing is counted, kept or rated. With reduced motion the circle stands still and words alone say
when to breathe in and out.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.drawer import DrawerPage
from desktop.ui.help_card import announce, label
from desktop.ui.theme import Look

IN_SECONDS = 4.0
OUT_SECONDS = 6.0
BREATHS = 6
FRAME_MILLISECONDS = 40
SMALL, WIDE = 0.45, 1.0  # share of the circle's place that it fills


class CalmPage(DrawerPage):
    """Breathing above, grounding below."""

    def __init__(self) -> None:
        super().__init__()
        self.breathing, self.grounding = Breathing(), Grounding()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 8, 8)
        column.setSpacing(24)
        column.addWidget(self.breathing)
        column.addWidget(self.grounding)
        column.addStretch(1)

    def title(self) -> str:
        return self.tr("A quiet minute")

    def set_look(self, look: Look) -> None:
        self.breathing.set_look(look)

    def focus_first(self) -> None:
        self.breathing.button.setFocus(Qt.FocusReason.OtherFocusReason)


class Breathing(QWidget):
    """A minute of slow breaths: in for four seconds, out for six."""

    def __init__(self) -> None:
        super().__init__()
        self._title, self._how = label("section"), label("soft")
        self.circle = BreathCircle()
        self.says = label("lead")
        self.says.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = _button()
        self._phase = -1
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._go_on)
        self.button.clicked.connect(self._on_button_clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self._title, self._how, self.circle, self.says, self.button):
            column.addWidget(part)
        self._write()

    @property
    def is_running(self) -> bool:
        return self._phase >= 0

    def set_look(self, look: Look) -> None:
        self.circle.set_look(look)

    def start(self) -> None:
        self._phase = -1
        self._go_on()
        self._write()

    def stop(self) -> None:
        self._phase = -1
        self._timer.stop()
        self.circle.rest()
        self.says.setText("")
        self._write()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._write()
        super().changeEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.stop()
        super().hideEvent(event)

    def _write(self) -> None:
        self._title.setText(self.tr("Breathe along"))
        self._how.setText(
            self.tr(
                "In for four seconds, out for six, six times: a minute. Stop whenever you like."
            )
        )
        self.button.setText(self.tr("Stop") if self.is_running else self.tr("Begin"))
        words = self.tr("Stop breathing along") if self.is_running else self.tr("Breathe along")
        self.button.setAccessibleName(words)
        self.button.setAccessibleDescription(self._how.text())

    def _on_button_clicked(self) -> None:
        if self.is_running:
            self.stop()
        else:
            self.start()

    def _go_on(self) -> None:
        """The next half of a breath, or the end."""
        self._phase += 1
        if self._phase >= 2 * BREATHS:
            self.stop()
            self._say(self.tr("That was a minute. Stay a moment, or begin again."))
            return
        inwards = self._phase % 2 == 0
        seconds = IN_SECONDS if inwards else OUT_SECONDS
        self._say(self.tr("Breathe in …") if inwards else self.tr("Breathe out …"))
        self.circle.move_to(WIDE if inwards else SMALL, seconds)
        self._timer.start(round(seconds * 1000))

    def _say(self, words: str) -> None:
        self.says.setText(words)
        announce(self, words)


class BreathCircle(QWidget):
    """A circle that widens and narrows; it stands still where nothing may move."""

    def __init__(self) -> None:
        super().__init__()
        self._look = Look()
        self.filled = SMALL
        self._goal, self._step = SMALL, 0.0
        self._timer = QTimer(self, interval=FRAME_MILLISECONDS)
        self._timer.timeout.connect(self._on_frame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(160, 160)

    def set_look(self, look: Look) -> None:
        self._look = look
        if not look.moving:
            self.rest()
        self.update()

    def move_to(self, goal: float, seconds: float) -> None:
        """Fill `goal` of the place after so many seconds, if things may move."""
        if not self._look.moving:
            return
        self._goal = goal
        self._step = (goal - self.filled) * FRAME_MILLISECONDS / (seconds * 1000)
        self._timer.start()

    def rest(self) -> None:
        self._timer.stop()
        self.filled = SMALL
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._look.colour("accent"))
        painter.setBrush(self._look.colour("own"))
        radius = (min(self.width(), self.height()) / 2 - 2) * self.filled
        painter.drawEllipse(QPointF(self.rect().center()), radius, radius)
        painter.end()

    def _on_frame(self) -> None:
        self.filled += self._step
        if (self.filled - self._goal) * self._step >= 0:
            self.filled = self._goal
            self._timer.stop()
        self.update()


class Grounding(QWidget):
    """5-4-3-2-1: one sense after the other, at one's own pace."""

    def __init__(self) -> None:
        super().__init__()
        self._title, self.says = label("section"), label("lead")
        self.button = _button()
        self.step = 0
        self.button.clicked.connect(self._on_button_clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self._title, self.says, self.button):
            column.addWidget(part)
        self._write()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._write()
        super().changeEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.step = 0
        self._write()
        super().hideEvent(event)

    def _sentences(self) -> list[str]:
        return [
            self.tr("Look around you, and let your senses come back to this room."),
            self.tr("Name five things you can see."),
            self.tr("Feel four things: the chair, the floor, your clothes, the air."),
            self.tr("Listen for three sounds, near or far."),
            self.tr("Find two things you can smell."),
            self.tr("Notice one thing you can taste, or take a sip of water."),
            self.tr("You are here, in this room, now. Take another breath."),
        ]

    def _write(self) -> None:
        sentences = self._sentences()
        self._title.setText(self.tr("Five, four, three, two, one"))
        self.says.setText(sentences[self.step])
        last = self.step == len(sentences) - 1
        begin = self.tr("Begin") if self.step == 0 else self.tr("Next")
        self.button.setText(self.tr("Once more") if last else begin)
        self.button.setAccessibleName(f"{self.button.text()}: {self._title.text()}")
        self.button.setAccessibleDescription(sentences[self.step])

    def _on_button_clicked(self) -> None:
        self.step = (self.step + 1) % len(self._sentences())
        self._write()
        announce(self, self.says.text())


def _button() -> QPushButton:
    button = QPushButton()
    button.setAutoDefault(False)
    button.setMinimumHeight(36)
    return button
