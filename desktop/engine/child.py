"""The client's end of the engine process: its pipes, its threads, its death.

Writing never blocks the caller and reading always has a limit, so that a process that hangs cannot
take the window with it. Knows the protocol and no policy: what to do about a death is the client's
business.
"""

from __future__ import annotations

import logging
import math
import os
import queue
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from desktop.engine import protocol
from desktop.engine.base import Stats, Tuned
from desktop.engine.exits import ExitCause, exit_cause
from desktop.engine.watch import Watch

LAST_LINES = 60
LONGEST_LOG_LINE = 4096
# How often a waiting caller looks at the clock.
LOOK_EVERY = 0.2
REAP_SECONDS = 5.0
# llama.cpp's threads wait for each other hundreds of times per token, and spin while they wait.
# Where another program wants the same cores they spin in vain for whole time slices, and a reply
# takes twenty times as long; so they sleep after a few microseconds.
PATIENCE = {"GOMP_SPINCOUNT": "10000", "KMP_BLOCKTIME": "0"}

log = logging.getLogger(__name__)
worker_log = logging.getLogger("desktop.engine.worker")


class ChildEndedError(Exception):
    """The process is gone."""


class ChildHungError(Exception):
    """The process is there and does nothing."""


class Child:
    """One engine process.

    Args:
        nap: seconds of the wall clock between two beats after which the computer has slept.
        clock: the wall clock. Monotonic clocks of some systems stand still while a computer sleeps.

    Attributes:
        trial: what a trial found that nobody had asked for, until it is taken.

    Raises OSError where it cannot be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        nap: float = 8.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._nap, self._clock = nap, clock
        self._beat_at, self._slept = clock(), False
        self.trial: Tuned | None = None
        self._process = _start(command, environment)
        self._outgoing: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._news = threading.Condition()
        self._events: deque[protocol.Event] = deque()
        self._eof = False
        self._watch = Watch()
        self.stats = Stats(0, 0, 0)
        self.last_lines: deque[str] = deque(maxlen=LAST_LINES)
        tasks = (self._write, self._read, self._read_log)
        self._threads = [threading.Thread(target=task, daemon=True) for task in tasks]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return not self._eof and self._process.poll() is None

    @property
    def slept(self) -> bool:
        """The computer was asleep, or everything stood still, since `wake` was called last."""
        return self._slept or abs(self._clock() - self._beat_at) > self._nap

    def wake(self) -> None:
        """Forget about it."""
        self._slept, self._beat_at = False, self._clock()

    def send(self, request: protocol.Request) -> None:
        """Queue a request; never waits, from any thread."""
        self._outgoing.put(protocol.encode(request))

    def begin(self) -> None:
        """A request is being made: silence and stillness count from now."""
        with self._news:
            self._watch.begin()

    def receive(
        self, silence: float, stall: float, grace: float, longest: float = math.inf
    ) -> protocol.Event:
        """The next event that is not a beat; raises ChildEndedError or ChildHungError.

        `longest` is for what a process may not take its time over, however busy it is.
        """
        until = time.monotonic() + longest
        with self._news:
            while not self._events:
                if self._eof:
                    raise ChildEndedError
                if time.monotonic() > until:
                    raise ChildHungError
                if self._hangs(silence, stall):
                    self._news.wait(grace)
                    if not self._events and not self._eof and self._hangs(silence, stall):
                        raise ChildHungError
                else:
                    self._news.wait(LOOK_EVERY)
            return self._events.popleft()

    def poll(self) -> protocol.Event | None:
        """The next event if one is there."""
        with self._news:
            return self._events.popleft() if self._events else None

    def end(self, politely: float = 0.0) -> ExitCause:
        """End the process, at once or after so many seconds to go by itself, and tidy up."""
        if politely:
            self.send(protocol.Quit())
            self._wait(politely)
        if self._process.poll() is None:
            self._process.kill()
        self._wait(REAP_SECONDS)
        self._outgoing.put(None)
        for thread in self._threads:
            thread.join(REAP_SECONDS)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            _close(pipe)
        status = self._process.returncode
        return exit_cause(status) if status is not None else ExitCause("unkillable", 0)

    def reap(self) -> ExitCause:
        """The cause of a death that has happened or is about to."""
        self._wait(1.0)
        return self.end()

    def _hangs(self, silence: float, stall: float) -> bool:
        return self._watch.silent_for > silence or self._watch.still_for > stall

    def _wait(self, seconds: float) -> None:
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            log.debug("process %d still there after %.1f s", self.pid, seconds)

    def _write(self) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        while (line := self._outgoing.get()) is not None:
            try:
                pipe.write(line)
                pipe.flush()
            except (OSError, ValueError):
                return

    def _read(self) -> None:
        pipe = self._process.stdout
        assert pipe is not None
        try:
            while line := pipe.readline(protocol.LONGEST_LINE):
                self._take(line)
        except (OSError, ValueError):
            log.debug("pipe of process %d broke", self.pid)
        with self._news:
            self._eof = True
            self._news.notify_all()

    def _take(self, line: bytes) -> None:
        try:
            event = protocol.decode_event(line)
        except protocol.ProtocolError as error:
            log.warning("a line of %d bytes was no message: %s", len(line), error)
            return
        with self._news:
            if isinstance(event, protocol.TrialDone) and not event.id:
                self.trial = event.tuned
                return
            if isinstance(event, protocol.Alive):
                self._slept, self._beat_at = self.slept, self._clock()
                self.stats = event.stats
                self._watch.alive(event.cpu, event.progress)
                return
            self._watch.moved()
            self._events.append(event)
            self._news.notify_all()

    def _read_log(self) -> None:
        pipe = self._process.stderr
        assert pipe is not None
        try:
            while line := pipe.readline(LONGEST_LOG_LINE):
                text = line.decode("utf-8", "replace").rstrip()
                self.last_lines.append(text)
                worker_log.debug("%s", text)
        except (OSError, ValueError):
            log.debug("log of process %d broke", self.pid)


def default_command() -> list[str]:
    """How the worker is started from a checkout or an installed package."""
    return [sys.executable, "-m", "desktop.engine.worker"]


def default_environment() -> dict[str, str]:
    """Ours, and the folder of this package, so that the worker runs the very same code."""
    folder = str(Path(__file__).resolve().parents[2])
    others = os.environ.get("PYTHONPATH")
    path = f"{folder}{os.pathsep}{others}" if others else folder
    return {**PATIENCE, **os.environ, "PYTHONPATH": path}


def _start(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """In its own group, so that Ctrl-C in a terminal stops a reply and not the engine."""
    began = time.monotonic()
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
    process = subprocess.Popen(
        list(command),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(environment),
        start_new_session=sys.platform != "win32",
        creationflags=flags,
    )
    log.info("engine process %d started in %.3f s", process.pid, time.monotonic() - began)
    return process


def _close(pipe: IO[bytes] | None) -> None:
    if pipe is None:
        return
    try:
        pipe.close()
    except OSError:
        log.debug("a pipe was broken before it was closed")
