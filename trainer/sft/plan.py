"""Which dialogues a step sees, in which rows, and which part of a row is computed at once.

A pure function of lengths, seed and epoch: a run that was killed goes on in the same order, on
however many processes and however small the pieces. Knows nothing of tokens or models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
