"""Kills the engine process at random moments while the real window is talking with it.

Counts whether the window lives, whether everything that was said is kept, and how long the next
reply takes. Owns a window of its own; needs no display.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer

from desktop.app import make_application
from desktop.chat.events import ReplyFinished, TurnEvent, TurnFailed
from desktop.chat.library import open_library
from desktop.chat.session import open_session
from desktop.engine.client import ProcessEngine
from desktop.paths import Paths, assets_folder
from desktop.ui.compose import build_window
from desktop.ui.controller import Turn
from desktop.ui.window import MainWindow

SAYING = "第 {number} 次：最近总是睡不好，心里有点乱"
LONGEST_DELAY = 0.12
PATIENCE = 30.0
LOOK_MILLISECONDS = 10


@dataclass
class EngineKills:
    """What came of it; times in seconds."""

    kills: int = 0
    during_reply: int = 0
    window_alive: int = 0
    text_kept: int = 0
    slowest_next_reply: float = 0.0


def kill_engine_repeatedly(home: Path, kills: int, seed: int, model: str) -> EngineKills:
    """Kill `kills` times in one window that keeps talking."""
    talk = _Talk(home, model)
    chance, result = random.Random(seed), EngineKills()
    try:
        for number in range(kills):
            _one_kill(talk, number, chance.uniform(0.0, LONGEST_DELAY), result)
    finally:
        talk.window.close()
    return result


def _one_kill(talk: _Talk, number: int, delay: float, result: EngineKills) -> None:
    text = SAYING.format(number=number)
    broken = talk.say(text, lambda: talk.kill_after(delay))
    talk.wait_for_kill()
    result.kills += 1
    result.during_reply += isinstance(broken, TurnFailed)
    began = time.monotonic()
    answered = talk.say("你还在吗")
    took = time.monotonic() - began
    result.slowest_next_reply = max(result.slowest_next_reply, took)
    result.window_alive += talk.is_alive() and isinstance(answered, ReplyFinished)
    result.text_kept += talk.is_kept(text, broken)


def _is_over(deadline: float) -> bool:
    return time.monotonic() > deadline


class _Talk:
    """A window, its engine, and what a turn came to."""

    def __init__(self, home: Path, model: str) -> None:
        self._application = make_application()
        self._paths = Paths(home, assets_folder())
        self._engine: ProcessEngine | None = None
        self._last: dict[int, TurnEvent] = {}
        self._ended: set[int] = set()
        self._turns: list[Turn] = []
        self._conversation: int | None = None
        self._ready = False
        self._killed = False
        self.window: MainWindow = build_window(
            self._paths,
            lambda: open_session(self._paths, self._make_engine, model),
            lambda: open_library(self._paths.database),
            {"LANG": "zh_CN.UTF-8"},
        )
        self.window.controller.event_happened.connect(self._on_event)
        self.window.controller.turn_ended.connect(self._on_ended)
        self.window.ready.connect(self._on_ready)
        self.window.show()
        self._wait(lambda: self._ready)

    def say(self, text: str, meanwhile: Callable[[], None] | None = None) -> TurnEvent:
        """Send, wait for the turn's end, and return its last event."""
        turn = self.window.controller.send(self._conversation, text)
        if meanwhile is not None:
            meanwhile()
        self._wait(lambda: id(turn) in self._ended)
        self._conversation = turn.conversation_id
        return self._last[id(turn)]

    def kill_after(self, delay: float) -> None:
        """SIGKILL for the engine process, `delay` seconds from now."""
        self._killed = False
        QTimer.singleShot(int(delay * 1000), self._kill)

    def wait_for_kill(self) -> None:
        """Until it has happened: a short reply may have ended before."""
        self._wait(lambda: self._killed)

    def is_alive(self) -> bool:
        """The window is shown and its event loop answers."""
        answered: list[bool] = []
        QTimer.singleShot(0, lambda: answered.append(True))
        self._wait(lambda: bool(answered))
        return self.window.isVisible()

    def is_kept(self, text: str, last: TurnEvent) -> bool:
        """The person's words, and what was kept of the reply, stand on disk."""
        assert self._conversation is not None
        with closing(open_library(self._paths.database)) as library:
            kept = {message.id: message.text for message in library.messages(self._conversation)}
        reply = last.message if isinstance(last, TurnFailed | ReplyFinished) else None
        return text in kept.values() and (reply is None or kept.get(reply.id) == reply.text)

    def _make_engine(self) -> ProcessEngine:
        self._engine = ProcessEngine()
        return self._engine

    def _kill(self) -> None:
        if self._engine is not None and (process := self._engine.process_id):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._killed = True

    def _on_ready(self) -> None:
        self._ready = True

    def _on_event(self, turn: Turn, event: TurnEvent) -> None:
        self._last[id(turn)] = event

    def _on_ended(self, turn: Turn) -> None:
        self._turns.append(turn)  # kept, so that no later turn gets its identity
        self._ended.add(id(turn))

    def _wait(self, until: Callable[[], bool]) -> None:
        """Run the event loop until something is so; an AssertionError when it never is.

        A loop that sleeps between events: one that spins would take the model's processor away.
        """
        deadline = time.monotonic() + PATIENCE
        loop, look = QEventLoop(), QTimer()
        look.timeout.connect(lambda: loop.quit() if until() or _is_over(deadline) else None)
        look.start(LOOK_MILLISECONDS)
        if not until():
            loop.exec()
        assert until(), "the window waited in vain"
