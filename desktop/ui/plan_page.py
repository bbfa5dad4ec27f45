"""The safety plan in the drawer: six questions, the person's own words, on screen and on paper.

Nothing is written but by the person's hand: what is typed stays in the fields until Save is
pressed. Needs no model; knows neither talk nor screening.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop.chat.care import SafetyPlan
from desktop.safety.plan import is_due, step_codes
from desktop.ui.drawer import DrawerPage
from desktop.ui.help_card import announce, label
from desktop.ui.keeper import Keeper
from desktop.ui.plan_paper import PlanPaper
from desktop.wording import Wording

LINES_SHOWN = 3


class PlanPage(DrawerPage):
    """Reads, edits, prints."""

    def __init__(
        self,
        keeper: Keeper,
        paper: PlanPaper,
        wording: Callable[[], Wording],
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self._keeper, self._paper, self._wording, self._clock = keeper, paper, wording, clock
        self._stored = SafetyPlan()
        self._intro, self._state = label("soft"), label("soft")
        self._review = _ReviewBar()
        self._questions = [label("field") for _ in step_codes()]
        self.fields = [_Field() for _ in step_codes()]
        self.save_button = _button("primary")
        self.print_button, self.pdf_button = _button(), _button()
        self._others = {name: _button("link") for name in ("contact", "calm", "notes")}
        self._arrange()
        self._connect()
        self._write()

    @property
    def is_changed(self) -> bool:
        """Whether the fields hold words that are not on disk."""
        return self._steps() != [text.strip() for text in self._stored.steps]

    def title(self) -> str:
        return self.tr("My safety plan")

    def show_now(self) -> None:
        changed = self.is_changed
        self._stored = self._keeper.plan()
        if not changed:
            for field, text in zip(self.fields, self._stored.steps, strict=True):
                field.setPlainText(text)
        for part in (*self.fields, self.save_button):
            part.setEnabled(self._keeper.is_open)
        self._say_state("")

    def focus_first(self) -> None:
        self.fields[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        """Keep what stands in the fields."""
        if self.is_changed:
            self._keeper.save_plan(self._steps())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._write()
        super().changeEvent(event)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self._intro)
        column.addWidget(self._review)
        for question, field in zip(self._questions, self.fields, strict=True):
            question.setBuddy(field)
            question.setContentsMargins(0, 8, 0, 0)
            column.addWidget(question)
            column.addWidget(field)
        column.addWidget(self._state)
        column.addWidget(self.save_button)
        paper = QHBoxLayout()
        paper.addWidget(self.print_button)
        paper.addWidget(self.pdf_button)
        column.addLayout(paper)
        for button in self._others.values():
            column.addWidget(button)
        column.addStretch(1)

    def _connect(self) -> None:
        for field in self.fields:
            field.textChanged.connect(lambda: self._say_state(""))
        self.save_button.clicked.connect(self.save)
        self.print_button.clicked.connect(lambda: self._tell(self._paper.print_it(self)))
        self.pdf_button.clicked.connect(lambda: self._tell(self._paper.save_pdf(self)))
        self._review.button.clicked.connect(self._keeper.confirm_plan)
        self._keeper.changed.connect(self._on_changed)
        for name, button in self._others.items():
            button.clicked.connect(lambda _=False, page=name: self.page_wanted.emit(page))

    def _write(self) -> None:
        wording = self._wording()
        self._intro.setText(
            self.tr(
                "For hard hours, in your own words; it stays on this computer. Leave empty what"
                " you do not want to answer."
            )
        )
        for question, field, (asked, hint) in zip(
            self._questions, self.fields, step_codes(), strict=True
        ):
            question.setText(wording.sentence(asked))
            field.setAccessibleName(wording.sentence(asked))
            field.setAccessibleDescription(wording.sentence(hint))
            field.setPlaceholderText(wording.sentence(hint))
        self._review.say(wording.sentence("plan_review"), self.tr("It still fits"))
        self.save_button.setText(self.tr("Save"))
        self.print_button.setText(self.tr("Print…"))
        self.pdf_button.setText(self.tr("Save as PDF…"))
        self._others["contact"].setText(self.tr("Somebody to turn to"))
        self._others["calm"].setText(self.tr("A quiet minute: breathing and grounding"))
        self._others["notes"].setText(self.tr("What was noted"))
        self._say_state("")

    def _steps(self) -> list[str]:
        return [field.toPlainText().strip() for field in self.fields]

    def _say_state(self, said: str) -> None:
        if not self._keeper.is_open:
            said = self.tr("The plan cannot be read at the moment.")
        elif self.is_changed:
            said = self.tr("Not saved yet. Nothing is lost while this window is open.")
        self._state.setText(said)
        self._review.setVisible(not self.is_changed and is_due(self._stored, self._clock()))
        for button in (self.print_button, self.pdf_button):
            button.setEnabled(not self._stored.is_empty and not self.is_changed)

    def _tell(self, said: str) -> None:
        """What came of paper, shown and spoken."""
        if said:
            self._say_state(said)
            announce(self, said)

    def _on_changed(self, what: str) -> None:
        if what == "plan":
            self._stored = self._keeper.plan()
            self._tell(self.tr("Saved."))


class _ReviewBar(QWidget):
    """Once in a while: read it again."""

    def __init__(self) -> None:
        super().__init__()
        self._words = label("notice")
        self.button = _button()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.addWidget(self._words)
        column.addWidget(self.button)
        self.hide()

    def say(self, words: str, deed: str) -> None:
        self._words.setText(words)
        self.button.setText(deed)


class _Field(QPlainTextEdit):
    """A few lines; Tab goes on to the next question."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setObjectName("planField")
        self._fit()
        self.document().documentLayout().documentSizeChanged.connect(lambda _: self._fit())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()

    def _fit(self) -> None:
        """As high as what was written, so that the page scrolls and not each field."""
        lines = max(LINES_SHOWN, round(self.document().size().height()) + 1)
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 20)


def _button(kind: str = "quiet") -> QPushButton:
    button = QPushButton()
    button.setProperty("kind", kind)
    button.setAutoDefault(False)
    button.setMinimumHeight(32)
    return button
