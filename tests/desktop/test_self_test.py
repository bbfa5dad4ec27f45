"""`xinyu self-test` does the real thing and says which part failed."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from desktop.engine.scripted import ScriptedEngine
from desktop.errors import EngineError
from desktop.paths import Paths, assets_folder
from desktop.self_test import check_all, print_report
from desktop.wording import load_wording

FONTS = {"chinese": "Noto Sans CJK SC", "emoji": "Noto Color Emoji"}


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "home", assets_folder())


def failed(report_checks: object) -> list[str]:
    return [check.name for check in report_checks if not check.passed]  # type: ignore[attr-defined]


def test_all_well(paths: Paths) -> None:
    report = check_all(paths, lambda: ScriptedEngine(["我在。"]), "", lambda: FONTS)

    assert failed(report.checks) == []
    assert report.passed
    assert list(paths.home.iterdir()) == []


def test_a_silent_model_fails(paths: Paths) -> None:
    report = check_all(paths, lambda: ScriptedEngine([""]), "", lambda: FONTS)

    assert failed(report.checks) == ["model"]


def test_an_engine_fault_fails_and_the_rest_is_still_checked(paths: Paths) -> None:
    engine = ScriptedEngine(load_error=EngineError("engine_start_failed"))

    report = check_all(paths, lambda: engine, "", lambda: FONTS)

    assert failed(report.checks) == ["model"]
    assert len(report.checks) == 5


def test_missing_fonts_fail(paths: Paths) -> None:
    report = check_all(paths, ScriptedEngine, "", lambda: {"chinese": "x", "emoji": ""})

    assert failed(report.checks) == ["fonts"]


def test_a_data_folder_that_is_a_file_fails(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("not a folder")

    report = check_all(Paths(tmp_path / "home", assets_folder()), ScriptedEngine, "", lambda: FONTS)

    assert failed(report.checks) == ["store"]


def test_missing_assets_fail(paths: Paths, tmp_path: Path) -> None:
    report = check_all(
        Paths(paths.home, assets_folder() / "models"), ScriptedEngine, "m.gguf", lambda: FONTS
    )

    assert "helplines" in failed(report.checks)


def test_the_report_reads_for_people_and_for_programs(paths: Paths) -> None:
    report = check_all(paths, lambda: ScriptedEngine([""]), "", lambda: FONTS)
    wording = load_wording(assets_folder(), "zh")
    people, programs = io.StringIO(), io.StringIO()

    print_report(report, wording, False, people)
    print_report(report, wording, True, programs)

    assert "✗ model" in people.getvalue()
    assert "✓ store" in people.getvalue()
    decoded = json.loads(programs.getvalue())
    assert decoded["passed"] is False
    assert decoded["checks"][0]["error"] == "self_test_silent_model"
