"""The plan keeps as much as fits and computes twice no more than it must."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from trainer.errors import WorldError
from trainer.sft.memory import LEAST_TOKENS, Line, Plan, confirm, fitting

MB = 1e6


def need(plan: Plan, kept: Line, twice: Line, layers: int) -> float:
    share = plan.checkpointed / layers
    return kept.at(plan.micro_tokens) * (1 - share) + twice.at(plan.micro_tokens) * share


def test_a_large_card_keeps_everything() -> None:
    lines = Line(1000 * MB, 4 * MB), Line(1000 * MB, 0.3 * MB)
    assert fitting(lines, 100_000 * MB, 4096, 16_384, 36) == Plan(16_384, 0, int(66_536 * MB))


def test_a_smaller_card_takes_smaller_pieces_first_then_computes_some_layers_twice() -> None:
    lines = Line(1000 * MB, 4 * MB), Line(1000 * MB, 0.3 * MB)
    half = fitting(lines, 40_000 * MB, 4096, 16_384, 36)
    assert (half.micro_tokens, half.checkpointed) == (8192, 0)
    some = fitting(lines, 10_000 * MB, 4096, 16_384, 36)
    assert some.micro_tokens == LEAST_TOKENS
    assert 0 < some.checkpointed < 36


@examples(max_examples=200, deadline=None)
@given(
    budget=st.floats(1e9, 1e11), per_token=st.floats(5e5, 1e7), share=st.floats(0.02, 0.5),
    longest=st.integers(512, 8192), layers=st.integers(2, 60),
)  # fmt: skip
def test_what_is_planned_fits_or_is_the_least_there_is(
    budget: float, per_token: float, share: float, longest: int, layers: int
) -> None:
    kept, twice = Line(5e8, per_token), Line(5e8, per_token * share)
    plan = fitting((kept, twice), budget, longest, 16_384, layers)
    assert longest <= plan.micro_tokens <= 16_384
    if need(plan, kept, twice, layers) > budget * 1.0001:
        assert plan.micro_tokens == longest
        assert plan.checkpointed == layers
        assert twice.at(max(longest, LEAST_TOKENS)) > budget


def test_when_even_the_trial_did_not_fit_all_layers_are_computed_twice() -> None:
    plan = fitting((None, Line(1e9, 3e5)), 4e9, 2048, 16_384, 36)
    assert (plan.micro_tokens, plan.checkpointed) == (LEAST_TOKENS, 36)


def test_what_does_not_fit_after_all_shrinks_until_it_does() -> None:
    tried: list[Plan] = []

    def peak(plan: Plan) -> int | None:
        tried.append(plan)
        return 7 if plan.micro_tokens <= 2048 else None

    found = confirm(peak, Plan(8192, 0), 1024, 4)
    assert (found.micro_tokens, found.checkpointed, found.peak) == (2048, 4, 7)
    assert [p.checkpointed for p in tried] == [0, 1, 2, 3, 4, 4, 4]


def test_what_never_fits_is_a_plain_sentence() -> None:
    with pytest.raises(WorldError, match=r"does not fit into this GPU's memory"):
        confirm(lambda _: None, Plan(4096, 0), 2048, 4)
