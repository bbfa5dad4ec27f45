"""Third step: write the splits, cut what is too long between turns, and count what is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, get_args

import numpy as np

from trainer import dataset, style
from trainer.conversation import Conversation, to_line
from trainer.data.choosing import REASONS, TEST, Choice
from trainer.data.recipe import Lengths
from trainer.data.staging import Account
from trainer.dataset import Split
from trainer.errors import UsageError
from trainer.tokenise import render_turn

SPLITS: tuple[Split, ...] = get_args(Split)
BATCH = 256
BIN = {"characters": 100, "tokens": 100, "turns": 2}
"""Width of a histogram's bars."""
REPLIES = 1500
"""Counsellor turns of a source whose style is measured, drawn evenly."""


class Measure:
    """Lengths of turns in tokens, when a tokenizer was chosen, and in characters."""

    def __init__(self, lengths: Lengths, tokenizer: Path | None) -> None:
        self.lengths, self._tokenizer = lengths, None
        if tokenizer is not None:
            self._tokenizer = _load(tokenizer)

    def tokens(self, batch: list[Conversation]) -> list[list[int]] | None:
        """Tokens of every turn with its marks, which are tokens of their own: turns add up."""
        if self._tokenizer is None:
            return None
        texts = [render_turn(t.role, t.content) for c in batch for t in c.turns]
        made = iter(self._tokenizer.encode_batch_fast(texts, add_special_tokens=False))
        return [[len(next(made)) for _ in c.turns] for c in batch]

    def fitting(self, talk: Conversation, tokens: list[int] | None) -> int:
        """How many leading turns fit, up to the end of a counsellor's turn."""
        limits = self.lengths
        allowed = len(talk.turns)
        for most, sizes in (
            (limits.longest_tokens, tokens),
            (limits.longest_characters, [len(t.content) for t in talk.turns]),
        ):
            if most and sizes is not None:
                allowed = min(allowed, int(np.searchsorted(np.cumsum(sizes), most, "right")))
        return allowed - allowed % 2


def _load(path: Path) -> Any:
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises plain Exception
        raise UsageError(f"{path} is no tokenizer.json that can be read: {error}.") from error


@dataclass
class Figures:
    """What was written, by source: counts and histograms."""

    dialogues: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    histograms: dict[str, dict[str, Counter[int]]] = field(
        default_factory=lambda: {name: defaultdict(Counter) for name in BIN}
    )
    topics: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    licences: Counter[str] = field(default_factory=Counter)
    repeated: Counter[str] = field(default_factory=Counter)
    replies: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    met: Counter[str] = field(default_factory=Counter)

    def count(
        self, talk: Conversation, split: str, tokens: list[int] | None, random: np.random.Generator
    ) -> None:
        """Add one dialogue."""
        source = talk.source
        self.dialogues[source][split] += 1
        self.topics[source][talk.topic or "none given"] += 1
        self.licences[talk.licence] += 1
        sizes = {"characters": sum(len(t.content) for t in talk.turns), "turns": len(talk.turns)}
        if tokens is not None:
            sizes["tokens"] = sum(tokens)
        for name, size in sizes.items():
            self.histograms[name][source][size // BIN[name] * BIN[name]] += 1
        for said, answered in zip(talk.turns[::2], talk.turns[1::2], strict=False):
            self._draw(source, (answered.content, said.content), random)

    def _draw(self, source: str, pair: tuple[str, str], random: np.random.Generator) -> None:
        """Reservoir sampling: every reply of a source is equally likely to be among the drawn."""
        self.met[source] += 1
        drawn = self.replies[source]
        if len(drawn) < REPLIES:
            drawn.append(pair)
        elif (place := int(random.integers(self.met[source]))) < REPLIES:
            drawn[place] = pair

    def told(self) -> dict[str, Any]:
        """Everything as plain data; style figures follow the evaluation rubric."""
        return {
            "splits": {s: dict(c) for s, c in self.dialogues.items()},
            "repeated": dict(self.repeated),
            "histograms": {
                name: {s: dict(sorted(c.items())) for s, c in by.items()}
                for name, by in self.histograms.items()
                if by
            },
            "bins": BIN,
            "topics": {s: dict(c.most_common()) for s, c in self.topics.items()},
            "licences": dict(self.licences),
            "style": {
                source: style.figures([a for a, _ in pairs], [b for _, b in pairs])
                for source, pairs in self.replies.items()
            },
        }


def write(
    folder: Path,
    staged: Iterable[Conversation],
    choice: Choice,
    measure: Measure,
    account: Account,
    seed: int,
) -> Figures:
    """Write every split; `account` then knows the fate of every dialogue that was read."""
    figures, random = Figures(), np.random.default_rng(seed)
    with ExitStack() as opened:
        streams = {
            s: opened.enter_context(dataset.file_of(folder, s).open("w", encoding="utf-8"))
            for s in SPLITS
        }
        for number, talk, tokens in _measured(staged, measure):
            if choice.fate[number] > TEST:
                account.ledger.drop(talk, REASONS[int(choice.fate[number])])
                continue
            fitting = measure.fitting(talk, tokens)
            if fitting < 2:
                account.ledger.drop(talk, "first exchange longer than the limit")
                continue
            account.ledger.kept[talk.source] += 1
            if fitting < len(talk.turns):
                account.note(talk.source, "over-long dialogues cut between turns", 1)
                account.note(talk.source, "turns cut off", len(talk.turns) - fitting)
                talk = talk.with_turns(talk.turns[:fitting])
                tokens = tokens and tokens[:fitting]
            split = SPLITS[int(choice.fate[number])]
            streams[split].write(to_line(talk) + "\n")
            figures.count(talk, split, tokens, random)
            if split == "train":
                for copy in range(2, int(choice.copies[number]) + 1):
                    again = replace(talk, id=f"{talk.id}~{copy}")
                    streams[split].write(to_line(again) + "\n")
                    figures.repeated[talk.source] += 1
    for split in SPLITS:
        if not any(counts[split] for counts in figures.dialogues.values()):
            dataset.file_of(folder, split).unlink()
    return figures


def _measured(
    staged: Iterable[Conversation], measure: Measure
) -> Iterator[tuple[int, Conversation, list[int] | None]]:
    remaining, number = iter(staged), 0
    while batch := list(islice(remaining, BATCH)):
        sizes = measure.tokens(batch)
        for position, talk in enumerate(batch):
            yield number, talk, None if sizes is None else sizes[position]
            number += 1
