"""One turn: the person's message goes to disk, the engine answers, the answer goes to disk.

A plain generator of small frozen events. Promise 2 is kept here: nothing happens to a message
before it is committed. It is screened for risk before any model is asked, and whether or not there
is one; what the model says goes through the guard before it is shown or kept. Streamed text is
checkpointed at least once a second, so a fault at any moment leaves what was said. Knows neither
Qt nor how the engine runs.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from desktop.chat.events import (
    ConversationChanged,
    Message,
    ModelLoading,
    ModelReady,
    PersonSaid,
    PromptShortened,
    Reason,
    ReplyBegan,
    ReplyFinished,
    ReplyText,
    State,
    TurnEvent,
    TurnFailed,
)
from desktop.chat.loading import Loading
from desktop.chat.prompt import Prompt, title_of
from desktop.chat.remembering import Remembering
from desktop.chat.temporary import Shelves
from desktop.chat.watch import Watch
from desktop.engine.base import (
    ChatMessage,
    Done,
    Engine,
    GenerateRequest,
    Loaded,
    LoadRequest,
    Sampling,
    Started,
    Token,
)
from desktop.errors import XinyuError
from desktop.safety.guard import GuardedReply
from desktop.store.conversations import Conversations

CHECKPOINT_SECONDS = 0.5
TICK_SECONDS = 0.05
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Model:
    """Which model answers, how it is sampled, and whether it may propose what is remembered."""

    id: str
    request: LoadRequest
    sampling: Sampling
    starter: bool
    writes_memory: bool = False


class TurnRunner:
    """Runs one turn at a time; every method but `stop` belongs to one thread.

    Args:
        conversations: the store's writing side, and the one of temporary conversations.
        engine: what answers.
        prompt: makes the engine's messages.
        model: what is loaded when the engine has nothing loaded.
        clock: seconds, monotonic.
        watch: screens what is said and guards what is answered.
        remembering: what is known of the person; None: nothing, as in tests of turns alone.
    """

    def __init__(
        self,
        conversations: Conversations | Shelves,
        engine: Engine,
        prompt: Prompt,
        model: Model,
        clock: Callable[[], float],
        watch: Watch,
        remembering: Remembering | None = None,
    ) -> None:
        if isinstance(conversations, Conversations):
            conversations = Shelves(conversations)
        self._shelves = conversations
        self._engine = engine
        self._prompt = prompt
        self._clock = clock
        self._watch = watch
        self._remembering = remembering
        self._loading: Loading | None = None
        self._loaded_request: LoadRequest | None = None
        self._told: Loaded | None = None
        self.model = model

    def send(
        self, conversation_id: int | None, text: str, *, temporary: bool = False
    ) -> Iterator[TurnEvent]:
        """Say `text`; without a conversation a new one begins, which may be a temporary one."""
        if conversation_id is None:
            conversations = self._shelves.new(temporary=temporary)
            conversation_id = conversations.create().id
            conversations.rename(conversation_id, title_of(text), own=False)
            yield ConversationChanged(conversations.get(conversation_id))
        said = self._shelves.of(conversation_id).append_person(conversation_id, text)
        yield PersonSaid(said)
        yield from self._answer(said)

    def edit(self, message: Message, text: str) -> Iterator[TurnEvent]:
        """Say a message of one's own again in other words; the earlier version is kept."""
        said = self._shelves.of(message.id).append_person(
            message.conversation_id, text, parent_id=message.parent_id
        )
        yield PersonSaid(said)
        yield from self._answer(said)

    def regenerate(self, reply: Message) -> Iterator[TurnEvent]:
        """Answer again; the earlier reply is kept as a version."""
        if reply.parent_id is None:
            return
        said = self._shelves.of(reply.id).message(reply.parent_id)
        yield from self._answer(said, heard=True)

    def answer(self, said: Message) -> Iterator[TurnEvent]:
        """Answer a message of the person's that has no reply yet."""
        yield from self._answer(said)

    def stop(self) -> None:
        """Stop the reply that is under way; safe from any thread."""
        self._engine.cancel()

    def load(self) -> Iterator[TurnEvent]:
        """Load the model unless it is loaded, telling all the while that it is still loading.

        Whoever stops listening does not stop the load: the next turn takes it up where it is.
        """
        while self._loading is not None or self._needs_load():
            if self._loading is None:
                self._loading = Loading(self._engine, self.model.request)
            yield ModelLoading(0.0)
            while not self._loading.done_within(TICK_SECONDS):
                yield ModelLoading(self._loading.seconds)
            loading, self._loading = self._loading, None
            self._loaded_request = loading.request
            loading.result()
            self._told = None
            yield from self._ready()

    def _ready(self) -> Iterator[TurnEvent]:
        """Tell what is loaded, unless it was told: an engine that died comes back with less."""
        loaded = self._engine.loaded
        if loaded is not None and loaded != self._told:
            self._told, model = loaded, self.model
            yield ModelReady(loaded, model.id, model.starter, model.writes_memory)

    def rest(self) -> Iterator[TurnEvent]:
        """End the engine's process so that its memory is free; the next turn loads anew."""
        self.close()
        self._loading = None
        yield from ()

    def close(self) -> None:
        """End the engine, in the midst of a load too."""
        self._engine.close()
        if self._loading is not None:
            self._loading.abandon()

    def _needs_load(self) -> bool:
        return self._engine.loaded is None or self._loaded_request != self.model.request

    def _answer(self, said: Message, *, heard: bool = False) -> Iterator[TurnEvent]:
        """Answer; what was `heard` before asks nothing of the memory a second time."""
        yield from self._watch.noticed(self._path(said.conversation_id), said)
        conversations = self._shelves.of(said.id)
        reply = conversations.begin_reply(said.conversation_id, said.id, self.model.id)
        path = self._path(said.conversation_id)
        guarded = self._watch.guard(path, self._prompt.language(path))
        writing = _Writing(conversations, reply, self._clock, guarded)
        try:
            yield ReplyBegan(reply)
            yield from self.load()
            yield from self._stream(writing)
        except XinyuError as error:
            _log.warning("turn failed: %s", error)
            yield TurnFailed(error, writing.keep(State.INTERRUPTED))
        finally:
            writing.keep(State.INTERRUPTED)
        if self._remembering is not None and not heard:
            own = [message for message in self._path_to(said) if message.role == "user"]
            yield from self._remembering.hear(own, writing.kept)

    def remember(self, conversation_id: int, stopped: threading.Event) -> Iterator[TurnEvent]:
        """In the pause: let the model propose what is remembered; ends at once when `stopped`."""
        if self._remembering is None or not self.model.writes_memory or self._loading is not None:
            return
        path = self._path(conversation_id)
        prompt = self._messages(path)
        language = self._prompt.language(path)
        yield from self._remembering.ask(self._engine, path, prompt, language, stopped)

    def _messages(self, path: Sequence[Message]) -> list[ChatMessage]:
        memory = ""
        if self._remembering is not None and path:
            context = self._engine.loaded.plan.context if self._engine.loaded else 0
            language = self._prompt.language(path)
            memory = self._remembering.block(path[-1].conversation_id, language, context)
        return self._prompt.messages(path, self._watch.risks(path), memory)

    def _path(self, conversation_id: int) -> list[Message]:
        return self._shelves.of(conversation_id).messages(conversation_id)

    def _path_to(self, said: Message) -> list[Message]:
        path = self._path(said.conversation_id)
        return [*takewhile(lambda message: message.id != said.id, path), said]

    def _stream(self, writing: _Writing) -> Iterator[TurnEvent]:
        messages = self._messages(self._path(writing.message.conversation_id))
        evaluated = 0
        for event in self._engine.generate(GenerateRequest(messages, self.model.sampling)):
            match event:
                case Started():
                    yield from self._ready()
                    evaluated = event.evaluated_tokens
                    _log.info(
                        "prompt %d tokens, %d reused, %d evaluated, %d messages dropped",
                        event.prompt_tokens,
                        event.reused_tokens,
                        event.evaluated_tokens,
                        event.dropped_messages,
                    )
                    if event.dropped_messages:
                        yield PromptShortened(event.dropped_messages)
                case Token():
                    if fresh := writing.add(event.text):
                        yield ReplyText(writing.message_id, fresh)
                    if writing.is_over:
                        self._engine.cancel()
                case Done():
                    yield from self._ended(event, writing, evaluated)

    def _ended(self, done: Done, writing: _Writing, evaluated: int) -> Iterator[TurnEvent]:
        cut_short = writing.is_over
        if rest := writing.rest():
            yield ReplyText(writing.message_id, rest)
        yield from self._watch.told(writing.message, writing.guarded)
        reason = Reason.END_OF_TURN if cut_short else done.reason
        stopped = reason in (Reason.CANCELLED, Reason.REPETITION)
        kept = writing.keep(State.STOPPED if stopped else State.COMPLETE)
        yield ReplyFinished(
            kept or replace(writing.message, state=State.STOPPED),
            reason,
            evaluated,
            done.tokens_per_second,
        )


