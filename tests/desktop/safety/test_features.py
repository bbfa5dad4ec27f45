"""Hashed features: the same everywhere, bounded, and named for explanations."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.safety.features import BUCKETS, RUN_BUCKETS, described, indexes

PLACES = [9031, 17700, 21348, 31885, 80870, 103623, 109880, 122435, 125294]


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=80), st.lists(st.text(max_size=10), max_size=4))
def test_places_are_ordered_bounded_and_described(text: str, names: list[str]) -> None:
    places = indexes(text, names)

    assert np.all(np.diff(places) > 0)
    assert places.size == 0 or 0 <= places[0] <= places[-1] < BUCKETS
    assert set(places.tolist()) == set(described(text, names))


def test_places_never_move() -> None:
    """A change here makes the shipped weights worthless."""
    assert indexes("想死", []).tolist() == PLACES


def test_names_have_their_own_places() -> None:
    assert indexes("", ["rule:x:plain"])[-1] >= RUN_BUCKETS
