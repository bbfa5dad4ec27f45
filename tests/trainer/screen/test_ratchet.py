"""The shipped screen is not worse than the figures that were recorded for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trainer.screen import cases, ratchet, stages

ROOT = Path(__file__).resolve().parents[3]
ASSETS = ROOT / "assets" / "safety"
SHARED = ROOT.parent / "shared"


def recorded() -> dict[str, dict[str, object]]:
    kept: dict[str, dict[str, object]] = json.loads(
        (ASSETS / "screen_figures.json").read_text("utf-8")
    )
    return kept


def test_the_scored_cases_are_still_noticed() -> None:
    kept = recorded()["scored"]
    known = frozenset(kept["cases"])  # type: ignore[call-overload]
    asked = [case for case in cases.read_cases(ASSETS / "cases") if case.id in known]

    assert len(asked) == len(known)
    assert not any(case.tuned for case in asked)
    assert ratchet.worse({"scored": kept}, {"scored": stages.ask_cases(asked)}) == []


def test_the_given_cases_are_still_noticed() -> None:
    given = SHARED / "safety" / "cases_give.tsv"
    if not given.is_file():
        pytest.skip("the given cases are not part of the checkout")
    answers = stages.ask_cases(cases.read_file(given, pair_column=False))

    assert ratchet.worse({"given": recorded()["given"]}, {"given": answers}) == []


def test_a_lost_case_and_a_new_alarm_are_told() -> None:
    asked = [
        cases.Case("a", "p", "idiom", "en", 3, frozenset(), "x"),
        cases.Case("b", "p", "idiom", "en", 0, frozenset(), "y"),
    ]
    good = [{"tier": "T3", "kinds": []}, {"tier": "T0", "kinds": []}]
    bad = [{"tier": "T0", "kinds": []}, {"tier": "T2", "kinds": []}]
    kept = ratchet.recorded({"s": list(zip(asked, good, strict=True))})
    told = ratchet.worse(kept, {"s": list(zip(asked, bad, strict=True))})

    assert ratchet.worse(kept, {"s": list(zip(asked, good, strict=True))}) == []
    assert [line.split(" was")[0] for line in told] == [
        "s: T2+ recalled", "s: T3-T4 shown a card (T2+)", "s: T3-T4 at T3+",
        "s: T0 false alarms", "s: exact or adjacent",
    ]  # fmt: skip
