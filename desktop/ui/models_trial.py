"""A model's trial while it runs, and what came of it, in sentences.

Shows what the gate tells and asks for what follows; judges nothing.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from desktop.chat.models_events import AcceptanceReport, Asked, Outcome, Reading
from desktop.ui.gate_parts import button, label
from desktop.ui.models_words import ModelsWords
from desktop.wording import Wording

MARKS = {Outcome.PASSED: "✓  ", Outcome.TOLD: "", Outcome.REFUSED: "✗  "}


class TrialPage(QWidget):
    """Stands in place of the list.

    Signals:
        stop_wanted: end the trial.
        use_wanted: talk with it in spite of what was found.
        left: back to the list.
    """

    stop_wanted = Signal()
    use_wanted = Signal()
    left = Signal()

    def __init__(self, wording: Wording, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wording = wording
        self._words = ModelsWords(self)
        self._name = ""
        self.setObjectName("settingsBody")
        self.title = label("large")
        self.line = label("plain")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.left_line = label("soft")
        self._findings = QVBoxLayout()
        self._findings.setSpacing(10)
        self.stop_button = button("quiet", self.stop_wanted.emit)
        self.use_button = button("primary", self.use_wanted.emit)
        self.back_button = button("quiet", self.left.emit)
        self._arrange()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        for part in (self.title, self.line, self.bar, self.left_line):
            column.addWidget(part)
        column.addLayout(self._findings)
        for made in (self.use_button, self.stop_button, self.back_button):
            column.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    # While it runs

    def begin(self, name: str) -> None:
        """A trial of this model begins."""
        self._name = name
        self._clear()
        self.title.setText(self.tr("Trying out {model}").format(model=name))
        self.line.setText(
            self.tr(
                "It is asked a few fixed questions, also about moments of danger. Nothing that you"
                " said is used for it."
            )
        )
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName(self.title.text())
        self.left_line.setText(self.tr("The model is being loaded…"))
        self.stop_button.setText(self.tr("Stop trying"))
        self._show(running=True)
        self.stop_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_reading(self, reading: Reading) -> None:
        """The file has to be read first."""
        self.bar.setRange(0, 1000)
        self.bar.setValue(round(1000 * reading.done / max(1, reading.total)))
        self.left_line.setText(self.tr("The file is being checked first…"))

    def show_step(self, step: Asked) -> None:
        """So far it is."""
        self.bar.setRange(0, step.steps)
        self.bar.setValue(step.number)
        about = {
            "loads": self.tr("The model is being loaded…"),
            "template": self.tr("Does it keep to the form of a conversation?"),
            "stops": self.tr("Does it stop when it is told to?"),
            "speaks": self.tr("Does it speak?"),
            "identity": self.tr("Who does it say it is?"),
            "safety": self.tr("What does it say when somebody is in danger?"),
        }
        parts = [about[step.criterion], self._words.time(step.seconds_left)]
        self.left_line.setText("  ·  ".join(part for part in parts if part))

    # What came of it

    def show_report(self, name: str, report: AcceptanceReport, *, used: bool, ask: bool) -> None:
        """All findings.

        Args:
            used: it answers from now on.
            ask: whether it may is for the person to say, as there is something to know about it.
        """
        self._name = name
        self._clear()
        self.title.setText(self._headline(report, used=used))
        self.line.setText(self._underline(report, used=used))
        for one in report.criteria:
            sentence = self._wording.sentence(one.code, one.details)
            tone = "plain" if one.outcome is Outcome.PASSED else "notice"
            self._findings.addWidget(label(tone, f"{MARKS[one.outcome]}{sentence}"))
        if report.tokens_per_second:
            self._findings.addWidget(label("soft", self._speed(report)))
        self.use_button.setText(self.tr("Talk with it, knowing this"))
        self.back_button.setText(self.tr("Rather not") if ask else self.tr("Back to the models"))
        self._show(running=False, ask=ask)
        self.back_button.setFocus(Qt.FocusReason.OtherFocusReason)
        announcement = QAccessibleAnnouncementEvent(self, self.title.text())
        QAccessible.updateAccessibility(announcement)

    def _headline(self, report: AcceptanceReport, *, used: bool) -> str:
        if not report.accepted:
            return self.tr("{model} cannot be used here").format(model=self._name)
        if used:
            return self.tr("From now on {model} answers").format(model=self._name)
        if report.warned:
            return self.tr("{model} can be used, and there is something to know").format(
                model=self._name
            )
        return self.tr("{model} can be used").format(model=self._name)

    def _underline(self, report: AcceptanceReport, *, used: bool) -> str:
        if not report.accepted:
            return self.tr("The one that answered before goes on answering.")
        if used:
            return self.tr("Your conversation goes on where it was.")
        return self.tr("This is what was found on this computer:")

    def _speed(self, report: AcceptanceReport) -> str:
        return self.tr(
            "It wrote about %n pieces of words a second.", "", round(report.tokens_per_second)
        )

    def _show(self, *, running: bool, ask: bool = False) -> None:
        for part in (self.bar, self.left_line, self.stop_button):
            part.setVisible(running)
        self.use_button.setVisible(ask)
        self.back_button.setVisible(not running)

    def _clear(self) -> None:
        while (item := self._findings.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.setParent(None)
                widget.deleteLater()
