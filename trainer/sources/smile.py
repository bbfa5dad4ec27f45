"""Reader of SMILE (Qiu et al. 2023, CC0): multi-turn dialogues expanded from forum questions.

One dialogue a line, {id, turns: [{role: client | counselor, content}]}, xz-compressed or plain.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trainer.conversation import Conversation, Role, Turn
from trainer.sources.reading import (
    Origin,
    Reading,
    Record,
    ShapeError,
    collect,
    items,
    listed,
    shaped,
    text,
)

SOURCE, LICENCE = "smile", "CC0-1.0"
ORIGIN = Origin(SOURCE, LICENCE)
ROLES: dict[str, Role] = {"client": "user", "counselor": "assistant"}


def read(path: Path) -> Reading:
    """Read the whole file; WorldError when it is missing or damaged."""
    return collect(stream(path, ORIGIN))


def stream(path: Path, origin: Origin) -> Iterator[tuple[Record, str, int]]:
    """One dialogue after the other."""
    return shaped(items(path, origin.seen), lambda raw, _: _conversation(raw, origin))


def _conversation(raw: Any, origin: Origin) -> Conversation:
    turns = tuple(_turn(t) for t in listed(raw, "turns"))
    if not isinstance(raw.get("id"), int | str):
        raise ShapeError("'id' is missing")
    return Conversation(str(raw["id"]), origin.source, origin.licence, turns, origin.language)


def _turn(raw: Any) -> Turn:
    role = text(raw, "role")
    if role not in ROLES:
        raise ShapeError(f"unknown role {role!r}")
    return Turn(ROLES[role], text(raw, "content"))
