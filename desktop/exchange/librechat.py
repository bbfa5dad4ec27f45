"""Reads LibreChat's export of a conversation: flat messages, or each with its `children`.

Takes the texts; attachments, tool calls and thinking are counted and named.
"""

from __future__ import annotations

from collections.abc import Iterator

from desktop.exchange.foreign import Json, PassedOver, moment, parents_first, text
from desktop.store.import_talk import ForeignMessage, ForeignTalk

NAME = "librechat"
_ATTACHMENTS = ("files", "attachments", "plugin", "plugins")


def talk(conversation: Json, passed: PassedOver) -> ForeignTalk:
    """The conversation of a file."""
    created = moment(conversation.get("createdAt") or conversation.get("exportAt"), 0.0)
    found = list(_messages(conversation.get("messages"), created, passed))
    if found:
        created = min(message.created_at for message in found)
    return ForeignTalk(
        text(conversation.get("title")),
        created,
        max([created, *(message.created_at for message in found)]),
        parents_first(found),
    )


def _messages(messages: object, created: float, passed: PassedOver) -> Iterator[ForeignMessage]:
    """All messages, however deep their children nest."""
    waiting: list[tuple[object, str | None]] = [(messages, None)]
    number = 0
    while waiting:
        group, parent = waiting.pop()
        for message in group if isinstance(group, list) else ():
            if not isinstance(message, dict):
                passed.count(f"message {type(message).__name__}")
                continue
            number += 1
            made = _message(message, parent, f"#{number}", created + number / 1000, passed)
            if made is not None:
                yield made
            own = made.id if made else parent
            waiting.append((message.get("children"), own))


def _message(
    message: Json, parent: str | None, name: str, created: float, passed: PassedOver
) -> ForeignMessage | None:
    for part in _ATTACHMENTS:
        if message.get(part):
            passed.count(part)
    words = text(message.get("text")).strip() or "\n".join(_contents(message, passed)).strip()
    if not words:
        passed.count("message without text")
        return None
    own = message.get("isCreatedByUser")
    role = "user" if own or (own is None and message.get("sender") == "User") else "assistant"
    above = text(message.get("parentMessageId")) or parent
    at = moment(message.get("createdAt"), created)
    return ForeignMessage(text(message.get("messageId")) or name, above, role, words, at)


def _contents(message: Json, passed: PassedOver) -> Iterator[str]:
    contents = message.get("content")
    for part in contents if isinstance(contents, list) else ():
        kind = part.get("type") if isinstance(part, dict) else type(part).__name__
        if kind != "text":
            passed.count(f"content {kind}")
            continue
        words = part.get("text")
        yield text(words.get("value") if isinstance(words, dict) else words)
