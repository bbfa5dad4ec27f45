"""The verb `xinyu accept`: may this model be talked with on this computer?

    xinyu accept FILE              a file anywhere; it is taken onto the shelf where it lies
    xinyu accept ID [--json]       a model of the shelf, e.g. xinyu-starter

Exit status 0: it may, 1: it may not. The result is kept with the model.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.errors import WorldError
from desktop.paths import Paths
from desktop.wording import Wording

if TYPE_CHECKING:
    from desktop.chat.acceptance_report import AcceptanceReport
    from desktop.engine.base import Engine
    from desktop.models.shelf import Shelf, ShelvedModel

MARKS = {"passed": "✓", "told": "!", "refused": "✗"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.add_argument("wanted", metavar="FILE|ID", help="a GGUF file, or a model of the shelf")
    parser.add_argument("--json", action="store_true", help="the whole report as one JSON object")


def run(
    options: argparse.Namespace,
    paths: Paths,
    wording: Wording,
    make_engine: Callable[[], Engine],
) -> int:
    """Ask everything, say what came of it, and keep it."""
    from desktop.catalogue.listing import read_listing
    from desktop.chat.acceptance import Judged
    from desktop.chat.accepting import Trial
    from desktop.models.shelf import Shelf

    shelf = Shelf(paths, read_listing(paths.assets))
    trial = Trial(paths, shelf, _found(shelf, options.wanted), make_engine)
    for step in trial.run():
        if isinstance(step, Judged):
            _print(step.report, wording, as_json=options.json)
            return 0 if step.report.accepted else 1
        if not options.json:
            print(f"\r{step.number + 1}/{step.steps}", end="", file=sys.stderr, flush=True)
    return 1


def _found(shelf: Shelf, wanted: str) -> ShelvedModel:
    model = shelf.find(wanted)
    if model is not None:
        return model
    if not Path(wanted).is_file():
        raise WorldError("model_unknown", name=wanted)
    return shelf.add(Path(wanted), copy=False)


def _print(report: AcceptanceReport, wording: Wording, *, as_json: bool) -> None:
    from desktop.chat.acceptance_report import report_to_mapping

    if as_json:
        print(json.dumps(report_to_mapping(report), ensure_ascii=False))
        return
    print("\r", end="", file=sys.stderr)
    for one in report.criteria:
        print(f"{MARKS[one.outcome]} {wording.sentence(one.code, one.details)}")
