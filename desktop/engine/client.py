"""The engine as the app sees it: a process that is started, watched, buried and started again.

Implements `desktop.engine.base.Engine`. Every fault of the process becomes an EngineError with a
code; afterwards the next request starts a fresh process with the plan that is likeliest to live.
Never imports llama_cpp.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from desktop.engine import protocol
from desktop.engine.adapter_header import check_adapter_file
from desktop.engine.base import (
    Done,
    GenerateRequest,
    GenerationEvent,
    Loaded,
    LoadRequest,
    Stats,
    StructuredRequest,
    Token,
    Tuned,
)
from desktop.engine.child import Child
from desktop.engine.gguf_header import check_model_file
from desktop.engine.host import ModelHost
from desktop.engine.load_faults import request_error
from desktop.engine.machine import Machine
from desktop.engine.watch import Limits
from desktop.errors import EngineError

Asked = GenerateRequest | StructuredRequest

log = logging.getLogger(__name__)


class ProcessEngine:
    """Runs one model in a child process.

    Args:
        command: starts the worker; None is this Python with `desktop.engine.worker`.
        limits: when the process counts as hung.
        environment: of the process; None is ours.
        plans: file that remembers plans; None remembers them in this engine alone.
        tune: try out in idle time what is quickest, once for a model on a computer.
    """

    def __init__(
        self,
        command: Sequence[str] | None = None,
        limits: Limits | None = None,
        environment: Mapping[str, str] | None = None,
        *,
        plans: Path | None = None,
        tune: bool = False,
    ) -> None:
        self._host = ModelHost(command, limits, environment, plans, tune)
        self._busy = False
        self._latest = 0
        self._cancelled = 0
        self._cancelled_at = 0.0

    @property
    def loaded(self) -> Loaded | None:
        return self._host.loaded

    @property
    def process_id(self) -> int | None:
        """Of the child, for those who measure it or kill it to see what happens."""
        return self._host.child.pid if self._host.child else None

    @property
    def machine(self) -> Machine | None:
        """What the last process that was started saw; None before the first."""
        return self._host.machine

    def look(self, library: Path | None = None) -> Machine:
        """What this computer offers, asked in a process that ends at once.

        Raises:
            EngineError: library_unusable, engine_start_failed, cpu_too_old.
        """
        if self._busy or self._host.loaded is not None:
            raise EngineError("generation_busy")
        return self._host.look(library)

    def load(self, request: LoadRequest) -> Loaded:
        if self._busy:
            raise EngineError("generation_busy")
        header = check_model_file(request.model)
        if request.adapter is not None:
            check_adapter_file(request.adapter, header)
        before = self._host.request
        if before and self._host.is_running and _only_adapter_differs(before, request):
            return self.use_adapter(request.adapter)
        return self._host.load(request, header)

    def use_adapter(self, adapter: Path | None) -> Loaded:
        """Lay an adapter over the loaded model, or take it off; the model stays where it is.

        Raises:
            ModelFileError: adapter_missing, adapter_unreadable, adapter_unbound,
                adapter_wrong_base; the one that was in use stays in use.
        """
        if self._busy:
            raise EngineError("generation_busy")
        host = self._host
        if host.request is None:
            raise EngineError("engine_not_loaded")
        if adapter is not None:
            check_adapter_file(adapter, check_model_file(host.request.model))
        host.lay(host.ready(), adapter)
        host.request = replace(host.request, adapter=adapter)
        assert host.loaded is not None
        return host.loaded

    def tune(self, seconds: float = 10.0) -> Tuned | None:
        """Try out now what is quickest, and remember it; None where it was cut short."""
        if self._busy:
            raise EngineError("generation_busy")
        child, number = self._host.ready(), self._host.number()
        child.begin()
        child.send(protocol.Tune(number, seconds))
        while True:
            event = self._host.receive(child, self._host.limits.load_silence)
            if isinstance(event, protocol.Failed) and event.id == number:
                raise request_error(event)
            if isinstance(event, protocol.TrialDone) and event.id == number:
                if event.tuned is not None:
                    self._host.keep_tuned(event.tuned)
                return event.tuned

    def generate(self, request: GenerateRequest) -> Iterator[GenerationEvent]:
        # The number is drawn now, so that a cancel finds it before the first event is asked for.
        self._latest = self._host.number()
        return self._reply(self._latest, request)

    def generate_structured(self, request: StructuredRequest) -> Iterator[GenerationEvent]:
        self._latest = self._host.number()
        return self._reply(self._latest, request)

    def cancel(self) -> None:
        child, self._cancelled, self._cancelled_at = (
            self._host.child,
            self._latest,
            time.monotonic(),
        )
        if child is not None:
            child.send(protocol.Cancel(self._cancelled))

    def stats(self) -> Stats:
        child = self._host.child
        if child is None or not child.running:
            return Stats(0, 0, 0)
        if self._busy:
            return child.stats
        number = self._host.number()
        child.begin()
        child.send(protocol.AskStats(number))
        while True:
            event = self._host.receive(child, self._host.limits.silence)
            if isinstance(event, protocol.TellStats) and event.id == number:
                return event.stats

    def close(self) -> None:
        self._host.close()

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
            if not done and self._host.child is not None:
                self._host.child.send(protocol.Cancel(number))

    def _answers(self, number: int, request: Asked) -> Iterator[GenerationEvent]:
        """The events of one request; a process that dies before it begins is replaced, once."""
        if isinstance(request, StructuredRequest) and not self._host.is_running:
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
        child = self._host.ready()
        child.begin()
        child.send(_asked(number, request))
        if self._cancelled == number:
            child.send(protocol.Cancel(number))
        return child

    def _events(self, child: Child, number: int) -> Iterator[GenerationEvent]:
        """What the worker says about one request; lines about older ones are passed over."""
        longest, limits = self._host.limits.begin, self._host.limits
        while True:
            event = self._host.receive(child, limits.silence, self._stall(number), longest)
            if isinstance(event, protocol.Failed) and event.id == number:
                raise request_error(event, self._model)
            if isinstance(event, protocol.ReplyDone) and event.id == number:
                self._host.deaths = 0
                yield event.done
                return
            if isinstance(event, protocol.ReplyStarted) and event.id == number:
                longest = math.inf
                yield event.started
            elif isinstance(event, protocol.ReplyText) and event.id == number:
                yield Token(event.text)

    @property
    def _model(self) -> Path | None:
        return self._host.request.model if self._host.request else None

    def _stall(self, number: int) -> float:
        """Seconds without anything going on; fewer once the reply was cancelled."""
        limits = self._host.limits
        if self._cancelled != number:
            return limits.stall
        waited = time.monotonic() - self._cancelled_at
        return min(limits.stall, max(0.1, limits.cancel - waited))


def _only_adapter_differs(before: LoadRequest, now: LoadRequest) -> bool:
    return before.adapter != now.adapter and replace(before, adapter=now.adapter) == now


def _asked(number: int, request: Asked) -> protocol.Request:
    messages = tuple(request.messages)
    if isinstance(request, StructuredRequest):
        return protocol.GenerateStructured(number, messages, request.grammar, request.sampling)
    return protocol.Generate(number, messages, request.sampling)
