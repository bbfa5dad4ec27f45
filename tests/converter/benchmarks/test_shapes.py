"""A model of a shape can be converted, and a command's memory is seen."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from converter.benchmarks.checkpoints import save_adapter, save_shape
from converter.benchmarks.watched import watch
from converter.cli import main
from converter.errors import ConverterError
from converter.hf_folder import ModelFolder
from converter.prepare import prepare

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it reads /proc")


def test_shape_and_adapter_fit(tmp_path: Path) -> None:
    model = save_shape(tmp_path / "model", "tiny")
    merged = prepare(ModelFolder(model), adapter=save_adapter(tmp_path / "adapter", model))
    assert sum(tensor.change is not None for tensor in merged.plan) == 14


@LINUX
def test_memory_of_a_command_is_seen(tmp_path: Path) -> None:
    code = "import time; x = b'1' * 300_000_000; time.sleep(0.5)"
    cost = watch([sys.executable, "-c", code])
    assert cost.own > 300_000_000
    assert cost.resident >= cost.own
    with pytest.raises(ConverterError, match="no good"):
        watch([sys.executable, "-c", "raise SystemExit('no good')"])


@LINUX
def test_the_command_measures_ours_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["bench", "shapes", "--shape", "tiny", "--work", str(tmp_path), "--json"]
    assert main(words) == 0
    names = {one["name"]: one["value"] for one in json.loads(capsys.readouterr().out)["figures"]}
    assert names["ours: own memory at most"] > 0
    assert list(tmp_path.iterdir()) == []
