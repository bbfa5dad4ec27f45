"""The memory in the window: its lines in the talk, its page in the drawer, the way to a source.

Puts the two together with what they need; neither store nor model is known here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal

from desktop.chat.events import Memory, ModelReady, SearchHit
from desktop.chat.library import Library
from desktop.chat.temporary import is_temporary
from desktop.memory.slots import Slot
from desktop.settings import Settings
from desktop.ui.controller import Controller
from desktop.ui.drawer import Drawer
from desktop.ui.memory_line import MemoryLine
from desktop.ui.memory_page import MemoryPage, MemoryView
from desktop.ui.talk import Talk
from desktop.ui.talk_page import TalkPage


class MemoryDesk(QObject):
    """Shows what is remembered.

    Signals:
        settings_changed: a Settings chosen on the page.
        source_wanted: a Memory to be shown where it was said.
    """

    settings_changed = Signal(object)
    source_wanted = Signal(object)

    def __init__(
        self,
        talk: Talk,
        page: TalkPage,
        controller: Controller,
        drawer: Drawer,
        slots: Mapping[str, Slot],
        settings: Callable[[], Settings],
    ) -> None:
        super().__init__(page)
        self._talk, self._controller, self._settings = talk, controller, settings
        self._slots = slots
        self._library: Library | None = None
        self._model_writes = False
        self._page: MemoryPage | None = None
        self.line = MemoryLine(talk, page, controller, lambda: settings().memory_on)
        drawer.add("memory", self._make_page)
        self.line.changed.connect(self._refresh)
        talk.shown.connect(self._refresh)
        talk.model_ready.connect(self._on_model_ready)
        controller.change_done.connect(lambda name: self._refresh() if name == "memory" else None)

    def use_library(self, library: Library | None) -> None:
        """Read from here on; None when the window closes."""
        self._library = library

    def open_source(self, memory: Memory) -> bool:
        """Show the message that an entry came from; False where it is gone."""
        if memory.message_id is None or memory.conversation_id is None:
            return False
        hit = SearchHit(
            memory.conversation_id,
            memory.message_id,
            title="",
            role="user",
            text=memory.quote,
            start=0,
            length=0,
            created_at=0.0,
        )
        self._talk.open_hit(hit)
        return True

    def _make_page(self) -> MemoryPage:
        self._page = MemoryPage(
            self._slots, self._view, self._settings, lambda: self._talk.wording, self._controller
        )
        self._page.settings_changed.connect(self.settings_changed)
        self._page.source_wanted.connect(self.source_wanted)
        return self._page

    def _view(self) -> MemoryView:
        if self._library is None:
            return MemoryView()
        shown = self._talk.conversation_id
        on_disk = None if is_temporary(shown) else shown
        return MemoryView(
            entries=tuple(self._library.memories()),
            conversation_id=on_disk,
            paused=on_disk is not None and self._library.memory_paused(on_disk),
            model_writes=self._model_writes,
        )

    def _refresh(self) -> None:
        if self._page is not None:
            self._page.refresh()

    def _on_model_ready(self, ready: ModelReady) -> None:
        self._model_writes = ready.writes_memory
        self._refresh()
