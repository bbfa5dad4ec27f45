"""A quiet line under the reply for each thing that is remembered: what, from which words, undo.

Hears what turns and deeds tell about the memory, and asks the model for its proposals in the pause
after a reply. Knows no store; what may be remembered is decided far below.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from PySide6.QtCore import QObject, Signal

from desktop.chat.events import (
    Change,
    Memory,
    MemoryChanged,
    MemoryFaded,
    MemoryRefused,
    TurnEvent,
)
from desktop.memory.keeper import Keeper
from desktop.memory.review import Refused
from desktop.ui.controller import Controller, Turn
from desktop.ui.rows import Action, Notice
from desktop.ui.talk import Talk
from desktop.ui.talk_page import TalkPage

LONGEST_QUOTE = 40
# Far above every id of a message, and what a signal can carry.
FIRST_NUMBER = 2_000_000_000


@dataclass(frozen=True)
class _Line:
    """A line that stands in a talk."""

    conversation_id: int
    notice: Notice
    change: Change | None
    memory: Memory


class MemoryLine(QObject):
    """Tells what is remembered, and lets it be undone.

    Args:
        may_ask: whether anything may be remembered at all.

    Signals:
        changed: the memory is not as it was.
    """

    changed = Signal()

    def __init__(
        self, talk: Talk, page: TalkPage, controller: Controller, may_ask: Callable[[], bool]
    ) -> None:
        super().__init__(page)
        self._talk, self._page, self._controller = talk, page, controller
        self._may_ask = may_ask
        self._numbers = count(FIRST_NUMBER)
        self._lines: dict[int, _Line] = {}
        self._undoing: _Line | None = None
        controller.event_happened.connect(lambda _, event: self._take(event))
        controller.memory_told.connect(self._take)
        controller.turn_ended.connect(self._on_turn_ended)
        page.view.asked.connect(self._on_asked)

    def _on_turn_ended(self, turn: Turn) -> None:
        """The pause begins: nobody waits for anything."""
        over = turn.kept is not None and turn.failed is None and not turn.stopped.is_set()
        if not over or turn.aside or turn.conversation_id is None or self._controller.turns:
            return
        if self._may_ask():
            self._controller.remember(turn.conversation_id)

    def _take(self, event: TurnEvent) -> None:
        match event:
            case MemoryChanged():
                self._tell(event)
                self.changed.emit()
            case MemoryFaded():
                text = self.tr("Is this still so: {text}").format(text=event.memory.text)
                offers = (Action.STILL, Action.LET_GO)
                self._add(event.conversation_id, event.after, text, offers, None, event.memory)
            case MemoryRefused():
                self._refuse(event)
            case _:
                pass

    def _tell(self, event: MemoryChanged) -> None:
        undone, self._undoing = self._undoing, None
        if undone is not None:
            self._say_instead(undone, self.tr("That was taken back."))
        elif event.conversation_id:
            waits = event.change.after is not None and event.change.after.state == "proposed"
            offers = (Action.KEEP, Action.DROP) if waits else (Action.UNDO, Action.NONE)
            text = self._words(event.change, waits)
            memory = event.change.memory
            self._add(event.conversation_id, event.after, text, offers, event.change, memory)

    def _refuse(self, event: MemoryRefused) -> None:
        text = self._talk.wording.sentence(event.code)
        undone, self._undoing = self._undoing, None
        if undone is not None:
            self._say_instead(undone, text)
        elif event.conversation_id:
            self._talk.add_notice(event.conversation_id, Notice(text, event.after))
            self._page.announce(text)

    def _words(self, change: Change, waits: bool) -> str:
        """What happened to the memory, and from which words."""
        memory = change.memory
        quote = memory.quote
        if len(quote) > LONGEST_QUOTE:
            quote = quote[:LONGEST_QUOTE].rstrip() + "…"
        if waits:
            words = self.tr("May this be remembered: {text}")
        elif change.after is None:
            return self.tr("Forgotten: {text}").format(text=memory.text)
        elif change.before is not None:
            words = self.tr("Remembered instead: {text}")
        else:
            words = self.tr("Remembered: {text}")
        said = self.tr("You said: “{quote}”").format(quote=quote) if quote else ""
        return "\n".join(filter(None, (words.format(text=memory.text), said)))

    def _add(
        self,
        conversation_id: int,
        after: int,
        text: str,
        offers: tuple[Action, Action],
        change: Change | None,
        memory: Memory,
    ) -> None:
        number = next(self._numbers)
        notice = Notice(text, after, offers[0], number, offers[1])
        self._lines[number] = _Line(conversation_id, notice, change, memory)
        self._talk.add_notice(conversation_id, notice)
        self._page.announce(text)

    # What the person does about it

    def _on_asked(self, name: str, number: int) -> None:
        line = self._lines.pop(number, None)
        if line is None:
            return
        match name:
            case Action.UNDO if line.change is not None:
                change = line.change
                self._undoing = line
                self._do(line, lambda keeper: keeper.undo(change))
            case Action.KEEP:
                self._say_instead(line, self.tr("Remembered: {text}").format(text=line.memory.text))
                self._do(line, lambda keeper: keeper.accept(line.memory.id))
            case Action.DROP:
                self._say_instead(line, self.tr("That was not remembered."))
                self._do(line, lambda keeper: keeper.delete(line.memory.id))
            case Action.STILL:
                self._say_instead(line, self.tr("Still remembered: {text}"), line.memory.text)
                self._do(line, lambda keeper: keeper.renew(line.memory.id))
            case Action.LET_GO:
                self._say_instead(line, self.tr("That was let go."))
                self._do(line, lambda keeper: keeper.delete(line.memory.id))

    def _do(self, line: _Line, deed: Callable[[Keeper], Change | Refused]) -> None:
        self._controller.change_memory(deed, 0, line.notice.after)

    def _say_instead(self, line: _Line, words: str, text: str = "") -> None:
        words = words.format(text=text) if text else words
        said = Notice(words, line.notice.after)
        self._talk.replace_notice(line.conversation_id, line.notice, said)
        self._page.announce(words)
