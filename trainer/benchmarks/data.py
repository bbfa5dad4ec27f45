"""What `data build` costs: `python -m trainer.benchmarks.data --sizes 10000 100000 1000000`.

Corpora are synthesised by sampling: exchanges of real dialogues (of a SMILE file, or of this
project's own) are drawn into new ones of the same lengths, one in fifty a near-twin of the one
before. Every size is built in a process of its own. CPU seconds tell more than the clock on a
machine that others use too.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from trainer.conversation import Conversation
from trainer.sources import own, smile
from trainer.sources.reading import Origin, Record, Unreadable
from trainer.starter.places import ASSETS

POOL = 5000
"""Real dialogues that exchanges are drawn from."""
TWIN_EVERY = 50
RECIPE = """seed = 1
[[source]]
name = "synthetic"
format = "messages"
path = "corpus.jsonl"
licence = "CC0-1.0"
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every size, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--smile", type=Path, help="smile.jsonl.xz; else our own dialogues")
    parser.add_argument("--folder", type=Path, help="where to work (about 6 KB a dialogue)")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    parsed = parser.parse_args(arguments)
    if parsed.child:
        print(json.dumps(measure(parsed.child)))
        return 0
    exchanges, lengths = pool(parsed.smile)
    rows = [one(size, exchanges, lengths, parsed.folder) for size in parsed.sizes]
    print("| dialogues | kept | CPU s | CPU ms a dialogue | clock s | peak memory MiB |")
    print("|---|---|---|---|---|---|")
    for size, row in zip(parsed.sizes, rows, strict=True):
        print(
            f"| {size:,} | {row['kept']:,} | {row['cpu']:.0f} | {1000 * row['cpu'] / size:.2f} "
            f"| {row['clock']:.0f} | {row['peak'] / 2**20:.0f} |"
        )
    return 0


def pool(path: Path | None) -> tuple[list[tuple[str, str]], list[int]]:
    """Exchanges to draw from, and how many each real dialogue has."""
    exchanges: list[tuple[str, str]] = []
    lengths: list[int] = []
    for talk in islice(_talks(path), POOL):
        pairs = list(zip(talk.texts("user"), talk.texts("assistant"), strict=False))
        exchanges += pairs
        lengths.append(max(1, len(pairs)))
    return exchanges, lengths


def _talks(path: Path | None) -> Iterator[Conversation]:
    found: Iterator[tuple[Record, str, int]]
    if path:
        found = smile.stream(path, smile.ORIGIN)
    else:
        found = own.stream(ASSETS / "dialogues", Origin(own.SOURCE, own.LICENCE))
    return (talk for talk, _, _ in found if not isinstance(talk, Unreadable))


def synthesise(
    path: Path, size: int, exchanges: Sequence[tuple[str, str]], lengths: Sequence[int]
) -> None:
    """Write one corpus, the same for the same arguments."""
    drawn = random.Random(size)
    chosen: list[tuple[str, str]] = []
    with path.open("w", encoding="utf-8") as stream:
        for number in range(size):
            if number % TWIN_EVERY or not chosen:
                chosen = drawn.choices(exchanges, k=drawn.choice(lengths))
            else:
                chosen = [*chosen[:-1], (chosen[-1][0], chosen[-1][1] + "慢慢来。")]
            messages = [
                {"role": role, "content": text}
                for pair in chosen
                for role, text in zip(("user", "assistant"), pair, strict=True)
            ]
            row = {"id": number, "normalizedTag": f"topic {number % 13}", "messages": messages}
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def one(
    size: int, exchanges: Sequence[tuple[str, str]], lengths: Sequence[int], folder: Path | None
) -> dict[str, Any]:
    """Synthesise and build one size in a process of its own."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        (Path(name) / "recipe.toml").write_text(RECIPE, "utf-8")
        synthesise(Path(name) / "corpus.jsonl", size, exchanges, lengths)
        command = [sys.executable, "-m", "trainer.benchmarks.data", "--child", name]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    row: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(f"{size:,}: {row}", file=sys.stderr, flush=True)
    return row


def measure(folder: Path) -> dict[str, Any]:
    """Build within this process; seconds and bytes."""
    import resource

    from trainer.data import build, recipe

    begun, used = time.monotonic(), time.process_time()
    order = build.Order(recipe.load(folder / "recipe.toml"), folder, folder / "out")
    told = build.build(order, lambda line: print(line, file=sys.stderr, flush=True))
    return {
        "kept": sum(told["kept"].values()),
        "near": told["proof"]["near_across_the_split"],
        "clock": time.monotonic() - begun,
        "cpu": time.process_time() - used,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


if __name__ == "__main__":
    raise SystemExit(main())
