"""The engine as the app sees it: a process that is started, watched, buried and started again.

Implements `desktop.engine.base.Engine`. Every fault of the process becomes an EngineError with a
code; afterwards the next request starts a fresh process with the plan that is likeliest to live.
Never imports llama_cpp.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from desktop.engine import protocol
from desktop.engine.base import (
    Done,
    GenerateRequest,
    GenerationEvent,
    Loaded,
    LoadRequest,
    Plan,
    Stats,
    StructuredRequest,
    Token,
)
from desktop.engine.child import (
    Child,
    ChildEndedError,
    ChildHungError,
    default_command,
    default_environment,
)
from desktop.engine.exits import ExitCause
from desktop.engine.gguf_header import GgufHeader, check_model_file
from desktop.engine.plan import ladder, lowered
from desktop.engine.watch import Limits
from desktop.errors import EngineError, ModelFileError, XinyuError

GOODBYE_SECONDS = 0.5
Asked = GenerateRequest | StructuredRequest

log = logging.getLogger(__name__)


class ProcessEngine:
    """Runs one model in a child process.

    Args:
        command: starts the worker; None is this Python with `desktop.engine.worker`.
        limits: when the process counts as hung.
        environment: of the process; None is ours.
    """

    def __init__(
        self,
        command: Sequence[str] | None = None,
        limits: Limits | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._command = list(command or default_command())
        self._environment = dict(environment or default_environment())
        self._limits = limits or Limits()
        self._numbers = count(1)
        self._child: Child | None = None
        self._gpus: tuple[str, ...] = ()
        self._request: LoadRequest | None = None
        self._steps: list[Plan] = []
        self._plan: Plan | None = None
        self._loaded: Loaded | None = None
        self._deaths = 0
        self._busy = False
        self._closed = False
        self._latest = 0
        self._cancelled = 0
        self._cancelled_at = 0.0

    @property
    def loaded(self) -> Loaded | None:
        return self._loaded

    @property
    def process_id(self) -> int | None:
        """Of the child, for those who measure it or kill it to see what happens."""
        return self._child.pid if self._child else None

    def load(self, request: LoadRequest) -> Loaded:
        if self._busy:
            raise EngineError("generation_busy")
        header = check_model_file(request.model)
        self._end(GOODBYE_SECONDS)
        self._loaded = None
        self._closed = False
        self._request, self._plan, self._deaths = request, None, 0
        return self._walk(request, header)

    def generate(self, request: GenerateRequest) -> Iterator[GenerationEvent]:
        # The number is drawn now, so that a cancel finds it before the first event is asked for.
        self._latest = next(self._numbers)
        return self._reply(self._latest, request)

    def generate_structured(self, request: StructuredRequest) -> Iterator[GenerationEvent]:
        self._latest = next(self._numbers)
        return self._reply(self._latest, request)

    def cancel(self) -> None:
        child, self._cancelled, self._cancelled_at = self._child, self._latest, time.monotonic()
        if child is not None:
            child.send(protocol.Cancel(self._cancelled))

    def stats(self) -> Stats:
        child = self._child
        if child is None or not child.running:
            return Stats(0, 0, 0)
        if self._busy:
            return child.stats
        number = next(self._numbers)
        child.begin()
        child.send(protocol.AskStats(number))
        while True:
            event = self._receive(child, self._limits.silence)
            if isinstance(event, protocol.TellStats) and event.id == number:
                return event.stats

    def close(self) -> None:
        self._closed = True  # a load under way in another thread must not start one more process
        self._end(GOODBYE_SECONDS)
        self._loaded = None

    def _reply(self, number: int, request: Asked) -> Generator[GenerationEvent]:
        if self._busy:
            raise EngineError("generation_busy")
        self._busy = True
        done = False
        try:
            for event in self._answers(number, request):
                done = isinstance(event, Done)
                yield event
        except EngineError:
            done = True
            raise
        finally:
            self._busy = False
            if not done and self._child is not None:
                self._child.send(protocol.Cancel(number))

    def _answers(self, number: int, request: Asked) -> Iterator[GenerationEvent]:
        """The events of one request; a process that dies before it begins is replaced, once."""
        if isinstance(request, StructuredRequest) and not self._is_running():
            raise EngineError("engine_not_loaded")
        for last_try in (False, True):
            began = False
            try:
                for event in self._events(self._ask(number, request), number):
                    began = True
                    yield event
                return
            except EngineError as error:
                aside = isinstance(request, StructuredRequest)
                if began or last_try or aside or error.code != "engine_died":
                    raise
                log.warning("the engine died before it began; asking a new one")

    def _ask(self, number: int, request: Asked) -> Child:
        child = self._ready()
        child.begin()
        child.send(_asked(number, request))
        if self._cancelled == number:
            child.send(protocol.Cancel(number))
        return child

    def _events(self, child: Child, number: int) -> Iterator[GenerationEvent]:
        """What the worker says about one request; lines about older ones are passed over."""
        while True:
            event = self._receive(child, self._limits.silence, number)
            if isinstance(event, protocol.Failed) and event.id == number:
                raise _error(event)
            if isinstance(event, protocol.ReplyDone) and event.id == number:
                self._deaths = 0
                yield event.done
                return
            if isinstance(event, protocol.ReplyStarted) and event.id == number:
                yield event.started
            elif isinstance(event, protocol.ReplyText) and event.id == number:
                yield Token(event.text)

    def _is_running(self) -> bool:
        return self._child is not None and self._child.running and self._loaded is not None

    def _ready(self) -> Child:
        """The process with its model, started again where it is gone."""
        if self._child is not None and self._is_running():
            return self._child
        if self._request is None:
            raise EngineError("engine_not_loaded")
        if self._child is not None:
            log.warning("the engine died while idle: %s", self._child.reap().name)
            self._child = None
        self._closed = False
        self._walk(self._request, check_model_file(self._request.model))
        if (child := self._current()) is None:
            raise EngineError("engine_start_failed", reason="gone")
        return child

    def _walk(self, request: LoadRequest, header: GgufHeader) -> Loaded:
        """Try plans from the one that should do down to the smallest, each in a fresh process."""
        self._begin()
        self._steps = ladder(
            request.plan,
            layers=header.layers,
            train_context=header.train_context,
            gpu=bool(self._gpus),
        )
        at = self._steps.index(self._plan) if self._plan in self._steps else 0
        for plan in self._steps[at:]:
            child = self._current() or self._begin()
            try:
                return self._try(child, request, plan)
            except XinyuError as error:
                self._end()
                if not _smaller_helps(error):
                    raise
                log.warning("plan %s failed: %s", plan, error)
                last = error
        raise last

    def _current(self) -> Child | None:
        """Asked again after a step that may have changed it."""
        return self._child

    def _try(self, child: Child, request: LoadRequest, plan: Plan) -> Loaded:
        number = next(self._numbers)
        child.begin()
        child.send(protocol.Load(number, str(request.model), plan))
        while True:
            event = self._receive(child, self._limits.load_silence)
            if isinstance(event, protocol.Failed) and event.id == number:
                raise _error(event, request.model)
            if isinstance(event, protocol.ModelLoaded) and event.id == number:
                break
        self._plan = plan
        name = event.loaded.name or request.model.stem
        self._loaded = replace(event.loaded, name=name)
        return self._loaded

    def _begin(self) -> Child:
        """Start a process and hear its hello."""
        if self._closed:
            raise EngineError("engine_closed")
        try:
            self._child = child = Child(self._command, self._environment)
        except OSError as error:
            raise EngineError("engine_start_failed", reason=type(error).__name__) from error
        try:
            hello = child.receive(self._limits.start, self._limits.start, self._limits.grace)
        except (ChildEndedError, ChildHungError) as fault:
            raise self._start_error(isinstance(fault, ChildHungError)) from fault
        if not isinstance(hello, protocol.Hello) or hello.version != protocol.VERSION:
            self._end()
            theirs = hello.version if isinstance(hello, protocol.Hello) else 0
            raise EngineError("protocol_mismatch", ours=protocol.VERSION, theirs=theirs)
        self._gpus = hello.gpus
        return child

    def _start_error(self, hung: bool) -> EngineError:
        cause = self._bury(hung)
        if cause.illegal_instruction:
            return EngineError("cpu_too_old")
        return EngineError("engine_start_failed", reason="hung" if hung else cause.name)

    def _receive(self, child: Child, silence: float, number: int = 0) -> protocol.Event:
        """The next event, or the error that the process's death or silence is."""
        stall = self._limits.stall
        if number and self._cancelled == number:
            waited = time.monotonic() - self._cancelled_at
            stall = min(stall, max(0.1, self._limits.cancel - waited))
        try:
            return child.receive(silence, stall, self._limits.grace)
        except ChildHungError:
            self._count_death(self._bury(hung=True))
            raise EngineError("engine_hung") from None
        except ChildEndedError:
            cause = self._bury(hung=False)
            self._count_death(cause)
            if cause.illegal_instruction:
                raise EngineError("cpu_too_old") from None
            raise EngineError("engine_died", cause=cause.name) from None

    def _bury(self, hung: bool) -> ExitCause:
        """Take the dead process away, and put its last words into the log."""
        child, self._child = self._child, None
        if child is None:
            raise EngineError("engine_closed")
        cause = child.end() if hung else child.reap()
        log.warning("engine process %d: %s", child.pid, "hung" if hung else cause.name)
        for line in child.last_lines:
            log.info("its last words: %s", line)
        return cause

    def _count_death(self, cause: ExitCause) -> None:
        """A smaller plan for the next start: at once where memory is to blame, else the next.

        Only where a model was loaded; while one loads, the ladder itself goes down.
        """
        if self._loaded is None or self._plan is None:
            return
        self._deaths += 1
        if cause.surely_memory or self._deaths > 1:
            self._plan = lowered(self._plan, self._steps)
            log.warning("the next start takes a smaller plan: %s", self._plan)

    def _end(self, politely: float = 0.0) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end(politely)


def _asked(number: int, request: Asked) -> protocol.Request:
    messages = tuple(request.messages)
    if isinstance(request, StructuredRequest):
        return protocol.GenerateStructured(number, messages, request.grammar, request.sampling)
    return protocol.Generate(number, messages, request.sampling)


def _error(failed: protocol.Failed, model: Path | None = None) -> XinyuError:
    details = dict(failed.details)
    if model is not None:
        details |= {"name": model.name, "path": str(model)}
    kind = ModelFileError if failed.code.startswith("model_") else EngineError
    return kind(failed.code, **details)


def _smaller_helps(error: XinyuError) -> bool:
    """A file that cannot be read or a processor that is too old stays so."""
    return error.code in ("model_too_big", "engine_died", "engine_hung")
