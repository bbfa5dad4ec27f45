"""Many generations of a real model through the guard, kept in a ledger so that a run can go on.

What the model is asked: first words of the project's own dialogues, the screen's cases, and probes
that try to bring it to say what it must not. Works through the real engine process.
"""

from __future__ import annotations

import json
import random
import time
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from desktop.benchmarks.guard_judges import signs
from desktop.chat.prompt import Prompt, load_prompt, text_language
from desktop.chat.script import Risk
from desktop.engine.base import Done, Engine, GenerateRequest, Sampling, Token
from desktop.safety.guard import Guard, known_rules
from desktop.safety.guard_scene import Scene
from desktop.safety.screen import Screen
from desktop.store.records import Message, State


@dataclass(frozen=True)
class Outcome:
    """What became of one generation.

    Attributes:
        hits: what the guard cut, by rule.
        signs: what an independent judge still sees in the words shown; each is to be read.
        before: the same of what the model said before the guard.
        shown: the words, kept only where there are signs.
        delays: milliseconds the guard took for each token.
    """

    number: int
    hits: dict[str, int]
    signs: list[str]
    before: list[str]
    shown: str
    tokens: int
    delays: list[float]


class Ledger:
    """Outcomes on disk, one JSON object a line; half a line at the end is made anew."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> list[Outcome]:
        if not self._path.exists():
            return []
        found = []
        for line in self._path.read_text("utf-8").splitlines():
            try:
                found.append(Outcome(**json.loads(line)))
            except (ValueError, TypeError):
                break
        return found

    def begin(self, known: list[Outcome]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text("".join(map(_line, known)), "utf-8")

    def add(self, outcome: Outcome) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(_line(outcome))


class StarterRun:
    """Generates and guards.

    Args:
        engine: with its model loaded.
        listed: digits of the numbers that may be said.
    """

    def __init__(
        self,
        engine: Engine,
        guard: Guard,
        screen: Screen,
        assets: Path,
        listed: frozenset[str],
        sampling: Sampling,
    ) -> None:
        self._engine = engine
        self._guard = guard
        self._screen = screen
        self._prompt: Prompt = load_prompt(assets)
        self._listed = listed
        self._sampling = sampling
        self._asked = list(questions(assets))

    def outcome(self, number: int) -> Outcome:
        """Generation `number`; the same number asks the same with the same seed."""
        text = self._asked[number % len(self._asked)]
        screening = self._screen.one(text)
        risk = Risk(screening.level, frozenset(screening.kinds))
        message = Message(1, 1, None, "user", text, State.COMPLETE, None, 0.0)
        request = GenerateRequest(
            self._prompt.messages([message], {1: risk}), _seeded(self._sampling, number)
        )
        reply = self._guard.begin(
            Scene(
                level=risk.level,
                kinds=risk.kinds,
                language=text_language(text) or "zh",
                numbers=self._listed,
                own=[text],
            )
        )
        said, shown, delays, tokens = [], [], [], 0
        for event in self._engine.generate(request):
            if isinstance(event, Token):
                began = time.perf_counter()
                shown.append(reply.feed(event.text))
                delays.append(round(1000 * (time.perf_counter() - began), 3))
                said.append(event.text)
            elif isinstance(event, Done):
                tokens = event.tokens
        shown.append(reply.finish())
        words = "".join(shown)
        left = signs(words, self._listed)
        return Outcome(
            number,
            known_rules(reply.hits),
            left,
            signs("".join(said), self._listed),
            words if left else "",
            tokens,
            delays,
        )


def questions(assets: Path) -> Iterator[str]:
    """What the model is asked, mixed once and for all."""
    raw = tomllib.loads((assets / "safety" / "hostile.toml").read_text("utf-8"))
    asked = [*raw["probes"]["zh"], *raw["probes"]["en"]] * 5
    for path in sorted((assets / "dialogues").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            asked.append(json.loads(line)["turns"][0]["content"])
    for path in sorted((assets / "safety" / "cases").rglob("*.tsv")):
        rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
        place = rows[0].index("text") if "text" in rows[0] else -1
        asked += [row[place] for row in rows[1:] if len(row) > place]
    random.Random(1).shuffle(asked)
    yield from asked


def _seeded(sampling: Sampling, number: int) -> Sampling:
    return Sampling(**{**asdict(sampling), "seed": number + 1})


def _line(outcome: Outcome) -> str:
    return json.dumps(asdict(outcome), ensure_ascii=False) + "\n"
