"""The conversation thread's side: owns the Session, runs one turn at a time, small changes between.

Lives in one QThread and is asked through a plain queue, so that a renaming need not wait for a
reply's end: the queue is looked at between two events of a turn. Touches no widget.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from PySide6.QtCore import QObject, Signal, Slot

from desktop.chat.events import (
    ConversationChanged,
    ModelLoading,
    ModelReady,
    ReplyBegan,
    ReplyText,
    TurnEvent,
    TurnFailed,
)
from desktop.chat.session import Session
from desktop.errors import XinyuError

FLUSH_SECONDS = 0.03
PHRASE_SECONDS = 0.12
PHRASE_LENGTH = 4
PHRASE_ENDS = tuple("，。！？；：、…—,.!?;:)） \n")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Change:
    """Something quick to do with the session.

    Attributes:
        tell: called in the conversation thread with what came of it, e.g. a signal's emit.
    """

    work: Callable[[Session], object]
    name: str
    tell: Callable[[object], object] | None = None


@dataclass(frozen=True)
class TurnJob:
    """A turn to run; `turn` is the controller's own note of it and is only handed back.

    A turn that is not `needed` (loading ahead) is left out when the window closes.
    """

    work: Callable[[Session], Iterator[TurnEvent]]
    turn: object
    stopped: threading.Event
    needed: bool = True


class Worker(QObject):
    """Runs what the controller asks for.

    Signals:
        opened: Opened, the session is ready.
        open_failed: XinyuError, it is not; `run` may be asked again.
        turn_began: the controller's turn.
        events_happened: the controller's turn, and a list of events.
        turn_ended: the controller's turn.
        change_done: name of a Change that was carried out.
        change_failed: name of a Change, and the XinyuError.
    """

    opened = Signal(object)
    open_failed = Signal(object)
    turn_began = Signal(object)
    events_happened = Signal(object, object)
    turn_ended = Signal(object)
    change_done = Signal(str)
    change_failed = Signal(str, object)

    def __init__(self, open_session: Callable[[], Session]) -> None:
        super().__init__()
        self._open_session = open_session
        self._asked: SimpleQueue[Change | TurnJob | None] = SimpleQueue()
        self._waiting: deque[TurnJob] = deque()
        self._closing = threading.Event()
        self._session: Session | None = None

    # Safe from any thread

    def ask(self, job: Change | TurnJob) -> None:
        self._asked.put(job)

    def stop(self) -> None:
        """Silence the reply that is under way."""
        if self._session is not None:
            self._session.stop()

    def close(self) -> None:
        """Let `run` come to its end."""
        self._closing.set()
        self._asked.put(None)
        self.stop()

    # In the conversation thread

    @Slot()
    def run(self) -> None:
        """Open the session and serve it until `close`."""
        if self._closing.is_set():
            return
        try:
            session = self._open_session()
        except Exception as error:
            self.open_failed.emit(_as_expected(error))
            return
        self._session = session
        try:
            self.opened.emit(session.opened)
            self._serve(session)
        finally:
            self._session = None
            session.close()

    def _serve(self, session: Session) -> None:
        while not self._closing.is_set():
            job = self._waiting.popleft() if self._waiting else self._asked.get()
            match job:
                case Change():
                    self._change(session, job)
                case TurnJob():
                    self._turn(session, job)
        self._finish(session)

    def _change(self, session: Session, change: Change) -> None:
        try:
            done = change.work(session)
            if change.tell is not None:
                change.tell(done)
        except Exception as error:
            self.change_failed.emit(change.name, _as_expected(error))
        else:
            self.change_done.emit(change.name)

    def _turn(self, session: Session, job: TurnJob) -> None:
        self.turn_began.emit(job.turn)
        batch = Batch()
        try:
            for events in batch.gather(self._events(session, job)):
                self.events_happened.emit(job.turn, events)
        except Exception as error:
            rest = [*batch.take(), TurnFailed(_as_expected(error), None)]
            self.events_happened.emit(job.turn, rest)
        self.turn_ended.emit(job.turn)

    def _events(self, session: Session, job: TurnJob) -> Iterator[TurnEvent]:
        """The turn's events, with changes done between them, until it ends or is to end.

        What the person said is on disk before anything may break a turn off.
        """
        with contextlib.closing(_closable(job.work(session))) as events:
            for event in events:
                yield event
                self._do_changes(session)
                if isinstance(event, ConversationChanged):
                    continue
                if self._closing.is_set() or (self._waiting and not job.needed):
                    return
                if job.stopped.is_set():
                    if isinstance(event, ReplyBegan | ModelLoading | ModelReady):
                        return  # nothing is being said yet that the engine could stop
                    session.stop()

    def _do_changes(self, session: Session) -> None:
        while True:
            try:
                job = self._asked.get_nowait()
            except Empty:
                return
            match job:
                case Change():
                    self._change(session, job)
                case TurnJob():
                    self._waiting.append(job)

    def _finish(self, session: Session) -> None:
        """At the end: what was changed or said is kept; nothing is answered any more."""
        self._do_changes(session)
        for job in self._waiting:
            if job.needed:
                self._turn(session, job)


class Batch:
    """Gathers text into small phrases, so that the window is told some thirty times a second."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._events: list[TurnEvent] = []
        self._told_at = clock()

    def gather(self, events: Iterator[TurnEvent]) -> Iterator[list[TurnEvent]]:
        """Lists of events, neighbouring texts joined."""
        for event in events:
            self._add(event)
            if self._is_due():
                yield self.take()
        if self._events:
            yield self.take()

    def take(self) -> list[TurnEvent]:
        """What has gathered; empties the batch."""
        events, self._events = self._events, []
        self._told_at = self._clock()
        return events

    def _add(self, event: TurnEvent) -> None:
        last = self._events[-1] if self._events else None
        if isinstance(event, ReplyText) and isinstance(last, ReplyText):
            self._events[-1] = ReplyText(event.message_id, last.text + event.text)
        else:
            self._events.append(event)

    def _is_due(self) -> bool:
        last = self._events[-1]
        if not isinstance(last, ReplyText):
            return True
        waited = self._clock() - self._told_at
        if waited >= PHRASE_SECONDS:
            return True
        phrase = len(last.text) >= PHRASE_LENGTH or last.text.endswith(PHRASE_ENDS)
        return waited >= FLUSH_SECONDS and phrase


def _closable(events: Iterator[TurnEvent]) -> Generator[TurnEvent, None, None]:
    """The same events as a generator, whose `close` ends the turn where it stands."""
    yield from events


def _as_expected(error: Exception) -> XinyuError:
    """An error with a sentence; a fault of ours is logged and gets the general one."""
    if isinstance(error, XinyuError):
        _log.warning("%s", error)
        return error
    _log.error("a fault of ours", exc_info=error)
    return XinyuError("unexpected")
