"""Which dialogues a step sees, in which rows, and which part of a row is computed at once.

A pure function of lengths, seed and epoch: a run that was killed goes on in the same order, on
however many processes and however small the pieces. Knows nothing of tokens or models.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import numpy as np

from trainer import packing
from trainer.sft.config import Batch

ROWS_TOGETHER = 100
"""Rows packed from one drawing: enough for rows over 99 % full, few enough to stay random."""

Row = tuple[int, ...]
"""Numbers of the dialogues that stand in one row."""


@dataclass(frozen=True)
class Fill:
    """How full rows are: real tokens over the rows' room."""

    tokens: int
    room: int

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.tokens / self.room if self.room else 1.0


def epoch(lengths: Sequence[int], batch: Batch, seed: int, number: int) -> list[tuple[Row, ...]]:
    """The steps of one epoch, each a tuple of rows; every dialogue stands in exactly one row."""
    chance = np.random.default_rng([seed, number])
    order: list[int] = chance.permutation(len(lengths)).tolist()
    if batch.dialogues:
        groups = [order[i : i + batch.dialogues] for i in range(0, len(order), batch.dialogues)]
        return [tuple(_rows(group, lengths, batch.row_tokens, len(group))) for group in groups]
    mean = max(1.0, float(np.mean(lengths)))
    window = max(packing.WINDOW, int(ROWS_TOGETHER * batch.row_tokens / mean))
    rows = _rows(order, lengths, batch.row_tokens, window)
    rows = [rows[i] for i in chance.permutation(len(rows)).tolist()]
    return [tuple(rows[i : i + batch.rows]) for i in range(0, len(rows), batch.rows)]


def fill(steps: Sequence[Sequence[Row]], lengths: Sequence[int], row_tokens: int) -> Fill:
    """How full the rows of some steps are."""
    rows = [row for step in steps for row in step]
    return Fill(sum(lengths[n] for row in rows for n in row), row_tokens * len(rows))


def pieces(row: Row, lengths: Sequence[int], most: int) -> list[Row]:
    """A row in parts of at most `most` tokens, cut between dialogues."""
    made: list[list[int]] = []
    room = -1
    for number in row:
        if lengths[number] > room:
            made.append([])
            room = most
        made[-1].append(number)
        room -= lengths[number]
    return [tuple(part) for part in made]


def share(step: Sequence[Row], rank: int, world: int) -> list[Row]:
    """The rows of one process of several; fewer rows than processes leave some with none."""
    return list(step[rank::world])


def _rows(order: Sequence[int], lengths: Sequence[int], room: int, window: int) -> list[Row]:
    bins = packing.pack([lengths[n] for n in order], room, window)
    return [tuple(order[place] for place in places) for places in bins]


class Order:
    """All steps of a stage, made epoch by epoch; a fraction of an epoch is its first steps."""

    def __init__(self, lengths: Sequence[int], batch: Batch, seed: int, epochs: float) -> None:
        self._lengths, self._batch, self._seed = lengths, batch, seed
        whole = math.ceil(epochs)
        self._counts = [len(self._epoch(number)) for number in range(whole)]
        if whole > epochs:
            self._counts[-1] = max(1, round(self._counts[-1] * (epochs - whole + 1)))
        self.total = sum(self._counts)

    def step(self, number: int) -> tuple[int, tuple[Row, ...]]:
        """(epoch, rows) of a step, both counted from 0."""
        for epoch_number, count in enumerate(self._counts):
            if number < count:
                return epoch_number, self._epoch(epoch_number)[number]
            number -= count
        raise IndexError(number)

    def ends_epoch(self, number: int) -> bool:
        """True for the last step of an epoch."""
        return number + 1 in accumulate(self._counts)

    def fill(self) -> float:
        """The share of the first epoch's rows that is real tokens."""
        return fill(self._epoch(0), self._lengths, self._batch.row_tokens).share

    @lru_cache(maxsize=2)  # noqa: B019 - one order lives as long as its stage
    def _epoch(self, number: int) -> list[tuple[Row, ...]]:
        return epoch(self._lengths, self._batch, self._seed, number)
