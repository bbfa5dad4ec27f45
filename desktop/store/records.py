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


PLAN_STEPS = 6


@dataclass(frozen=True)
class SafetyPlan:
    """What the person wrote for a hard hour.

    Attributes:
        steps: six texts in the fixed order, empty where nothing was written.
        reviewed_at: when the person last wrote it or said that it still holds, seconds since
            1970, UTC; None where there is no plan.
    """

    steps: tuple[str, ...] = ("",) * PLAN_STEPS
    reviewed_at: float | None = None

    @property
    def is_empty(self) -> bool:
        return not any(self.steps)


@dataclass(frozen=True)
class EmergencyContact:
    """Somebody the person chose.

    Attributes:
        message: what the person wants to write to them; the app never sends it.
    """

    name: str
    number: str
    message: str


@dataclass(frozen=True)
class SafetyNote:
    """That something was noticed and what was shown for it; never what was typed.

    Attributes:
        tier: "T0" to "T4".
        kinds: any of "TP", "V", "A", "M", "P".
        rules: short names of rules and learned judgements.
        shown: how help was shown, and the codes of the words and lines.
    """

    id: int
    created_at: float
    tier: str
    kinds: tuple[str, ...]
    rules: tuple[str, ...]
    shown: tuple[str, ...]


@dataclass(frozen=True)
class MonthCount:
    """How often something was shown in a month ("2026-11"); no text, no person."""

    month: str
    name: str
    count: int
