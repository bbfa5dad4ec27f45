"""Has the engine try out threads, batch and attention, and measures its choice against the default.

Usage: xinyu bench plan [--model FILE] [--seconds 10] [--rounds 5] [--json]. The choice comes from
the same trial that the app makes in idle time; both plans are then measured through the engine
process, by turns: reading a message behind a talk, and writing a reply.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from desktop.benchmarks.engine import CONTEXT, WORDS, decode_rate
from desktop.benchmarks.figures import Figure, report
from desktop.catalogue.entries import choose_entry
from desktop.engine.bare import SAMPLING
from desktop.engine.base import ChatMessage, Done, GenerateRequest, LoadRequest, Plan, Tuned
from desktop.engine.client import ProcessEngine
from desktop.paths import assets_folder

READ_WORDS = 24


def measure(model: Path, seconds: float, rounds: int) -> list[Figure]:
    """The table: what was chosen, then both plans measured."""
    default = ProcessEngine()
    with tempfile.TemporaryDirectory(prefix="xinyu-plan-") as folder:
        chosen = ProcessEngine(plans=Path(folder) / "plans.json")
        try:
            asked = Plan(context=2 * CONTEXT)
            usual = default.load(LoadRequest(model, asked)).plan
            chosen.load(LoadRequest(model, asked))
            began = time.perf_counter()
            tuned = chosen.tune(seconds)
            took = time.perf_counter() - began
            if tuned is None:
                raise SystemExit("the trial was cut short")
            plan = chosen.load(LoadRequest(model, asked)).plan
            measured = _by_turns(default, chosen, rounds)
        finally:
            default.close()
            chosen.close()
    return [Figure("the trial took", took, "s"), *_choices(usual, plan, tuned), *measured]


def _choices(usual: Plan, plan: Plan, tuned: Tuned) -> list[Figure]:
    print(f"default: {usual}\nchosen:  {plan}", file=sys.stderr)
    return [
        Figure("threads, default", usual.threads, ""),
        Figure("threads, chosen", plan.threads, ""),
        Figure("batch, default", usual.batch, "tokens"),
        Figure("batch, chosen", plan.batch, "tokens"),
        Figure("turn by the trial, default", tuned.default_seconds, "s"),
        Figure("turn by the trial, chosen", tuned.seconds, "s"),
        Figure("steady while it measured (1: yes)", tuned.steady, ""),
    ]


def _by_turns(default: ProcessEngine, chosen: ProcessEngine, rounds: int) -> list[Figure]:
    """The first round warms up; who comes first changes, for the second one finds it warm."""
    pairs: list[list[tuple[float, float]]] = []
    for number in range(rounds + 1):
        engines = [default, chosen] if number % 2 else [chosen, default]
        found = {id(engine): _rates(engine, number) for engine in engines}
        pairs.append([found[id(default)], found[id(chosen)]])
    names = ("reading", "writing")
    table = []
    for index, name in enumerate(names):
        before, after = ([pair[side][index] for pair in pairs[1:]] for side in (0, 1))
        ratio = statistics.median(a / b for a, b in zip(after, before, strict=True))
        table += [
            Figure(f"{name}, default", statistics.median(before), "tokens/s"),
            Figure(f"{name}, chosen", statistics.median(after), "tokens/s"),
            Figure(f"{name}, default / chosen", 1 / ratio, "", 1.05),
        ]
    return table


def _rates(engine: ProcessEngine, number: int) -> tuple[float, float]:
    """Tokens per second read and written."""
    words = f"{number} " + "，".join(WORDS[(number + n) % len(WORDS)] for n in range(READ_WORDS))
    one = replace(SAMPLING, maximum_tokens=1, seed=1)
    read, done = 0, None
    for event in engine.generate(GenerateRequest([ChatMessage("user", words)], one)):
        read = getattr(event, "evaluated_tokens", read)
        done = event if isinstance(event, Done) else done
    assert done is not None
    return read / done.prompt_seconds, decode_rate(engine, number)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="xinyu bench plan", description="Trial against default.")
    parser.add_argument("--model", default="", help="a GGUF file; the bundled one by default")
    parser.add_argument("--seconds", type=float, default=10.0, help="the trial may take so long")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    model = choose_entry(assets_folder(), options.model).path
    return report(measure(model, options.seconds, options.rounds), options.json)


if __name__ == "__main__":
    sys.exit(main())
