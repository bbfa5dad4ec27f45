"""Reader of Alpaca's shape: {instruction, input, output, system, history: [[said, answered], ...]}.

As LLaMA-Factory reads it: the person's last words are the instruction and, below it, the input.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trainer.conversation import Conversation, Turn
from trainer.sources.reading import Origin, Record, ShapeError, items, shaped, text


def stream(path: Path, origin: Origin) -> Iterator[tuple[Record, str, int]]:
    """One dialogue after the other."""
    return shaped(
        items(path, origin.seen), lambda raw, identity: _conversation(raw, identity, origin)
    )


def _conversation(raw: Any, identity: str, origin: Origin) -> Conversation:
    asked, answered = text(raw, "instruction"), text(raw, "output")
    more = text(raw, "input") if raw.get("input") else ""
    turns = [*_history(raw.get("history") or [])]
    turns += [Turn("user", "\n".join(filter(None, (asked, more)))), Turn("assistant", answered)]
    return Conversation(
        str(raw.get("id", identity)),
        origin.source,
        origin.licence,
        tuple(turns),
        origin.language,
        system=text(raw, "system") if raw.get("system") else None,
    )


def _history(pairs: Any) -> Iterator[Turn]:
    if not isinstance(pairs, list):
        raise ShapeError("'history' is no list")
    for pair in pairs:
        if not (isinstance(pair, list) and len(pair) == 2 and all(type(p) is str for p in pair)):
            raise ShapeError("'history' holds something that is no pair of texts")
        yield Turn("user", pair[0].strip())
        yield Turn("assistant", pair[1].strip())
