"""Reader of ESConv (Liu et al. 2021, CC BY-NC 4.0): situation, emotion, problem, strategies.

A list of {emotion_type, problem_type, situation,
dialog: [{speaker, annotation: {strategy}, content}]}.
The topic is the problem; the situation is the source question. Strategies get the names of
assets/strategies.toml; one that stands there under no name is not guessed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from trainer.conversation import Conversation, Role, Turn
from trainer.sources.reading import Origin, Record, ShapeError, items, listed, shaped, text

STRATEGIES = Path(__file__).resolve().parents[2] / "assets" / "strategies.toml"
ROLES: dict[str, Role] = {
    "seeker": "user",
    "usr": "user",
    "supporter": "assistant",
    "sys": "assistant",
}
ALSO = {"questions": "question"}
"""Spellings of the published files beside those of the paper, without capitals."""


def stream(path: Path, origin: Origin) -> Iterator[tuple[Record, str, int]]:
    """One dialogue after the other."""
    known = strategies()
    return shaped(
        items(path, origin.seen), lambda raw, identity: _conversation(raw, identity, origin, known)
    )


def strategies() -> dict[str, str]:
    """Our name of a strategy by its English and Chinese names."""
    named = tomllib.loads(STRATEGIES.read_text("utf-8"))
    return {n.lower(): name for name, row in named.items() for n in (name, row["en"], row["zh"])}


def _conversation(
    raw: Any, identity: str, origin: Origin, known: Mapping[str, str]
) -> Conversation:
    turns = [_turn(turn, known) for turn in listed(raw, "dialog")]
    return Conversation(
        identity,
        origin.source,
        origin.licence,
        tuple(_joined(turns)),
        origin.language,
        topic=text(raw, "problem_type"),
        question=text(raw, "situation") or None,
        emotion=text(raw, "emotion_type") or None,
    )


def _turn(raw: Any, known: Mapping[str, str]) -> Turn:
    speaker = text(raw, "speaker")
    if speaker not in ROLES:
        raise ShapeError(f"unknown role {speaker!r}")
    annotation = raw.get("annotation") or {}
    label = annotation.get("strategy") if isinstance(annotation, dict) else None
    if label is None or ROLES[speaker] == "user":
        return Turn(ROLES[speaker], text(raw, "content"))
    name = ALSO.get(str(label).lower(), str(label).lower())
    if name not in known:
        raise ShapeError(f"unknown strategy {label!r}")
    return Turn(ROLES[speaker], text(raw, "content"), strategy=known[name])


def _joined(turns: list[Turn]) -> Iterator[Turn]:
    """Neighbours of one role as one turn, which keeps the strategies of all: "question+others"."""
    for role, group in groupby(turns, key=lambda turn: turn.role):
        same = list(group)
        used = dict.fromkeys(turn.strategy for turn in same if turn.strategy)
        content = "\n".join(turn.content for turn in same if turn.content)
        yield Turn(role, content, strategy="+".join(used) or None)
