"""One model as a card: what it is, how it fits, how it fared, and what can be done with it.

Shows and asks; nothing is done here. Technical names stand behind "Details" and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLayout,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from desktop.chat.models_events import (
    Checking,
    DownloadEvent,
    DownloadFailed,
    ModelCard,
    Paused,
    Progress,
    Waiting,
)
from desktop.ui.gate_parts import button, label
from desktop.ui.model_details import ModelDetails
from desktop.ui.models_words import ModelsWords
from desktop.wording import Wording

STEPS = 1000  # of a progress bar: bytes do not fit its whole numbers


class ModelCardFrame(QFrame):
    """A card.

    Signals:
        use_wanted: talk with it, after a trial where there was none.
        trial_wanted, result_wanted, verify_wanted, remove_wanted: a button was pressed.
        fetch_wanted: the technical name of the file to fetch.
        pause_wanted, discard_wanted: of the download under way, or what is left of one.
    """

    use_wanted = Signal()
    trial_wanted = Signal()
    result_wanted = Signal()
    verify_wanted = Signal()
    remove_wanted = Signal()
    fetch_wanted = Signal(str)
    pause_wanted = Signal()
    discard_wanted = Signal()

    def __init__(self, card: ModelCard, wording: Wording, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = card
        self._wording = wording
        self._words = ModelsWords(self)
        self._offered = ""
        self.setObjectName("modelCard")
        self.setAccessibleName(self.name)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.setSpacing(6)
        self._arrange()

    @property
    def name(self) -> str:
        """In the language of now."""
        return self.card.name[self._wording.language]

    # Making

    def _arrange(self) -> None:
        card = self.card
        self._column.addWidget(label("field", self.name))
        if badge := self._badge():
            self._column.addWidget(label("badge", badge))
        for words in self._about():
            self._column.addWidget(label("soft", words))
        self.progress = QProgressBar()
        self.progress.setRange(0, STEPS)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Download of {model}").format(model=self.name))
        self.progress.hide()
        self.state_line = label("plain")
        self.state_line.hide()
        self._column.addWidget(self.progress)
        self._column.addWidget(self.state_line)
        self._deeds = QHBoxLayout()
        self._deeds.setSpacing(6)
        self._column.addLayout(self._deeds)
        self.details = ModelDetails(card, self.name, self)
        self._column.addWidget(self.details)
        if card.is_here:
            self._offer_here()
        else:
            self._offer_fetching()

    def _badge(self) -> str:
        if self.card.in_use:
            return self.tr("Answers now")
        if self.card.recommended:
            return self.tr("Suits this computer best")
        return ""

    def _about(self) -> list[str]:
        card, words = self.card, self._words
        lines = [words.good_at(card)]
        if card.starter:
            lines = [self.tr("The small model that came along. It is always here.")]
        size = words.size(card.file.size)
        fit = words.fit(card, self._wording)
        if not card.is_here:
            return [*lines, f"{size}  ·  {fit}"]
        state = self._state()
        return [*lines, f"{size}  ·  {fit}", state or words.trial(card)]

    def _state(self) -> str:
        match self.card.state:
            case "damaged":
                return self.tr("The file is no longer what it was. It is not loaded.")
            case "away":
                return self.tr("Not here just now: its stick or disk is not connected.")
            case _:
                return ""

    # What can be done

    def _offer_here(self) -> None:
        card = self.card
        usable = card.state in ("ready", "unverified")
        refused = card.report is not None and not card.report.accepted
        deeds: list[tuple[str, str, Callable[[], object]]] = []
        if usable and not card.in_use and not refused:
            deeds.append((self.tr("Talk with this one"), "quiet", self.use_wanted.emit))
        if card.report is not None:
            deeds.append((self.tr("What was found"), "chip", self.result_wanted.emit))
        if usable:
            again = self.tr("Try again") if card.report else self.tr("Try it out")
            deeds.append((again, "chip", self.trial_wanted.emit))
        if card.state != "away":
            deeds.append((self.tr("Check the file"), "chip", self.verify_wanted.emit))
        if card.origin != "bundled" and not card.in_use:
            deeds.append((self.tr("Remove…"), "chip", self.remove_wanted.emit))
        self._offer("here", deeds)

    def _offer_fetching(self) -> None:
        if self.card.have:
            self._offer_rest()
            self._tell(self._left_words(self.card.have), self._share(self.card.have))
            return
        self._offer_fetching_again()

    def _offer_rest(self) -> None:
        """Of a download that did not come to its end."""
        self._offer(
            "rest",
            [
                (self.tr("Go on"), "quiet", self._fetch),
                (self.tr("Throw away what is here"), "chip", self.discard_wanted.emit),
            ],
        )

    def _offer(self, name: str, deeds: list[tuple[str, str, Callable[[], object]]]) -> None:
        """Two in a row: words of any length fit, also at 200 %. The keyboard stays on the card."""
        if self._offered == name:
            return
        self._offered = name
        focused = QApplication.focusWidget()
        here = focused is not None and self.isAncestorOf(focused)
        _clear(self._deeds)
        buttons = []
        rows = QVBoxLayout()
        rows.setSpacing(4)
        for start in range(0, len(deeds), 2):
            row = QHBoxLayout()
            for words, kind, deed in deeds[start : start + 2]:
                made = button(kind, deed)
                made.setText(words)
                made.setAccessibleName(f"{words.rstrip('…')}: {self.name}")
                row.addWidget(made)
                buttons.append(made)
            row.addStretch(1)
            rows.addLayout(row)
        self._deeds.addLayout(rows)
        self._deeds.addStretch(1)
        if here and buttons:
            buttons[0].show()  # a layout shows what is new a moment later
            buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    # A download under way

    def show_event(self, event: DownloadEvent) -> None:
        """How its download goes."""
        match event:
            case Progress():
                words = self._words.progress(event)
                if event.slow and event.seconds_left:
                    hours: dict[str, str | int] = {
                        "hours": max(1, round(event.seconds_left / 3600))
                    }
                    words = f"{words}\n{self._wording.sentence('download_slow', hours)}"
                self._tell(words, event.have / max(1, event.size))
                self._offer_under_way()
            case Waiting():
                self._tell(self._wording.error(event.error), None)
                self._offer_under_way()
            case Checking():
                words = self.tr("All of it is here; it is being checked…")
                self._tell(words, event.have / max(1, event.size))
                self._offer("checking", [])
            case Paused():
                self._tell(self._left_words(event.have), event.have / max(1, event.size))
                self._offer_rest()
            case DownloadFailed():
                self._tell(self._wording.error(event.error), None)
                if event.resumable:
                    self._offer_rest()
                else:
                    self._offer_fetching_again()
            case _:
                pass

    def _offer_under_way(self) -> None:
        self._offer(
            "under way",
            [
                (self.tr("Pause"), "quiet", self.pause_wanted.emit),
                (self.tr("Cancel the download"), "chip", self.discard_wanted.emit),
            ],
        )

    def _offer_fetching_again(self) -> None:
        self._offer("fetch", [(self.tr("Download…"), "quiet", self._fetch)])

    def _fetch(self) -> None:
        self.fetch_wanted.emit(self.details.file.quantisation)

    def _left_words(self, have: int) -> str:
        size = self._words.size(self.details.file.size)
        words = self.tr("{have} of {size} are here; the rest waits.")
        return words.format(have=self._words.size(have), size=size)

    def _share(self, have: int) -> float:
        return have / self.details.file.size if self.details.file.size else 0.0

    def _tell(self, words: str, share: float | None) -> None:
        self.state_line.setText(words)
        self.state_line.setAccessibleName(words)
        self.state_line.show()
        self.progress.setVisible(share is not None)
        if share is not None:
            self.progress.setValue(round(share * STEPS))


def _clear(layout: QLayout) -> None:
    """Take everything out of a layout, and the layouts in it."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            _clear(inner)
            inner.deleteLater()
