"""Measures the memory: its rules under bad answers, how right a model is, what it costs the talk.

Usage: xinyu bench memory [--model FILE.gguf] [--timing FILE.gguf] [--no-timing] [--json].
Without --model nobody is asked what is to be remembered, so precision and recall are skipped, and
it says so: the bundled starter may not write memory.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from desktop.benchmarks.figures import Figure, report
from desktop.benchmarks.memory_dialogues import Dialogue, load_dialogues
from desktop.benchmarks.memory_rules import Tally, play
from desktop.benchmarks.memory_script import Pass
from desktop.catalogue.entries import choose_entry
from desktop.engine.base import ChatMessage, LoadRequest, StructuredRequest, Token
from desktop.engine.client import ProcessEngine
from desktop.memory.agent import SAMPLING
from desktop.memory.proposals import grammar
from desktop.memory.slots import NAMES, load_slots
from desktop.paths import assets_folder

RULES = (
    "without_true_quote",
    "duplicates",
    "over_budget",
    "dead_locks",
    "not_undoable",
    "planted_words",
    "safety_by_model_alone",
    "changed_unseen",
    "fault",
)
SKIPPED = (
    "precision and recall of a model: skipped, no --model was given"
    " (a 4B GGUF that may write memory; the bundled starter may not)"
)


def rule_figures(dialogues: Sequence[Dialogue], assets: Path, tally: Tally) -> list[Figure]:
    """What the scripted agent, bad answers first, could break; and what of the good it got in."""
    for dialogue in dialogues:
        play(dialogue, assets, tally, None)
    figures = [
        Figure("dialogues", len(dialogues), "count"),
        Figure("answers judged", tally.answers, "count"),
        Figure("proposals refused", sum(tally.refused.values()), "count"),
        Figure("changes made, each undone and redone", tally.writes, "count"),
    ]
    figures += [Figure(f"broken: {name}", tally.broken[name], "count", 0) for name in RULES]
    figures.append(Figure("true facts kept, bad answers among them", tally.recall, "share"))
    return figures


def model_figures(dialogues: Sequence[Dialogue], assets: Path, model: Path) -> list[Figure]:
    """How right a real model is; its answers go through the same checks."""
    slots = load_slots(assets)
    rules = grammar(NAMES, slots.limits.proposals, slots.limits.entry_characters)
    engine, tally = ProcessEngine(), Tally()

    def answer(_now: Pass, messages: Sequence[ChatMessage]) -> str:
        request = StructuredRequest(list(messages), rules, SAMPLING)
        events = engine.generate_structured(request)
        return "".join(event.text for event in events if isinstance(event, Token))

    try:
        engine.load(LoadRequest(model))
        for dialogue in dialogues:
            play(dialogue, assets, tally, answer)
    finally:
        engine.close()
    for line in tally.failures:
        print(line, file=sys.stderr)
    broken = [Figure(f"model broke: {name}", tally.broken[name], "count", 0) for name in RULES]
    return [
        *broken,
        Figure("model: entries that are wrong", 1 - tally.precision, "share", 0.05),
        Figure("model: facts that were missed", 1 - tally.recall, "share", 0.20),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="xinyu bench memory", description=__doc__)
    parser.add_argument("--model", default="", help="a GGUF that may write memory")
    parser.add_argument("--timing", default="", help="a GGUF to time; the bundled one by default")
    parser.add_argument("--no-timing", action="store_true", help="measure the rules alone")
    parser.add_argument("--turns", type=int, default=24, help="pairs of turns to time")
    parser.add_argument("--only", default="", help="kind of dialogue, e.g. injection")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    assets = assets_folder()
    dialogues = [one for one in load_dialogues(assets) if options.only in ("", one.kind)]
    tally = Tally()
    figures = rule_figures(dialogues, assets, tally)
    for line in tally.failures:
        print(line, file=sys.stderr)
    if options.model:
        figures += model_figures(dialogues, assets, Path(options.model))
    else:
        print(SKIPPED, file=sys.stderr)
    if not options.no_timing:
        from desktop.benchmarks.memory_timing import timing_figures

        model = choose_entry(assets, options.timing).path
        figures += timing_figures(model, assets, options.turns)
    return report(figures, options.json)


if __name__ == "__main__":
    sys.exit(main())
