"""The encoder's second training: judge messages. Works on rows that `screen prepare` wrote.

    python -m trainer.screen.tune build/screen/rows.json.xz --base trainer/screen/base.npz --out DIR

Writes fold0.npz to fold4.npz, each of which saw four fifths of the rows, and full.npz, which saw
all; held_out.npz has every row's numbers from the encoder that did not see it. A minute each on a
GPU. A risk row and its twin go through the same step and are pulled apart.
"""

from __future__ import annotations

import argparse
import copy
import json
import lzma
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from trainer.screen.encoders import FULL, HELD_OUT, mark
from trainer.screen.network import LONGEST, Encoder, Vocabulary, restored, written

HEADS = 9
HIDDEN_WORD = "\u25a1"


@dataclass(frozen=True)
class Settings:
    """How it is tuned."""

    epochs: int = 20
    rate: float = 4e-4
    rows_a_step: int = 96
    dropout: float = 0.15
    apart: float = 0.3
    loud: float = 2.0
    joined: float = 0.25
    hidden: float = 0.3


@dataclass(frozen=True)
class Rows:
    """Tokens, labels (1, 0, or -1 where open), weights, groups and folds, row by row."""

    tokens: list[list[str]]
    labels: NDArray[np.float32]
    weights: NDArray[np.float32]
    groups: list[str]
    sources: list[str]
    folds: NDArray[np.int64]

    def some(self, places: Sequence[int]) -> Rows:
        at = list(places)
        return Rows(
            [self.tokens[i] for i in at],
            self.labels[at],
            self.weights[at],
            [self.groups[i] for i in at],
            [self.sources[i] for i in at],
            self.folds[at],
        )


def read(path: Path) -> Rows:
    """What `screen prepare` wrote."""
    with lzma.open(path, "rt", encoding="utf-8") as stream:
        raw = [json.loads(line) for line in stream]
    return Rows(
        [row["tokens"] for row in raw],
        np.array([row["labels"] for row in raw], dtype=np.float32),
        np.array([row["weight"] for row in raw], dtype=np.float32),
        [row["group"] for row in raw],
        [row["source"] for row in raw],
        np.array([row["fold"] for row in raw]),
    )


def tune(
    base: Mapping[str, NDArray[Any]],
    rows: Rows,
    settings: Settings,
    seed: int,
    device: torch.device,
) -> tuple[Encoder, Vocabulary]:
    """A running mean of the weights over the second half of the steps."""
    torch.manual_seed(seed)
    model, words = restored(base, settings.dropout)
    model.judge.reset_parameters()
    model = model.to(device)
    known = Vocabulary(words, model.shape.buckets)
    steps = settings.epochs * (len(rows.tokens) // settings.rows_a_step + 1)
    optimiser = torch.optim.AdamW(model.parameters(), lr=settings.rate, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, settings.rate, steps, pct_start=0.1)
    average = copy.deepcopy(model).eval()
    chance = random.Random(seed)
    for step, places in enumerate(_steps(rows, settings, steps, chance)):
        batch = known.batch([_varied(rows, i, settings, chance) for i in places]).to(device)
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=device.type == "cuda"):
            numbers = model(batch)
        loss = _loss(numbers.float(), rows, places, settings)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        keep = 0.0 if step < steps // 2 else 0.995
        _follow(average, model, keep)
    return average, known


def predict(
    model: Encoder, known: Vocabulary, tokens: Sequence[Sequence[str]], device: torch.device
) -> NDArray[np.float32]:
    """One number a row and judgement."""
    order = sorted(range(len(tokens)), key=lambda i: len(tokens[i]))
    numbers = np.zeros((len(tokens), model.shape.judgements), dtype=np.float32)
    with torch.no_grad():
        for start in range(0, len(order), 256):
            at = order[start : start + 256]
            numbers[at] = model(known.batch([tokens[i] for i in at]).to(device)).cpu().numpy()
    return numbers


def _steps(
    rows: Rows, settings: Settings, steps: int, chance: random.Random
) -> Iterator[list[int]]:
    """Rows of a step; a group is never torn apart over an epoch's order."""
    members: dict[str, list[int]] = {}
    for place, group in enumerate(rows.groups):
        members.setdefault(group, []).append(place)
    groups = sorted(members)
    queue: list[int] = []
    for _ in range(steps):
        while len(queue) < settings.rows_a_step:
            chance.shuffle(groups)
            queue += [place for group in groups for place in members[group]]
        yield queue[: settings.rows_a_step]
        del queue[: settings.rows_a_step]


def _varied(rows: Rows, place: int, settings: Settings, chance: random.Random) -> list[str]:
    """The same message said a little differently: words hidden, ordinary talk beside it."""
    said = list(rows.tokens[place])
    if chance.random() < settings.hidden:
        said = [HIDDEN_WORD if chance.random() < 0.12 else token for token in said]
    if chance.random() < settings.joined and len(said) < 60:
        other = chance.randrange(len(rows.tokens))
        if rows.labels[other].max() <= 0 and rows.labels[other].min() == 0:
            more, end = rows.tokens[other][:40], chance.choice(("。", "<n>", ","))
            said = [*more, end, *said] if chance.random() < 0.5 else [*said, end, *more]
    return said[:LONGEST]


