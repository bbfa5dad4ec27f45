"""Reader of ShareGPT's shape: {conversations: [{from: human | gpt | system, value}], system}.

The names of speakers differ from corpus to corpus; a name this table does not hold is not guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trainer.conversation import Conversation, Role, Turn
from trainer.sources.reading import Origin, Record, ShapeError, items, listed, shaped, text

ROLES: dict[str, Role] = {
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "assistant": "assistant",
    "chatgpt": "assistant",
    "bing": "assistant",
    "bard": "assistant",
}


def stream(path: Path, origin: Origin) -> Iterator[tuple[Record, str, int]]:
    """One dialogue after the other."""
    return shaped(
        items(path, origin.seen), lambda raw, identity: _conversation(raw, identity, origin)
    )


def _conversation(raw: Any, identity: str, origin: Origin) -> Conversation:
    said = [(text(turn, "from"), text(turn, "value")) for turn in listed(raw, "conversations")]
    system = text(raw, "system") if raw.get("system") else ""
    if said and said[0][0] == "system":
        system = said.pop(0)[1]
    return Conversation(
        str(raw.get("id", identity)),
        origin.source,
        origin.licence,
        tuple(_turn(*turn) for turn in said),
        origin.language,
        system=system or None,
    )


def _turn(speaker: str, content: str) -> Turn:
    if speaker not in ROLES:
        raise ShapeError(f"unknown role {speaker!r}")
    return Turn(ROLES[speaker], content)
