"""From which probability a judgement is believed, chosen on rows that were not trained on.

Five-fold cross-validation over the training rows, whole groups apart; for each judgement the lowest
threshold that keeps false alarms within LIMITS on every source. Sees no scored case.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trainer.screen.rows import HEADS, Row, language

LOWEST, HIGHEST = 0.02, 0.99
LANGUAGES = ("zh", "en")
# The share of rows that are not what a judgement says, but may be taken for it.
LIMITS = {
    "T1": {"psyguard": 0.07, "cases": 0.14, "ordinary": 0.016},
    # A quiet row that is taken for T2 is mostly one that is taken for T1 already.
    "T2": {"psyguard": 0.055, "cases": 0.14, "ordinary": 0.012},
    "T3": {"psyguard": 0.02, "cases": 0.06, "ordinary": 0.002},
    "T4": {"psyguard": 0.005, "cases": 0.03, "ordinary": 0.001},
    # Puts the ambulance first on the screen, so it has to be surer than the other kinds.
    "M": {"psyguard": 0.01, "cases": 0.02, "ordinary": 0.0005},
}
KIND_LIMITS = {"psyguard": 0.02, "cases": 0.02, "ordinary": 0.002}


def choose(rows: Sequence[Row], likely: NDArray[np.float64]) -> dict[str, dict[str, float]]:
    """The threshold of every judgement, by language."""
    found = {}
    for name in LANGUAGES:
        here = [i for i, row in enumerate(rows) if language(row.turns) == name]
        some = [rows[i] for i in here]
        found[name] = {head: _one(some, likely[here, i], i) for i, head in enumerate(HEADS)}
    return found


def _one(rows: Sequence[Row], likely: NDArray[np.float64], number: int) -> float:
    limits = LIMITS.get(HEADS[number], KIND_LIMITS)
    bounds = [LOWEST]
    for source, limit in limits.items():
        quiet = [i for i, row in enumerate(rows) if _is_quiet(row, number, source)]
        if quiet:
            bounds.append(float(np.quantile(likely[quiet], 1 - limit)))
    return min(max(bounds) + 0.001, HIGHEST)


def _is_quiet(row: Row, number: int, source: str) -> bool:
    """Nothing to notice for a tier; for a kind, not that kind."""
    own = row.source if row.source in ("psyguard", "cases") else "ordinary"
    if own != source or row.labels[number] is not False:
        return False
    return number >= 4 or row.labels[0] is False
