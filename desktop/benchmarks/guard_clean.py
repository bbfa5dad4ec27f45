"""Counsellor turns in which there is nothing to cut: how often does the guard cut all the same?

The project's own dialogues, and a public corpus where it is at hand. Every cut is a false fire of
the first; in the second people promise and romance, so that each rule's share is told apart.
"""

from __future__ import annotations

import json
import lzma
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from desktop.safety.guard import Guard, known_rules
from desktop.safety.guard_scene import Scene

READ_OF_A_CORPUS = 8_000
OWN_TURNS = 6


@dataclass(frozen=True)
class Turn:
    """A counsellor's words and what was said before them."""

    language: str
    own: tuple[str, ...]
    text: str


@dataclass
class Fires:
    """How many turns were cut."""

    turns: int = 0
    cut: int = 0
    rules: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        """Per cent."""
        return 100 * self.cut / max(1, self.turns)


def own_turns(assets: Path) -> Iterator[Turn]:
    """Counsellor turns of the dialogues that come with the app."""
    for path in sorted((assets / "dialogues").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            raw = json.loads(line)
            yield from _turns(raw["turns"], raw["language"])


def corpus_turns(path: Path, number: int, seed: int) -> list[Turn]:
    """Some counsellor turns of the SMILE corpus, drawn by chance."""
    dialogues = []
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for _, line in zip(range(READ_OF_A_CORPUS), lines, strict=False):
            dialogues.append(json.loads(line)["turns"])
    turns = [turn for talk in dialogues for turn in _turns(talk, "zh")]
    return random.Random(seed).sample(turns, min(number, len(turns)))


def fires(guard: Guard, turns: Iterator[Turn] | list[Turn], listed: frozenset[str]) -> Fires:
    """Put every turn through the guard."""
    found = Fires()
    for turn in turns:
        reply = guard.begin(Scene(language=turn.language, numbers=listed, own=turn.own))
        reply.feed(turn.text)
        reply.finish()
        found.turns += 1
        found.cut += bool(reply.hits)
        found.rules.update(known_rules(reply.hits).keys())
    return found


def _turns(raw: list[dict[str, str]], language: str) -> Iterator[Turn]:
    own: list[str] = []
    for turn in raw:
        if turn["role"] in ("user", "client"):
            own.append(turn["content"])
        else:
            yield Turn(language, tuple(own[-OWN_TURNS:]), turn["content"])
