"""A measured figure with its limit, and how figures are printed; knows nothing of the measuring."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    Attributes:
        limit: the most it may be; None: only for information.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None

    @property
    def missed(self) -> bool:
        return self.limit is not None and self.value > self.limit


def report(figures: Sequence[Figure], as_json: bool) -> int:
    """Print the figures; the exit status says whether a limit was missed."""
    if as_json:
        print(json.dumps({"figures": [asdict(figure) for figure in figures]}))
    else:
        print(table(figures))
    return 1 if any(figure.missed for figure in figures) else 0


def table(figures: Sequence[Figure]) -> str:
    """The figures as text, one a line."""
    return "\n".join(_line(figure) for figure in figures)


def _line(figure: Figure) -> str:
    target = "" if figure.limit is None else f"<= {figure.limit:g}"
    verdict = "MISSED" if figure.missed else ""
    value = f"{figure.value:,.0f}" if figure.value >= 100 else f"{figure.value:.2f}"
    line = f"{figure.name:<52}{value:>10} {figure.unit:<9}{target:>10}  {verdict}"
    return line.rstrip()