def _loss(numbers: Tensor, rows: Rows, places: Sequence[int], settings: Settings) -> Tensor:
    device = numbers.device
    labels = torch.from_numpy(rows.labels[places]).to(device)
    weights = torch.from_numpy(rows.weights[places]).to(device)[:, None] * (labels >= 0)
    loud = torch.tensor(settings.loud, device=device)
    each = functional.binary_cross_entropy_with_logits(
        numbers, labels.clamp(min=0), reduction="none", pos_weight=loud
    )
    loss = (each * weights).sum() / weights.sum()
    groups: dict[str, int] = {}
    number = [groups.setdefault(rows.groups[i], len(groups)) for i in places]
    same = torch.tensor(number, device=device)
    together = (same[:, None] == same[None, :])[..., None]
    pair = together & (labels == 1)[:, None, :] & (labels == 0)[None, :, :]
    if pair.any():
        gap = numbers[:, None, :] - numbers[None, :, :]
        loss = loss + settings.apart * functional.softplus(2.0 - gap)[pair].mean()
    return loss


def _follow(average: Encoder, model: Encoder, keep: float) -> None:
    with torch.no_grad():
        for mine, theirs in zip(average.parameters(), model.parameters(), strict=True):
            mine.lerp_(theirs, 1 - keep)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=Settings.epochs)
    parser.add_argument("--rate", type=float, default=Settings.rate)
    parser.add_argument("--apart", type=float, default=Settings.apart)
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--part", help="one fold, full, or gather: to tune side by side")
    options = parser.parse_args()
    settings = Settings(epochs=options.epochs, rate=options.rate, apart=options.apart)
    if options.part == "gather":
        print(gather(options.rows, options.out))
    elif options.part:
        rows = read(options.rows)
        tune_part(rows, options.base, options.out, settings, options.seed, options.part)
    else:
        print(tune_all(options.rows, options.base, options.out, settings, options.seed))
    return 0


def tune_all(rows_file: Path, base: Path, out: Path, settings: Settings, seed: int) -> str:
    """Everything the folder needs; a short table of how well the folds rank."""
    rows = read(rows_file)
    for part in parts(rows):
        tune_part(rows, base, out, settings, seed, part)
    return gather(rows_file, out)


def parts(rows: Rows) -> list[str]:
    """The folds, and "full" for all rows."""
    return [*(str(fold) for fold in range(int(rows.folds.max()) + 1)), "full"]


def tune_part(
    rows: Rows, base_file: Path, out: Path, settings: Settings, seed: int, part: str
) -> None:
    """One encoder; for a fold also the numbers of the rows it did not see."""
    out.mkdir(parents=True, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    with np.load(base_file) as arrays:
        base = {name: arrays[name] for name in arrays.files}
    unseen = rows.folds == int(part) if part != "full" else np.zeros(len(rows.folds), dtype=bool)
    inside, outside = np.flatnonzero(~unseen).tolist(), np.flatnonzero(unseen).tolist()
    model, known = tune(base, rows.some(inside), settings, seed, device)
    name = FULL if part == "full" else f"fold{part}.npz"
    np.savez_compressed(out / name, **written(model, known.words))  # type: ignore[arg-type]
    if outside:
        numbers = predict(model, known, [rows.tokens[i] for i in outside], device)
        np.save(out / f"held{part}.npy", numbers)


def gather(rows_file: Path, out: Path) -> str:
    """The numbers of all folds in one file, and the mark of the rows they belong to."""
    rows = read(rows_file)
    numbers = np.zeros((len(rows.tokens), HEADS), dtype=np.float32)
    for fold in range(int(rows.folds.max()) + 1):
        held = out / f"held{fold}.npy"
        numbers[rows.folds == fold] = np.load(held)
        held.unlink()
    np.savez_compressed(out / HELD_OUT, numbers=numbers)
    mark(out, rows_file)
    return summary(rows, numbers)


def summary(rows: Rows, numbers: NDArray[np.float32]) -> str:
    """Area under the curve a judgement and source: how often risk is ranked above quiet."""
    lines = []
    for source in ("cases", "psyguard"):
        here = np.array([name == source for name in rows.sources])
        parts = []
        for head in range(HEADS):
            loud = numbers[here & (rows.labels[:, head] == 1), head]
            quiet = np.sort(numbers[here & (rows.labels[:, head] == 0), head])
            if len(loud) and len(quiet):
                parts.append(f"{np.searchsorted(quiet, loud).mean() / len(quiet):.3f}")
            else:
                parts.append("-")
        lines.append(f"{source}: {' '.join(parts)}")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
