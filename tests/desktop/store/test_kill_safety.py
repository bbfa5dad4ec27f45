"""Killed while sending, nothing that was confirmed is lost; and the benchmark that says so runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.benchmarks.figures import Figure, table
from desktop.benchmarks.kill_writer import kill_repeatedly
from desktop.benchmarks.store import main


def test_ten_kills_lose_nothing(path: Path) -> None:
    result = kill_repeatedly(path, 10, seed=20)
    assert result.kills == 10
    assert result.confirmed > 10
    assert (result.lost, result.damaged) == (0, 0)


def test_the_benchmark_prints_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--messages", "400", "--queries", "30", "--kills", "0", "--json"]
    main(arguments)
    figures = {row["name"]: row["value"] for row in json.loads(capsys.readouterr().out)["figures"]}
    assert figures["messages in the store"] == 400
    assert figures["searches that differ from LIKE"] == 0


def test_a_missed_target_shows() -> None:
    assert "MISSED" in table([Figure("search", 200.0, "ms", 100)])
    assert "MISSED" not in table([Figure("search", 20.0, "ms", 100), Figure("other", 9.0, "")])
