"""Whole runs on a tiny base: by the command, killed and gone on, in stages, in two processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from trainer import cli, manifest
from trainer.sft import checkpoints, config

REPOSITORY = Path(__file__).resolve().parents[3]
RUN = """
seed = 3
out = "{out}"
device = "cpu"

[base]
folder = "{base}"
precision = "fp32"

[lora]
rank = 4
alpha = 8
dropout = 0.1
"""
STAGE = """
[[stages]]
name = "{name}"
data = "{data}"
neftune = {neftune}

[stages.batch]
longest = 256
row_tokens = 256
rows = 2

[stages.schedule]
learning_rate = 2e-2
epochs = {epochs}

[stages.checks]
every = 2
keep = 2
patience = {patience}
"""


def written(
    folder: Path, base: Path, data: Path, *, epochs: float = 2, patience: int = 0,
    stages: tuple[str, ...] = ("talk",), neftune: float = 0.0,
) -> Path:  # fmt: skip
    """A configuration file for a run into `folder`/out."""
    text = RUN.format(out=(folder / "out").as_posix(), base=base.as_posix())
    for name in stages:
        text += STAGE.format(
            name=name, data=data.as_posix(), epochs=epochs, patience=patience, neftune=neftune
        )
    path = folder / "run.toml"
    path.write_text(text, "utf-8")
    return path


def curve(folder: Path, kind: str = "step") -> list[dict[str, Any]]:
    lines = (folder / "events.jsonl").read_text("utf-8").splitlines()
    return [e for e in map(json.loads, lines) if e["event"] == kind]


def losses(folder: Path) -> dict[int, float]:
    return {e["step"]: e["loss"] for e in curve(folder)}


def test_a_run_leaves_a_folder_that_explains_itself(
    tmp_path: Path, base_folder: Path, dataset_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, base_folder, dataset_folder, epochs=3)
    assert cli.main(["sft", str(path)]) == 0
    said = capsys.readouterr().out
    assert "tokens at once" in said
    assert "best held-out loss" in said
    out = tmp_path / "out" / "talk"
    assert {p.name for p in out.iterdir()} == {
        "run.json", "events.jsonl", "loss.png", "adapter", "manifest.json",
    }  # fmt: skip
    assert (out / "loss.png").read_bytes().startswith(b"\x89PNG")
    facts = json.loads((out / "run.json").read_text("utf-8"))
    assert facts["parameters"]["trained"] < facts["parameters"]["all"] / 4
    assert facts["data"]["train"]["kept"] == {"own": 6, "smile": 12}
    assert "base.quantise" in facts["left_to_default"]
    assert "lora.rank" not in facts["left_to_default"]
    assert set(facts["inputs"]) >= {"model.safetensors", "train.jsonl", "tokenizer.json"}
    checks = curve(out, "check")
    assert checks[-1]["heldout"] < 0.95 * checks[0]["heldout"]
    assert set(checks[0]["by_source"]) == {"own", "smile"}
    best = min(checks, key=lambda e: e["heldout"])
    made = manifest.read(out)
    assert made.figures["best_step"] == best["step"]
    adapter = manifest.read(out / "adapter")
    assert adapter.inputs["model.safetensors"] == manifest.sha256(base_folder / "model.safetensors")
    assert adapter.settings["base"]["quantised_base"] is False


def test_the_adapter_that_is_kept_is_the_best_one_and_peft_reads_it(
    tmp_path: Path, base_folder: Path, dataset_folder: Path
) -> None:
    from trainer.sft import adapter, attention, base, data, heldout
    from trainer.sft.objective import Objective

    path = written(tmp_path, base_folder, dataset_folder, epochs=3)
    assert cli.main(["sft", str(path)]) == 0
    out = tmp_path / "out" / "talk"
    settings = config.load(path)
    prepared = data.prepare(settings.stages[0], base_folder, settings.seed)
    model = base.load(settings.base, base.choose_device("cpu"))
    tuned = adapter.load(model, out / "adapter")
    tuned.set_attn_implementation(attention.register())
    found = heldout.measure(
        Objective(tuned), prepared.valid, 256, base.choose_device("cpu"), {}
    ).loss
    assert found == pytest.approx(min(e["heldout"] for e in curve(out, "check")), abs=1e-5)
    assert set(adapter.load_tensors(out / "adapter")) == set(adapter.state(tuned))


def test_a_run_killed_at_any_moment_goes_on_along_the_same_curve(
    tmp_path: Path, base_folder: Path, dataset_folder: Path
) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    for folder in (whole, broken):
        folder.mkdir()
    path = written(whole, base_folder, dataset_folder, epochs=3, neftune=5.0)
    assert cli.main(["sft", str(path)]) == 0
    wanted = losses(whole / "out" / "talk")

    path = written(broken, base_folder, dataset_folder, epochs=3, neftune=5.0)
    out = broken / "out" / "talk"
    command = [sys.executable, "-m", "trainer.cli", "sft", str(path)]
    for kill_at in (3, 6):
        started = subprocess.Popen(
            [*command, *(["--resume"] if kill_at > 3 else [])], cwd=REPOSITORY,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        while started.poll() is None and max(losses_so_far(out), default=0) < kill_at:
            time.sleep(0.01)
        started.send_signal(signal.SIGKILL)
        started.wait()
    assert not manifest.is_finished(out)
    assert checkpoints.Checkpoints(out / "checkpoints").newest()
    assert cli.main(["sft", str(path), "--resume"]) == 0
    found = losses(out)
    assert list(found) == list(wanted)
    assert max(abs(found[step] - wanted[step]) for step in wanted) < 1e-6
    facts = json.loads((out / "run.json").read_text("utf-8"))
    assert len(facts["earlier"]) == 2


def losses_so_far(folder: Path) -> dict[int, float]:
    """Like `losses`, of a run that is going on."""
    if not (folder / "events.jsonl").is_file():
        return {}
    found = {}
    for line in (folder / "events.jsonl").read_text("utf-8").splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            break
        if event["event"] == "step":
            found[event["step"]] = event["loss"]
    return found


def test_the_curve_does_not_depend_on_how_much_is_computed_at_once(
    tmp_path: Path, base_folder: Path, dataset_folder: Path
) -> None:
    curves = []
    for number, micro in enumerate((256, 512)):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = written(folder, base_folder, dataset_folder)
        text = path.read_text("utf-8").replace("dropout = 0.1", "dropout = 0.0")
        text = text.replace("row_tokens = 256", f"row_tokens = 512\nmicro_tokens = {micro}")
        path.write_text(text, "utf-8")
        assert cli.main(["sft", str(path)]) == 0
        curves.append(losses(folder / "out" / "talk"))
    assert curves[0].keys() == curves[1].keys()
    assert max(abs(curves[0][s] - curves[1][s]) for s in curves[0]) < 1e-5


def test_memory_that_runs_out_is_one_sentence_and_changes_nothing(
    tmp_path: Path,
    base_folder: Path,
    dataset_folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import torch

    from trainer.sft.objective import Objective

    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    path = written(tmp_path / "a", base_folder, dataset_folder)
    assert cli.main(["sft", str(path)]) == 0
    forward, calls = Objective.forward, []

    def failing(self: Any, piece: Any) -> Any:
        calls.append(piece.tokens)
        if len(calls) in (4, 5):
            raise torch.OutOfMemoryError("no memory")
        return forward(self, piece)

    monkeypatch.setattr(Objective, "forward", failing)
    path = written(tmp_path / "b", base_folder, dataset_folder)
    assert cli.main(["sft", str(path)]) == 0
    assert capsys.readouterr().out.count("Memory ran out, so now: ") == 2
    wanted, found = (losses(tmp_path / name / "out" / "talk") for name in "ab")
    assert found == pytest.approx(wanted, abs=1e-5)
    assert len(curve(tmp_path / "b" / "out" / "talk", "memory")) == 2


def test_the_second_stage_goes_on_with_the_best_of_the_first(
    tmp_path: Path, base_folder: Path, dataset_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(
        tmp_path, base_folder, dataset_folder, epochs=8, patience=2, stages=("who", "talk")
    )
    assert cli.main(["sft", str(path), "--stage", "talk"]) == 2
    assert "train who first" in capsys.readouterr().err
    assert cli.main(["sft", str(path)]) == 0
    first, second = (tmp_path / "out" / name for name in ("who", "talk"))
    best = min(e["heldout"] for e in curve(first, "check"))
    assert curve(second, "check")[0]["heldout"] == pytest.approx(best, abs=1e-5)
    assert "ended early" in capsys.readouterr().out
    steps = json.loads((second / "run.json").read_text("utf-8"))["steps"]
    assert max(losses(second)) < steps


@pytest.mark.parametrize("sharded", ["never", "always"])
def test_two_processes_train_like_one(
    tmp_path: Path, base_folder: Path, dataset_folder: Path, sharded: str
) -> None:
    curves, weights = [], []
    for number, world in enumerate((1, 2)):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = written(folder, base_folder, dataset_folder)
        text = path.read_text("utf-8").replace("dropout = 0.1", "dropout = 0.0")
        text = text.replace("[base]", f'[base]\nsharded = "{sharded}"')
        path.write_text(text.replace("rows = 2", "rows = 3"), "utf-8")
        launch = ["torch.distributed.run", "--standalone", "--nproc-per-node", str(world)]
        command = [sys.executable, "-m", *launch, "-m", "trainer.cli", "sft", str(path)]
        done = subprocess.run(
            command, cwd=REPOSITORY, capture_output=True, text=True, check=False,
            env={**os.environ, "OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        curves.append(losses(folder / "out" / "talk"))
        facts = json.loads((folder / "out" / "talk" / "run.json").read_text("utf-8"))
        assert facts["processes"] == world
        assert facts["sharded"] == (world == 2 and sharded == "always")
        weights.append(facts["weights_held_bytes"])
        checks = curve(folder / "out" / "talk", "check")
        curves.append({e["step"]: e["heldout"] for e in checks})
    assert curves[0] == pytest.approx(curves[2], abs=1e-5)
    assert curves[1] == pytest.approx(curves[3], abs=1e-5)
    # Layers are held in halves, the embedding and the adapter whole.
    assert (weights[1] < weights[0]) == (sharded == "always")
