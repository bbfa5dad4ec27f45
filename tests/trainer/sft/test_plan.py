"""Every dialogue stands in one row, rows are full, and the order depends on the seed alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from trainer.benchmarks import shapes
from trainer.sft import plan
from trainer.sft.config import Batch

LENGTHS = [len(talk) for talk in shapes.dialogues(1000, 4096, 2000)]
ROWS = Batch(longest=4096, row_tokens=16_384, rows=2)


@examples(max_examples=50, deadline=None)
@given(
    lengths=st.lists(st.integers(1, 100), min_size=1, max_size=200),
    rows=st.integers(1, 4),
    dialogues=st.integers(0, 9),
)
def test_every_dialogue_is_seen_once(lengths: list[int], rows: int, dialogues: int) -> None:
    batch = Batch(longest=100, row_tokens=120, rows=0 if dialogues else rows, dialogues=dialogues)
    steps = plan.epoch(lengths, batch, 3, 0)
    seen = sorted(n for step in steps for row in step for n in row)
    assert seen == list(range(len(lengths)))
    assert max(sum(lengths[n] for n in row) for step in steps for row in step) <= 120
    if dialogues:
        assert all(sum(map(len, step)) == dialogues for step in steps[:-1])
    else:
        assert all(len(step) == rows for step in steps[:-1])


def test_real_lengths_fill_rows_to_over_97_percent() -> None:
    steps = plan.epoch(LENGTHS, ROWS, 1, 0)
    assert plan.fill(steps, LENGTHS, ROWS.row_tokens).share >= 0.97


def test_epochs_differ_and_can_be_made_again() -> None:
    assert plan.epoch(LENGTHS, ROWS, 1, 0) == plan.epoch(LENGTHS, ROWS, 1, 0)
    assert plan.epoch(LENGTHS, ROWS, 1, 0) != plan.epoch(LENGTHS, ROWS, 1, 1)
    assert plan.epoch(LENGTHS, ROWS, 1, 0) != plan.epoch(LENGTHS, ROWS, 2, 0)


def test_an_order_counts_over_epochs_and_parts_of_one() -> None:
    order = plan.Order(LENGTHS, ROWS, 1, 2.5)
    first, second = (len(plan.epoch(LENGTHS, ROWS, 1, n)) for n in range(2))
    assert order.step(first) == (1, plan.epoch(LENGTHS, ROWS, 1, 1)[0])
    assert [n for n in range(order.total) if order.ends_epoch(n)][:2] == [
        first - 1, first + second - 1,
    ]  # fmt: skip
    assert order.total == pytest.approx(first + second + first / 2, abs=1)
    with pytest.raises(IndexError):
        order.step(order.total)


def test_rows_are_cut_between_dialogues_and_shared_by_processes() -> None:
    lengths = [5, 3, 8, 2, 7]
    assert plan.pieces((0, 1, 2, 3, 4), lengths, 10) == [(0, 1), (2, 3), (4,)]
    step = [(0,), (1,), (2,)]
    assert [plan.share(step, rank, 2) for rank in range(2)] == [[(0,), (2,)], [(1,)]]
    chance = np.random.default_rng(0)
    many = chance.integers(1, 100, 50).tolist()
    parts = plan.pieces(tuple(range(50)), many, 128)
    assert [n for part in parts for n in part] == list(range(50))
    assert max(sum(many[n] for n in part) for part in parts) <= 128
