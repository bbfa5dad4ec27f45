"""The whole way on the starter's reference, and the benchmark at toy size."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trainer.benchmarks import sft, shapes, starter_lora

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED = REPOSITORY.parent / "shared"


@pytest.mark.slow
def test_the_whole_way_on_the_starter_lowers_the_held_out_loss(tmp_path: Path) -> None:
    base = SHARED / "models" / "starter-reference"
    if not base.is_dir():
        pytest.skip("the starter's reference is not beside this checkout")
    command = ["--base", str(base), "--out", str(tmp_path), "--corpora", str(SHARED / "corpora")]
    assert starter_lora.main(command) == 0
    page = (tmp_path / "compare" / "report.html").read_text("utf-8")
    assert "answered by both" in page


def test_the_benchmark_runs_at_toy_size(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["--suite", "toy", "--device", "cpu", "--only", "nothing fused", "--together"]
    assert sft.main([*command, "--out", str(tmp_path)]) == 0
    (row,) = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert row["tokens_per_second"] > 0
    assert row["fill"] > 0.9
    assert "tokens/s" in capsys.readouterr().out


def test_shapes_have_the_sizes_of_the_real_models() -> None:
    assert shapes.SHAPES["4b"].matmul_parameters() == pytest.approx(4.02e9, rel=0.005)
    assert shapes.SHAPES["14b"].matmul_parameters() == pytest.approx(13.99e9, rel=0.005)
    lengths = [len(talk) for talk in shapes.dialogues(1000, 4096, 1000)]
    assert sum(lengths) / len(lengths) == pytest.approx(620, rel=0.01)
