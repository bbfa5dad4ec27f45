"""The one conversation type of the trainer, and its form as a line of JSON.

Every reader makes these, every filter takes and returns them, every stage writes them. It knows
nothing of corpora, tokens or models.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, TextIO, cast

Role = Literal["user", "assistant"]


@dataclass(frozen=True)
class Turn:
    """One utterance.

    `weight` says how much of the turn's loss counts (0 to 1) and `verdict` what kind of turn the
    quality rules took it for; both matter on the counsellor's turns only.
    """

    role: Role
    content: str
    weight: float = 1.0
    verdict: str = "good"
    strategy: str | None = None


@dataclass(frozen=True)
class Conversation:
    """A dialogue with where it comes from. `priority` > 0 marks it as fit for the curated mix.

    `question` names the post or case the dialogue was made from, where the corpus tells: dialogues
    of one question must not stand on both sides of a split. `system` is the corpus's own prompt.
    """

    id: str
    source: str
    licence: str
    turns: tuple[Turn, ...]
    language: str = "zh"
    topic: str | None = None
    priority: float = 0.0
    question: str | None = None
    system: str | None = None
    emotion: str | None = None

    def texts(self, role: Role) -> tuple[str, ...]:
        """What one side said, in order."""
        return tuple(turn.content for turn in self.turns if turn.role == role)

    def characters(self, role: Role) -> int:
        """How many characters one side said."""
        return sum(map(len, self.texts(role)))

    def with_turns(self, turns: Iterable[Turn]) -> Conversation:
        """The same conversation with other turns."""
        return replace(self, turns=tuple(turns))


def settle(turns: Iterable[Turn]) -> tuple[Turn, ...]:
    """Join neighbours of one role; begin with the person, end with the counsellor, none empty."""
    joined: list[Turn] = []
    for turn in turns:
        if not turn.content:
            continue
        if joined and joined[-1].role == turn.role:
            joined[-1] = replace(joined[-1], content=joined[-1].content + "\n" + turn.content)
        else:
            joined.append(turn)
    while joined and joined[0].role != "user":
        joined.pop(0)
    while joined and joined[-1].role != "assistant":
        joined.pop()
    return tuple(joined)


def to_line(conversation: Conversation) -> str:
    """One line of JSON without the line break."""
    return json.dumps(asdict(conversation), ensure_ascii=False, separators=(",", ":"))


def from_line(line: str) -> Conversation:
    """Read what `to_line` wrote."""
    raw: dict[str, Any] = json.loads(line)
    turns = tuple(Turn(**turn) for turn in raw.pop("turns"))
    return Conversation(turns=turns, **raw)


def _open(path: Path, mode: str) -> TextIO:
    if path.suffix == ".xz":
        return cast(TextIO, lzma.open(path, mode + "t", encoding="utf-8"))
    return cast(TextIO, path.open(mode, encoding="utf-8"))


def write_all(path: Path, conversations: Iterable[Conversation]) -> int:
    """Write one conversation a line (`.xz` in the name compresses); return how many."""
    count = 0
    with _open(path, "w") as stream:
        for conversation in conversations:
            stream.write(to_line(conversation) + "\n")
            count += 1
    return count


def read_all(path: Path) -> Iterator[Conversation]:
    """Yield the conversations of a file that `write_all` wrote."""
    with _open(path, "r") as stream:
        for line in stream:
            yield from_line(line)
