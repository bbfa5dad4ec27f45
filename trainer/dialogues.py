"""Read and check the dialogues this project writes itself (assets/dialogues/*.jsonl).

One JSON object a line: id, language, topic, turns of {role, content, strategy?}. The rules are data
(assets/dialogues/rules.toml). This module knows nothing of training; `python -m trainer.dialogues`
prints every fault with its file and line, then the style figures.
"""

from __future__ import annotations

import argparse
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ASSETS = Path(__file__).resolve().parent.parent / "assets"
QUESTION_MARKS = re.compile("[？?]")
EMOJI = re.compile("[\U0001f300-\U0001faff☀-➿]")


@dataclass(frozen=True)
class Turn:
    """One utterance; `strategy` is set on the counsellor's turns only."""

    role: str
    content: str
    strategy: str | None = None


@dataclass(frozen=True)
class Dialogue:
    """A dialogue that begins with the person and ends with the counsellor."""

    id: str
    language: str
    topic: str
    turns: tuple[Turn, ...]

    def counsellor_turns(self) -> tuple[Turn, ...]:
        return tuple(turn for turn in self.turns if turn.role == "assistant")


@dataclass(frozen=True)
class Fault:
    """One broken rule: where it stands and what is wrong."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


@dataclass(frozen=True)
class Rules:
    """The limits and patterns of rules.toml, compiled."""

    languages: frozenset[str]
    turn_count: tuple[int, int]
    user_characters: tuple[int, int]
    counsellor_characters: Mapping[str, tuple[int, int]]
    maximum_questions: Mapping[str, int]
    forbidden: Mapping[str, re.Pattern[str]]
    risk: re.Pattern[str]
    maximum_emoji_share: float
    strategies: frozenset[str]
    repeated_topics: frozenset[str]
    maximum_repeats: int


def load_rules(folder: Path = ASSETS) -> Rules:
    """Compile assets/dialogues/rules.toml and the names in assets/strategies.toml."""
    raw = tomllib.loads((folder / "dialogues" / "rules.toml").read_text("utf-8"))
    strategies = tomllib.loads((folder / "strategies.toml").read_text("utf-8"))
    shape, counsellor = raw["shape"], raw["counsellor"]
    return Rules(
        languages=frozenset(shape["languages"]),
        turn_count=(shape["minimum_turns"], shape["maximum_turns"]),
        user_characters=tuple(shape["user_characters"]),
        counsellor_characters={
            name: tuple(part["characters"]) for name, part in counsellor.items()
        },
        maximum_questions={name: part["maximum_questions"] for name, part in counsellor.items()},
        forbidden={name: re.compile(p, re.IGNORECASE) for name, p in raw["forbidden"].items()},
        risk=re.compile(raw["risk"]["pattern"], re.IGNORECASE),
        maximum_emoji_share=raw["emoji"]["maximum_share"],
        strategies=frozenset(strategies),
        repeated_topics=frozenset(raw["repeated"]["topics"]),
        maximum_repeats=raw["repeated"]["maximum"],
    )


def read_dialogues(path: Path) -> Iterator[tuple[int, Dialogue]]:
    """Yield (line number, dialogue); a line that is no such object raises ValueError."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield number, parse_dialogue(json.loads(line))
                except (json.JSONDecodeError, KeyError, TypeError) as error:
                    raise ValueError(f"{path.name}:{number}: {error!r}") from error


def parse_dialogue(raw: Mapping[str, Any]) -> Dialogue:
    """Turn one decoded line into a Dialogue; missing fields raise KeyError."""
    turns = tuple(Turn(t["role"], t["content"], t.get("strategy")) for t in raw["turns"])
    return Dialogue(raw["id"], raw["language"], raw["topic"], turns)


