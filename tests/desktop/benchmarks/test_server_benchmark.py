"""The server's benchmark runs and tells its figures; how good they are the machine decides."""

from __future__ import annotations

import json

import pytest

from desktop.benchmarks.server import main


def test_it_tells_its_figures(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--stops", "4", "--json"])

    figures = {row["name"]: row["value"] for row in json.loads(capsys.readouterr().out)["figures"]}
    assert figures["stops of a server of 200 tokens a second"] == 4
    assert figures["events a second that can be followed"] > 50
    assert "  stop to silence, slowest" in figures
