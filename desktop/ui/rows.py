"""What stands in the talk, row by row: messages, notices, the message on its way to disk.

Pure values and rules (when a time is shown, which turns stand close together), without Qt, so that
they can be tested by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from desktop.chat.events import Message, State

HOUR = 3600.0
OWN = "user"


class Kind(StrEnum):
    """What a row is."""

    MESSAGE = "message"
    PENDING = "pending"
    NOTICE = "notice"


class Action(StrEnum):
    """What a row offers to do."""

    NONE = ""
    ANSWER = "answer"
    AGAIN = "again"
    HELP = "help"
    QUIET_HELP = "quiet_help"
    UNDO = "memory_undo"
    KEEP = "memory_keep"
    DROP = "memory_drop"
    STILL = "memory_still"
    LET_GO = "memory_let_go"
    FOLD = "fold"
    UNFOLD = "unfold"
    LEAVE = "leave"


@dataclass(frozen=True)
class Notice:
    """A quiet line between messages.

    Attributes:
        after: id of the message it stands behind; 0 stands behind all.
        message_id: what the action is about; a number of its own where it is no message.
        second: what else can be done about it.
    """

    text: str
    after: int = 0
    action: Action = Action.NONE
    message_id: int = 0
    second: Action = Action.NONE

    @property
    def is_about_reply(self) -> bool:
        """It offers to answer, and goes when that is done."""
        return self.action in (Action.ANSWER, Action.AGAIN)


@dataclass(frozen=True)
class Row:
    """One row of the talk.

    Attributes:
        timed: the time stands above it.
        close: the speaker is the one of the row before.
        last: no message follows.
    """

    kind: Kind
    text: str
    message: Message | None = None
    notice: Notice | None = None
    timed: bool = False
    close: bool = False
    last: bool = False

    @property
    def own(self) -> bool:
        """The person said it."""
        return self.kind is Kind.PENDING or (self.message is not None and self.message.role == OWN)

    @property
    def message_id(self) -> int:
        return self.message.id if self.message else 0

    @property
    def waiting(self) -> bool:
        """A reply of which there is no text yet."""
        return self.message is not None and is_streaming(self.message) and not self.text

    @property
    def broken(self) -> bool:
        """A reply that did not come to its end."""
        broken = (State.STOPPED, State.INTERRUPTED)
        return self.message is not None and self.message.state in broken and not self.own


def is_streaming(message: Message) -> bool:
    return message.state is State.STREAMING


def build_rows(messages: Sequence[Message], notices: Sequence[Notice]) -> list[Row]:
    """All rows of a conversation; a notice about a message that is gone is left out."""
    behind: dict[int, list[Notice]] = {}
    for notice in notices:
        behind.setdefault(notice.after, []).append(notice)
    rows: list[Row] = []
    previous: Message | None = None
    for message in messages:
        rows.append(message_row(message, previous))
        rows.extend(notice_row(notice) for notice in behind.get(message.id, ()))
        previous = message
    rows.extend(notice_row(notice) for notice in behind.get(0, ()))
    return mark_last(rows)


def message_row(message: Message, previous: Message | None, *, last: bool = False) -> Row:
    """The row of a message that stands behind `previous`."""
    timed = previous is None or message.created_at - previous.created_at >= HOUR
    close = previous is not None and previous.role == message.role and not timed
    return Row(Kind.MESSAGE, message.text, message, timed=timed, close=close, last=last)


def pending_row(text: str, previous: Message | None, now: float) -> Row:
    """The row of what was sent and is not on disk yet; it stands as the message will stand."""
    timed = previous is None or now - previous.created_at >= HOUR
    close = previous is not None and previous.role == OWN and not timed
    return Row(Kind.PENDING, text, timed=timed, close=close)


def notice_row(notice: Notice) -> Row:
    return Row(Kind.NOTICE, notice.text, notice=notice)


def mark_last(rows: list[Row]) -> list[Row]:
    """Mark the last message, and no other."""
    for index in range(len(rows) - 1, -1, -1):
        if rows[index].message is not None:
            rows[index] = replace(rows[index], last=True)
            break
    return rows
