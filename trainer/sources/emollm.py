"""Reader of system-input-output JSON, the shape EmoLLM publishes (SmartFlowAI, MIT).

An item is {conversation: [{system, input, output}, ...]}. Of EmoLLM's own archive three files are
read: `data` (plain counsellor), `aiwei` and `tiangou` (personas that use emoji); its
self-recognition file is not: it teaches another product's name. Any other file or folder of this
shape is read whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from trainer.conversation import Conversation, Turn
from trainer.sources.reading import (
    Origin,
    Reading,
    Record,
    ShapeError,
    Unreadable,
    collect,
    decoded,
    items,
    listed,
    members,
    shaped,
)

SOURCE, LICENCE = "emollm", "MIT"
ORIGIN = Origin(SOURCE, LICENCE)
FILES = ("aiwei.json", "data.json", "tiangou.json")


def read(path: Path) -> Reading:
    """Read the three files of the archive; WorldError when it is missing or damaged."""
    return collect(stream(path, ORIGIN))


def stream(path: Path, origin: Origin) -> Iterator[tuple[Record, str, int]]:
    """One dialogue after the other."""
    if not path.name.endswith(".tar.xz"):
        yield from shaped(
            items(path, origin.seen), lambda raw, identity: _conversation(raw, identity, origin)
        )
        return
    for name, raw in members(path, ".json", origin.seen):
        if name in FILES:
            yield from _file(name, raw, origin)


def _file(name: str, raw: bytes, origin: Origin) -> Iterator[tuple[Record, str, int]]:
    whole = decoded(name, 1, raw)
    if isinstance(whole, Unreadable) or not isinstance(whole, list):
        why = whole.why if isinstance(whole, Unreadable) else "is no list"
        yield Unreadable(name, 0, why), name, 0
        return
    stem = name.removesuffix(".json")
    named = replace(origin, source=f"{origin.source}_{stem}")
    found = ((name, number, item) for number, item in enumerate(whole, 1))
    yield from shaped(found, lambda item, identity: _conversation(item, identity, named))


def _conversation(raw: Any, identity: str, origin: Origin) -> Conversation:
    exchanges = listed(raw, "conversation")
    turns = tuple(turn for exchange in exchanges for turn in _turns(exchange))
    system = exchanges[0].get("system") if exchanges else None
    return Conversation(
        identity, origin.source, origin.licence, turns, origin.language, system=system or None
    )


def _turns(exchange: Any) -> Iterator[Turn]:
    for name, role in (("input", "user"), ("output", "assistant")):
        value = exchange.get(name) if isinstance(exchange, dict) else 0
        if not isinstance(value, str | None):
            raise ShapeError(f"{name!r} of an exchange is no text")
        yield Turn(role, (value or "").strip())  # type: ignore[arg-type]
