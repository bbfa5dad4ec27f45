"""A model's answer may be anything; what comes out is checked, bounded, and nothing is raised."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.memory.proposals import LONGEST_ANSWER, Kind, grammar, read_proposals
from desktop.memory.slots import NAMES

GOOD = {"op": "set", "id": 0, "slot": "goals", "text": "想睡好。", "quote": "想睡好"}


def test_a_good_answer_is_read() -> None:
    (proposal,), refused = read_proposals(json.dumps({"changes": [GOOD]}), 3)
    assert (proposal.kind, proposal.slot, proposal.text) == (Kind.SET, "goals", "想睡好。")
    assert not refused


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("", "broken_json"),
        ("Sure! {", "broken_json"),
        ("[]", "broken_json"),
        ('{"changes": {}}', "broken_json"),
        ('{"changes":' + "[" * 4000 + "]" * 4000 + "}", "broken_json"),
        ("x" * (LONGEST_ANSWER + 1), "answer_too_long"),
        (json.dumps({"changes": ["words"]}), "wrong_type"),
        (json.dumps({"changes": [{**GOOD, "id": "1"}]}), "wrong_type"),
        (json.dumps({"changes": [{**GOOD, "id": True}]}), "wrong_type"),
        (json.dumps({"changes": [{**GOOD, "id": -1}]}), "unknown_entry"),
        (json.dumps({"changes": [{**GOOD, "op": "merge"}]}), "unknown_kind"),
        (json.dumps({"changes": [{"op": "set"}]}), "missing_key"),
    ],
)
def test_bad_answers_are_refused_by_reason(answer: str, reason: str) -> None:
    proposals, refused = read_proposals(answer, 3)
    assert proposals == []
    assert set(refused) == {reason}


def test_too_many_are_cut_and_counted() -> None:
    proposals, refused = read_proposals(json.dumps({"changes": [GOOD] * 60}), 3)
    assert len(proposals) == 3
    assert refused == {"too_many": 57}


@given(st.text())
def test_no_text_makes_it_fall_over(text: str) -> None:
    proposals, refused = read_proposals(text, 3)
    assert proposals == []
    assert refused["broken_json"] == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)


@given(JSON)
def test_no_json_makes_it_fall_over(value: object) -> None:
    proposals, _ = read_proposals(json.dumps({"changes": [value]}), 3)
    assert all(isinstance(proposal.text, str) for proposal in proposals)


def test_the_grammar_bounds_every_string_and_names_the_slots() -> None:
    text = grammar(NAMES[:2], 3, 120)
    assert "char{0,120}" in text
    assert '"\\"user_profile\\"" | "\\"preferences\\""' in text
    assert "*" not in text
    assert "+" not in text
    assert text.isascii()
