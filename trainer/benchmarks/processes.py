"""What a second GPU brings: `python -m trainer.benchmarks.processes --tokenizer DIR --work DIR`.

The documented command itself (torchrun and `xinyu-train sft`) on the same base, data and seed, with
one process and with two: speed of the later steps, and the losses of every step side by side. The
base has a real model's sizes and random weights; the dialogues are the project's own, chained to
the lengths of the corpora.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

from trainer import cli, dataset
from trainer.conversation import Conversation, Turn
from trainer.errors import WorldError

TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja")
WARM_UP = 4
CHARACTERS_A_TOKEN = 1.5
LONGEST = 4096
CONFIG = """seed = 1
out = "run"
device = "{device}"
[base]
folder = "base"
precision = "{precision}"
[lora]
rank = 16
alpha = 32
[[stages]]
name = "dialogue"
data = "data"
[stages.batch]
longest = {longest}
row_tokens = {row_tokens}
rows = 2
micro_tokens = {micro_tokens}
[stages.schedule]
learning_rate = 1e-4
epochs = 1
[stages.checks]
every = 0
keep = 1
"""


@dataclass(frozen=True)
class Run:
    """What came of one run; speed in tokens a second over all steps but the first few."""

    processes: int
    tokens_per_second: float
    losses: tuple[float, ...]
    heldout: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Make what is needed, train with one process and with more, print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--tokenizer", type=Path, required=True, help="folder with tokenizer.json")
    parser.add_argument("--work", type=Path, required=True, help="empty folder; 9 GB for 4b")
    parser.add_argument("--shape", choices=("4b", "toy"), default="4b")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--steps", type=int, default=16)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cuda")
    parser.add_argument("--seconds", type=int, default=500, help="at most, for each run")
    parsed = parser.parse_args(arguments)
    prepare(parsed)
    runs = [train(parsed, count) for count in parsed.processes]
    print(json.dumps({"runs": [asdict(r) for r in runs], **compared(runs)}, indent=1))
    return 0


def prepare(parsed: argparse.Namespace) -> None:
    """Base, dataset and configuration in the work folder."""
    parsed.work.mkdir(parents=True, exist_ok=True)
    _base(parsed)
    row_tokens = _row_tokens(parsed)
    _data(parsed, row_tokens * 2 * parsed.steps)
    text = CONFIG.format(
        device=parsed.device,
        precision="bf16" if parsed.device == "cuda" else "fp32",
        longest=min(LONGEST, row_tokens),
        row_tokens=row_tokens,
        micro_tokens=row_tokens if parsed.shape == "toy" else 0,
    )
    (parsed.work / "config.toml").write_text(text, "utf-8")


def train(parsed: argparse.Namespace, processes: int) -> Run:
    """One run as the documentation says; WorldError with its last words when it fails."""
    out = parsed.work / f"run-{processes}"
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m"]
    command += ["torch.distributed.run", "--standalone", "--nproc-per-node", str(processes), "-m"]
    command += ["trainer.cli", "sft", str(parsed.work / "config.toml"), "--out", str(out)]
    command += ["--base", str(parsed.work / "base"), "--data", str(parsed.work / "data")]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=parsed.seconds, check=False
    )
    print(done.stdout[-1500:], file=sys.stderr)
    if done.returncode:
        raise WorldError(f"{processes} processes: {done.stderr[-1500:]}")
    events = (out / "dialogue" / "events.jsonl").read_text("utf-8").splitlines()
    return read([json.loads(line) for line in events], processes)


def read(events: list[dict[str, Any]], processes: int) -> Run:
    """Speed and losses from a run's events.

    An event's tokens_per_second is the mean since the start, so times come back by division.
    """
    steps = [event for event in events if event["event"] == "step"]
    sums, times, total = [], [], 0
    for step in steps:
        total += step["tokens"]
        sums.append(total)
        times.append(total / step["tokens_per_second"])
    first = min(WARM_UP, len(steps) - 1) - 1
    speed = (sums[-1] - sums[first]) / (times[-1] - times[first])
    checks = [event["heldout"] for event in events if event["event"] == "check"]
    return Run(processes, speed, tuple(step["loss"] for step in steps), checks[-1])


def compared(runs: Sequence[Run]) -> dict[str, Any]:
    """Each run beside the first: how many times as fast, and the largest difference of a loss."""
    first = runs[0]
    return {
        "times_as_fast": {r.processes: r.tokens_per_second / first.tokens_per_second for r in runs},
        "largest_difference": {
            r.processes: max(abs(a - b) for a, b in zip(r.losses, first.losses, strict=True))
            for r in runs
        },
        "heldout_difference": {r.processes: abs(r.heldout - first.heldout) for r in runs},
    }


def _row_tokens(parsed: argparse.Namespace) -> int:
    return 1024 if parsed.shape == "toy" else 16_384


def _base(parsed: argparse.Namespace) -> None:
    """A folder with random weights and the tokenizer given, whose ids the weights have room for."""
    import torch

    from trainer.benchmarks import shapes

    folder: Path = parsed.work / "base"
    if (folder / "config.json").is_file():
        return
    tokenizer = json.loads((parsed.tokenizer / "tokenizer.json").read_text("utf-8"))
    size = len(tokenizer["model"]["vocab"]) + len(tokenizer["added_tokens"])
    shape = shapes.SHAPES[parsed.shape]
    if shape.vocabulary < size:
        shape = shapes.Shape(**{**asdict(shape), "vocabulary": size})
    where = torch.device(parsed.device)
    dtype = torch.bfloat16 if parsed.device == "cuda" else torch.float32
    shapes.build(shape, where, dtype).save_pretrained(folder)
    for name in TOKENIZER_FILES:
        if (parsed.tokenizer / name).is_file():
            shutil.copyfile(parsed.tokenizer / name, folder / name)


def _data(parsed: argparse.Namespace, tokens: int) -> None:
    """Dialogues of about so many tokens, and a few held out."""
    folder: Path = parsed.work / "data"
    shutil.rmtree(folder, ignore_errors=True)
    talks: list[Conversation] = []
    held: list[Conversation] = []
    left = float(tokens)
    for talk in _chained():
        if len(held) < 16:
            held.append(talk)
            continue
        talks.append(talk)
        left -= sum(len(turn.content) for turn in talk.turns) / CHARACTERS_A_TOKEN
        if left <= 0:
            break
    dataset.write(
        folder, {"train": talks, "valid": held}, inputs={}, settings={}, figures={}, seed=1
    )


def _chained() -> Iterator[Conversation]:
    """Own dialogues, one after the other in one, as long as those of the corpora."""
    from trainer.benchmarks import shapes
    from trainer.sources import own

    assets = Path(cli.__file__).resolve().parents[1] / "assets"
    talks = [t for t in own.read(assets / "dialogues").conversations if t.language == "zh"]
    random.Random(1).shuffle(talks)
    rows = json.loads(shapes.LENGTHS.read_text("utf-8"))
    source = cycle(talks)
    for number, (length, _) in enumerate(cycle(rows)):
        turns: list[Turn] = []
        wanted = min(LONGEST, length * shapes.SCALE) * CHARACTERS_A_TOKEN
        while sum(len(turn.content) for turn in turns) < wanted:
            turns += next(source).turns
        yield Conversation(f"chained-{number}", "own", "Apache-2.0", tuple(turns))


if __name__ == "__main__":
    raise SystemExit(main())
