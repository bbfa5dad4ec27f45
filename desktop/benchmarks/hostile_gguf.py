"""Gives the engine model files that lie, and counts what a person would be told.

Usage: xinyu bench hostile-gguf [--count 500] [--seed 1] [--json]. Mutates the bundled starter and a
tiny model (needs the gguf package): the engine process may end, its client never; every refusal
has to be a sentence in both languages, and no process may be left. Ends with 1 where one of these
fails. A worker may take 6 GiB of address space here, so that a lie about sizes hurts nobody else.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.benchmarks.engine_shape import TINY, write_large_model
from desktop.benchmarks.figures import Figure, report
from desktop.benchmarks.hostile_files import KINDS, Field, mutate, read_fields
from desktop.catalogue.entries import choose_entry
from desktop.engine.base import ChatMessage, GenerateRequest, LoadRequest, Plan, Sampling
from desktop.engine.client import ProcessEngine
from desktop.engine.watch import Limits
from desktop.errors import XinyuError
from desktop.paths import assets_folder
from desktop.wording import LANGUAGES, load_wording

MOST_ADDRESS_SPACE = 6 << 30
TALKS = "talks"
# Longer than this and a person would think that the program stands still.
LONGEST = 60.0
ASK = GenerateRequest([ChatMessage("user", "你好")], Sampling(maximum_tokens=8, seed=1))


@dataclass(frozen=True)
class Outcome:
    """What one file led to.

    Attributes:
        kind: of the mutation.
        result: "talks", the code of an error, or the name of an exception that came through.
        told: it talks, or there is a sentence in both languages.
        left: its process was still there afterwards.
        seconds: from the load to the end.
    """

    kind: str
    result: str
    told: bool
    left: bool
    seconds: float


def measure(count: int, seed: int) -> list[Outcome]:
    """Try `count` files, by turns of the starter and of the tiny model."""
    drawn = random.Random(seed)
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="xinyu-hostile-") as folder:
        tiny, starter = Path(folder) / "tiny.gguf", Path(folder) / "starter.gguf"
        write_large_model(tiny, sizes=TINY)
        shutil.copyfile(choose_entry(assets_folder(), "").path, starter)
        models = [(path, read_fields(path)) for path in (tiny, starter)]
        for number in range(count):
            kind = KINDS[number // 2 % len(KINDS)]
            path, fields = models[number % 2]
            outcomes.append(_one(path, fields, kind, drawn))
            _progress(number + 1, count, outcomes[-1])
    return outcomes


def _one(path: Path, fields: Sequence[Field], kind: str, drawn: random.Random) -> Outcome:
    """A mutated copy in place of the file; whatever comes of it, the file is whole again."""
    copy = path.with_name(f"hostile-{path.name}")
    shutil.copyfile(path, copy)
    try:
        mutate(copy, fields, kind, drawn)
        return _try(copy, kind)
    finally:
        copy.unlink()


def _try(path: Path, kind: str) -> Outcome:
    engine = ProcessEngine(_command(), Limits(begin=5.0, load_silence=10.0))
    began = time.monotonic()
    told, result = True, TALKS
    try:
        engine.load(LoadRequest(path, Plan(gpu_layers=0, threads=1)))
        for _ in engine.generate(ASK):
            pass
    except XinyuError as error:
        result, told = error.code, _has_sentence(error)
    except Exception as error:
        result, told = type(error).__name__, False
    process = engine.process_id
    engine.close()
    return Outcome(kind, result, told, _exists(process), time.monotonic() - began)


def _command() -> list[str]:
    """The worker with a limit on its address space, where the system has one."""
    if sys.platform == "win32":
        return [sys.executable, "-m", "desktop.engine.worker"]
    script = (
        f"import resource, runpy; resource.setrlimit(resource.RLIMIT_AS, ({MOST_ADDRESS_SPACE},) * "
        "2); runpy.run_module('desktop.engine.worker', run_name='__main__')"
    )
    return [sys.executable, "-c", script]


def _has_sentence(error: XinyuError) -> bool:
    """Its own sentence in every language, not the one for what is unknown, and no gap in it."""
    for language in LANGUAGES:
        wording = load_wording(assets_folder(), language)
        sentence = wording.error(error)
        if sentence == wording.sentence("unknown", {"code": error.code}) or "…" in sentence:
            return False
    return True


def _exists(process: int | None) -> bool:
    if process is None or sys.platform == "win32":
        return False
    return Path(f"/proc/{process}").exists()


def _progress(done: int, count: int, last: Outcome) -> None:
    if not last.told or last.left or last.seconds > LONGEST:
        print(f"{done}: {last}", file=sys.stderr)
    elif done % 50 == 0:
        print(f"{done} of {count}", file=sys.stderr)


def figures(outcomes: Sequence[Outcome]) -> list[Figure]:
    """The table: what must not be, then how often each outcome was."""
    untold = sum(not outcome.told for outcome in outcomes)
    found = [
        Figure("files tried", len(outcomes), "files"),
        Figure("exceptions that came through, or no sentence", untold, "", 0),
        Figure("processes left", sum(outcome.left for outcome in outcomes), "", 0),
        Figure("slowest", max(outcome.seconds for outcome in outcomes), "s", LONGEST),
    ]
    results = Counter(outcome.result for outcome in outcomes)
    return found + [Figure(f"  {name}", count, "files") for name, count in results.most_common()]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="xinyu bench hostile-gguf", description="Give the engine files that lie."
    )
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--by-kind", action="store_true", help="outcomes of each kind of mutation")
    options = parser.parse_args(arguments)
    outcomes = measure(options.count, options.seed)
    if options.by_kind:
        kinds = {k: Counter(o.result for o in outcomes if o.kind == k) for k in KINDS}
        print(json.dumps(kinds, indent=1), file=sys.stderr)
    return report(figures(outcomes), options.json)


if __name__ == "__main__":
    sys.exit(main())
