"""What cannot be trained is told in one sentence with exit status 2, and nothing is touched."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from trainer import cli, dataset
from trainer.conversation import Conversation, to_line
from trainer.errors import UsageError
from trainer.sft import base, run_folder
from trainer.sft.config import Base

CONFIG = """
seed = 1
out = "{out}"
device = "cpu"
base = {{ folder = "{base}", precision = "fp32" }}
lora = {{ rank = 2, alpha = 4 }}

[[stages]]
name = "talk"
data = "{data}"
batch = {{ longest = 256, row_tokens = 256, rows = 2 }}
schedule = {{ learning_rate = 1e-3, epochs = 1 }}
"""


@pytest.fixture
def parts(tmp_path: Path, base_folder: Path, dataset_folder: Path) -> tuple[Path, Path]:
    """Copies of base and dataset that a test may break."""
    shutil.copytree(base_folder, tmp_path / "base")
    shutil.copytree(dataset_folder, tmp_path / "data")
    return tmp_path / "base", tmp_path / "data"


def refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], *more: str, **edits: str) -> str:
    """Run the command; it must be refused and leave no folder. Returns what was said."""
    text = CONFIG.format(
        out=(tmp_path / "out").as_posix(), base=(tmp_path / "base").as_posix(),
        data=(tmp_path / "data").as_posix(),
    )  # fmt: skip
    for was, now in edits.items():
        text = text.replace(was, now)
    (tmp_path / "run.toml").write_text(text, "utf-8")
    assert cli.main(["sft", str(tmp_path / "run.toml"), *more]) == 2
    assert not (tmp_path / "out").exists()
    said = capsys.readouterr().err
    assert "Traceback" not in said
    return said


def config_file(folder: Path, change: Callable[[dict[str, object]], object]) -> None:
    path = folder / "config.json"
    raw = json.loads(path.read_text("utf-8"))
    change(raw)
    path.write_text(json.dumps(raw), "utf-8")


def rewrite(folder: Path, train: list[Conversation]) -> None:
    shutil.rmtree(folder)
    dataset.write(
        folder, {"train": train, "valid": train}, inputs={}, settings={}, figures={}, seed=1
    )


def test_a_base_of_an_unknown_architecture(
    tmp_path: Path, parts: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    config_file(parts[0], lambda raw: raw.update(model_type="mamba"))
    assert "architecture 'mamba'" in refused(tmp_path, capsys)


def test_a_base_that_does_not_say_its_rope_theta(
    tmp_path: Path, parts: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    config_file(parts[0], lambda raw: raw.pop("rope_parameters"))
    assert "rope_theta" in refused(tmp_path, capsys)


def test_a_base_without_weights_or_config(
    tmp_path: Path, parts: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (parts[0] / "model.safetensors").unlink()
    assert "no weights" in refused(tmp_path, capsys)
    (parts[0] / "config.json").write_text("{", "utf-8")
    assert "cannot be read" in refused(tmp_path, capsys)
    (parts[0] / "config.json").unlink()
    assert "no base model" in refused(tmp_path, capsys)


def test_a_base_without_chat_marks(
    tmp_path: Path, parts: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = parts[0] / "tokenizer.json"
    raw = json.loads(path.read_text("utf-8"))
    raw["added_tokens"] = raw["added_tokens"][:1]
    path.write_text(json.dumps(raw), "utf-8")
    assert "cannot hold a conversation" in refused(tmp_path, capsys)


def test_an_empty_corpus(
    tmp_path: Path, parts: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    rewrite(parts[1], [])
    assert "holds no dialogue" in refused(tmp_path, capsys)


def test_a_corpus_that_teaches_nothing(
    tmp_path: Path, parts: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    talks = dataset.read_all(parts[1], "train")
    silent = [t.with_turns(turn for turn in t.turns if turn.role == "user") for t in talks]
    rewrite(parts[1], silent)
    assert "can be learned from" in refused(tmp_path, capsys)


def test_one_broken_line_is_named(
    tmp_path: Path, parts: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    from trainer import manifest

    lines = (parts[1] / "train.jsonl").read_text("utf-8").splitlines()
    lines[6] = to_line(dataset.read_all(parts[1], "train")[6]).replace('"user"', '"robot"')
    (parts[1] / "train.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    manifest.write(parts[1], "data", inputs={}, settings={}, figures={}, seed=1)
    said = refused(tmp_path, capsys)
    assert "train.jsonl:7 has the unknown role 'robot'" in said


def test_no_dataset_no_gpu_no_room(
    tmp_path: Path,
    parts: tuple[Path, Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "no dataset folder" in refused(tmp_path, capsys, "--data", str(tmp_path / "none"))
    if not torch.cuda.is_available():
        assert "no GPU is there" in refused(tmp_path, capsys, **{'"cpu"': '"cuda"'})
    free = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(run_folder.shutil, "disk_usage", lambda _: free)
    assert "No room on disk" in refused(tmp_path, capsys)


def test_nothing_is_fetched_without_a_pinned_revision_or_offline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match="commit of 40 characters"):
        base.fetch(Base(folder=str(tmp_path), repository="a/b", revision="main"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(UsageError, match="HF_HUB_OFFLINE is set"):
        base.fetch(Base(folder=str(tmp_path), repository="a/b", revision="0" * 40))


def test_four_bits_without_their_library(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "bitsandbytes", None)
    with pytest.raises(UsageError, match="pip install"):
        base.need_bitsandbytes()


def test_a_run_that_is_there_is_not_overwritten_and_not_mixed(
    tmp_path: Path, parts: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    text = CONFIG.format(
        out=(tmp_path / "out").as_posix(), base=parts[0].as_posix(), data=parts[1].as_posix()
    )
    path = tmp_path / "run.toml"
    path.write_text(text, "utf-8")
    assert cli.main(["sft", str(path)]) == 0
    before = (tmp_path / "out" / "talk" / "manifest.json").read_bytes()
    assert cli.main(["sft", str(path), "--stage", "talk"]) == 2
    assert "holds a run already" in capsys.readouterr().err
    assert cli.main(["sft", str(path), "--resume"]) == 0
    assert "finished already" in capsys.readouterr().out
    path.write_text(text.replace("1e-3", "2e-3"), "utf-8")
    assert cli.main(["sft", str(path), "--resume"]) == 2
    assert "learning_rate was 0.001, is 0.002" in capsys.readouterr().err
    assert (tmp_path / "out" / "talk" / "manifest.json").read_bytes() == before
