"""A TurnRunner on a real store with the scripted engine, and its events at a glance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from desktop.chat.events import ReplyText, TurnEvent
from desktop.chat.prompt import Prompt
from desktop.chat.turn import Model, TurnRunner
from desktop.chat.watch import Watch
from desktop.engine.base import LoadRequest, Sampling
from desktop.engine.scripted import ScriptedEngine
from desktop.paths import assets_folder
from desktop.safety.guard import Guard
from desktop.safety.guard_table import load_guard_table
from desktop.safety.judge import NOTHING, Screening
from desktop.store.conversations import Conversations

PROMPT = Prompt({"zh": "系统", "en": "system"})


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def unconcerned(_: Sequence[str]) -> Screening:
    return NOTHING


@cache
def the_guard() -> Guard:
    """The real one; its file is read once."""
    return Guard(load_guard_table(assets_folder()))


def runner(
    conversations: Conversations,
    engine: ScriptedEngine,
    clock: Clock | None = None,
    screen: Callable[[Sequence[str]], Screening] = unconcerned,
) -> TurnRunner:
    model = Model("test-model", LoadRequest(Path("test.gguf")), Sampling(), starter=True)
    watch = Watch(screen, the_guard())
    return TurnRunner(conversations, engine, PROMPT, model, clock or Clock(), watch)


def kinds(events: list[TurnEvent]) -> list[type]:
    """The kinds of events, several texts in a row counted once."""
    found: list[type] = []
    for event in events:
        if not (found and found[-1] is ReplyText and isinstance(event, ReplyText)):
            found.append(type(event))
    return found
