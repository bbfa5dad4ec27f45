"""The whole way on the starter's reference, and the benchmark at toy size."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trainer.benchmarks import processes, sft, shapes, starter_lora

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


def _step(number: int, seconds: float, loss: float) -> dict[str, object]:
    """An event as a run writes it: 100 tokens a step, the speed being the mean since the start."""
    speed = 100 * number / seconds
    return {"event": "step", "loss": loss, "tokens": 100, "tokens_per_second": speed}


def test_the_speed_of_a_run_leaves_out_its_slow_first_steps() -> None:
    slow = [_step(n, 50 * n, 3.0) for n in range(1, 5)]
    quick = [_step(n, 200 + 2 * (n - 4), 2.0) for n in range(5, 9)]
    run = processes.read([*slow, *quick, {"event": "check", "heldout": 2.5}], 1)
    assert run.tokens_per_second == pytest.approx(50)
    assert run.heldout == 2.5


def test_runs_are_compared_step_by_step() -> None:
    one = processes.Run(1, 100.0, (3.0, 2.0), 2.5)
    two = processes.Run(2, 190.0, (3.0, 2.25), 2.75)
    found = processes.compared([one, two])
    assert found["times_as_fast"] == {1: 1.0, 2: 1.9}
    assert found["largest_difference"] == {1: 0.0, 2: 0.25}
    assert found["heldout_difference"] == {1: 0.0, 2: 0.25}
