"""The encoder's first training: guess hidden words of counselling talk. Sees no label.

    python -m trainer.screen.pretrain build/screen/corpus.txt.xz --out base.npz

A text a line, tokens apart by spaces (`xinyu-train screen prepare` writes it). Minutes on a GPU,
hours on two cores; the outcome is kept in trainer/screen/base.npz, so few have to do it again.
"""

from __future__ import annotations

import argparse
import lzma
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from trainer.screen.network import (
    HIDDEN,
    LONGEST,
    PAD,
    SPECIAL,
    UNKNOWN,
    Batch,
    Encoder,
    Shape,
    Vocabulary,
    written,
)

HIDE = 0.18
TOKENS_A_STEP = 32_768
MOST_WORDS, LEAST_SEEN = 9_000, 3


def read(path: Path) -> list[list[str]]:
    """The corpus, a list of tokens a text."""
    with lzma.open(path, "rt", encoding="utf-8") as stream:
        return [line.split(" ")[:LONGEST] for line in stream.read().split("\n") if line]


def vocabulary(texts: Sequence[Sequence[str]], buckets: int) -> Vocabulary:
    """The commonest tokens."""
    counts = Counter(token for text in texts for token in text)
    for special in SPECIAL:
        counts.pop(special, None)
    common = [token for token, seen in counts.most_common(MOST_WORDS) if seen >= LEAST_SEEN]
    return Vocabulary([*SPECIAL, *common], buckets)


def train(
    texts: Sequence[Sequence[str]], shape: Shape, steps: int, seed: int, device: torch.device
) -> tuple[Encoder, Vocabulary]:
    """The trained encoder and its words."""
    torch.manual_seed(seed)
    known = vocabulary(texts, shape.buckets)
    model = Encoder(len(known.words), shape, dropout=0.05).to(device)
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=1.5e-3, weight_decay=0.01, betas=(0.9, 0.98)
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 1.5e-3, steps, pct_start=0.06)
    started = time.monotonic()
    for step, batch in enumerate(_batches(texts, known, steps, seed)):
        batch = batch.to(device)
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=device.type == "cuda"):
            loss = _loss(model, batch)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if step % max(1, steps // 20) == 0:
            print(
                f"step {step} loss {loss.item():.3f} {time.monotonic() - started:.0f} s", flush=True
            )
    return model, known


def _batches(
    texts: Sequence[Sequence[str]], known: Vocabulary, steps: int, seed: int
) -> Iterator[Batch]:
    """Texts of like length together, in a fixed random order."""
    chance = np.random.default_rng(seed)
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    parts: list[list[int]] = [[]]
    for i in order:
        if (len(parts[-1]) + 1) * len(texts[i]) > TOKENS_A_STEP:
            parts.append([])
        parts[-1].append(i)
    ready: dict[int, Batch] = {}
    for step in range(steps):
        if step % len(parts) == 0:
            turn = chance.permutation(len(parts))
        number = int(turn[step % len(parts)])
        if number not in ready:
            ready[number] = _small(known.batch([texts[i] for i in parts[number]]))
        yield Batch(ready[number].words.long(), ready[number].runs.long())


def _small(batch: Batch) -> Batch:
    return Batch(batch.words.to(torch.int16), batch.runs.to(torch.int16))


def _loss(model: Encoder, batch: Batch) -> Tensor:
    hidden, wanted = _hide(batch, len(model.word.weight))
    x = model.hidden(hidden)[wanted]
    return functional.cross_entropy(model.guesses(x).float(), batch.words[wanted])


def _hide(batch: Batch, words: int) -> tuple[Batch, Tensor]:
    """Some tokens, often with a neighbour, become hidden, a few become others."""
    drawn = torch.rand(batch.words.shape, device=batch.words.device)
    start = drawn < HIDE * 0.65
    wanted = start | (torch.roll(start, 1, dims=1) & (drawn < 0.55))
    wanted &= (batch.words != PAD) & (batch.words != UNKNOWN)
    wanted[0, 0] |= not bool(wanted.any())
    kind = torch.rand(batch.words.shape, device=batch.words.device)
    other = torch.randint(len(SPECIAL), words, batch.words.shape, device=batch.words.device)
    put = torch.where(kind < 0.8, HIDDEN, torch.where(kind < 0.9, other, batch.words))
    changed = wanted & (kind < 0.9)
    shown = Batch(
        torch.where(wanted, put, batch.words),
        torch.where(changed[..., None], -1, batch.runs),
    )
    return shown, wanted


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=9_000)
    parser.add_argument("--width", type=int, default=192)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=20261121)
    options = parser.parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    shape = Shape(width=options.width, layers=options.layers, heads=options.width // 32,
                  inner=4 * options.width)  # fmt: skip
    model, known = train(read(options.corpus), shape, options.steps, options.seed, device)
    np.savez_compressed(options.out, **written(model, known.words))  # type: ignore[arg-type]
    print(f"{options.out.name}: {options.out.stat().st_size} bytes, {len(known.words)} words")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
