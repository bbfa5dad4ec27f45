"""What was noted when risk was noticed: the person reads all of it and deletes what they like.

Shows tier and kind in plain words, never a score, and the counts by month with the switch that ends
them. There is nothing else that is kept: what was typed is in no note.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QDateTime, QEvent, QLocale, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QPushButton, QVBoxLayout, QWidget

from desktop.chat.care import MonthCount, SafetyNote
from desktop.ui.drawer import DrawerPage
from desktop.ui.help_card import label, make_quiet
from desktop.ui.keeper import Keeper


class NotesPage(DrawerPage):
    """Notes, then counts.

    Signals:
        counting_chosen: whether months may be counted.
    """

    counting_chosen = Signal(bool)

    def __init__(
        self, keeper: Keeper, counting: Callable[[], bool], language: Callable[[], str]
    ) -> None:
        super().__init__()
        self._keeper, self._counting, self._language = keeper, counting, language
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 8, 8, 8)
        self._body = QWidget()
        self._column.addWidget(self._body)
        keeper.changed.connect(self._on_changed)

    def title(self) -> str:
        return self.tr("What was noted")

    def show_now(self) -> None:
        self._column.removeWidget(self._body)
        self._body.deleteLater()
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in self._parts():
            column.addWidget(part)
        column.addStretch(1)
        self._column.addWidget(self._body)

    def focus_first(self) -> None:
        button = self._body.findChild(QPushButton) or self._body.findChild(QCheckBox)
        if button is not None:
            button.setFocus(Qt.FocusReason.OtherFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange and self.isVisible():
            self.show_now()
        super().changeEvent(event)

    def _parts(self) -> list[QWidget]:
        notes = self._keeper.notes()
        intro = self.tr(
            "When Xinyu thinks that you or somebody else may be in danger, it notes when, which of"
            " its rules said so and what it showed, and never what you wrote. It can be mistaken."
            " Deleting a note takes nothing else away."
        )
        parts: list[QWidget] = [label("soft", intro)]
        if not notes:
            parts.append(label("body", self.tr("Nothing is noted.")))
        parts += [self._note(note) for note in notes]
        if notes:
            everything = QPushButton(self.tr("Delete all notes"))
            everything.setAutoDefault(False)
            everything.clicked.connect(self._keeper.delete_notes)
            parts.append(everything)
        return [*parts, *self._count_parts(self._keeper.counts())]

    def _note(self, note: SafetyNote) -> QWidget:
        card = QFrame()
        card.setObjectName("noteCard")
        column = QVBoxLayout(card)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(2)
        when = QDateTime.fromSecsSinceEpoch(round(note.created_at))
        said = QLocale(self._language()).toString(when, QLocale.FormatType.ShortFormat)
        what = "; ".join(self._what(note))
        column.addWidget(label("soft", said))
        column.addWidget(label("body", what))
        column.addWidget(label("soft", self._shown(note)))
        column.addWidget(label("soft", self.tr("Rules: ") + ", ".join(note.rules)))
        button = make_quiet(QPushButton(self.tr("Delete")))
        button.setAccessibleName(self.tr("Delete the note of {when}").format(when=said))
        button.clicked.connect(lambda: self._keeper.delete_note(note.id))
        column.addWidget(button)
        card.setAccessibleName(f"{said}: {what}")
        return card

    def _what(self, note: SafetyNote) -> list[str]:
        tiers = {
            "T1": self.tr("perhaps a passing wish not to be here"),
            "T2": self.tr("perhaps thoughts of ending life, or of hurting oneself"),
            "T3": self.tr("perhaps a method, an intent, or a recent attempt"),
            "T4": self.tr("perhaps danger right now"),
        }
        kinds = {
            "TP": self.tr("worry about somebody else"),
            "V": self.tr("violence"),
            "A": self.tr("being hurt by somebody"),
            "M": self.tr("a medical emergency"),
            "P": self.tr("frightening perceptions, or no sleep"),
        }
        return [tiers[note.tier]] * (note.tier in tiers) + [
            kinds[kind] for kind in note.kinds if kind in kinds
        ]

    def _shown(self, note: SafetyNote) -> str:
        words = {
            "card:quiet_line": self.tr("Shown: a quiet line"),
            "card:inline": self.tr("Shown: words and numbers in the talk"),
            "card:fixed": self.tr("Shown: the numbers beside the talk"),
            "card:first": self.tr("Shown: the emergency number first"),
        }
        return next((words[code] for code in note.shown if code in words), "")

    # Counts

    def _count_parts(self, counts: Sequence[MonthCount]) -> list[QWidget]:
        switch = QCheckBox(self.tr("Count by month how often help was shown"))
        switch.setMinimumHeight(32)
        switch.setChecked(self._counting())
        switch.toggled.connect(self.counting_chosen)
        title = label("section", self.tr("Counts"))
        why = self.tr("Numbers without any text, on this computer alone; they are sent nowhere.")
        parts: list[QWidget] = [title, label("soft", why), switch]
        parts += [label("body", self._count_line(count)) for count in counts]
        if counts:
            clear = QPushButton(self.tr("Delete the counts"))
            clear.setAutoDefault(False)
            clear.clicked.connect(self._keeper.delete_counts)
            parts.append(clear)
        return parts

    def _count_line(self, count: MonthCount) -> str:
        names = {
            "card:quiet_line": self.tr("a quiet line"),
            "card:inline": self.tr("words and numbers in the talk"),
            "card:fixed": self.tr("numbers beside the talk"),
            "card:first": self.tr("emergency number first"),
            "kind:TP": self.tr("worry about somebody else"),
            "kind:V": self.tr("violence"),
            "kind:A": self.tr("being hurt by somebody"),
            "kind:M": self.tr("a medical emergency"),
            "kind:P": self.tr("frightening perceptions, or no sleep"),
        }
        return f"{count.month}  {names.get(count.name, count.name)}: {count.count}"

    def _on_changed(self, what: str) -> None:
        if what in ("notes", "counts") and self.isVisible():
            self.show_now()
            self.focus_first()
