"""`xinyu accept`: says what was found in sentences, or as one JSON object; keeps it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from desktop.chat.accept_command import add_arguments, run
from desktop.chat.acceptance_table import load_acceptance
from desktop.chat.choosing import choose
from desktop.cli import main
from desktop.engine.scripted import ScriptedEngine
from desktop.errors import WorldError
from desktop.paths import Paths, assets_folder
from desktop.wording import load_wording
from tests.support.gate import well_behaved
from tests.support.tiny_gguf import write_tiny_gguf

TABLE = load_acceptance(assets_folder())


def accept(home: Path, wanted: str, engine: ScriptedEngine, *more: str) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    paths = Paths(home, assets_folder())
    options = parser.parse_args([wanted, *more])
    return run(options, paths, load_wording(paths.assets, "en"), lambda: engine)


def test_a_file_that_passes(
    own_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write_tiny_gguf(tmp_path / "some model.gguf")

    assert accept(own_home, str(file), well_behaved(TABLE)) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 6
    assert all(line.startswith("✓ ") for line in said)
    assert choose(Paths(own_home, assets_folder()), str(file)).entry.path == file


def test_one_that_does_not_pass_ends_with_1(
    own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert accept(own_home, "xinyu-starter", well_behaved(TABLE, {"speaks": ""})) == 1
    assert "✗ It answered in neither" in capsys.readouterr().out


def test_as_json_everything_is_there(own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert accept(own_home, "xinyu-starter", well_behaved(TABLE), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["accepted"] is True
    assert len(found["probes"]) == 2 + len(TABLE.probes)
    assert found["file"]["sha256"]


def test_a_name_that_nobody_knows(own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(WorldError, match="model_unknown"):
        accept(own_home, "no-such-model", ScriptedEngine())
    assert main(["--language", "en", "accept", "no-such-model"]) == 1
    assert "no model called no-such-model" in capsys.readouterr().err
