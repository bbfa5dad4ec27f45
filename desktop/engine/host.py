"""Keeps one process with one model alive: started, loaded, watched, buried, started again.

Walks down the plans at a load, notices death, hanging and sleep, and lowers the plan where memory
is to blame. Knows nothing of conversations: what is asked of the process is the client's business.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from desktop.engine import protocol
from desktop.engine.base import Loaded, LoadRequest, Plan, Tuned
from desktop.engine.child import (
    Child,
    ChildEndedError,
    ChildHungError,
    default_command,
    default_environment,
)
from desktop.engine.exits import ExitCause
from desktop.engine.gguf_header import GgufHeader, check_model_file
from desktop.engine.launch import Launcher, Running, bury
from desktop.engine.load_faults import crash_error, file_error, request_error, smaller_helps
from desktop.engine.machine import Machine
from desktop.engine.plans import PlanBook, model_fingerprint
from desktop.engine.shape import shape_of
from desktop.engine.walk import Failure, Subject, Walk
from desktop.engine.watch import Limits
from desktop.errors import EngineError, XinyuError

GOODBYE_SECONDS = 0.5

log = logging.getLogger(__name__)


class ModelHost:
    """The process of one engine, and what is known about it.

    Args:
        command: starts the worker; None is this Python with `desktop.engine.worker`.
        limits: when the process counts as hung.
        environment: of the process; None is ours.
        plans: file that remembers plans; None remembers them in this engine alone.
        tune: try out in idle time what is quickest, once for a model on a computer.

    Attributes:
        limits: as given.
        child: the process, or None.
        request: what is to be loaded, or None.
        loaded: what is loaded, or None.
        machine: what the last process that was started saw, or None.
        deaths: since the last whole reply.
    """

    def __init__(
        self,
        command: Sequence[str] | None,
        limits: Limits | None,
        environment: Mapping[str, str] | None,
        plans: Path | None,
        tune: bool,
    ) -> None:
        self.limits = limits or Limits()
        self._launcher = Launcher(
            command or default_command(),
            environment or default_environment(),
            self.limits,
            self._born,
        )
        self._book = PlanBook(plans)
        self._tune = tune
        self._numbers = count(1)
        self.child: Child | None = None
        self.request: LoadRequest | None = None
        self.loaded: Loaded | None = None
        self.machine: Machine | None = None
        self.deaths = 0
        self._running: Running | None = None
        self._walk: Walk | None = None
        self._plan: Plan | None = None
        self._failure: Failure | None = None
        self._checking = False
        self._seen_free = 0
        self._closed = False

    def number(self) -> int:
        """Of the next request."""
        return next(self._numbers)

    def look(self, library: Path | None) -> Machine:
        """Start a process, hear what it sees, end it."""
        self._closed = False
        running = self._launcher.start(library)
        self.end(GOODBYE_SECONDS)
        if not running.library:
            raise EngineError("library_unusable", folder=str(library))
        return running.machine

    def load(self, request: LoadRequest, header: GgufHeader) -> Loaded:
        """End what runs and load this, as well as it can be."""
        self.end(GOODBYE_SECONDS)
        self.loaded = None
        self._closed = False
        self.request, self._plan, self._failure, self.deaths = request, None, None, 0
        return self._go_down(request, header)

    def close(self) -> None:
        """End everything, a load under way in another thread too."""
        self.keep_trial()
        self._closed = True
        self.end(GOODBYE_SECONDS)
        self.loaded = None

    @property
    def is_running(self) -> bool:
        return self.child is not None and self.child.running and self.loaded is not None

    def ready(self) -> Child:
        """The process with its model, started again where it is gone."""
        if self.child is not None and self.is_running and self._is_well(self.child):
            self.keep_trial()
            return self.child
        if self.request is None:
            raise EngineError("engine_not_loaded")
        if self.child is not None:
            log.warning("the engine died while idle: %s", self.child.reap().name)
            self.child = None
        self._closed = False
        self._go_down(self.request, check_model_file(self.request.model))
        if (child := self._current()) is None:
            raise EngineError("engine_start_failed", reason="gone")
        return child

    def _is_well(self, child: Child) -> bool:
        """After a sleep the GPU may be gone: ask before a message waits for it in vain."""
        if not child.slept:
            return True
        number = self.number()
        child.begin()
        child.send(protocol.CheckHealth(number))
        self._checking = True
        try:
            while True:
                event = self.receive(child, self.limits.health)
                if isinstance(event, protocol.Healthy) and event.id == number:
                    child.wake()
                    return True
        except EngineError as error:
            log.warning("not well after a sleep: %s", error)
            return False
        finally:
            self._checking = False

    def _go_down(self, request: LoadRequest, header: GgufHeader) -> Loaded:
        """Try plans from the one that should do down to the smallest, each in a fresh process."""
        running = self._begin(request, hide=request.plan.gpu_layers == 0)
        self._seen_free = running.machine.free_gpu_bytes
        subject = Subject(
            model_fingerprint(request.model), shape_of(header), running.machine, request.plan
        )
        self._walk = walk = Walk(subject, self._book, self._failure)
        last: XinyuError = file_error("model_too_big", request.model)
        crashes = 0
        while (plan := walk.next()) is not None:
            try:
                loaded = self._try(self._child_for(plan, request), request, plan)
                if walk.keeps(plan, loaded.left_bytes):
                    return self._settle(loaded, plan, running)
                self.end()
            except XinyuError as error:
                self.end()
                if not smaller_helps(error):
                    raise
                log.warning("plan %s failed: %s", plan, error)
                walk.failed(plan)
                last = error
                # Memory may be to blame once; what ends a CPU twice is the file.
                crashes += error.code != "model_too_big" and not plan.gpu_layers
                if crashes > 1:
                    raise crash_error(error, request.model) from error
        self.end()
        raise last

    def _settle(self, loaded: Loaded, plan: Plan, running: Running) -> Loaded:
        """This plan it is: remember it, lay the adapter over it, say quietly if it is less."""
        assert self._walk is not None
        assert self.request is not None
        lowered = running.gpu_lost or self._failure is not None or self._walk.is_lowered(plan)
        note = "plan_lowered" if lowered else ""
        self._walk.remember(plan)
        self._plan = plan
        name = loaded.name or self.request.model.stem
        self.loaded = replace(
            loaded, name=name, note=note if running.library else "library_unusable"
        )
        if self.request.adapter is not None and self.child is not None:
            self.lay(self.child, self.request.adapter)
        return self.loaded

    def _current(self) -> Child | None:
        """Asked again after a step that may have changed it."""
        return self.child

    def _child_for(self, plan: Plan, request: LoadRequest) -> Child:
        """The process at hand, or a fresh one: what runs on the CPU alone shall see no GPU."""
        running = self._running
        hide = plan.gpu_layers == 0 and bool(running and running.machine.gpus)
        if self.child is not None and running is not None and running.hidden >= hide:
            return self.child
        self.end()
        return self._begin(request, hide=hide).child

    def _try(self, child: Child, request: LoadRequest, plan: Plan) -> Loaded:
        assert self._walk is not None
        tune = self._tune and not self._walk.is_tuned(gpu=bool(plan.gpu_layers))
        number = self.number()
        child.begin()
        child.send(protocol.Load(number, str(request.model), plan, tune))
        while True:
            event = self.receive(child, self.limits.load_silence)
            if isinstance(event, protocol.Failed) and event.id == number:
                raise request_error(event, request.model)
            if isinstance(event, protocol.ModelLoaded) and event.id == number:
                child.wake()  # mapping gigabytes may have held up everything
                return event.loaded

    def lay(self, child: Child, adapter: Path | None) -> None:
        """Lay an adapter over the model, or take it off."""
        number = self.number()
        child.begin()
        child.send(protocol.UseAdapter(number, str(adapter) if adapter else ""))
        while True:
            event = self.receive(child, self.limits.load_silence)
            if isinstance(event, protocol.Failed) and event.id == number:
                raise request_error(event, adapter)
            if isinstance(event, protocol.AdapterUsed) and event.id == number:
                break
        assert self.loaded is not None
        name = event.name or (adapter.stem if adapter else "")
        self.loaded = replace(self.loaded, adapter=name)

    def keep_trial(self) -> None:
        """What the worker tried in idle time is remembered, unless something disturbed it.

        Once for each engine is enough.
        """
        child = self.child
        if child is not None and child.trial is not None:
            tuned, child.trial, self._tune = child.trial, None, False
            if tuned.steady:
                self.keep_tuned(tuned)

    def keep_tuned(self, tuned: Tuned) -> None:
        """From the next load on."""
        if self._walk is not None and self._plan is not None:
            self._walk.keep_tuned(tuned, gpu=bool(self._plan.gpu_layers))

    def _begin(self, request: LoadRequest, *, hide: bool) -> Running:
        """Start a process and hear its hello."""
        if self._closed:
            raise EngineError("engine_closed")
        try:
            self._running = self._launcher.start(request.library, hide=hide)
        except EngineError:
            self.child = None
            if self._closed:
                raise EngineError("engine_closed") from None
            raise
        self.child, self.machine = self._running.child, self._running.machine
        return self._running

    def _born(self, child: Child) -> None:
        self.child = child

    def receive(
        self, child: Child, silence: float, stall: float = 0.0, longest: float = math.inf
    ) -> protocol.Event:
        """The next event, or the error that the process's death or silence is."""
        try:
            return child.receive(silence, stall or self.limits.stall, self.limits.grace, longest)
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
        child, self.child = self.child, None
        if child is None:
            raise EngineError("engine_closed")
        return bury(child, hung)

    def _count_death(self, cause: ExitCause) -> None:
        """A smaller plan for the next start: at once where memory is to blame, else the next.

        Only where a model was loaded; while one loads, the walk itself goes down.
        """
        if self.loaded is None or self._plan is None or self._checking:
            return  # after a sleep no plan is to blame
        self.deaths += 1
        if cause.surely_memory or self.deaths > 1:
            self._failure = Failure(self._plan, self._seen_free)
            log.warning("the next start takes less than %s", self._plan)

    def end(self, politely: float = 0.0) -> None:
        """End the process, at once or after so many seconds to go by itself."""
        child, self.child = self.child, None
        if child is not None:
            child.end(politely)