class _Writing:
    """A reply on its way to disk: through the guard, gathered, and checkpointed."""

    def __init__(
        self,
        conversations: Conversations,
        message: Message,
        clock: Callable[[], float],
        guarded: GuardedReply,
    ) -> None:
        self._conversations = conversations
        self._clock = clock
        self._parts: list[str] = []
        self._saved_at = clock()
        self._kept = False
        self.kept: Message | None = None
        self.message = message
        self.guarded = guarded

    @property
    def message_id(self) -> int:
        return self.message.id

    @property
    def is_over(self) -> bool:
        """The guard has ended the reply: whatever the model still says is not let through."""
        return self.guarded.ended

    def add(self, text: str) -> str:
        """Take more of the model's text. Returns what may be shown that was not shown before."""
        shown = self._gather(self.guarded.feed(text))
        if self._clock() - self._saved_at >= CHECKPOINT_SECONDS:
            self._conversations.checkpoint(self.message.id, "".join(self._parts))
            self._saved_at = self._clock()
        return shown

    def rest(self) -> str:
        """What the guard still held back."""
        return self._gather(self.guarded.finish())

    def keep(self, state: State) -> Message | None:
        """End the reply on disk, once; an empty one is taken away again and None returned."""
        if self._kept:
            return None
        self._kept = True
        self.rest()
        text = "".join(self._parts).rstrip()
        if not text:
            self._conversations.discard_empty_reply(self.message.id)
            return None
        self.kept = self._conversations.finish(self.message.id, text, state)
        return self.kept

    def _gather(self, text: str) -> str:
        """Leading white space of a reply is dropped."""
        if not self._parts:
            text = text.lstrip()
        if text:
            self._parts.append(text)
        return text