def check_dialogue(dialogue: Dialogue, rules: Rules, place: str) -> Iterator[Fault]:
    """Yield every rule the dialogue breaks."""
    if dialogue.language not in rules.languages:
        yield Fault(place, f"unknown language {dialogue.language!r}")
        return
    low, high = rules.turn_count
    if not low <= len(dialogue.turns) <= high:
        yield Fault(place, f"{len(dialogue.turns)} turns, not {low} to {high}")
    expected = ("user", "assistant")
    for index, turn in enumerate(dialogue.turns):
        where = f"{place} turn {index}"
        if turn.role != expected[index % 2]:
            yield Fault(where, f"role {turn.role!r}, expected {expected[index % 2]!r}")
        yield from check_turn(turn, dialogue.language, rules, where)
    if dialogue.turns and dialogue.turns[-1].role != "assistant":
        yield Fault(place, "does not end with the counsellor")


def check_turn(turn: Turn, language: str, rules: Rules, where: str) -> Iterator[Fault]:
    """Yield every rule one utterance breaks."""
    if turn.content != turn.content.strip() or not turn.content:
        yield Fault(where, "empty or has white space at an end")
    if rules.risk.search(turn.content):
        yield Fault(where, "speaks of suicide or self-harm: that belongs to the safety scripts")
    if turn.role == "assistant":
        yield from check_counsellor(turn, language, rules, where)
    elif not rules.user_characters[0] <= len(turn.content) <= rules.user_characters[1]:
        yield Fault(where, f"the person's turn has {len(turn.content)} characters")


def check_counsellor(turn: Turn, language: str, rules: Rules, where: str) -> Iterator[Fault]:
    """Yield every rule a counsellor's utterance breaks."""
    low, high = rules.counsellor_characters[language]
    if not low <= len(turn.content) <= high:
        yield Fault(where, f"{len(turn.content)} characters, not {low} to {high}: {turn.content}")
    if turn.strategy not in rules.strategies:
        yield Fault(where, f"strategy {turn.strategy!r} is none of {sorted(rules.strategies)}")
    if len(QUESTION_MARKS.findall(turn.content)) > rules.maximum_questions[language]:
        yield Fault(where, f"more than one question: {turn.content}")
    for name, pattern in rules.forbidden.items():
        if found := pattern.search(turn.content):
            yield Fault(where, f"{name}: {found.group()!r} in {turn.content}")


def check_folder(folder: Path, rules: Rules) -> tuple[list[Dialogue], list[Fault]]:
    """Read every file of the folder; return the dialogues and all faults, also of the set."""
    dialogues: list[Dialogue] = []
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, dialogue in read_dialogues(path):
            faults.extend(check_dialogue(dialogue, rules, f"{path.name}:{number}"))
            dialogues.append(dialogue)
    faults.extend(check_set(dialogues, rules))
    return dialogues, faults


def check_set(dialogues: Sequence[Dialogue], rules: Rules) -> Iterator[Fault]:
    """Yield what is wrong with the set as a whole: ids, repeated replies, emoji."""
    for name, count in Counter(d.id for d in dialogues).items():
        if count > 1:
            yield Fault("set", f"id {name!r} stands {count} times")
    replies = [turn.content for d in dialogues for turn in d.counsellor_turns()]
    yield from check_repeats(dialogues, rules)
    with_emoji = sum(bool(EMOJI.search(text)) for text in replies)
    if replies and with_emoji > rules.maximum_emoji_share * len(replies):
        yield Fault("set", f"emoji in {with_emoji} of {len(replies)} replies")


def check_repeats(dialogues: Sequence[Dialogue], rules: Rules) -> Iterator[Fault]:
    """Yield replies that stand more often than their topic allows."""
    counts: Counter[str] = Counter()
    limits: dict[str, int] = {}
    for dialogue in dialogues:
        allowed = rules.maximum_repeats if dialogue.topic in rules.repeated_topics else 1
        for turn in dialogue.counsellor_turns():
            counts[turn.content] += 1
            limits[turn.content] = min(allowed, limits.get(turn.content, allowed))
    for text, count in counts.items():
        if count > limits[text]:
            yield Fault("set", f"the same reply {count} times: {text}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a folder of dialogues and print faults; exit status 1 when there are any."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", nargs="?", type=Path, default=ASSETS / "dialogues")
    folder = parser.parse_args(arguments).folder
    dialogues, faults = check_folder(folder, load_rules())
    for fault in faults:
        print(fault)
    print(f"{len(dialogues)} dialogues, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
