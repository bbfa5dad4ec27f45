"""What the guard is told of a turn: how grave it is, who is talking, and what was said before.

Plain values. Knows no rule, no store and no window.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from desktop.safety.guard_numbers import digits_of
from desktop.safety.helplines import HelpLine

AT_RISK = 2


@dataclass(frozen=True)
class Scene:
    """One turn.

    Attributes:
        level: the tier of the screening, 0 to 4.
        kinds: "TP", "V", "A", "M", "P" that were noticed.
        minor: the person is under 18.
        language: "zh" or "en", of the fixed words.
        numbers: digits of the help lines of the person's region.
        own: what the person said in this conversation, and the name they go by.
        replies: the last replies, the newest last.
    """

    level: int = 0
    kinds: frozenset[str] = frozenset()
    minor: bool = False
    language: str = "zh"
    numbers: frozenset[str] = frozenset()
    own: Sequence[str] = field(default=())
    replies: Sequence[str] = field(default=())

    @property
    def at_risk(self) -> bool:
        """Whether the tier's script and its form hold."""
        return self.level >= AT_RISK


def listed_numbers(lines: Iterable[HelpLine]) -> frozenset[str]:
    """The digits of help lines as the guard compares them."""
    return frozenset(digits for line in lines if (digits := digits_of(line.number)))
