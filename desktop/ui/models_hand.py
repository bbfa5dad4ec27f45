"""Opens the models page over the window, and keeps models going while it is closed.

The one object on the window's thread that hears the models' lanes. Knows the controller, for a
model that is tried out needs the memory of the one that answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from desktop.chat.models import ModelsDesk
from desktop.chat.models_events import (
    Changed,
    DownloadEvent,
    DownloadFailed,
    Downloading,
    Finished,
    ModelsEvent,
)
from desktop.settings import Settings
from desktop.ui.controller import Controller, Turn
from desktop.ui.extras import Extras
from desktop.ui.models_page import ModelsPage, Then
from desktop.ui.talk_page import TalkPage
from desktop.wording import Wording

MakeDesk = Callable[[Callable[[ModelsEvent], object]], ModelsDesk]
MakePage = Callable[..., ModelsPage]


class ModelsHand(QObject):
    """Made with the window; the desk behind it when it is first wanted.

    Args:
        talk_page: whose bars say what happens while the models page is closed.
        make_desk: given whom to tell.
        wording: of the language of now.
        make_page: tests hand in one that asks nobody for files.

    Signals:
        settings_changed: Settings with another model.
    """

    settings_changed = Signal(object)
    _told = Signal(object)

    def __init__(
        self,
        controller: Controller,
        extras: Extras,
        talk_page: TalkPage,
        settings: Callable[[], Settings],
        wording: Callable[[], Wording],
        make_desk: MakeDesk,
        make_page: MakePage = ModelsPage,
    ) -> None:
        super().__init__(extras)
        self._controller = controller
        self._extras = extras
        self._talk_page = talk_page
        self._settings = settings
        self._wording = wording
        self._make_desk = make_desk
        self._make_page = make_page
        self._desk: ModelsDesk | None = None
        self._downloads: dict[str, DownloadEvent] = {}
        self._resting: tuple[Turn, Then] | None = None
        self.page: ModelsPage | None = None
        self._told.connect(self._on_told)
        controller.turn_ended.connect(self._on_turn_ended)
        extras.models_wanted.connect(self.open)
        talk_page.status.pressed.connect(self.open)

    def open(self) -> None:
        """Show the page."""
        if self.page is not None:
            self.page.activateWindow()
            return
        if self._desk is None:
            self._desk = self._make_desk(self._told.emit)
        page = self.page = self._make_page(
            self._desk, self._settings, self._wording(), self._rest, self._downloads,
            self._extras.window,
        )  # fmt: skip
        if where := self._talk_page.place.text():
            page.tell_server(where)
        page.model_chosen.connect(self._on_model_chosen)
        page.load_wanted.connect(lambda: self._controller.load())
        page.finished.connect(self._on_page_closed)
        self._extras.open_dialog(page)

    def write(self) -> None:
        """The words about the small model, in the language of now."""
        words = self.tr(
            "A small starter model answers here, and gets things wrong."
            " A larger one can be chosen under Models."
        )
        self._talk_page.starter_bar.say(words, [(self.tr("Choose a model"), self.open)])

    def close(self) -> None:
        """The window closes: everything ends, and what arrived of a download is kept."""
        if self._desk is not None:
            self._desk.close()
            self._desk = None

    def _rest(self, then: Then) -> None:
        self._resting = (self._controller.rest(), then)

    def _on_turn_ended(self, turn: Turn) -> None:
        if self._resting is not None and self._resting[0] is turn:
            (_, then), self._resting = self._resting, None
            then()

    def _on_model_chosen(self, path: str) -> None:
        changed = replace(self._settings(), model=path)
        if changed == self._settings():
            self._controller.load()
        else:
            self.settings_changed.emit(changed)

    def _on_page_closed(self) -> None:
        self.page, self._resting = None, None

    def _on_told(self, event: ModelsEvent) -> None:
        if isinstance(event, Downloading):
            self._downloads[event.entry] = event.event
            if self.page is None:
                self._tell_in_talk(event.event)
        elif isinstance(event, Changed) and event.deed == "discard":
            self._downloads.clear()
        if self.page is not None:
            self.page.on_event(event)

    def _tell_in_talk(self, event: DownloadEvent) -> None:
        """The page is closed: only an end is worth a word."""
        deed = (self.tr("Show models"), self.open)
        if isinstance(event, Finished):
            words = self.tr("{model} has arrived and was checked. Now it can be tried out.")
            name = event.model.name[self._wording().language]
            self._talk_page.banner.tell(words.format(model=name), [deed])
        elif isinstance(event, DownloadFailed):
            self._talk_page.banner.tell(self._wording().error(event.error), [deed])
