"""`xinyu bench privacy`: does what is said stay behind the lock, and does nothing get lost there?

Parts: words (a byte scan for planted words), kills, damage, cost, profiles, exchange, large (an
import of a gigabyte). Prints a table, or with --json one object; exit status 1 where a target is
missed. Everything happens in temporary folders with invented text.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from desktop.benchmarks.figures import Figure, report

PARTS = ("words", "kills", "damage", "cost", "profiles", "exchange", "large")
USUAL = tuple(part for part in PARTS if part != "large")


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="xinyu bench privacy", description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append", help="a part; may be repeated")
    parser.add_argument("--messages", type=int, default=100_000, help="in the large profile")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--operations", type=int, default=1_000)
    parser.add_argument("--megabytes", type=int, default=1_024, help="of the large import")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    figures: list[Figure] = []
    for part in options.only or USUAL:
        with tempfile.TemporaryDirectory(prefix="xinyu-bench-") as name:
            figures += measure(part, Path(name), options)
    return report(figures, options.json)


def measure(part: str, folder: Path, options: argparse.Namespace) -> list[Figure]:
    """The figures of one part."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from desktop.benchmarks import (
        privacy_cost,
        privacy_damage,
        privacy_exchange,
        privacy_kills,
        privacy_profiles,
        privacy_words,
    )

    seed = options.seed
    parts: dict[str, Callable[[], list[Figure]]] = {
        "words": lambda: privacy_words.measure(folder, seed),
        "kills": lambda: privacy_kills.measure(folder, options.kills, seed),
        "damage": lambda: privacy_damage.measure(folder, seed),
        "cost": lambda: privacy_cost.measure(folder, options.messages, seed),
        "profiles": lambda: privacy_profiles.measure(folder, options.operations, seed),
        "exchange": lambda: privacy_exchange.measure(folder, options.messages // 5, seed),
        "large": lambda: privacy_exchange.measure_large(folder, options.megabytes, seed),
    }
    return parts[part]()
