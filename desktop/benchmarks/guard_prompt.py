"""What the scripts cost: prompt tokens read in each turn beyond the new message, with a real model.

Ordinary talk must read next to nothing that is not new; a script is read once where it begins.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from desktop.benchmarks.figures import Figure
from desktop.chat.events import ReplyFinished
from desktop.chat.prompt import load_prompt
from desktop.chat.turn import Model, TurnRunner
from desktop.chat.watch import Watch
from desktop.engine.base import Engine
from desktop.safety.guard import Guard
from desktop.safety.judge import NOTHING, Screening
from desktop.store.conversations import Conversations
from desktop.store.database import open_store

CALM_TURNS, RISKY_TURNS = 5, 4
# The same words in every turn, so that all new messages have as many tokens.
SAID = "今天有点累，晚上又没睡好。"


def measure(engine: Engine, model: Model, assets: Path, guard: Guard) -> list[Figure]:
    """Five ordinary turns, then four at T2, in one conversation."""
    levels = ["T0"] * CALM_TURNS + ["T2"] * RISKY_TURNS
    read: list[int] = []
    with tempfile.TemporaryDirectory(prefix="xinyu-bench-") as folder:
        store = open_store(Path(folder) / "xinyu.db")
        conversations = Conversations(store)
        watch = Watch(lambda turns: _said_of(turns, levels), guard)
        turns = TurnRunner(conversations, engine, load_prompt(assets), model, time.monotonic, watch)
        conversation: int | None = None
        for _ in levels:
            for event in turns.send(conversation, SAID):
                if isinstance(event, ReplyFinished):
                    read.append(event.evaluated_tokens)
            conversation = conversations.all()[0].id
        store.close()
    new = min(read[1:CALM_TURNS])
    return [
        Figure("ordinary talk: tokens read in a turn, least", new, ""),
        Figure("ordinary talk: tokens beyond that, most", max(read[1:CALM_TURNS]) - new, "", 8),
        Figure("first turn at T2: tokens beyond, the script", read[CALM_TURNS] - new, ""),
        Figure("later turns at T2: tokens beyond, most", max(read[CALM_TURNS + 1 :]) - new, ""),
    ]


def _said_of(turns: Sequence[str], levels: Sequence[str]) -> Screening:
    level = levels[len(turns) - 1]
    return NOTHING if level == "T0" else Screening(level, (), 0.7, ("benchmark",))
