"""Help by people: the numbers of the person's region, one step away at any moment.

Works with no model, no store and no network: it is given the table of numbers and the fixed
sentences, and shows no number that is not in that table. Calls nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QGuiApplication,
    QKeyEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.safety.helplines import HelpLine, HelpLines
from desktop.safety.respond import Card, Reaction, named_lines
from desktop.ui.choice_box import RegionBox
from desktop.wording import Wording

NARROWEST = 300
COPIED_FOR = 2500  # milliseconds that the button says so


class HelpPanel(QFrame):
    """The help numbers, emergency first.

    Signals:
        region_chosen: the region the person chose here.
        number_copied: the number that was copied.
        closed: the person wants the panel away.
    """

    region_chosen = Signal(str)
    number_copied = Signal(str)
    closed = Signal()

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
        self.setObjectName("helpPanel")
        self._title = _label("title")
        self._close = _button("quiet")
        self._regions = RegionBox(lines.regions(), region, self)
        self._region_label = _label("soft")
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

    def focus_first(self) -> None:
        """Put the keyboard on the first number."""
        first = self.findChild(HelpLineCard)
        (first.copy_button if first else self._regions).setFocus(Qt.FocusReason.OtherFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._fill()
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            QTimer.singleShot(0, self, self._keep_width)  # when the labels have changed as well

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
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
        self._title.setText(self.tr("I need a person"))
        self.setAccessibleName(self._title.text())
        self._close.setText(self.tr("Close"))
        self._region_label.setText(self.tr("Numbers for"))
        self._body = QWidget()
        self._body.setObjectName("helpBody")
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 8, 8, 8)
        column.setSpacing(8)
        for part in self._parts():
            column.addWidget(part)
        column.addStretch(1)
        self._scroll.setWidget(self._body)
        self._keep_width()

    def _keep_width(self) -> None:
        """Wide enough for the longest number and its button, at every size of type."""
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        margins = self._column.contentsMargins()
        room = self._body.minimumSizeHint().width() + bar + margins.left() + margins.right()
        self.setMinimumWidth(max(NARROWEST, room))

    def _parts(self) -> list[QWidget]:
        lines = self.lines.for_region(self._region)
        urgent = [line for line in lines if line.kind == "emergency"]
        if self._lead is not None:
            urgent = named_lines(self._lead, lines)
        others = [line for line in lines if line not in urgent]
        if self._minor:
            others = youth_beside_crisis(others)
        first = self._lead is not None and self._lead.card is Card.FIRST
        parts: list[QWidget] = [_label("lead", words) for words in self._lead_words()]
        if not first or not urgent:
            parts.append(_label("help", self.danger_sentence()))
        if any(line.is_old(self._today()) for line in lines):
            parts.append(_label("notice", self._wording.sentence("help_list_old")))
        parts += [self._card(line, first and line is urgent[0]) for line in urgent]
        if others:
            section = _label("section", self.tr("Someone to talk to"))
            section.setContentsMargins(0, 8, 0, 0)
            parts.append(section)
        parts += [self._card(line) for line in others]
        return [*parts, _label("soft", self._wording.sentence("help_source"))]

    def _lead_words(self) -> list[str]:
        return [self._wording.sentence(code) for code in self._lead.messages] if self._lead else []

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


class HelpLineCard(QFrame):
    """One number: large, whose it is, when somebody answers, how, and a way to copy it.

    Signals:
        number_copied: the number.
    """

    number_copied = Signal(str)

    def __init__(self, line: HelpLine, language: str, *, largest: bool = False) -> None:
        super().__init__()
        self._line = line
        self.setObjectName("helpLine")
        self.setProperty("urgent", line.kind == "emergency")
        number = _label("largest" if largest else "number", line.number)
        number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        details = [line.hours.get(language, ""), *map(self._channel, line.channels)]
        between = "，" if language == "zh" else ", "
        how = between.join(part for part in details if part)
        self.copy_button = _button("quiet", self.tr("Copy"))
        spoken = (line.name[language], spelled(line.number), how)
        self.setAccessibleName(between.join(spoken))
        self.copy_button.setAccessibleName(self.tr("Copy {line}").format(line=between.join(spoken)))
        self.copy_button.clicked.connect(self._on_copy_clicked)
        self._arrange(number, _label("body", line.name[language]), _label("soft", how))

    def _arrange(self, number: QLabel, *labels: QLabel) -> None:
        head = QHBoxLayout()
        head.addWidget(number, 1)
        head.addWidget(self.copy_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 12, 12)
        column.setSpacing(2)
        column.addLayout(head)
        for label in labels:
            column.addWidget(label)

    def _channel(self, channel: str) -> str:
        words = {
            "call": self.tr("by phone"),
            "text": self.tr("by text message"),
            "chat": self.tr("online chat"),
            "webchat": self.tr("online chat"),
            "whatsapp": "WhatsApp",
        }
        return words.get(channel, channel)

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._line.number)
        self.copy_button.setText(self.tr("Copied"))
        announce(self.copy_button, self.tr("Copied"))
        QTimer.singleShot(COPIED_FOR, self, self._on_copied_long_ago)
        self.number_copied.emit(self._line.number)

    def _on_copied_long_ago(self) -> None:
        self.copy_button.setText(self.tr("Copy"))


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


def spelled(number: str) -> str:
    """The digits one by one, so that a screen reader does not say twelve thousand."""
    return " ".join(character for character in number if character.isdigit())


def announce(widget: QWidget, words: str) -> None:
    """Say it through a screen reader at once."""
    event = QAccessibleAnnouncementEvent(widget, words)
    event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
    QAccessible.updateAccessibility(event)


def _label(tone: str, words: str = "") -> QLabel:
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("tone", tone)
    label.setWordWrap(True)
    return label


def _button(kind: str, words: str = "") -> QPushButton:
    button = QPushButton(words)
    button.setProperty("kind", kind)
    button.setMinimumHeight(32)
    button.setAutoDefault(False)
    button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return button
