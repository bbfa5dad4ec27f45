"""A starter recipe as frozen dataclasses, read from TOML with all faults reported at once.

Knows the shape of the settings and their limits, nothing of what the stages do with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer import settings
from trainer.quality import VERDICTS
from trainer.settings import limited, nearest, read_by

SOURCES = ("smile", "cpsycound", "emollm", "own")


@dataclass(frozen=True)
class Data:
    """Which corpora to read and which file of assets/training names the held-out ids."""

    sources: tuple[str, ...]
    heldout: str


@dataclass(frozen=True)
class Tokenizer:
    """Byte-level BPE: pieces, and how many characters it learns from."""

    vocabulary: int = limited(300, 65535)
    sample_characters: int = limited(1000, 10**9)
    own_repeats: int = limited(1, 100)


@dataclass(frozen=True)
class Model:
    """Sizes of a Qwen3 architecture with tied embeddings."""

    hidden: int = limited(16, 4096)
    layers: int = limited(1, 48)
    heads: int = limited(1, 64)
    key_value_heads: int = limited(1, 64)
    head_size: int = limited(8, 256)
    feed_forward: int = limited(16, 16384)
    positions: int = limited(64, 32768)


@dataclass(frozen=True, kw_only=True)
class Optimiser:
    """Muon for matrices between layers, AdamW for embeddings and norms."""

    learning_rate: float = limited(0, 1)
    matrix_decay: float = limited(0, 1)
    embedding_decay: float = limited(0, 1)
    betas: tuple[float, ...]
    clip: float = limited(0, 100)
    warm_up: int = limited(0, 10**6)


@dataclass(frozen=True)
class Batch:
    """Rows a step and tokens a row."""

    rows: int = limited(1, 1024)
    tokens: int = limited(64, 32768)


@dataclass(frozen=True)
class System:
    """Shares of dialogues that see no system prompt, a varied one, the product's own; sum 1."""

    none: float = limited(0, 1)
    variant: float = limited(0, 1)
    full: float = limited(0, 1)


def _weights(value: Any, place: str, faults: list[str]) -> Any:
    """A weight from 0 to 1 for every verdict."""
    if not isinstance(value, dict):
        faults.append(f"{place}: must be a table")
        return None
    for name in value.keys() - set(VERDICTS):
        faults.append(f"{place}.{name}: unknown{nearest(name, VERDICTS)}")
    faults += [f"{place}.{name}: missing" for name in VERDICTS if name not in value]
    for name, weight in value.items():
        if not isinstance(weight, int | float) or not 0 <= weight <= 1:
            faults.append(f"{place}.{name}: {weight!r} is not between 0 and 1")
    return value


@dataclass(frozen=True, kw_only=True)
class Mix:
    """What one phase trains on and what each kind of turn weighs.

    `whole`, `curated` and `own_repeats` say how often a pass takes an ordinary dialogue, a curated
    and one of our own, each of the latter two times its priority. `fit` multiplies a turn's weight
    by how well it fits.
    """

    dropout: float = limited(0, 0.9)
    client: float = limited(0, 1)
    whole: float = limited(0, 20, default=1.0)
    curated: float = limited(0, 20, default=0.0)
    own_repeats: float = limited(0, 200)
    fit: bool = False
    system: System
    verdicts: Mapping[str, float] = read_by(_weights)


@dataclass(frozen=True, kw_only=True)
class Pretrain(Mix):
    """The long phase; `epochs` counts passes over the whole set, the anneal's share included."""

    epochs: float = limited(0, 100)


@dataclass(frozen=True, kw_only=True)
class Anneal(Mix):
    """The last part of pretraining, at the end of the same schedule."""

    share: float = limited(0, 1)


@dataclass(frozen=True, kw_only=True)
class Finish(Mix):
    """A short phase that stops before the held-out loss (nats a character) passes a limit.

    `openers` and `tries`: how many openers the model answers how often before the phase, to learn
    the best answer to each `best_repeats` times a pass; no openers, no such answers.
    """

    passes: float = limited(0, 1000)
    learning_rate: float = limited(0, 1)
    matrix_decay: float = limited(0, 1)
    warm_up: int = limited(0, 10**6)
    heldout_limit: float = limited(0, 100)
    check_every: int = limited(1, 10**6)
    openers: int = limited(0, 10**5)
    tries: int = limited(1, 64)
    best_repeats: float = limited(0, 20)


@dataclass(frozen=True)
class Sampling:
    """How the samples at the end are drawn; also written as the model's generation settings."""

    temperature: float = limited(0, 2)
    top_p: float = limited(0, 1)
    top_k: int = limited(0, 1000)
    repetition_penalty: float = limited(1, 2)
    new_tokens: int = limited(1, 2048)


@dataclass(frozen=True)
class Card:
    """What the finished model says of itself; the converter writes it into the GGUF.

    Attributes:
        licence: an SPDX id.
        datasets: the corpora it was trained on, each with its licence.
        languages: two-letter codes, the first one first.
    """

    name: str
    licence: str
    datasets: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Everything that shapes the starter model."""

    seed: int = limited(0, 2**31)
    card: Card
    data: Data
    tokenizer: Tokenizer
    model: Model
    optimiser: Optimiser
    batch: Batch
    pretrain: Pretrain
    anneal: Anneal
    finish: Finish
    sampling: Sampling


def load(path: Path) -> Recipe:
    """Read a recipe; UsageError lists every fault with its place and the nearest valid name."""
    return parse(settings.load(path, "recipe"), path.name)


def parse(raw: Mapping[str, Any], name: str = "recipe") -> Recipe:
    """Turn decoded TOML into a Recipe; UsageError lists every fault."""
    return settings.parse(Recipe, raw, name, _relations)


def _relations(recipe: Recipe) -> list[str]:
    """Faults between settings that are each valid alone."""
    found = [
        f"data.sources: unknown {name!r}{nearest(name, SOURCES)}"
        for name in recipe.data.sources
        if name not in SOURCES
    ]
    if recipe.model.heads % recipe.model.key_value_heads:
        found.append("model.heads: must be a multiple of model.key_value_heads")
    if recipe.batch.tokens > recipe.model.positions:
        found.append("batch.tokens: more than model.positions")
    if len(recipe.optimiser.betas) != 2:
        found.append("optimiser.betas: must be two numbers")
    for name in ("pretrain", "anneal", "finish"):
        shares = getattr(recipe, name).system
        if abs(shares.none + shares.variant + shares.full - 1) > 1e-6:
            found.append(f"{name}.system: the three shares do not sum to 1")
    return found
