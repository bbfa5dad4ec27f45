"""Keeps what was reached: figures of the shipped screen as data, and what got worse since.

`xinyu-train screen figures` writes assets/safety/screen_figures.json; a test asks the screen again.
Only the cases that were there when the figures were taken count, so new ones move nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from trainer.screen import measure
from trainer.screen.cases import Case
from trainer.screen.measure import Answer

TOLERANCE = 0.015
LESS_IS_BETTER = ("T0 false alarms",)
Pairs = Sequence[tuple[Case, Answer]]


def recorded(sets: Mapping[str, Pairs]) -> dict[str, Any]:
    """What is kept of each set: the cases' numbers and the figures over all of them."""
    return {
        name: {
            "figures": _figures(pairs),
            "cases": sorted(case.id for case, _ in pairs),
        }
        for name, pairs in sets.items()
    }


def write(path: Path, sets: Mapping[str, Pairs]) -> None:
    """Replace the record."""
    path.write_text(json.dumps(recorded(sets), indent=1) + "\n", "utf-8")


def worse(kept: Mapping[str, Any], sets: Mapping[str, Pairs]) -> list[str]:
    """One sentence for each figure that fell behind its record by more than the tolerance."""
    found = []
    for name, record in kept.items():
        known = frozenset(record["cases"])
        now = _figures([pair for pair in sets[name] if pair[0].id in known])
        for figure, before in record["figures"].items():
            loss = before - now[figure]
            if figure in LESS_IS_BETTER:
                loss = -loss
            if loss > TOLERANCE:
                found.append(f"{name}: {figure} was {before:.3f} and is {now[figure]:.3f}")
    return found


def _figures(pairs: Pairs) -> dict[str, float]:
    counted = measure.case_figures(pairs)
    return {name: round(share.hits / share.of, 4) for name, share in counted.items() if share.of}
