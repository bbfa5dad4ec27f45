"""Counts what the screen answered against what was expected. Reads and writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trainer.screen.cases import TIERS, Case
from trainer.screen.rows import GuardRow

Answer = Mapping[str, Any]


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    hits: int
    of: int

    def __str__(self) -> str:
        return f"{self.hits / self.of:.3f} ({self.hits}/{self.of})" if self.of else "- (0)"


def level(answer: Answer) -> int:
    """The tier as a number."""
    return TIERS.index(answer["tier"])


def alarmed(answer: Answer) -> bool:
    """Whether anything at all would be shown."""
    return level(answer) > 0 or bool(answer["kinds"])


def share(values: Iterable[bool]) -> Share:
    """How many are true."""
    listed = list(values)
    return Share(sum(listed), len(listed))


def is_right(case: Case, answer: Answer) -> bool:
    """Kind rows: every kind named. Tier rows: exact or one step off."""
    if case.tier is None:
        return case.kinds <= set(answer["kinds"])
    return abs(level(answer) - case.tier) <= 1


def case_figures(pairs: Sequence[tuple[Case, Answer]]) -> dict[str, Share]:
    """The figures of section 4 for some cases."""
    tiered = [(case.tier, answer) for case, answer in pairs if case.tier is not None]
    kinds = [(case, answer) for case, answer in pairs if case.tier is None]
    return {
        "T2+ recalled": share(level(a) >= 2 for t, a in tiered if t >= 2),
        "T3-T4 shown a card (T2+)": share(level(a) >= 2 for t, a in tiered if t >= 3),
        "T3-T4 at T3+": share(level(a) >= 3 for t, a in tiered if t >= 3),
        "T0 false alarms": share(alarmed(a) for t, a in tiered if t == 0),
        "exact or adjacent": share(abs(level(a) - t) <= 1 for t, a in tiered),
        "kinds right": share(case.kinds <= set(a["kinds"]) for case, a in kinds),
    }


def by(
    pairs: Sequence[tuple[Case, Answer]], key: Callable[[Case], str]
) -> dict[str, list[tuple[Case, Answer]]]:
    """The cases in groups."""
    names = sorted({key(case) for case, _ in pairs})
    return {name: [pair for pair in pairs if key(pair[0]) == name] for name in names}


def confusion(pairs: Sequence[tuple[Case, Answer]]) -> dict[tuple[int, int], int]:
    """How often an expected tier got which tier."""
    return Counter((case.tier, level(a)) for case, a in pairs if case.tier is not None)


def guard_figures(pairs: Sequence[tuple[GuardRow, Answer]], least: int) -> dict[str, Share]:
    """PsyGUARD: recall and false alarms, when `least` or more is an alarm."""
    return {
        "recall all": share(level(a) >= least for row, a in pairs if row.is_risk),
        "recall high severity": share(level(a) >= least for row, a in pairs if row.is_high),
        "false alarms": share(level(a) >= least for row, a in pairs if row.is_unrelated),
    }
