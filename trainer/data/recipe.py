"""A recipe of a dataset as frozen dataclasses, read from TOML with all faults reported at once.

Knows the shape of the settings and their limits, nothing of what building does with them. Paths are
relative to the folder given with --corpora, or to the recipe's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from trainer import settings
from trainer.data.filters import NAMES
from trainer.settings import limited, nearest

Format = Literal[
    "smile", "cpsycound", "system_input_output", "alpaca", "sharegpt", "messages", "esconv", "own"
]


@dataclass(frozen=True, kw_only=True)
class Source:
    """One corpus.

    Attributes:
        path: a file, an archive or a folder.
        weight: how much of it is taken, each topic in proportion; 2 shows every training dialogue
            twice. Held-out dialogues are never repeated.
        excluded: a JSON file {"ids": [...]} of dialogues that must not be used.
    """

    name: str
    format: Format
    path: str
    licence: str
    language: Literal["zh", "en"] = "zh"
    weight: float = limited(0.0, 100.0, default=1.0)
    excluded: str = ""


@dataclass(frozen=True, kw_only=True)
class Cleaning:
    """The filters in their order, and whether counsellor turns get verdicts and weights."""

    filters: tuple[str, ...] = NAMES
    weigh: bool = False
    near_duplicates: bool = True


@dataclass(frozen=True, kw_only=True)
class Lengths:
    """What a dialogue may hold; longer ones are cut between turns. 0: no limit.

    Attributes:
        tokenizer: a tokenizer.json; without one lengths are told in characters only.
        longest_tokens: with the marks of the chat template, without a system prompt.
    """

    tokenizer: str = ""
    longest_tokens: int = limited(0, 1_000_000, default=0)
    longest_characters: int = limited(0, 10_000_000, default=0)


@dataclass(frozen=True, kw_only=True)
class Split:
    """Shares of the dialogues, by source question; what is left over is training."""

    valid: float = limited(0.0, 0.9, default=0.2)
    test: float = limited(0.0, 0.9, default=0.0)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Attributes: unreadable: records that may be unreadable before the build is refused."""

    unreadable: int = limited(0, 1_000_000_000, default=0)


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A whole recipe. `dialogues` > 0 takes that many of all, sources and topics in proportion."""

    seed: int
    source: tuple[Source, ...]
    dialogues: int = limited(0, 1_000_000_000, default=0)
    cleaning: Cleaning = field(default_factory=Cleaning)
    lengths: Lengths = field(default_factory=Lengths)
    split: Split = field(default_factory=Split)
    limits: Limits = field(default_factory=Limits)


def load(path: Path) -> Recipe:
    """Read a recipe; UsageError lists every fault."""
    raw = settings.load(path, "recipe")
    return settings.parse(Recipe, raw, path.name, lambda recipe: list(_relations(recipe)))


def _relations(recipe: Recipe) -> Iterator[str]:
    """Faults between settings that are each valid alone."""
    if not recipe.source:
        yield "source: at least one is needed"
    for name, count in Counter(s.name for s in recipe.source).items():
        if count > 1:
            yield f"source: the name {name!r} stands {count} times"
    for name in recipe.cleaning.filters:
        if name not in NAMES:
            yield f"cleaning.filters: unknown {name!r}{nearest(name, NAMES)}"
    if recipe.split.valid + recipe.split.test >= 1:
        yield "split: valid and test together leave nothing to train on"
    if recipe.lengths.longest_tokens and not recipe.lengths.tokenizer:
        yield "lengths.longest_tokens: needs lengths.tokenizer"
