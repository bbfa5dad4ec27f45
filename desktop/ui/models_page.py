"""The models page: what is here, what fits, fetching, adding, trying out, and who answers.

Shows what `desktop.chat.models` tells and asks it for deeds, which return at once. Which model
answers is a setting: the page only says which one was chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.chat.models import ModelsDesk
from desktop.chat.models_events import (
    AcceptanceReport,
    Changed,
    DownloadEvent,
    Downloading,
    Finished,
    Found,
    ModelCard,
    ModelsEvent,
    ModelsView,
    Offered,
    Reading,
    Refused,
    Seen,
    TrialStopped,
    Tried,
    Trying,
)
from desktop.settings import Settings
from desktop.ui.gate_parts import button, label
from desktop.ui.models_list import ModelsList
from desktop.ui.models_question import QuestionPage
from desktop.ui.models_questions import Questions
from desktop.ui.models_trial import TrialPage
from desktop.wording import Wording

Then = Callable[[], None]
SIZE = QSize(640, 720)


def ask_for_file(parent: QWidget, title: str) -> str:
    """The file the person picks, "" when they pick none."""
    return QFileDialog.getOpenFileName(parent, title, "", "GGUF (*.gguf)")[0]


def ask_for_folder(parent: QWidget, title: str) -> str:
    """The folder the person picks, "" when they pick none."""
    return QFileDialog.getExistingDirectory(parent, title)


class ModelsPage(QDialog):
    """The page.

    Args:
        desk: does everything.
        settings: as they are now.
        rest: puts the model that answers out of memory, then calls back.
        downloads: the last event of each download, by entry; kept while the page is closed.
        choose_file, choose_folder: ask the person.

    Signals:
        model_chosen: path of the model that is to answer, "" for the starter.
        load_wanted: the one that answered before may come back.
    """

    model_chosen = Signal(str)
    load_wanted = Signal()

    def __init__(
        self,
        desk: ModelsDesk,
        settings: Callable[[], Settings],
        wording: Wording,
        rest: Callable[[Then], object],
        downloads: Mapping[str, DownloadEvent],
        parent: QWidget | None = None,
        choose_file: Callable[[QWidget, str], str] = ask_for_file,
        choose_folder: Callable[[QWidget, str], str] = ask_for_folder,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._settings = settings
        self._wording = wording
        self._rest = rest
        self._downloads = downloads
        self._choose_file, self._choose_folder = choose_file, choose_folder
        self._view: ModelsView | None = None
        self._trial_of: ModelCard | None = None
        self._chosen_by_trial = False
        self.setObjectName("modelsDialog")
        self.setWindowTitle(self.tr("Models"))
        room = parent.size() if parent else SIZE
        self.resize(SIZE.boundedTo(room))
        self.told = label("notice")
        self.told.hide()
        self.elsewhere = label("soft")
        self.elsewhere.hide()
        self.list = ModelsList(wording)
        self.question = QuestionPage()
        self._questions = Questions(self.question, wording, self)
        self.trial = TrialPage(wording)
        self.pages = QStackedWidget()
        self._frames: dict[QWidget, QScrollArea] = {
            page: _scrolling(page) for page in (self.list, self.question, self.trial)
        }
        self._arrange()
        self._connect()
        self.look()

    # What is shown

    def look(self) -> None:
        """Read everything anew."""
        self._desk.look(self._settings().model)

    def on_event(self, event: ModelsEvent) -> None:
        """Something came of a deed."""
        match event:
            case Seen():
                self._show_view(event.view)
            case Downloading():
                self._on_downloading(event)
            case Offered():
                self._ask_to_fetch(event)
            case Found():
                answers = self._questions.add(event.candidate, self._desk.add)
                self._ask(answers)
            case Reading():
                self._on_reading(event)
            case Changed():
                self._on_changed(event)
            case Trying():
                self.trial.show_step(event.step)
            case Tried():
                self._on_tried(event)
            case TrialStopped():
                self._end_trial(self._wording.sentence("accept_stopped"))
            case Refused():
                self._on_refused(event)

    def _show_view(self, view: ModelsView) -> None:
        self._view = view
        self.list.show_view(view, self._downloads)
        for error in view.told:
            self.tell(self._wording.error(error))

    def tell(self, sentence: str) -> None:
        """Say something above the list, and once aloud; "" takes it away."""
        self.told.setText(sentence)
        self.told.setVisible(bool(sentence))
        if sentence:
            event = QAccessibleAnnouncementEvent(self.told, sentence)
            QAccessible.updateAccessibility(event)

    def tell_server(self, where_words_go: str) -> None:
        """A server answers here, set by whoever looks after this computer: choices wait."""
        counts = self.tr("What is chosen here answers only when no server is set any more.")
        self.elsewhere.setText(f"{where_words_go} {counts}")
        self.elsewhere.show()

    def show_card(self, card: QWidget) -> None:
        """Scroll to where it can be seen."""
        self._frames[self.list].ensureWidgetVisible(card)

    # Fetching

    def _on_fetch_wanted(self, entry: str, quantisation: str) -> None:
        view = self._view
        self.tell(self.tr("Asking {host} how large it is…").format(host=view.host if view else "…"))
        self._desk.ask(entry, quantisation)

    def _ask_to_fetch(self, offered: Offered) -> None:
        self.tell("")
        name = self._name_of(offered.offer.wanted.entry)
        self._ask(self._questions.fetch(name, offered, lambda: self._desk.fetch(offered.offer)))

    def _on_downloading(self, event: Downloading) -> None:
        card = self.list.card(event.entry)
        if card is not None:
            card.show_event(event.event)
        if isinstance(event.event, Finished):
            words = self.tr("{model} is here and was checked. Now it can be tried out.")
            self.tell(words.format(model=self._name_of(event.entry)))
            self.look()

    # Files

    def _on_add_wanted(self) -> None:
        if chosen := self._choose_file(self, self.tr("Choose a model file")):
            self.tell("")
            self._desk.inspect(Path(chosen))

    def _on_folder_wanted(self) -> None:
        if chosen := self._choose_folder(self, self.tr("Where models are to be kept")):
            self._desk.use_folder(Path(chosen))

    def _on_remove_wanted(self, card: ModelCard) -> None:
        in_use = self._settings().model
        self._ask(self._questions.remove(card, lambda: self._desk.remove(card.id, in_use)))

    def _on_reading(self, event: Reading) -> None:
        if event.deed == "try":
            self.trial.show_reading(event)
            return
        percent = round(100 * event.done / max(1, event.total))
        words = (
            self.tr("Copying: {percent} %")
            if event.deed == "add"
            else self.tr("Checking the file: {percent} %")
        )
        self.told.setText(words.format(percent=percent))
        self.told.show()

    def _on_changed(self, event: Changed) -> None:
        said = {
            "verify": self.tr("The file was checked."),
            "add": self.tr("The model is here. Now it can be tried out."),
            "remove": self.tr("The model was removed."),
            "discard": self.tr("What had arrived of it is gone."),
            "folder": self.tr("New models go there from now on."),
            "endpoint": self.tr("Models come from there from now on."),
        }
        self.tell(said.get(event.deed, ""))
        self.look()

    def _on_refused(self, event: Refused) -> None:
        if event.deed == "try":
            self._end_trial(self._wording.error(event.error))
            return
        self.tell(self._wording.error(event.error))

    # Trying out, and who answers

    def _on_use_wanted(self, card: ModelCard) -> None:
        if card.report is not None and card.report.accepted:
            self._choose(card)
            return
        self._begin_trial(card, use=True)

    def _begin_trial(self, card: ModelCard, *, use: bool) -> None:
        self._trial_of, self._chosen_by_trial = card, use
        self.tell("")
        self.trial.begin(card.name[self._wording.language])
        self._show_page(self.trial)
        self._rest(lambda: self._desk.try_out(card.id, self._settings()))

    def _on_tried(self, event: Tried) -> None:
        card = self._trial_of
        if card is None:
            return
        use = self._chosen_by_trial and event.report.accepted and not event.report.warned
        ask = self._chosen_by_trial and event.report.warned
        name = card.name[self._wording.language]
        self.trial.show_report(name, event.report, used=use, ask=ask)
        if use:
            self._choose(card)
        else:
            self.load_wanted.emit()
            self.look()

    def _show_result(self, card: ModelCard, report: AcceptanceReport) -> None:
        self._trial_of = None
        self.trial.show_report(card.name[self._wording.language], report, used=False, ask=False)
        self._show_page(self.trial)

    def _on_use_in_spite(self) -> None:
        if self._trial_of is not None:
            self._choose(self._trial_of)
        self._show_page(self.list)

    def _choose(self, card: ModelCard) -> None:
        self.model_chosen.emit("" if card.starter else str(card.path))
        words = self.tr("From now on {model} answers. Your conversation goes on where it was.")
        self.tell(words.format(model=card.name[self._wording.language]))
        self.look()

    def _end_trial(self, sentence: str) -> None:
        self._trial_of = None
        self.tell(sentence)
        self._show_page(self.list)
        self.load_wanted.emit()
        self.look()

    # Inside

    def done(self, result: int) -> None:
        """Closing ends a trial; a download goes on."""
        if self._trial_of is not None and self.trial.stop_button.isVisible():
            self._trial_of = None
            self.load_wanted.emit()
        self._desk.stop()
        super().done(result)

    def _ask(self, ready: bool) -> None:
        if ready:
            self._show_page(self.question)
            self.question.focus_first()

    def _show_page(self, page: ModelsList | QuestionPage | TrialPage) -> None:
        self.pages.setCurrentWidget(self._frames[page])
        if page is self.list:
            self.list.focus_first()

    def _name_of(self, entry: str) -> str:
        frame = self.list.card(entry)
        return frame.name if frame else entry

    def _arrange(self) -> None:
        for frame in self._frames.values():
            self.pages.addWidget(frame)
        closing = button("quiet", self.accept)
        closing.setText(self.tr("Close"))
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 8, 24, 16)
        foot.addStretch(1)
        foot.addWidget(closing)
        top = QHBoxLayout()
        top.setContentsMargins(24, 8, 24, 4)
        top.addWidget(self.told)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(top)
        self.elsewhere.setContentsMargins(24, 4, 24, 4)
        whole.addWidget(self.elsewhere)
        whole.addWidget(self.pages, 1)
        whole.addLayout(foot)

    def _connect(self) -> None:
        shown, desk = self.list, self._desk
        shown.use_wanted.connect(self._on_use_wanted)
        shown.trial_wanted.connect(lambda card: self._begin_trial(card, use=False))
        shown.result_wanted.connect(lambda card: self._show_result(card, card.report))
        shown.verify_wanted.connect(lambda card: desk.verify(card.id))
        shown.remove_wanted.connect(self._on_remove_wanted)
        shown.fetch_wanted.connect(self._on_fetch_wanted)
        shown.pause_wanted.connect(desk.pause)
        shown.discard_wanted.connect(desk.discard)
        shown.add_wanted.connect(self._on_add_wanted)
        shown.folder_wanted.connect(self._on_folder_wanted)
        shown.usual_folder_wanted.connect(lambda: desk.use_folder(None))
        shown.endpoint_chosen.connect(desk.use_endpoint)
        self.question.answered.connect(lambda: self._show_page(self.list))
        self.trial.stop_wanted.connect(desk.stop)
        self.trial.use_wanted.connect(self._on_use_in_spite)
        self.trial.left.connect(lambda: self._show_page(self.list))


def _scrolling(page: QWidget) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidget(page)
    return scroll
