"""The rows the store hands out: small frozen values, no SQL, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How far a message came."""

    COMPLETE = "complete"
    STREAMING = "streaming"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class Conversation:
    """A row of the conversation list. Times are seconds since 1970, UTC.

    Attributes:
        message_count: messages of all versions.
        title_is_own: the person chose the title, so no program may replace it.
    """

    id: int
    title: str
    created_at: float
    updated_at: float
    message_count: int
    title_is_own: bool = False


@dataclass(frozen=True)
class Message:
    """One message on the active path of a conversation.

    Attributes:
        role: "user" or "assistant".
        model_id: catalogue id of the model that wrote it, None for the person's.
        created_at: seconds since 1970, UTC.
        version: 1-based place among the versions of this message (same parent, same role).
        versions: how many versions there are.
    """

    id: int
    conversation_id: int
    parent_id: int | None
    role: str
    text: str
    state: State
    model_id: str | None
    created_at: float
    version: int = 1
    versions: int = 1


@dataclass(frozen=True)
class SearchHit:
    """A message that holds the text looked for.

    Attributes:
        start: first matching character in `text`, counted as Python counts (not UTF-16 units).
        length: characters that match.
    """

    conversation_id: int
    message_id: int
    title: str
    role: str
    text: str
    start: int
    length: int
    created_at: float
