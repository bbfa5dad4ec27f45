"""The window's benchmark runs and tells its figures; how good they are the machine decides."""

from __future__ import annotations

import json

import pytest

from desktop.benchmarks.figures import Figure
from desktop.benchmarks.window import _lateness, main


def test_it_tells_all_figures(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--messages", "400", "--seconds", "0.4", "--starts", "1", "--json"])

    figures = {row["name"]: row["value"] for row in json.loads(capsys.readouterr().out)["figures"]}
    assert {"stall p99", "stall max", "start to usable window", "memory of the process"} <= set(
        figures
    )
    assert all(value > 0 for name, value in figures.items() if name != "stall p50")


def test_a_late_heart_is_seen() -> None:
    beats = [0.0, 0.002, 0.004, 0.054, 0.056]

    assert _lateness(beats)["max_ms"] == pytest.approx(48)


def test_a_missed_target_is_marked() -> None:
    assert Figure("stall max", 51.0, "ms", 50.0).missed
    assert not Figure("stall max", 51.0, "ms").missed
