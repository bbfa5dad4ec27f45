"""The first page someone sees: what this is and is not, where they are, what to call them.

One page, one button; nothing is a condition for talking. Knows the help table only to name the
emergency numbers, and hands its answers over without keeping them.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.chat.answering import WordsGo
from desktop.safety.helplines import DEFAULT_REGION, HelpLines
from desktop.ui.age_question import UNSAID, AgeQuestion
from desktop.ui.choice_box import RegionBox
from desktop.ui.help_panel import danger_sentence
from desktop.ui.readable_column import put_in_the_middle
from desktop.wording import Wording

COLUMN = 560
LONGEST_NAME = 40
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}


@dataclass(frozen=True)
class WelcomeAnswers:
    """What the person chose.

    Attributes:
        language: "zh" or "en".
        region: whose help numbers are shown.
        called_by: empty when they would rather not say.
        age_band: one of `desktop.settings.AGE_BANDS`.
    """

    language: str
    region: str
    called_by: str
    age_band: str = UNSAID


class WelcomePage(QWidget):
    """First start.

    Signals:
        finished: the WelcomeAnswers; the person wants to talk.
        language_chosen: "zh" or "en", at once, so that this page can be read.
        region_chosen: at once, so that the help button shows the right numbers already here.
    """

    finished = Signal(object)
    language_chosen = Signal(str)
    region_chosen = Signal(str)

    def __init__(
        self,
        lines: HelpLines,
        wordings: Mapping[str, Wording],
        language: str,
        region: str = DEFAULT_REGION,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._lines = lines
        self._wordings = wordings
        self._language = language
        self._goes: WordsGo | None = None
        self.setObjectName("welcomePage")
        self._title = _label("large")
        self._texts = [RoomyLabel("body") for _ in range(3)]
        self._danger = RoomyLabel("help")
        self._region_label, self._region_hint = _label("field"), _label("soft")
        self._regions = RegionBox(lines.regions(), region, self)
        self._name_label = _label("field")
        self._name = QLineEdit()
        self._name.setMaxLength(LONGEST_NAME)
        self._age_label = _label("field")
        self._age = AgeQuestion()
        self._start = QPushButton()
        self._start.setObjectName("startTalking")
        self._start.setProperty("kind", "primary")
        self._languages = QButtonGroup(self)
        self._arrange()
        self._connect()
        self._write()

    def say_where(self, goes: WordsGo | None) -> None:
        """Where words go; None where they stay in the engine of this computer."""
        self._goes = goes
        self._write()

    def answers(self) -> WelcomeAnswers:
        """What is chosen at this moment."""
        name = " ".join(self._name.text().split())
        return WelcomeAnswers(self._language, self._regions.value(), name, self._age.band())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._write()
        super().changeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._start.setFocus(Qt.FocusReason.OtherFocusReason)

    def _arrange(self) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(24, 16, 24, 24)
        column.setSpacing(12)
        column.addLayout(self._language_row())
        column.addWidget(self._title)
        column.addSpacing(4)
        for text in self._texts:
            column.addWidget(text)
        column.addWidget(self._danger)
        column.addSpacing(8)
        column.addLayout(self._questions())
        column.addSpacing(8)
        column.addWidget(self._start)
        column.addStretch(1)
        put_in_the_middle(self, column, COLUMN)

    def _language_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addStretch(1)
        for language, name in LANGUAGE_NAMES.items():
            button = QPushButton(name)
            button.setProperty("kind", "chip")
            button.setProperty("language", language)
            button.setCheckable(True)
            button.setChecked(language == self._language)
            button.setMinimumHeight(32)
            self._languages.addButton(button)
            row.addWidget(button)
        return row

    def _questions(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        self._region_label.setBuddy(self._regions)
        self._name_label.setBuddy(self._name)
        for field in (self._regions, self._name):
            field.setMinimumHeight(36)
        self._age_label.setBuddy(self._age.box)
        rows = (
            self._region_label, self._regions, self._region_hint,
            self._name_label, self._name, self._age_label, self._age,
        )  # fmt: skip
        for place, widget in enumerate(rows):
            grid.addWidget(widget, place, 0)
        for place in (3, 5):
            grid.setRowMinimumHeight(place, 36)
        return grid

    def _connect(self) -> None:
        self._languages.buttonClicked.connect(self._on_language_clicked)
        self._regions.value_chosen.connect(self._on_region_chosen)
        self._start.clicked.connect(self._on_start_clicked)
        self._age.changed.connect(lambda: self._start.setEnabled(self._age.is_complete))
        self._name.returnPressed.connect(self._on_start_clicked)

    def _write(self) -> None:
        """Every word, in the language of now."""
        self._title.setText(self.tr("Good that you are here. Take your time."))
        for label, text in zip(self._texts, self._what_this_is(), strict=True):
            label.say(text)
        self._region_label.setText(self.tr("Where are you?"))
        self._region_hint.setText(self.tr("Only so that the help numbers are the right ones."))
        self._name_label.setText(self.tr("What would you like to be called?"))
        self._name.setPlaceholderText(self.tr("Any name will do. You can leave this empty."))
        self._name.setAccessibleName(self._name_label.text())
        self._age_label.setText(self.tr("How old are you?"))
        self._age.box.setAccessibleName(self._age_label.text())
        self._start.setText(self.tr("Start talking"))
        self._start.setAccessibleDescription(" ".join(self._what_this_is()))
        self.setAccessibleName(self.tr("Welcome"))
        self._write_danger()

    def _what_this_is(self) -> tuple[str, str, str]:
        return (
            self.tr(
                "Xinyu is a quiet place to put into words what weighs on you. The one who answers"
                " is an AI: a program, not a person. It listens and asks, and it can be wrong."
            ),
            self._where_words_go(),
            self.tr("It is no doctor and no therapy, and it is not for emergencies."),
        )

    def _where_words_go(self) -> str:
        if self._goes is None:
            return self.tr("What you say stays on this computer. Nothing is sent anywhere.")
        details = self._goes.details(self._language)
        return self._wordings[self._language].sentence(self._goes.sentence(), details)

    def _write_danger(self) -> None:
        wording = self._wordings[self._language]
        self._danger.say(danger_sentence(self._lines, wording, self._regions.value()))

    def _on_language_clicked(self, button: QPushButton) -> None:
        self._language = button.property("language")
        self._write()
        self.language_chosen.emit(self._language)

    def _on_region_chosen(self, region: str) -> None:
        self._write_danger()
        self.region_chosen.emit(region)

    def _on_start_clicked(self) -> None:
        if not self._age.is_complete:
            self._age.consent.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.finished.emit(self.answers())


class RoomyLabel(QLabel):
    """A paragraph with air between its lines."""

    def __init__(self, tone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setProperty("tone", tone)
        self.setWordWrap(True)

    def say(self, words: str) -> None:
        """Show these plain words."""
        self.setText(f'<p style="line-height: 115%">{html.escape(words)}</p>')
        self.setAccessibleName(words)


def _label(tone: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("tone", tone)
    label.setWordWrap(True)
    return label
