"""What a turn tells while it runs, as small frozen values; the window and the terminal show them.

The row types of the store are handed on from here, so that the window needs no other package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.engine.base import Loaded, Reason
from desktop.errors import XinyuError
from desktop.safety.judge import Screening
from desktop.safety.respond import Reaction
from desktop.store.memories import Change, Memory
from desktop.store.records import Conversation, Message, SearchHit, State

__all__ = [
    "Change",
    "Conversation",
    "ConversationChanged",
    "Loaded",
    "Memory",
    "MemoryChanged",
    "MemoryFaded",
    "MemoryRefused",
    "Message",
    "ModelLoading",
    "ModelReady",
    "NoticeDue",
    "PersonSaid",
    "PromptShortened",
    "Reason",
    "ReplyBegan",
    "ReplyFinished",
    "ReplyGuarded",
    "ReplyText",
    "Screened",
    "SearchHit",
    "State",
    "TurnEvent",
    "TurnFailed",
]


@dataclass(frozen=True)
class ConversationChanged:
    """A conversation is new or has a new title; show it in the list."""

    conversation: Conversation


@dataclass(frozen=True)
class PersonSaid:
    """The person's message is on disk."""

    message: Message


@dataclass(frozen=True)
class Screened:
    """Risk was noticed in what the person said; told before anything is loaded or generated.

    Attributes:
        reaction: what to show, model or no model.
        message: the person's message that was screened last.
    """

    screening: Screening
    reaction: Reaction
    message: Message


@dataclass(frozen=True)
class NoticeDue:
    """It is time to say that this is an AI, or to offer a pause; before the reply.

    Attributes:
        code: of the sentence in messages.toml.
        message: the person's message it stands behind.
    """

    code: str
    message: Message


@dataclass(frozen=True)
class ModelLoading:
    """The model is being loaded before it can answer; told again and again until it is.

    Attributes:
        seconds: since the load began, 0 the first time a turn tells it.
    """

    seconds: float = 0.0


@dataclass(frozen=True)
class ModelReady:
    """A model is loaded; `starter` says that it is the small one that ships with the app.

    Attributes:
        writes_memory: it may propose what is remembered.
    """

    loaded: Loaded
    model_id: str
    starter: bool
    writes_memory: bool = False


@dataclass(frozen=True)
class ReplyBegan:
    """An empty reply stands on disk; text follows."""

    message: Message


@dataclass(frozen=True)
class PromptShortened:
    """The oldest `dropped` messages no longer fit what the model can read at once."""

    dropped: int


@dataclass(frozen=True)
class ReplyText:
    """More text of the reply."""

    message_id: int
    text: str


@dataclass(frozen=True)
class ReplyFinished:
    """The reply is over and on disk as `message`.

    Attributes:
        evaluated_tokens: prompt tokens that were read for this turn.
        tokens_per_second: speed of writing.
    """

    message: Message
    reason: Reason
    evaluated_tokens: int
    tokens_per_second: float


@dataclass(frozen=True)
class ReplyGuarded:
    """Something was cut from the reply before it was seen; how often, by rule of the protocol."""

    message_id: int
    hits: Mapping[str, int]


@dataclass(frozen=True)
class TurnFailed:
    """The turn broke off; `message` is what was kept of the reply, None if nothing was said."""

    error: XinyuError
    message: Message | None


@dataclass(frozen=True)
class MemoryChanged:
    """Something is remembered, changed or forgotten, or waits for a yes; it is on disk.

    Attributes:
        after: id of the message it is told behind.
    """

    conversation_id: int
    after: int
    change: Change


@dataclass(frozen=True)
class MemoryRefused:
    """The person asked to have something remembered, and it was not; `code` says why."""

    conversation_id: int
    after: int
    code: str


@dataclass(frozen=True)
class MemoryFaded:
    """Something remembered has had its time: is it still so?"""

    conversation_id: int
    after: int
    memory: Memory


TurnEvent = (
    ConversationChanged
    | PersonSaid
    | Screened
    | NoticeDue
    | ModelLoading
    | ModelReady
    | ReplyBegan
    | PromptShortened
    | ReplyText
    | ReplyGuarded
    | ReplyFinished
    | TurnFailed
    | MemoryChanged
    | MemoryRefused
    | MemoryFaded
)
