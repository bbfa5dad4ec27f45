"""Starts engine processes: with the GPUs, without them, with a build of llama.cpp of one's own.

A GPU whose memory others hold may end a process that only looks at it, and a folder may hold no
build that loads. Then the same is tried with less, so that there is a talk in any case. Knows the
first line of the protocol and nothing of models.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.engine import protocol
from desktop.engine.child import Child, ChildEndedError, ChildHungError
from desktop.engine.exits import ExitCause
from desktop.engine.machine import Machine
from desktop.engine.watch import Limits
from desktop.errors import EngineError

LIBRARY_VARIABLE = "LLAMA_CPP_LIB_PATH"
# A process that computes on the CPU should hold no memory of a GPU, and a context of CUDA alone
# takes some hundred megabytes.
NO_GPU = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "HIP_VISIBLE_DEVICES": "-1",
    "GGML_VK_VISIBLE_DEVICES": "",
}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Running:
    """A process that said hello.

    Attributes:
        child: the process.
        machine: what it sees.
        hidden: GPUs were hidden from it.
        gpu_lost: a process that saw them did not start.
        library: the build that was asked for is in use.
    """

    child: Child
    machine: Machine
    hidden: bool
    gpu_lost: bool
    library: bool


class Launcher:
    """Starts processes, one way after the other.

    Args:
        command: starts the worker.
        environment: of the process.
        limits: when it counts as hung.
        born: told each process as soon as it exists, so that another thread can end it.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        limits: Limits,
        born: Callable[[Child], None],
    ) -> None:
        self._command, self._environment = list(command), dict(environment)
        self._limits, self._born = limits, born

    def start(self, library: Path | None = None, *, hide: bool = False) -> Running:
        """The first process that says hello; raises EngineError where none does."""
        error = EngineError("engine_start_failed", reason="nothing tried")
        for hidden, build in _ways(library, hide):
            try:
                child, machine = self._start(build, hidden)
            except EngineError as fault:
                error = fault
                if fault.code not in ("engine_start_failed", "cpu_too_old"):
                    raise
                log.warning("no start with GPUs %s, library %s", not hidden, build is not None)
                continue
            return Running(child, machine, hidden, hidden and not hide, build == library)
        raise error

    def _start(self, library: Path | None, hide: bool) -> tuple[Child, Machine]:
        environment = {**self._environment, **(NO_GPU if hide else {})}
        if library is not None:
            environment[LIBRARY_VARIABLE] = str(library)
        try:
            child = Child(self._command, environment, self._limits.nap)
        except OSError as error:
            raise EngineError("engine_start_failed", reason=type(error).__name__) from error
        self._born(child)
        return child, self._hear(child)

    def _hear(self, child: Child) -> Machine:
        try:
            hello = child.receive(self._limits.start, self._limits.start, self._limits.grace)
        except ChildHungError:
            raise _start_error(bury(child, hung=True), hung=True) from None
        except ChildEndedError:
            raise _start_error(bury(child, hung=False), hung=False) from None
        if not isinstance(hello, protocol.Hello) or hello.version != protocol.VERSION:
            child.end()
            theirs = hello.version if isinstance(hello, protocol.Hello) else 0
            raise EngineError("protocol_mismatch", ours=protocol.VERSION, theirs=theirs)
        return hello.machine


def _ways(library: Path | None, hide: bool) -> Iterator[tuple[bool, Path | None]]:
    """As asked for, then with the GPUs hidden (or not), then without the build of one's own."""
    for build in dict.fromkeys((library, None)):
        yield hide, build
        yield not hide, build


def bury(child: Child, hung: bool) -> ExitCause:
    """Take a dead process away, and put its last words into the log."""
    cause = child.end() if hung else child.reap()
    log.warning("engine process %d: %s", child.pid, "hung" if hung else cause.name)
    for line in child.last_lines:
        log.info("its last words: %s", line)
    return cause


def _start_error(cause: ExitCause, hung: bool) -> EngineError:
    if cause.illegal_instruction:
        return EngineError("cpu_too_old")
    return EngineError("engine_start_failed", reason="hung" if hung else cause.name)
