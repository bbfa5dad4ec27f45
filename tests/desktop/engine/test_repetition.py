"""Loops are found soon, and what people say twice is no loop."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.engine.repetition import repeats


def tokens_until_found(passage: list[int]) -> int:
    tokens = [1000, 1001, 1002]
    for count in range(400):
        tokens.append(passage[count % len(passage)])
        if repeats(tokens):
            return count + 1
    raise AssertionError("not found")


@pytest.mark.parametrize("period", range(1, 9))
def test_short_loops_are_found_within_thirty_tokens(period: int) -> None:
    assert tokens_until_found(list(range(period))) <= 30


@pytest.mark.parametrize("period", [12, 20, 40, 64])
def test_sentences_are_found_when_said_three_times(period: int) -> None:
    assert tokens_until_found(list(range(period))) <= 3 * period


@settings(deadline=None)  # other work on the machine is no fault
@given(st.lists(st.integers(), max_size=200, unique=True))
def test_without_repetition_nothing_is_found(tokens: list[int]) -> None:
    assert not repeats(tokens)


def test_laughing_or_saying_it_twice_is_no_loop() -> None:
    assert not repeats([*range(30), *[7] * 15])
    assert not repeats([*range(30), *range(30)])
