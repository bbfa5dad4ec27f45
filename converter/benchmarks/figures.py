"""A measured figure with its limit, and how figures are printed; knows nothing of the measuring."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measured figure. `most`, `least`: what it may be; None: no limit on that side."""

    name: str
    value: float
    unit: str = ""
    most: float | None = None
    least: float | None = None

    @property
    def missed(self) -> bool:
        """Whether a limit was missed."""
        over = self.most is not None and not self.value <= self.most
        return over or (self.least is not None and not self.value >= self.least)


def parser(what: str) -> argparse.ArgumentParser:
    """The options that every benchmark has."""
    made = argparse.ArgumentParser(prog="xinyu-convert bench", description=what)
    made.add_argument("--json", action="store_true", help="print the figures as JSON")
    made.add_argument(
        "--work", type=_made_folder, metavar="DIR", help="where big files go (default: temp)"
    )
    return made


def _made_folder(text: str) -> Path:
    """The folder of that name, which need not be there yet."""
    folder = Path(text)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def report(figures: Sequence[Figure], as_json: bool) -> int:
    """Print the figures; the exit status says whether a limit was missed."""
    if as_json:
        print(json.dumps({"figures": [asdict(figure) for figure in figures]}, ensure_ascii=False))
    else:
        print("\n".join(_line(figure) for figure in figures))
    return 1 if any(figure.missed for figure in figures) else 0


def _line(figure: Figure) -> str:
    target = "" if figure.most is None else f"<= {figure.most:g}"
    if figure.least is not None:
        target = f">= {figure.least:g}"
    verdict = "MISSED" if figure.missed else ""
    value = f"{figure.value:.0f}" if figure.value == int(figure.value) else f"{figure.value:.4g}"
    return f"{figure.name:<62}{value:>10} {figure.unit:<10}{target:>10}  {verdict}".rstrip()
