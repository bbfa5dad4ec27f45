"""Bad input to the real command: one plain sentence, exit code 2, and nothing left behind."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from converter.cli import main

ROOT = Path(__file__).resolve().parents[2]
Say = Callable[[list[str]], str]


@pytest.fixture
def refused(capfd: pytest.CaptureFixture[str]) -> Say:
    """Run the command, demand exit code 2 and one line; the line."""

    def run(words: list[str]) -> str:
        assert main(words) == 2
        said = capfd.readouterr()
        assert said.out == ""
        assert said.err.count("\n") == 1
        assert "Traceback" not in said.err
        return said.err

    return run


def _export(model: Path, out: Path, *more: str) -> list[str]:
    return ["export", "--model", str(model), "--out", str(out), "--skip-logits", *more]


def _nothing_new(folder: Path, *kept: str) -> None:
    assert sorted(path.name for path in folder.iterdir()) == sorted(kept)


def test_disk_that_is_too_small(
    tiny: Path, tmp_path: Path, refused: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr("converter.export.shutil.disk_usage", lambda _: usage)
    said = refused(_export(tiny, tmp_path / "out"))
    assert "are needed and the disk of" in said
    _nothing_new(tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
def test_disk_that_fills_up_meanwhile(
    tiny: Path, tmp_path: Path, refused: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real refusal of the system, at the moment when the first values are written."""
    from converter import gguf_file

    true = gguf_file._write_head

    def onto_a_full_disk(writer: Any) -> None:
        true(writer)
        file = writer.fout[0]
        if str(file.name).endswith(".part"):
            file.flush()
            full = os.open("/dev/full", os.O_WRONLY)
            os.dup2(full, file.fileno())
            os.close(full)

    monkeypatch.setattr(gguf_file, "_write_head", onto_a_full_disk)
    said = refused(_export(tiny, tmp_path / "out", "--quant", "F16"))
    assert "The disk refused" in said
    _nothing_new(tmp_path)


def test_target_that_cannot_be_written(tiny: Path, tmp_path: Path) -> None:
    """As a user who is nobody, because root may write everywhere."""
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(0o555)
    words = [sys.executable, "-m", "converter.cli", *_export(tiny, locked / "out")]
    user = {"user": 65534} if os.geteuid() == 0 else {}
    if user and not _readable_by_others(tiny, tmp_path):
        words = _on_read_only_mount(words)
        user = {}
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, **user)
    if done.returncode == 125:
        pytest.skip("neither another user nor a read-only mount is to be had here")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert "The disk refused" in done.stderr
    _nothing_new(locked)


def _readable_by_others(*paths: Path) -> bool:
    return all(
        folder.stat().st_mode & 0o005 == 0o005
        for path in (*paths, ROOT)
        for folder in (path, *path.parents)
    )


def _on_read_only_mount(words: list[str]) -> list[str]:
    """In a mount namespace of its own, where the target's folder is mounted read-only."""
    out = Path(words[words.index("--out") + 1]).parent
    script = (
        f'mount --bind "{out}" "{out}" && mount -o remount,bind,ro "{out}" || exit 125; exec "$@"'
    )
    return ["unshare", "-m", "sh", "-c", script, "sh", *words]


def test_model_that_lacks_a_shard(tiny: Path, tmp_path: Path, refused: Say) -> None:
    from safetensors.numpy import load_file, save_file

    folder = Path(shutil.copytree(tiny, tmp_path / "model"))
    tensors = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    save_file(tensors, folder / "model-00001-of-00002.safetensors")
    names = dict.fromkeys(tensors, "model-00001-of-00002.safetensors")
    names["lm_head.weight"] = "model-00002-of-00002.safetensors"
    import json

    index = json.dumps({"weight_map": names})
    (folder / "model.safetensors.index.json").write_text(index, "utf-8")
    said = refused(_export(folder, tmp_path / "out"))
    assert "The shard model-00002-of-00002.safetensors is missing" in said
    _nothing_new(tmp_path, "model")


@pytest.mark.parametrize(
    ("lie", "sentence"),
    [
        (lambda data: struct.pack("<Q", 1 << 40) + data[8:], "header says it is longer"),
        (lambda data: data.replace(b"[384,256]", b"[384,255]", 1), "do not fit its shape"),
        (lambda data: data[:-64], "bytes of tensors where"),
        (lambda data: data[:8] + b"?" + data[9:], "header is not JSON"),
    ],
)
def test_safetensors_with_a_lying_header(
    copy: Path, tmp_path: Path, refused: Say, lie: Callable[[bytes], bytes], sentence: str
) -> None:
    file = copy / "model.safetensors"
    file.write_bytes(lie(file.read_bytes()))
    assert sentence in refused(_export(copy, tmp_path / "out"))
    _nothing_new(tmp_path, "copy")


def test_file_from_elsewhere(tiny: Path, exported: Path, tmp_path: Path, refused: Say) -> None:
    (tmp_path / "text.gguf").write_text("hello")
    (tmp_path / "cut.gguf").write_bytes((exported / "tiny-Q8_0.gguf").read_bytes()[:3000])
    assert "is not a GGUF" in refused(["inspect", str(tmp_path / "text.gguf")])
    words = ["verify", str(tmp_path / "cut.gguf"), "--against", str(tiny)]
    assert "damaged or cut short" in refused(words)
    foreign = _foreign(tmp_path / "foreign.gguf")
    said = refused(["verify", str(foreign), "--against", str(tiny)])
    assert "foreign.gguf is a mamba model, the folder a qwen3 one" in said
    _nothing_new(tmp_path, "text.gguf", "cut.gguf", "foreign.gguf")


def _foreign(path: Path) -> Path:
    import gguf
    import numpy as np

    writer = gguf.GGUFWriter(path, "mamba")
    writer.add_tensor("x", np.zeros(32, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def test_misspelt_quantisation(tiny: Path, tmp_path: Path, refused: Say) -> None:
    said = refused(_export(tiny, tmp_path / "out", "--quant", "Q4_KM,Q8_0"))
    assert "There is no quantisation Q4_KM. Did you mean Q4_K_M?" in said
    _nothing_new(tmp_path)


def test_publishing_what_is_no_export(tiny: Path, tmp_path: Path, refused: Say) -> None:
    words = ["publish", str(tiny), "--catalogue", str(tmp_path / "app" / "catalogue.json")]
    assert str(tiny) in refused(words)
    _nothing_new(tmp_path)
