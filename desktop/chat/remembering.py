"""Where the talk and the memory meet: what was said is heard, and in the pause the model is asked.

Turns what the keeper did into events. Nothing here may stop a turn: a fault of the memory is logged
by its kind, and talking goes on. Knows no Qt.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence

from desktop.chat.events import (
    MemoryChanged,
    MemoryFaded,
    MemoryRefused,
    Message,
    State,
    TurnEvent,
)
from desktop.chat.temporary import is_temporary
from desktop.engine.base import ChatMessage, Done, Engine, Reason, Token
from desktop.errors import XinyuError
from desktop.memory.agent import Question
from desktop.memory.keeper import Keeper, Outcome
from desktop.memory.proposals import LONGEST_ANSWER
from desktop.memory.review import Said

OWN = "user"
# Reasons a person should hear of when they asked for it in so many words.
_TOLD = {
    "duplicate": "memory_known",
    "full": "memory_full",
    "slot_off": "memory_slot_off",
    "entry_too_long": "memory_too_long",
    "empty": "memory_empty",
}
_log = logging.getLogger(__name__)


class Remembering:
    """The memory of one store.

    Args:
        keeper: remembers. Of a temporary conversation it is given nothing to keep, and it tells
            one nothing but the safety notes.
    """

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._asked_about: set[int] = set()

    def block(self, conversation_id: int, language: str, context: int) -> str:
        """What stands in the prompt behind the system text; see `memory.block`."""
        try:
            bare = is_temporary(conversation_id)
            return self._keeper.block(conversation_id, language, context, bare=bare)
        except XinyuError as error:
            _log.warning("nothing is remembered in this prompt: %s", error)
            return ""

    def hear(self, own: Sequence[Message], reply: Message | None) -> Iterator[TurnEvent]:
        """What the person's last message asks to remember or forget, told behind the reply."""
        after = reply.id if reply is not None else own[-1].id
        try:
            yield from self._hear(own, after)
        except Exception as error:  # its text might hold what was typed: only its kind is logged
            _log.error("the memory failed: %s", type(error).__name__)

    def ask(
        self,
        engine: Engine,
        path: Sequence[Message],
        prompt: Sequence[ChatMessage],
        language: str,
        stopped: threading.Event,
    ) -> Iterator[TurnEvent]:
        """Let the model look at the last messages; nothing of an unfinished answer counts."""
        if not self._worth_asking(path):
            return
        conversation_id = path[-1].conversation_id
        question = self._keeper.question(prompt, language)
        answer = _answer(engine, question, stopped)
        if answer is None:
            return
        outcome = self._keeper.take(conversation_id, self._window(path), answer, question.shown)
        yield from _told(outcome, conversation_id, path[-1].id)

    def _hear(self, own: Sequence[Message], after: int) -> Iterator[TurnEvent]:
        said, conversation_id = own[-1], own[-1].conversation_id
        if reason := self._closed(conversation_id):
            if self._keeper.asks_memory(said.text):
                yield MemoryRefused(conversation_id, after, reason)
            return
        last = [Said(message.id, message.text) for message in own[-2:]]
        outcome = self._keeper.hear(conversation_id, last)
        yield from _told(outcome, conversation_id, after)
        for reason in outcome.refused:
            if code := _TOLD.get(reason):
                yield MemoryRefused(conversation_id, after, code)
        yield from self._ask_about_faded(conversation_id, after)

    def _closed(self, conversation_id: int) -> str:
        """Why nothing of a conversation may be written, as a code; "" where it may."""
        if is_temporary(conversation_id):
            return "memory_temporary"
        if not self._keeper.options.on:
            return "memory_off"
        return "" if self._keeper.may_write(conversation_id) else "memory_paused"

    def _ask_about_faded(self, conversation_id: int, after: int) -> Iterator[TurnEvent]:
        """One at a time, and each once while the app runs."""
        for memory in self._keeper.faded():
            if memory.id not in self._asked_about:
                self._asked_about.add(memory.id)
                yield MemoryFaded(conversation_id, after, memory)
                return

    def _worth_asking(self, path: Sequence[Message]) -> bool:
        """The last word is a whole reply, and something may be written."""
        if len(path) < 2 or path[-1].role == OWN or path[-1].state is not State.COMPLETE:
            return False
        return not self._closed(path[-1].conversation_id)

    def _window(self, path: Sequence[Message]) -> list[Said]:
        """The person's messages among the last ones."""
        window = path[-self._keeper.slots.limits.window_messages :]
        return [Said(message.id, message.text) for message in window if message.role == OWN]


def refusal_code(reason: str) -> str:
    """The sentence for something that was refused by hand."""
    return _TOLD.get(reason, "memory_gone")


def _answer(engine: Engine, question: Question, stopped: threading.Event) -> str | None:
    """The whole answer; None where it was cut short, by the person or by a limit."""
    parts: list[str] = []
    length = 0
    # The request has its number once it was asked for: a stop before this is seen here, one after
    # it reaches the engine.
    events = engine.generate_structured(question.request)
    if stopped.is_set():
        return None
    try:
        for event in events:
            if isinstance(event, Token):
                parts.append(event.text)
                length += len(event.text)
            elif isinstance(event, Done) and event.reason is not Reason.END_OF_TURN:
                return None
            if stopped.is_set() or length > 2 * LONGEST_ANSWER:
                engine.cancel()
    except XinyuError as error:
        _log.info("the memory was not asked: %s", error)
        return None
    return "".join(parts)


def _told(outcome: Outcome, conversation_id: int, after: int) -> Iterator[TurnEvent]:
    for change in outcome.changes:
        yield MemoryChanged(conversation_id, after, change)
