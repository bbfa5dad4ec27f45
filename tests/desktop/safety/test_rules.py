"""The explicit rules: the shipped table is whole, and each way of reading a hit is as it should."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any

import pytest

from desktop.paths import assets_folder
from desktop.safety.patterns import PatternError, compile_any, expand
from desktop.safety.rules import Findings, Rules
from desktop.safety.table import FLOOR, load_table, read_table

RAW: dict[str, Any] = tomllib.loads(
    (assets_folder() / "safety" / "signals.toml").read_text("utf-8")
)


@pytest.fixture(scope="module")
def rules() -> Rules:
    return Rules(load_table(assets_folder()))


def readings(findings: Findings) -> set[str]:
    return {hit.reading for hit in findings.hits}


@pytest.mark.parametrize("section", ["signal", "combination", "benign"])
def test_every_row_says_why_whence_and_when(section: str) -> None:
    for row in RAW[section]:
        assert row["why"], row["id"]
        assert row["source"], row["id"]
        assert date.fromisoformat(row["reviewed"]), row["id"]


def test_names_are_given_once() -> None:
    names = [row["id"] for section in ("signal", "combination", "benign") for row in RAW[section]]

    assert len(names) == len(set(names))


def test_combinations_name_concepts_that_exist() -> None:
    known = {row["name"] for row in RAW["concept"]}

    for row in RAW["combination"]:
        assert set(row["needs"]) | set(row["unless"]) <= known, row["id"]


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("我没有想过自杀", "denied"), ("i would never kill myself", "denied"),
        ("我朋友说他想自杀", "third"), ("小说的女主角说她不想活了", "quoted"),
        ("以前我想过自杀", "past"), ("我想自杀", "plain"),
    ],
)  # fmt: skip
def test_a_hit_is_read_as_it_was_meant(rules: Rules, text: str, reading: str) -> None:
    assert reading in readings(rules.one(text))


@pytest.mark.parametrize("text", ["笑死我了", "累死了", "想死你了", "我要预防自杀热线的资料"])
def test_idioms_and_subjects_raise_nothing(rules: Rules, text: str) -> None:
    assert rules.one(text).tier == 0


def test_someone_near_at_risk_is_a_kind_and_no_tier(rules: Rules) -> None:
    found = rules.one("我闺蜜说她不想活了")

    assert (found.tier, found.kinds) == (0, frozenset({"TP"}))


def test_denial_of_a_denial_keeps_the_tier(rules: Rules) -> None:
    assert rules.one("我说没有自杀的想法是骗你的").tier >= 2


def test_the_floor_is_loud_in_both_languages() -> None:
    floor = Rules(FLOOR)

    assert floor.is_floor
    for text in ("我不想活了", "i want to die", "唔想活", "suicidal"):
        assert floor.one(text).tier >= 2


def test_patterns_expand_lists_and_gaps() -> None:
    words = {"want": ["想", "要"]}

    assert compile_any(["{want}…死"], words, whole_words=False).search("想一想死")
    assert "|" in expand("{want}", words)
    with pytest.raises(PatternError):
        expand("{unknown}", words)


@pytest.mark.parametrize("section", ["words", "frames", "signal", "concept", "benign"])
def test_a_table_without_a_section_is_refused(section: str) -> None:
    with pytest.raises((KeyError, ValueError)):
        read_table({name: part for name, part in RAW.items() if name != section})
