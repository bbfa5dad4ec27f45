"""Reader of OpenAI's messages: {messages: [{role, content, weight}]}, the shape of PsyDTCorpus.

PsyDTCorpus (research use only) adds `id` and `normalizedTag`, which is the topic. `weight` 0 or 1
on an assistant's message says whether it is learned; content may be a list of text parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trainer.conversation import Conversation, Role, Turn
from trainer.sources.reading import Origin, Record, ShapeError, items, listed, shaped, text

ROLES: dict[str, Role] = {"user": "user", "assistant": "assistant"}
SYSTEM = ("system", "developer")


def stream(path: Path, origin: Origin) -> Iterator[tuple[Record, str, int]]:
    """One dialogue after the other."""
    return shaped(
        items(path, origin.seen), lambda raw, identity: _conversation(raw, identity, origin)
    )


def _conversation(raw: Any, identity: str, origin: Origin) -> Conversation:
    said = listed(raw, "messages")
    system = None
    if said and isinstance(said[0], dict) and said[0].get("role") in SYSTEM:
        system, said = _content(said[0]), said[1:]
    topic = raw.get("normalizedTag") or raw.get("topic")
    return Conversation(
        str(raw.get("id", identity)),
        origin.source,
        origin.licence,
        tuple(map(_turn, said)),
        origin.language,
        topic=None if topic is None else str(topic),
        question=None if raw.get("question") is None else str(raw["question"]),
        system=system or None,
    )


def _turn(raw: Any) -> Turn:
    role = text(raw, "role")
    if role not in ROLES:
        raise ShapeError(f"unknown role {role!r}")
    weight = raw.get("weight", 1)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight <= 1:
        raise ShapeError(f"the weight {weight!r} is not between 0 and 1")
    return Turn(ROLES[role], _content(raw), float(weight))


def _content(raw: Any) -> str:
    """Plain text, or the text parts joined; a part of another kind is refused."""
    if not isinstance(raw.get("content"), list):
        return text(raw, "content")
    parts = raw["content"]
    if not all(isinstance(part, dict) and part.get("type") == "text" for part in parts):
        raise ShapeError("'content' holds a part that is no text")
    return "".join(text(part, "text") for part in parts).strip()
