"""Counting and the page of figures."""

from __future__ import annotations

from pathlib import Path

from trainer.screen import measure, report
from trainer.screen.cases import Case
from trainer.screen.rows import GuardRow


def case(tier: int | None, kinds: str = "") -> Case:
    return Case("x", "p", "idiom", "zh", tier, frozenset(kinds), "…")


def answer(tier: str, *kinds: str) -> measure.Answer:
    return {"tier": tier, "kinds": list(kinds)}


def test_case_figures_count_as_the_given_readme_says() -> None:
    figures = measure.case_figures(
        [
            (case(0), answer("T0", "V")),
            (case(0), answer("T0")),
            (case(3), answer("T2")),
            (case(2), answer("T0")),
            (case(None, "A"), answer("T4", "A", "M")),
        ]
    )

    assert str(figures["T0 false alarms"]) == "0.500 (1/2)"
    assert str(figures["T2+ recalled"]) == "0.500 (1/2)"
    assert str(figures["exact or adjacent"]) == "0.750 (3/4)"
    assert str(figures["kinds right"]) == "1.000 (1/1)"


def test_guard_figures() -> None:
    risk = GuardRow("…", frozenset({"自杀计划"}), "synthetic")
    calm = GuardRow("…", frozenset({"与自杀/自伤/攻击行为无关"}), "synthetic")
    figures = measure.guard_figures([(risk, answer("T1")), (calm, answer("T1"))], 2)

    assert [share.hits for share in figures.values()] == [0, 0, 0]


def test_figures_replace_what_stands_between_the_marks(tmp_path: Path) -> None:
    page = tmp_path / "safety.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n", "utf-8")
    report.insert(page, "new")

    assert page.read_text("utf-8") == f"before\n{report.BEGIN}\nnew\n{report.END}\nafter\n"
