"""An engine without a model: says what it was told to say, at the pace it was told to keep.

Ships with the app for tests and screenshots. Keeps to the same seam and the same rules as the real
process (Started, Token..., one Done; one reply at a time; usable again after an error) and knows
nothing of processes or llama.cpp.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile

from desktop.engine.base import (
    Done,
    GenerateRequest,
    GenerationEvent,
    Loaded,
    LoadRequest,
    Plan,
    Reason,
    Started,
    Stats,
    StructuredRequest,
    Token,
)
from desktop.errors import EngineError, XinyuError

DEFAULT_REPLIES = ("我在听。愿意多说一点吗？",)
NOTHING_ASIDE = ('{"changes":[]}',)
_CHUNK = re.compile(r".{1,4096}", re.DOTALL)
_PIECE = re.compile(r"[A-Za-z0-9']+|\s+|.[\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]*", re.DOTALL)


class ScriptedEngine:
    """Implements `desktop.engine.base.Engine` from a script.

    Args:
        replies: said in turn; after the last one the first comes again.
        tokens_per_second: pace; None says everything without waiting.
        failures: number of the generate call (from 0) -> (number of tokens said before, error).
        load_error: raised by every load while set.
        refuse_over: characters of the last message above which it is "message_too_long".
        split: cuts a reply into tokens; None cuts between characters and words.
        wait: how to wait for the pace, given seconds and the event that cuts it short.
        host: the server that it speaks for, in a picture of one.
        asides: answers to structured questions, in turn; the grammar is not enforced, as with
            models that break it. After the last one the first comes again.
        remembers: counts as reused what it read before, as a cache does; a token is a character.
        deaf: a cancel does not reach it.
    """

    def __init__(
        self,
        replies: Sequence[str] = DEFAULT_REPLIES,
        *,
        tokens_per_second: float | None = None,
        failures: Mapping[int, tuple[int, XinyuError]] | None = None,
        load_error: XinyuError | None = None,
        dropped_messages: int = 0,
        refuse_over: int | None = None,
        split: Callable[[str], list[str]] | None = None,
        wait: Callable[[threading.Event, float], bool] = threading.Event.wait,
        asides: Sequence[str] = NOTHING_ASIDE,
        host: str = "",
        remembers: bool = False,
        deaf: bool = False,
    ) -> None:
        self._host = host
        self.requests: list[GenerateRequest] = []
        self.structured_requests: list[StructuredRequest] = []
        self._asides = list(asides)
        self._remembers = remembers
        self._deaf = deaf
        self.load_error = load_error
        self.closed = False
        self._replies = list(replies)
        self._split = split or _PIECE.findall
        self._delay = 1 / tokens_per_second if tokens_per_second else 0.0
        self._failures = dict(failures or {})
        self._dropped = dropped_messages
        self._refuse_over = refuse_over
        self._wait = wait
        self._loaded: Loaded | None = None
        self._cancelled = threading.Event()
        self._busy = False
        self._said = 0

    @property
    def loaded(self) -> Loaded | None:
        return self._loaded

    def load(self, request: LoadRequest) -> Loaded:
        if self.load_error is not None:
            raise self.load_error
        asked = request.plan
        plan = Plan(0, asked.context or 2048, asked.threads or 1, asked.batch)
        self._loaded = Loaded(
            plan=plan,
            architecture="scripted",
            name=request.model.stem or "scripted",
            parameters=0,
            layers=0,
            device="CPU",
            train_context=2048,
            seconds=0.0,
            host=self._host,
        )
        return self._loaded

    def generate(self, request: GenerateRequest) -> Iterator[GenerationEvent]:
        self._cancelled.clear()
        return self._reply(request)

    def generate_structured(self, request: StructuredRequest) -> Iterator[GenerationEvent]:
        self._cancelled.clear()
        return self._answer_aside(request)

    def cancel(self) -> None:
        if not self._deaf:
            self._cancelled.set()

    def stats(self) -> Stats:
        return Stats(resident_bytes=0, cached_tokens=0, generated_tokens=self._said)

    def close(self) -> None:
        self._cancelled.set()
        self.closed = True
        self._loaded = None

    def _reply(self, request: GenerateRequest) -> Iterator[GenerationEvent]:
        if self._busy:
            raise EngineError("generation_busy")
        last = request.messages[-1].content
        if self._refuse_over is not None and len(last) > self._refuse_over:
            raise EngineError("message_too_long", limit=self._refuse_over)
        number = len(self.requests)
        self.requests.append(request)
        self._busy = True
        try:
            prompt = sum(len(message.content) for message in request.messages)
            reused = self._reused(number) if self._remembers else 0
            yield Started(prompt, reused, prompt - reused, self._dropped)
            yield from self._say(number, request)
        finally:
            self._busy = False

    def _say(self, number: int, request: GenerateRequest) -> Iterator[GenerationEvent]:
        pieces = self._split(self._replies[number % len(self._replies)])
        limit = request.sampling.maximum_tokens
        fail_at, error = self._failures.get(number, (-1, None))
        began = time.monotonic()
        said = 0
        for piece in pieces[:limit]:
            if said == fail_at and error is not None:
                raise error
            if self._paused():
                break
            said += 1
            self._said += 1
            yield Token(piece)
        if error is not None and fail_at >= said and not self._cancelled.is_set():
            raise error
        yield Done(self._reason(len(pieces) > limit), said, 0.0, time.monotonic() - began)

    def _reused(self, number: int) -> int:
        """Characters that this prompt shares with the one before."""
        if not number:
            return 0
        before, now = (self.requests[n].messages for n in (number - 1, number))
        shared = takewhile(lambda pair: pair[0] == pair[1], zip(before, now, strict=False))
        return sum(len(message.content) for message, _ in shared)

    def _answer_aside(self, request: StructuredRequest) -> Iterator[GenerationEvent]:
        if self._busy:
            raise EngineError("generation_busy")
        if self._loaded is None:
            raise EngineError("engine_not_loaded")
        answer = self._asides[len(self.structured_requests) % len(self._asides)]
        self.structured_requests.append(request)
        self._busy = True
        try:
            prompt = sum(len(message.content) for message in request.messages)
            yield Started(prompt, 0, prompt, 0)
            said = 0
            for piece in _CHUNK.findall(answer):
                if self._paused():
                    break
                said += 1
                yield Token(piece)
            yield Done(self._reason(False), said, 0.0, 0.0)
        finally:
            self._busy = False

    def _paused(self) -> bool:
        """Keep the pace; True when the reply was cancelled."""
        if self._delay:
            self._wait(self._cancelled, self._delay)
        return self._cancelled.is_set()

    def _reason(self, cut: bool) -> Reason:
        if self._cancelled.is_set():
            return Reason.CANCELLED
        return Reason.LENGTH if cut else Reason.END_OF_TURN
