"""The list of the models page: what is here, what could be fetched, where they lie and come from.

Shows a view and passes on what is pressed; does nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.chat.models_events import DownloadEvent, Finished, ModelCard, ModelsView
from desktop.ui.choice_box import ChoiceBox
from desktop.ui.gate_parts import button, label
from desktop.ui.model_card import ModelCardFrame
from desktop.ui.models_words import ModelsWords
from desktop.wording import Wording

NAMED = ("official", "mirror")


class ModelsList(QWidget):
    """All cards and what stands below them.

    Signals:
        use_wanted, trial_wanted, result_wanted, verify_wanted, remove_wanted: a ModelCard.
        fetch_wanted: entry and technical name of the file.
        pause_wanted: of the download under way.
        discard_wanted: entry of the download to give up.
        add_wanted, folder_wanted, usual_folder_wanted: a button was pressed.
        endpoint_chosen: "official", "mirror" or an address.
    """

    use_wanted = Signal(object)
    trial_wanted = Signal(object)
    result_wanted = Signal(object)
    verify_wanted = Signal(object)
    remove_wanted = Signal(object)
    fetch_wanted = Signal(str, str)
    pause_wanted = Signal()
    discard_wanted = Signal(str)
    add_wanted = Signal()
    folder_wanted = Signal()
    usual_folder_wanted = Signal()
    endpoint_chosen = Signal(str)

    def __init__(self, wording: Wording, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wording = wording
        self._words = ModelsWords(self)
        self._cards: dict[str, ModelCardFrame] = {}
        self.setObjectName("settingsBody")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 12, 24, 24)
        self._column.setSpacing(10)
        self._column.addWidget(label("soft", self.tr("Looking at what is here…")))

    def card(self, model: str) -> ModelCardFrame | None:
        """The card of a model that is here, or of one that could be fetched."""
        return self._cards.get(model)

    def focus_first(self) -> None:
        """Put the keyboard where one begins."""
        if (first := self.nextInFocusChain()) is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_view(self, view: ModelsView, downloads: Mapping[str, DownloadEvent]) -> None:
        """Everything anew; the keyboard comes back to where it was."""
        focused = QApplication.focusWidget()
        name = focused.accessibleName() if focused and self.isAncestorOf(focused) else ""
        self._clear()
        self._add_head(view)
        self._section(self.tr("On this computer"))
        for card in view.here:
            self._column.addWidget(self._frame(card))
        self._deeds((self.tr("Add a file from a disk or stick…"), self.add_wanted.emit))
        if view.others:
            self._section(self.tr("Can be downloaded"))
            self._note(self.tr("Nothing is downloaded before you have seen its size and said yes."))
            for card in view.others:
                frame = self._frame(card)
                event = downloads.get(card.id)
                if event is not None and not isinstance(event, Finished):
                    frame.show_event(event)
                self._column.addWidget(frame)
        self._add_places(view)
        self._column.addStretch(1)
        QTimer.singleShot(0, self, lambda: self._refocus(name))  # once it is all shown

    # Making

    def _add_head(self, view: ModelsView) -> None:
        self._column.addWidget(label("large", self.tr("Who answers")))
        self._note(
            self.tr(
                "A model is the part of Xinyu that answers. All those here run on this computer"
                " and need no network. Larger ones understand more and need more memory."
            )
        )
        self._note(self._words.machine(view.machine))

    def _frame(self, card: ModelCard) -> ModelCardFrame:
        frame = ModelCardFrame(card, self._wording)
        frame.use_wanted.connect(lambda: self.use_wanted.emit(card))
        frame.trial_wanted.connect(lambda: self.trial_wanted.emit(card))
        frame.result_wanted.connect(lambda: self.result_wanted.emit(card))
        frame.verify_wanted.connect(lambda: self.verify_wanted.emit(card))
        frame.remove_wanted.connect(lambda: self.remove_wanted.emit(card))
        frame.fetch_wanted.connect(lambda kind: self.fetch_wanted.emit(card.id, kind))
        frame.pause_wanted.connect(self.pause_wanted)
        frame.discard_wanted.connect(lambda: self.discard_wanted.emit(card.id))
        self._cards[card.id] = frame
        return frame

    def _add_places(self, view: ModelsView) -> None:
        self._section(self.tr("Where models are kept"))
        self._note(
            self.tr(
                "Everybody who uses Xinyu on this computer shares them; conversations are never"
                " shared."
            )
        )
        place = label("plain", str(view.folder))
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._column.addWidget(place)
        self._deeds((self.tr("Keep new ones elsewhere…"), self.folder_wanted.emit))
        if view.own_folder:
            self._deeds(
                (self.tr("Keep new ones in the usual place"), self.usual_folder_wanted.emit)
            )
        self._section(self.tr("Where models come from"))
        self._note(
            self.tr("Now: {host}. Where it cannot be reached, a mirror often can.").format(
                host=view.host
            )
        )
        self._add_endpoint(view)

    def _add_endpoint(self, view: ModelsView) -> None:
        chosen = view.endpoint or "official"
        kind = self._kind(view)
        box = ChoiceBox()
        box.setMinimumHeight(36)
        box.setAccessibleName(self.tr("Where models come from"))
        choices = [
            ("official", self.tr("The official place")),
            ("mirror", self.tr("A mirror")),
            ("own", self.tr("An address of your own")),
        ]
        box.offer(choices, kind)
        own = QLineEdit(chosen if kind == "own" else "")
        own.setMinimumHeight(36)
        own.setPlaceholderText("https://")
        own.setAccessibleName(self.tr("The address"))
        own.setVisible(kind == "own")
        box.value_chosen.connect(lambda value: self._on_endpoint(value, own))
        own.editingFinished.connect(lambda: self._on_address(own.text().strip(), chosen))
        self._column.addWidget(box)
        self._column.addWidget(own)

    def _kind(self, view: ModelsView) -> str:
        if not view.endpoint:
            return "official"
        return "mirror" if view.endpoint == "mirror" else "own"

    def _on_endpoint(self, value: str, own: QLineEdit) -> None:
        own.setVisible(value == "own")
        if value == "own":
            own.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.endpoint_chosen.emit(value)

    def _on_address(self, address: str, before: str) -> None:
        if address and address != before:
            self.endpoint_chosen.emit(address)

    def _section(self, words: str) -> None:
        self._column.addSpacing(14)
        self._column.addWidget(label("section", words))

    def _note(self, words: str) -> None:
        self._column.addWidget(label("soft", words))

    def _deeds(self, *deeds: tuple[str, Callable[[], object]]) -> None:
        for words, deed in deeds:
            made = button("quiet", deed)
            made.setText(words)
            made.setAccessibleName(words)
            row = QHBoxLayout()
            row.addWidget(made)
            row.addStretch(1)
            self._column.addLayout(row)

    # Inside

    def _refocus(self, name: str) -> None:
        if not name:
            return
        for widget in self.findChildren(QWidget):
            if widget.accessibleName() == name and widget.focusPolicy():
                widget.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def _clear(self) -> None:
        self._cards.clear()
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.setParent(None)
                widget.deleteLater()
            elif (row := item.layout()) is not None:
                while (inner := row.takeAt(0)) is not None:
                    if (widget := inner.widget()) is not None:
                        widget.setParent(None)
                        widget.deleteLater()
                row.deleteLater()
