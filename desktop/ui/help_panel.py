"""Help by people: the numbers of the person's region, one step away at any moment.

Works with no model, no store and no network: it is given the table of numbers and the fixed
sentences, and shows no number that is not in that table. Calls nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.chat.care import EmergencyContact
from desktop.safety.helplines import HelpLine, HelpLines
from desktop.safety.respond import Card, Reaction, named_lines
from desktop.ui.choice_box import RegionBox
from desktop.ui.contact_card import ContactCard
from desktop.ui.help_card import HelpLineCard, announce, label, make_quiet
from desktop.wording import Wording

NARROWEST = 300


class HelpPanel(QFrame):
    """The help numbers, emergency first.

    Signals:
        region_chosen: the region the person chose here.
        number_copied: the number that was copied.
        closed: the person wants the panel away.
        page_wanted: name of a page of the drawer.
        leave_wanted: somebody comes, and this must not be seen.
    """

    region_chosen = Signal(str)
    number_copied = Signal(str)
    closed = Signal()
    page_wanted = Signal(str)
    leave_wanted = Signal()

    def __init__(
        self,
        lines: HelpLines,
        wording: Wording,
        region: str,
        parent: QWidget | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        super().__init__(parent)
        self.lines = lines
        self._wording = wording
        self._region = region
        self._today = today
        self._lead: Reaction | None = None
        self._minor = False
        self._contact: EmergencyContact | None = None
        self._offers_pages = False
        self._stale = False  # hidden panels are written anew when they are shown
        self.setObjectName("helpPanel")
        self._title = label("title")
        self._close = make_quiet(QPushButton())
        self._regions = RegionBox(lines.regions(), region, self)
        self._region_label = label("soft")
        self._region_label.setBuddy(self._regions)
        self._scroll, self._body = QScrollArea(), QWidget()
        self._column = QVBoxLayout(self)
        self._arrange()
        self._close.clicked.connect(self.closed)
        self._regions.value_chosen.connect(self._on_region_chosen)
        self._fill()

    def set_region(self, region: str) -> None:
        """Show the numbers of another region."""
        self._region = region
        self._regions.choose(region)
        self._fill()

    def set_minor(self, minor: bool) -> None:
        """Put youth lines right behind the first crisis line, or leave them in their place."""
        if minor != self._minor:
            self._minor = minor
            self._fill()

    def set_wording(self, wording: Wording) -> None:
        """Speak the language of these sentences."""
        self._wording = wording
        self._fill()

    @property
    def leads(self) -> bool:
        """Whether what was noticed stands on top."""
        return self._lead is not None

    def lead_with(self, reaction: Reaction | None) -> None:
        """Put the fixed words of what was noticed on top and its numbers first; None: neither."""
        if reaction == self._lead:
            return
        self._lead = reaction
        focused = self._body.isAncestorOf(self.focusWidget() or self)
        self._fill()
        if focused:
            self.focus_first()
        if self.isVisible() and reaction is not None:
            announce(self, " ".join(self._lead_words()))

    def offer_pages(self) -> None:
        """Offer plan, calm and contact too; without a store (a locked app) nobody asks for that."""
        self._offers_pages = True
        self._fill()

    def set_contact(self, contact: EmergencyContact | None) -> None:
        """Whom the person chose to turn to."""
        if contact != self._contact:
            self._contact = contact
            self._fill()

    def focus_first(self) -> None:
        """Put the keyboard on the first number."""
        first = self.findChild(HelpLineCard)
        (first.copy_button if first else self._regions).setFocus(Qt.FocusReason.OtherFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._stale = True
            if self.isVisible():
                self._fill()
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            QTimer.singleShot(0, self, self._keep_width)  # when the labels have changed as well

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._fill()
        self._keep_width()
        announce(self, " ".join([*self._lead_words(), self.danger_sentence()]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        place = QHBoxLayout()
        place.addWidget(self._region_label)
        place.addWidget(self._regions, 1)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._column.setContentsMargins(16, 16, 8, 8)
        self._column.setSpacing(8)
        self._column.addLayout(head)
        self._column.addLayout(place)
        self._column.addWidget(self._scroll, 1)

    def _fill(self) -> None:
        """Write everything anew, in the language and for the region of now."""
        self._stale = False
        worried = "safety_kind_tp" in self._codes()
        title = self.tr("For someone you worry about") if worried else self.tr("I need a person")
        self._title.setText(title)
        self.setAccessibleName(self._title.text())
        self._close.setText(self.tr("Close"))
        self._region_label.setText(self.tr("Numbers for"))
        self._body = QWidget()
        self._body.setObjectName("helpBody")
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 8, 8, 8)
        column.setSpacing(8)
        near, further = self._parts()
        for part in near:
            column.addWidget(part)
        self._scroll.setWidget(self._body)
        if self._lead is None:
            self._go_on(column, further)
        else:  # what was noticed is painted first; no number further down may hold it up
            QTimer.singleShot(0, self._body, lambda: self._go_on(column, further))

    def _go_on(self, column: QVBoxLayout, further: Callable[[], list[QWidget]]) -> None:
        for part in further():
            column.addWidget(part)
        column.addStretch(1)
        self._keep_width()

    def _keep_width(self) -> None:
        """Wide enough for the longest number and its button, at every size of type."""
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        margins = self._column.contentsMargins()
        room = self._body.minimumSizeHint().width() + bar + margins.left() + margins.right()
        self.setMinimumWidth(max(NARROWEST, room))

    def _parts(self) -> tuple[list[QWidget], Callable[[], list[QWidget]]]:
        """What stands on top, and how the rest is made."""
        lines = self.lines.for_region(self._region)
        old = any(line.is_old(self._today()) for line in lines)
        urgent = self._urgent(lines, old)
        largest = self._lead is not None and self._lead.card is Card.FIRST
        parts: list[QWidget] = [label("lead", words) for words in self._lead_words()]
        if "safety_kind_a" in self._codes():
            parts.append(self._leave_button())
        if not largest or not urgent:
            parts.append(label("help", self.danger_sentence()))
        if old:
            parts.append(label("notice", self._wording.sentence("help_list_old")))
        cards: list[QWidget] = [self._card(line, largest and line is urgent[0]) for line in urgent]
        near = 2 if self._lead is not None and self._lead.plan_in_reach else len(cards)
        parts += [*cards[:near], *self._own_parts(), *cards[near:]]
        return parts, lambda: self._further_parts([line for line in lines if line not in urgent])

    def _further_parts(self, others: list[HelpLine]) -> list[QWidget]:
        if self._minor:
            others = youth_beside_crisis(others)
        parts: list[QWidget] = [*self._other_pages()]
        parts += self._section(self.tr("Someone to talk to"), others)
        elsewhere = self.lines.in_other_places(self._region)
        parts += self._section(self.tr("Only in some places"), elsewhere)
        return [*parts, label("soft", self._wording.sentence("help_source"))]

    def _urgent(self, lines: list[HelpLine], old: bool) -> list[HelpLine]:
        """What stands on top; in a list that is old the emergency numbers before all.

        In danger one emergency number comes first, then people to talk to, then the others.
        """
        if self._lead is None:
            return [line for line in lines if line.kind == "emergency"]
        urgent = named_lines(self._lead, lines)
        if old:
            return sorted(urgent, key=lambda line: line.kind != "emergency")
        crisis = next((line for line in urgent[1:] if line.kind == "crisis"), None)
        if self._lead.card is Card.FIRST and crisis is not None:
            return [urgent[0], crisis, *(line for line in urgent[1:] if line is not crisis)]
        return urgent

    def _own_parts(self) -> list[QWidget]:
        """What is the person's own: whom they chose, and their plan."""
        parts: list[QWidget] = []
        if self._contact is not None:
            parts.append(ContactCard(self._contact, self._wording))
        return parts + ([self._page_button("plan")] if self._offers_pages else [])

    def _other_pages(self) -> list[QWidget]:
        names = ("calm", "contact", "notes") if self._offers_pages else ()
        return [self._page_button(name) for name in names]

    def _page_button(self, name: str) -> QPushButton:
        words = {
            "plan": self.tr("My safety plan"),
            "calm": self.tr("A quiet minute: breathing and grounding"),
            "contact": self.tr("Somebody to turn to"),
            "notes": self.tr("What was noted"),
        }
        button = QPushButton(words[name])
        button.setObjectName("pageButton")
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self.page_wanted.emit(name))
        return button

    def _leave_button(self) -> QPushButton:
        button = QPushButton(self.tr("Leave this page quickly (F12)"))
        button.setAutoDefault(False)
        button.clicked.connect(self.leave_wanted)
        return button

    def _section(self, title: str, lines: list[HelpLine]) -> list[QWidget]:
        if not lines:
            return []
        section = label("section", title)
        section.setContentsMargins(0, 8, 0, 0)
        return [section, *map(self._card, lines)]

    def _codes(self) -> tuple[str, ...]:
        return self._lead.messages if self._lead else ()

    def _lead_words(self) -> list[str]:
        return [self._wording.sentence(code) for code in self._codes()]

    def danger_sentence(self) -> str:
        """What to do in danger, for the region of now."""
        return danger_sentence(self.lines, self._wording, self._region)

    def _card(self, line: HelpLine, largest: bool = False) -> HelpLineCard:
        card = HelpLineCard(line, self._wording.language, largest=largest)
        card.number_copied.connect(self.number_copied)
        return card

    def _on_region_chosen(self, region: str) -> None:
        self._region = region
        self._fill()
        self.region_chosen.emit(region)


def danger_sentence(lines: HelpLines, wording: Wording, region: str) -> str:
    """What to do in danger, with the emergency numbers of the region where it has some."""
    urgent = [line.number for line in lines.for_region(region) if line.kind == "emergency"]
    if not urgent:
        return wording.sentence("help_unknown_region")
    between, last = ("、", " 或 ") if wording.language == "zh" else (", ", " or ")
    numbers = last.join(part for part in (between.join(urgent[:-1]), urgent[-1]) if part)
    return wording.sentence("help_now", {"numbers": numbers})


def youth_beside_crisis(lines: Sequence[HelpLine]) -> list[HelpLine]:
    """The first crisis line, then those for young people, then the rest."""
    first = [line for line in lines if line.kind == "crisis"][:1]
    young = [line for line in lines if line.kind == "youth"]
    return [*first, *young, *(line for line in lines if line not in (*first, *young))]
