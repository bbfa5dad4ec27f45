"""The pages before the talk: whose talk it is, unlocking, waiting. Nothing that was said is here.

They ask and tell by signals; what a passphrase opens is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QProgressBar, QPushButton, QWidget

from desktop.profiles.profile import Profile
from desktop.ui.gate_parts import Page, SecretField, button, dot, label


class ChoicePage(Page):
    """Who is here?

    Signals:
        chosen: a Profile.
        new_wanted: another person wants a profile.
    """

    chosen = Signal(object)
    new_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = label("large")
        self._buttons: list[tuple[QPushButton, Profile]] = []
        self._new = button("quiet", self.new_wanted.emit)
        self.column.addWidget(self._title)
        self.column.addSpacing(8)
        self.column.addSpacing(8)
        self.column.addWidget(self._new)
        self.column.addStretch(1)
        self.write()

    def offer(self, profiles: Sequence[tuple[Profile, str]]) -> None:
        """Show these profiles, each with the colour of its dot."""
        for old, _ in self._buttons:
            self.column.removeWidget(old)
            old.deleteLater()
        self._buttons = [(self._button(p, colour), p) for p, colour in profiles]
        for place, (made, _) in enumerate(self._buttons):
            self.column.insertWidget(2 + place, made)
        self.write()

    def write(self) -> None:
        self._title.setText(self.tr("Who is here?"))
        self._new.setText(self.tr("Somebody new"))
        for made, profile in self._buttons:
            made.setText(profile.name or self.tr("The first one"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._buttons:
            self._buttons[0][0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _button(self, profile: Profile, colour: str) -> QPushButton:
        made = button("quiet", lambda: self.chosen.emit(profile))
        made.setObjectName("opener")
        made.setMinimumHeight(48)
        made.setIcon(dot(colour))
        return made


class UnlockPage(Page):
    """The passphrase, or the recovery key.

    Signals:
        unlock_wanted: what was typed, and whether it is the recovery key.
        keyring_wanted: the system's keyring is to open it.
        other_wanted: another profile.
    """

    unlock_wanted = Signal(str, bool)
    keyring_wanted = Signal()
    other_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recovering = False
        self._name = ""
        self._left = 0
        self._title, self._hint, self._told = label("large"), label("soft"), label("notice")
        self._told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.field = SecretField()
        self.unlock_button = button("primary", self._unlock)
        self._keyring = button("quiet", self.keyring_wanted.emit)
        self._way = button("quiet", self._change_way)
        self._other = button("quiet", self.other_wanted.emit)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._on_second)
        for widget in (self._title, self._hint, self.field, self._told, self.unlock_button):
            self.column.addWidget(widget)
        self.column.addSpacing(16)
        for widget in (self._keyring, self._way, self._other):
            self.column.addWidget(widget)
        self.column.addStretch(1)
        self.field.returnPressed.connect(self._unlock)
        self.field.textChanged.connect(self._refresh)
        self.begin("", several=False, keyring=False)

    def begin(self, name: str, *, several: bool, keyring: bool) -> None:
        """Ask for this profile's passphrase."""
        self._name, self._recovering = name, False
        self.field.clear()
        self._told.hide()
        self._keyring.setVisible(keyring)
        self._other.setVisible(several)
        self.wait(0)
        self.write()
        self.set_busy(False)

    def tell(self, sentence: str) -> None:
        """Say why it stayed locked; the field takes the keyboard again."""
        self._told.setText(sentence)
        self._told.show()
        self.set_busy(False)
        self.field.setFocus()

    def set_busy(self, busy: bool) -> None:
        """While a passphrase is tried."""
        self.field.setEnabled(not busy)
        self.unlock_button.setEnabled(not busy and self._left == 0)
        if busy:
            self.unlock_button.setText(self.tr("Unlocking…"))
        else:
            self._refresh()

    def wait(self, seconds: int) -> None:
        """No try for so long."""
        self._left = max(0, seconds)
        if self._left:
            self._clock.start()
        self._refresh()

    def write(self) -> None:
        self._title.setText(self._name or self.tr("Locked"))
        if self._recovering:
            self._hint.setText(self.tr("The recovery key, as it was printed"))
            self._way.setText(self.tr("Use the passphrase"))
        else:
            self._hint.setText(self.tr("Your passphrase"))
            self._way.setText(self.tr("I forgot it: use the recovery key"))
        self.field.setAccessibleName(self._hint.text())
        self._keyring.setText(self.tr("Use the system's keyring"))
        self._other.setText(self.tr("Somebody else"))
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _unlock(self) -> None:
        if self.unlock_button.isEnabled():
            typed = self.field.take()
            self.set_busy(True)
            self.unlock_wanted.emit(typed, self._recovering)

    def _change_way(self) -> None:
        self._recovering = not self._recovering
        echo = SecretField.EchoMode
        self.field.setEchoMode(echo.Normal if self._recovering else echo.Password)
        self.field.clear()
        self._told.hide()
        self.write()
        self.field.setFocus()

    def _on_second(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self._left = 0
            self._clock.stop()
        self._refresh()

    def _refresh(self) -> None:
        words = self.tr("Unlock")
        if self._left:
            words = self.tr("Unlock (in {seconds} s)").format(seconds=self._left)
        self.unlock_button.setText(words)
        self.unlock_button.setEnabled(not self._left and bool(self.field.text()))


class WaitPage(Page):
    """Something is under way that must not be disturbed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = label("title")
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self.column.addStretch(1)
        self.column.addWidget(self._words)
        self.column.addWidget(self._bar)
        self.column.addStretch(2)

    def say(self, words: str) -> None:
        self._words.setText(words)
        self._bar.setAccessibleName(words)


class TellPage(Page):
    """Something did not come about; why, and on.

    Signals:
        understood: go on.
    """

    understood = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = label("notice")
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._on = button("primary", self.understood.emit)
        self.column.addStretch(1)
        self.column.addWidget(self._words)
        self.column.addWidget(self._on)
        self.column.addStretch(2)
        self.write()

    def say(self, words: str) -> None:
        self._words.setText(words)

    def write(self) -> None:
        self._on.setText(self.tr("Go on"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on.setFocus(Qt.FocusReason.OtherFocusReason)
