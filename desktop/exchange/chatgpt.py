"""Reads ChatGPT's `conversations.json`: a list of conversations, each a tree of nodes.

Takes what the person and the assistant said as text. Pictures, files, tool calls, hidden system
messages and kinds not known here are counted and named, never guessed at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from desktop.exchange.foreign import Json, PassedOver, moment, parents_first, text
from desktop.store.import_talk import ForeignMessage, ForeignTalk

NAME = "chatgpt"
_TEXT_KINDS = ("text", "multimodal_text")


def talk(conversation: Json, passed: PassedOver) -> ForeignTalk:
    """One conversation of the list."""
    mapping = conversation.get("mapping")
    nodes: Json = mapping if isinstance(mapping, dict) else {}
    created = moment(conversation.get("create_time"), 0.0)
    found = [m for m in _messages(nodes, created, passed) if m is not None]
    shown = _nearest(text(conversation.get("current_node")), nodes, {m.id for m in found})
    return ForeignTalk(
        text(conversation.get("title")),
        created,
        moment(conversation.get("update_time"), created),
        parents_first(found),
        shown,
    )


def _messages(nodes: Json, created: float, passed: PassedOver) -> Iterator[ForeignMessage | None]:
    kept: dict[str, tuple[str, str, float]] = {}
    for id_, node in nodes.items():
        message = node.get("message") if isinstance(node, dict) else None
        if isinstance(message, dict) and (said := _said(message, passed)):
            kept[id_] = (*said, moment(message.get("create_time"), created))
    for id_, (role, words, at) in kept.items():
        parent = _nearest(text(nodes[id_].get("parent")), nodes, kept.keys())
        yield ForeignMessage(id_, parent, role, words, at)


def _said(message: Json, passed: PassedOver) -> tuple[str, str] | None:
    """Role and words, or None where there is nothing to take."""
    author, content = message.get("author"), message.get("content")
    role = author.get("role") if isinstance(author, dict) else None
    if not isinstance(content, dict):
        passed.count("message without content")
        return None
    kind = content.get("content_type")
    if role not in ("user", "assistant"):
        if role != "system" or any(content.get("parts") or ()):
            passed.count(f"message of {role}")
        return None
    if kind not in _TEXT_KINDS:
        passed.count(f"content {kind}")
        return None
    words = "\n".join(_parts(content.get("parts"), passed)).strip()
    return (role, words) if words else None


def _parts(parts: Any, passed: PassedOver) -> Iterator[str]:
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, str):
            yield part
        else:
            kind = part.get("content_type") if isinstance(part, dict) else type(part).__name__
            passed.count(f"part {kind}")


def _nearest(id_: str, nodes: Json, kept: Any) -> str | None:
    """This node or the closest above it that was taken; a circle ends the search."""
    seen: set[str] = set()
    while id_ and id_ not in seen:
        if id_ in kept:
            return id_
        seen.add(id_)
        node = nodes.get(id_)
        id_ = text(node.get("parent")) if isinstance(node, dict) else ""
    return None
