"""A starter recipe as frozen dataclasses, read from TOML with all faults reported at once.

Knows the shape of the settings and their limits, nothing of what the stages do with them. Field
metadata `low`/`high` are inclusive limits.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from trainer.errors import UsageError
from trainer.quality import VERDICTS

SOURCES = ("smile", "cpsycound", "emollm", "own")


def limited(low: float, high: float, **more: Any) -> Any:
    """A dataclass field whose value lies between two limits."""
    return field(metadata={"low": low, "high": high}, **more)


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
    verdicts: Mapping[str, float]


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
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"The recipe {path} cannot be read: {error.strerror}.") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"The recipe {path} is not TOML: {error}.") from error
    return parse(raw, path.name)


def parse(raw: Mapping[str, Any], name: str = "recipe") -> Recipe:
    """Turn decoded TOML into a Recipe; UsageError lists every fault."""
    faults: list[str] = []
    recipe = _table(Recipe, raw, "", faults)
    if not faults:
        faults += _relations(recipe)
    if faults:
        raise UsageError(f"{name} has {len(faults)} faults:\n  " + "\n  ".join(faults))
    made: Recipe = recipe
    return made


def _table(kind: Any, raw: Mapping[str, Any], place: str, faults: list[str]) -> Any:
    """Build one dataclass; None when it has faults, which go to the list."""
    before = len(faults)
    known = {f.name: f for f in fields(kind)}
    hints = get_type_hints(kind)
    for name in raw.keys() - known.keys():
        faults.append(f"{place}{name}: unknown{_nearest(name, known)}")
    values: dict[str, Any] = {}
    for name, described in known.items():
        if name in raw:
            values[name] = _value(hints[name], raw[name], place + name, described, faults)
        elif described.default is MISSING:
            faults.append(f"{place}{name}: missing")
    return kind(**values) if len(faults) == before else None


def _value(kind: Any, value: Any, place: str, described: Field[Any], faults: list[str]) -> Any:
    """Check one value against its type and limits."""
    if is_dataclass(kind):
        if isinstance(value, dict):
            return _table(kind, value, place + ".", faults)
        faults.append(f"{place}: must be a table")
        return None
    if get_origin(kind) is tuple:
        return _sequence(get_args(kind)[0], value, place, faults)
    if get_origin(kind) is Mapping:
        return _weights(value, place, faults)
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        faults.append(f"{place}: must be of type {kind.__name__}, is {value!r}")
    elif described.metadata:
        low, high = described.metadata["low"], described.metadata["high"]
        if not low <= value <= high:
            faults.append(f"{place}: {value} is not between {low:g} and {high:g}")
    return value


def _sequence(kind: type, value: Any, place: str, faults: list[str]) -> Any:
    if not isinstance(value, list) or not all(isinstance(item, kind) for item in value):
        faults.append(f"{place}: must be a list of {kind.__name__}")
        return None
    return tuple(value)


def _weights(value: Any, place: str, faults: list[str]) -> Any:
    """A weight from 0 to 1 for every verdict."""
    if not isinstance(value, dict):
        faults.append(f"{place}: must be a table")
        return None
    for name in value.keys() - set(VERDICTS):
        faults.append(f"{place}.{name}: unknown{_nearest(name, VERDICTS)}")
    faults += [f"{place}.{name}: missing" for name in VERDICTS if name not in value]
    for name, weight in value.items():
        if not isinstance(weight, int | float) or not 0 <= weight <= 1:
            faults.append(f"{place}.{name}: {weight!r} is not between 0 and 1")
    return value


def _nearest(name: str, known: Any) -> str:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f", did you mean {near[0]!r}?" if near else ""


def _relations(recipe: Recipe) -> list[str]:
    """Faults between settings that are each valid alone."""
    found = [
        f"data.sources: unknown {name!r}{_nearest(name, SOURCES)}"
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
