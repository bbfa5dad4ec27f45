"""The project's cases: readable, paired, and parted the same way every time."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from trainer.errors import WorldError
from trainer.screen import cases, rows

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "safety" / "cases"


@pytest.fixture(scope="module")
def every() -> list[cases.Case]:
    return cases.read_cases(FOLDER)


def test_pairs_stay_together(every: list[cases.Case]) -> None:
    sides = defaultdict(set)
    for case in every:
        sides[case.pair].add(case.tuned)

    assert all(len(side) == 1 for side in sides.values())


def test_both_parts_are_there_in_both_languages(every: list[cases.Case]) -> None:
    assert len(every) >= 1_500
    assert len({case.id for case in every}) == len(every)
    for language in ("zh", "en"):
        here = [case for case in every if case.lang == language]
        share = sum(case.tuned for case in here) / len(here)
        assert 0.5 < share < 0.85


def test_no_scored_text_is_trained_on(every: list[cases.Case]) -> None:
    scored = {case.text for case in every if not case.tuned}
    plain = rows.plain(Path(rows.__file__).parent / "plain.tsv")

    assert not scored & {turn for row in plain for turn in row.turns}
    assert not scored & {case.text for case in every if case.tuned}


@pytest.mark.parametrize(
    ("cell", "tier", "kinds"), [("T3", 3, ""), ("A", None, "A"), ("M+T4", 4, "M"), ("T0", 0, "")]
)
def test_expected_cells(cell: str, tier: int | None, kinds: str) -> None:
    assert cases.expected(cell) == (tier, frozenset(kinds))


def test_an_unknown_cell_is_refused() -> None:
    with pytest.raises(ValueError, match="T9"):
        cases.expected("T9")


def test_a_table_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    path.write_text("id\ttext\n1\t2\n", "utf-8")

    with pytest.raises(WorldError, match=r"x\.tsv"):
        cases.read_file(path)


def test_earlier_turns_stand_in_brackets() -> None:
    assert rows.turns_of("[一][二] 三") == ("一", "二", "三")
    assert rows.turns_of("没有括号") == ("没有括号",)
    assert rows.turns_of("[只有一句]") == ("只有一句",)
