"""`xinyu bench faults`: kill the engine, kill the app, again and again, and count what is lost.

The window, the store and (for the engine's kills) the model are the real ones. Prints a table, or
with --json one object; exit status 1 where a target is missed. All of it in a temporary folder.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.benchmarks.figures import Figure, report

APP = "desktop.benchmarks.kill_app"


@dataclass(frozen=True)
class Options:
    """How often and with what."""

    engine_kills: int
    app_kills: int
    seed: int
    model: str


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="xinyu bench faults", description=__doc__)
    parser.add_argument("--engine-kills", type=int, default=100)
    parser.add_argument("--app-kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", default="", help="a GGUF file; the bundled one by default")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parsed = parser.parse_args(arguments)
    figures = measure(Options(parsed.engine_kills, parsed.app_kills, parsed.seed, parsed.model))
    return report(figures, parsed.json)


def measure(options: Options) -> list[Figure]:
    """All figures."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from desktop.benchmarks.kill_engine import kill_engine_repeatedly
    from desktop.benchmarks.kill_writer import kill_repeatedly

    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="xinyu-bench-") as folder:
        if options.engine_kills:
            engine = kill_engine_repeatedly(
                Path(folder) / "engine", options.engine_kills, options.seed, options.model
            )
            figures += [
                Figure("engine kills", engine.kills, ""),
                Figure("of these, a reply was being made", engine.during_reply, ""),
                Figure("window not alive afterwards", engine.kills - engine.window_alive, "", 0),
                Figure("text not kept", engine.kills - engine.text_kept, "", 0),
                Figure("slowest next reply", engine.slowest_next_reply, "s", 10),
            ]
        if options.app_kills:
            database = Path(folder) / "app" / "xinyu.db"
            app = kill_repeatedly(database, options.app_kills, options.seed, APP)
            figures += [
                Figure("app kills", app.kills, ""),
                Figure("messages sent before them", app.confirmed, ""),
                Figure("sent messages lost", app.lost, "", 0),
                Figure("integrity check failed", app.damaged, "", 0),
            ]
    return figures
