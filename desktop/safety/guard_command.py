"""The verb `xinyu guard`: what the guard would do with a reply; for reviewers who do not program.

    xinyu guard --explain "..."               as in ordinary talk
    xinyu guard --explain "..." --tier T2     when risk was noticed; --kind P, --minor, --own "..."

Prints the rules that cut something and what would be shown. Keeps nothing.
"""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.add_argument("--explain", metavar="REPLY", required=True, help="what a model might say")
    parser.add_argument("--tier", choices=("T0", "T1", "T2", "T3", "T4"), default="T0")
    parser.add_argument("--kind", choices=("TP", "V", "A", "M", "P"), action="append", default=[])
    parser.add_argument("--minor", action="store_true", help="the person is under 18")
    parser.add_argument("--own", default="", help="what the person said before")
    parser.add_argument("--region", default="CN", help="whose numbers may be said")


def run(options: argparse.Namespace, assets: Path) -> int:
    """Say which rules cut something, and what is left."""
    from desktop.safety.guard import Guard
    from desktop.safety.guard_scene import Scene, listed_numbers
    from desktop.safety.guard_table import load_guard_table
    from desktop.safety.helplines import load_helplines
    from desktop.safety.judge import language

    lines = load_helplines(assets).for_region(options.region)
    scene = Scene(
        level=int(options.tier[1]),
        kinds=frozenset(options.kind),
        minor=options.minor,
        language=language(options.explain.casefold()),
        numbers=listed_numbers(lines),
        own=[options.own],
    )
    reply = Guard(load_guard_table(assets)).begin(scene)
    shown = reply.feed(options.explain) + reply.finish()
    for rule, count in sorted(reply.hits.items()):
        print(f"cut by {rule} ({count})")
    print(f"shown: {shown}")
    return 0
