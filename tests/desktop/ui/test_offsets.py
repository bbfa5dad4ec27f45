"""Places of rows agree with the plain sum, whatever is done to them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop.ui.offsets import Offsets

Deed = tuple[str, int, float]
HEIGHTS = st.integers(1, 200).map(float)
DEEDS = st.lists(
    st.tuples(st.sampled_from(("insert", "remove", "measure", "ask")), st.integers(0, 30), HEIGHTS),
    max_size=30,
)


@given(st.lists(HEIGHTS, max_size=20), DEEDS)
def test_tops_are_sums_of_heights(heights: list[float], deeds: list[Deed]) -> None:
    offsets = Offsets()
    offsets.reset(heights)
    known = list(heights)

    for deed in deeds:
        do(offsets, known, deed)

    assert offsets.total == sum(known)
    assert [offsets.top(row) for row in range(len(known))] == [
        sum(known[:row]) for row in range(len(known))
    ]


def do(offsets: Offsets, known: list[float], deed: Deed) -> None:
    name, number, height = deed
    if name == "insert":
        row = number % (len(known) + 1)
        known[row:row] = [height]
        offsets.insert(row, [height])
    elif name == "ask":
        offsets.row_at(float(number))
    elif known:
        row = number % len(known)
        if name == "remove":
            del known[row]
            offsets.remove(row, row)
        else:
            known[row] = height
            offsets.measure(row, height)


@given(st.lists(HEIGHTS, min_size=1, max_size=20), st.floats(0, 5000))
def test_the_row_at_a_place_covers_it(heights: list[float], y: float) -> None:
    offsets = Offsets()
    offsets.reset(heights)

    row = offsets.row_at(y)

    if y < offsets.total:
        assert offsets.top(row) <= y < offsets.top(row) + offsets.height(row)
    else:
        assert row == len(heights) - 1


def test_nothing_is_exact_until_it_was_measured() -> None:
    offsets = Offsets()
    offsets.reset([10.0, 10.0])

    assert not offsets.is_exact(0)
    assert offsets.measure(0, 12.0)
    assert not offsets.measure(0, 12.0)
    assert offsets.is_exact(0)
    assert Offsets().row_at(5) == -1
