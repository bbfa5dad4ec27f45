"""What readers of other programs' files share: counting what is passed over, and times.

Knows no format and no SQL.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from desktop.store.import_talk import ForeignMessage

Json = dict[str, Any]


@dataclass
class PassedOver:
    """Parts of a file that were not taken, by name and number."""

    parts: Counter[str] = field(default_factory=Counter)

    def count(self, name: object) -> None:
        shown = "".join(c for c in str(name) if c.isprintable())[:60]
        self.parts[shown or "?"] += 1


def moment(value: object, otherwise: float) -> float:
    """Seconds since 1970 from a number or an ISO date; `otherwise` where it is neither."""
    try:
        if isinstance(value, str):
            return datetime.fromisoformat(value).timestamp()
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, OSError):
        return otherwise
    return number if math.isfinite(number) and 0 <= number < 4e10 else otherwise


def text(value: object) -> str:
    return value if isinstance(value, str) else ""


def parents_first(messages: Iterable[ForeignMessage]) -> list[ForeignMessage]:
    """Ordered so that a parent stands before its children, siblings as they came.

    A message whose parent is missing, or that is its own ancestor, begins anew at the top.
    """
    by_id: dict[str, ForeignMessage] = {}
    for message in messages:
        by_id.setdefault(message.id, message)
    children: dict[str | None, list[ForeignMessage]] = {}
    for message in by_id.values():
        parent = message.parent if message.parent in by_id else None
        children.setdefault(parent, []).append(message)
    ordered = list(_below(None, children))
    seen = {message.id for message in ordered}
    return ordered + [_without_parent(m) for m in by_id.values() if m.id not in seen]


def _below(
    top: str | None, children: dict[str | None, list[ForeignMessage]]
) -> Iterator[ForeignMessage]:
    waiting = list(reversed(children.get(top, [])))
    while waiting:
        message = waiting.pop()
        yield message
        waiting.extend(reversed(children.get(message.id, [])))


def _without_parent(message: ForeignMessage) -> ForeignMessage:
    return ForeignMessage(message.id, None, message.role, message.text, message.created_at)
