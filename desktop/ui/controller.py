"""The window's hand to the conversation thread: asks for turns and changes, tells what came.

Lives on the main thread; the Session lives in the worker's. Knows no widget, and reads nothing from
disk: that is the Library's part.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QThread, Signal

from desktop.chat.events import Change as MemoryChange
from desktop.chat.events import (
    ConversationChanged,
    Message,
    PersonSaid,
    ReplyBegan,
    ReplyFinished,
    ReplyText,
    Screened,
    TurnEvent,
    TurnFailed,
)
from desktop.chat.session import Session
from desktop.memory.keeper import Keeper
from desktop.memory.review import Refused
from desktop.settings import Settings
from desktop.ui.worker import Change, TurnJob, Worker

WAIT_MILLISECONDS = 15_000


@dataclass(eq=False)
class Turn:
    """What is known of a turn that was asked for.

    Attributes:
        conversation_id: None until a new conversation is on disk.
        draft: what the person wants to say, until it is on disk.
        said: the person's message, once it is on disk.
        screened: what risk was noticed, None while there is none.
        reply: the reply as far as it has come.
        kept: the reply as it was kept at the end.
        failed: why the turn broke off.
        aside: work for the pause; nobody waits for it, and anything else comes first.
    """

    conversation_id: int | None
    draft: str = ""
    loading: bool = False
    aside: bool = False
    said: Message | None = None
    screened: Screened | None = None
    reply: Message | None = None
    text: str = ""
    kept: Message | None = None
    failed: TurnFailed | None = None
    stopped: threading.Event = field(default_factory=threading.Event)

    def note(self, event: TurnEvent) -> None:
        """Take an event into account."""
        match event:
            case ConversationChanged():
                self.conversation_id = event.conversation.id
            case PersonSaid():
                self.said = event.message
                self.conversation_id = event.message.conversation_id
            case Screened():
                self.screened = event
            case ReplyBegan():
                self.reply = event.message
                self.conversation_id = event.message.conversation_id
            case ReplyText():
                self.text += event.text
            case ReplyFinished():
                self.kept = event.message if event.message.text else None
            case TurnFailed():
                self.kept, self.failed = event.message, event
            case _:
                pass


class Controller(QObject):
    """Asks the conversation thread.

    Signals:
        opened, open_failed: the session's start; see Worker.
        turn_began, turn_ended: a Turn; a new one may begin as soon as the last ended.
        event_happened: a Turn and one TurnEvent.
        change_done: the name of a change that is on disk now.
        change_failed: its name and the XinyuError.
        memory_told: a TurnEvent about the memory that is not of a turn.
    """

    opened = Signal(object)
    open_failed = Signal(object)
    turn_began = Signal(object)
    turn_ended = Signal(object)
    event_happened = Signal(object, object)
    change_done = Signal(str)
    change_failed = Signal(str, object)
    memory_told = Signal(object)
    _open_wanted = Signal()

    def __init__(self, open_session: Callable[[], Session]) -> None:
        super().__init__()
        self.turns: list[Turn] = []
        self._thread = QThread()
        self._thread.setObjectName("conversation")
        self._worker = Worker(open_session)
        self._worker.moveToThread(self._thread)
        self._open_wanted.connect(self._worker.run)
        self._worker.opened.connect(self.opened)
        self._worker.open_failed.connect(self.open_failed)
        self._worker.turn_began.connect(self.turn_began)
        self._worker.events_happened.connect(self._on_events_happened)
        self._worker.turn_ended.connect(self._on_turn_ended)
        self._worker.change_done.connect(self.change_done)
        self._worker.change_failed.connect(self.change_failed)

    # Beginning and end

    def open(self) -> None:
        """Open the session, or try once more; `opened` or `open_failed` tells."""
        if not self._thread.isRunning():
            self._thread.start()
        self._open_wanted.emit()

    def close(self) -> None:
        """Silence the reply, keep what was said, and end the thread; safe to call twice."""
        self._worker.close()
        self._thread.quit()
        self._thread.wait(WAIT_MILLISECONDS)
        self.blockSignals(True)  # what is still on its way comes to a window that is closed

    # Turns

    @property
    def talking(self) -> Turn | None:
        """The turn that is answered now, or waits first in line."""
        return next((turn for turn in self.turns if not (turn.loading or turn.aside)), None)

    def talking_in(self, conversation_id: int | None) -> Turn | None:
        """The turn of one conversation."""
        if conversation_id is None:
            return None
        turns = (
            turn
            for turn in self.turns
            if turn.conversation_id == conversation_id and not turn.aside
        )
        return next(turns, None)

    def load(self) -> Turn:
        """Load the model ahead of the first message."""
        return self._ask(Turn(None, loading=True), lambda session: session.load())

    def rest(self) -> Turn:
        """Put the model out of memory once what is under way has ended; `turn_ended` tells."""
        return self._ask(Turn(None, loading=True), lambda session: session.rest())

    def send(self, conversation_id: int | None, text: str, *, temporary: bool = False) -> Turn:
        """Say something; a reply under way is cut short for it."""
        self.stop()
        turn = Turn(conversation_id, draft=text)
        return self._ask(
            turn, lambda session: session.send(conversation_id, text, temporary=temporary)
        )

    def edit(self, message: Message, text: str) -> Turn:
        """Say a message again in other words."""
        self.stop()
        turn = Turn(message.conversation_id, draft=text)
        return self._ask(turn, lambda session: session.edit(message.id, text))

    def regenerate(self, reply: Message) -> Turn:
        """Answer again."""
        self.stop()
        turn = Turn(reply.conversation_id)
        return self._ask(turn, lambda session: session.regenerate(reply.id))

    def answer(self, said: Message) -> Turn:
        """Answer what was left without a reply."""
        self.stop()
        turn = Turn(said.conversation_id)
        return self._ask(turn, lambda session: session.answer(said.id))

    def remember(self, conversation_id: int) -> None:
        """In the pause: let the model look at what was said; whatever comes next cuts it short."""
        turn = Turn(conversation_id, aside=True)
        self._ask(turn, lambda session: session.remember(conversation_id, turn.stopped))

    def stop(self) -> None:
        """Silence the reply that is under way; what was said of it is kept."""
        self._stop_asides()
        turn = self.talking
        if turn is not None and not turn.stopped.is_set():
            turn.stopped.set()
            self._worker.stop()

    def _stop_asides(self) -> None:
        for turn in self.turns:
            if turn.aside and not turn.stopped.is_set():
                turn.stopped.set()
                self._worker.stop()

    # Changes

    def change_memory(
        self,
        deed: Callable[[Keeper], MemoryChange | Refused],
        conversation_id: int = 0,
        after: int = 0,
    ) -> None:
        """Do something to the memory; `memory_told` says what came of it."""
        self._stop_asides()  # it might write what is being changed
        self._change(
            "memory",
            lambda session: session.change_memory(deed, conversation_id, after),
            self.memory_told.emit,
        )

    def pause_memory(self, conversation_id: int, paused: bool) -> None:
        self._stop_asides()
        self._change("memory", lambda session: session.pause_memory(conversation_id, paused))

    def forget_temporary(self) -> None:
        """A temporary conversation was left."""
        self._change("forget_temporary", lambda session: session.forget_temporary())

    def rename(self, conversation_id: int, title: str) -> None:
        self._change("rename", lambda session: session.rename(conversation_id, title))

    def delete(self, conversation_id: int) -> None:
        """Take a conversation away; a reply under way in it stops."""
        if self.talking_in(conversation_id) is not None:
            self.stop()
        self._change("delete", lambda session: session.delete(conversation_id))

    def restore(self, conversation_id: int) -> None:
        self._change("restore", lambda session: session.restore(conversation_id))

    def select_version(self, message_id: int) -> None:
        self._change("select_version", lambda session: session.select_version(message_id))

    def save_settings(self, settings: Settings) -> None:
        self._change("save_settings", lambda session: session.save_settings(settings))

    def change(self, name: str, work: Callable[[Session], object]) -> None:
        """Something quick of another part of the window; `change_done` tells its name."""
        self._change(name, work)

    def back_up(self) -> None:
        self._change("back_up", lambda session: session.back_up())

    # Inside

    def _ask(self, turn: Turn, work: Callable[[Session], Iterator[TurnEvent]]) -> Turn:
        self.turns.append(turn)
        needed = not (turn.loading or turn.aside)
        self._worker.ask(TurnJob(work, turn, turn.stopped, needed=needed))
        return turn

    def _change(
        self,
        name: str,
        work: Callable[[Session], object],
        tell: Callable[[object], object] | None = None,
    ) -> None:
        self._worker.ask(Change(work, name, tell))

    def _on_events_happened(self, turn: Turn, events: list[TurnEvent]) -> None:
        for event in events:
            turn.note(event)
            self.event_happened.emit(turn, event)

    def _on_turn_ended(self, turn: Turn) -> None:
        self.turns.remove(turn)
        self.turn_ended.emit(turn)
