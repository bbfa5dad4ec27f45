"""What happens to conversations as a whole: opening, renaming, deleting with undo, searching.

Stands between the sidebar, the talk and the Controller. Knows nothing of single messages but those
a search found.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.chat.events import Conversation, PersonSaid, SearchHit, TurnEvent
from desktop.chat.library import Library
from desktop.chat.temporary import is_temporary
from desktop.errors import XinyuError
from desktop.ui.controller import Controller, Turn
from desktop.ui.list_models import ConversationModel
from desktop.ui.shell import Shell
from desktop.ui.sidebar import Sidebar
from desktop.ui.talk import Talk
from desktop.ui.talk_page import TalkPage


class Desk(QObject):
    """Keeps the list in step with what is shown.

    Signals:
        title_changed: of the conversation that is shown; empty for a new one.
        failed: XinyuError.
    """

    title_changed = Signal(str)
    failed = Signal(object)

    def __init__(
        self,
        model: ConversationModel,
        sidebar: Sidebar,
        shell: Shell,
        talk: Talk,
        page: TalkPage,
        controller: Controller,
    ) -> None:
        super().__init__(page)
        self._model, self._sidebar, self._shell = model, sidebar, shell
        self._talk, self._page, self._controller = talk, page, controller
        self._library: Library | None = None
        self._deleted: tuple[int, Conversation] | None = None
        self._connect()

    def use_library(self, library: Library | None) -> None:
        """Read from here on; None when the window closes."""
        self._library = library
        self._talk.use_library(library)
        if library is not None:
            self._model.load(library.conversations())

    def new(self) -> None:
        """A place for a new conversation; it is made with its first message."""
        self._sidebar.end_search()
        self.open(None)

    def open(self, conversation_id: int | None) -> None:
        self._talk.open(conversation_id)
        self._sidebar.select(conversation_id)
        self._shell.leave_side()
        self.tell_title()

    def delete(self, conversation_id: int) -> None:
        """Take it out of sight, and offer to undo that for a while."""
        taken = self._model.take(conversation_id)
        if taken is None:
            return
        self._deleted = taken
        self._controller.delete(conversation_id)
        self._talk.forget(conversation_id)
        self._sidebar.select(self._talk.conversation_id)
        self.tell_title()
        title = self._model.title(taken[1])
        self._page.undo_bar.offer(self.tr("“{title}” was deleted.").format(title=title))

    def start_search(self) -> None:
        self._shell.show_side(True)
        self._sidebar.start_search()

    def tell_title(self) -> None:
        shown = self._talk.conversation_id
        if is_temporary(shown):
            self.title_changed.emit(self.tr("Nothing of this stays"))
            return
        row = -1 if shown is None else self._model.find(shown)
        self.title_changed.emit(self._model.title(self._model.item(row)) if row >= 0 else "")

    def _connect(self) -> None:
        side = self._sidebar
        side.new_wanted.connect(self.new)
        side.chosen.connect(self.open)
        side.delete_wanted.connect(self.delete)
        side.search_wanted.connect(self._on_search_wanted)
        side.hit_chosen.connect(self._on_hit_chosen)
        self._model.renamed.connect(self._on_renamed)
        self._talk.conversation_began.connect(side.select)
        self._talk.conversation_began.connect(lambda _: self.tell_title())
        self._talk.conversation_used.connect(self._on_used)
        self._controller.event_happened.connect(self._on_event)
        self._page.undo_bar.undone.connect(self._on_undone)
        self._page.undo_bar.closed.connect(self._on_undo_over)

    def _on_search_wanted(self, words: str) -> None:
        if self._library is None or not words:
            return
        try:
            self._sidebar.show_hits(self._library.search(words))
        except XinyuError as error:
            self.failed.emit(error)

    def _on_hit_chosen(self, hit: SearchHit) -> None:
        self._talk.open_hit(hit)
        self._sidebar.select(hit.conversation_id)
        self._shell.leave_side()
        self.tell_title()

    def _on_renamed(self, conversation_id: int, title: str) -> None:
        self._controller.rename(conversation_id, title)
        self.tell_title()

    def _on_used(self, conversation: Conversation) -> None:
        self._model.put(conversation)
        self._sidebar.select(self._talk.conversation_id)
        self.tell_title()

    def _on_event(self, _: Turn, event: TurnEvent) -> None:
        """Where something was said last stands first."""
        if isinstance(event, PersonSaid) and not is_temporary(event.message.id):
            self._model.touch(event.message.conversation_id)
            self._sidebar.select(self._talk.conversation_id)

    def _on_undone(self) -> None:
        if self._deleted is not None:
            self._model.give_back(*self._deleted)
            self._controller.restore(self._deleted[1].id)
            self.open(self._deleted[1].id)
            self._deleted = None

    def _on_undo_over(self) -> None:
        self._deleted = None
