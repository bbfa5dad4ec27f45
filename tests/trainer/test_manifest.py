"""A folder is finished only with its manifest, and refused when a file changed after it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from trainer import manifest
from trainer.errors import UnfinishedError


def finish(folder: Path) -> manifest.Manifest:
    (folder / "a.txt").write_text("甲", "utf-8")
    return manifest.write(
        folder, "data", inputs={"x": "1"}, settings={"n": 2}, figures={"f": 0.5}, seed=3
    )


def test_write_and_read_back(tmp_path: Path) -> None:
    made = finish(tmp_path)
    assert manifest.read(tmp_path) == made
    assert made.outputs == {"a.txt": hashlib.sha256("甲".encode()).hexdigest()}
    assert "python" in made.versions
    assert not list(tmp_path.glob("*.part"))


def test_an_unfinished_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("甲", "utf-8")
    with pytest.raises(UnfinishedError, match="did not finish"):
        manifest.verify(tmp_path, ["a.txt"])


def test_a_changed_or_missing_file_is_refused(tmp_path: Path) -> None:
    finish(tmp_path)
    assert list(manifest.verify(tmp_path, ["a.txt"])) == ["a.txt"]
    with pytest.raises(UnfinishedError, match="is missing"):
        manifest.verify(tmp_path, ["b.txt"])
    (tmp_path / "a.txt").write_text("乙", "utf-8")
    with pytest.raises(UnfinishedError, match="changed after"):
        manifest.verify(tmp_path, ["a.txt"])


@pytest.mark.parametrize("text", ["{", "{}", '{"format": 99}'])
def test_a_damaged_manifest_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / manifest.NAME).write_text(text, "utf-8")
    with pytest.raises(UnfinishedError):
        manifest.read(tmp_path)


def test_a_later_format_is_refused(tmp_path: Path) -> None:
    finish(tmp_path)
    path = tmp_path / manifest.NAME
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"format": 2}), "utf-8")
    with pytest.raises(UnfinishedError, match="format 2"):
        manifest.read(tmp_path)


def test_the_commit_outside_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XINYU_COMMIT", raising=False)
    assert manifest.commit(tmp_path) == "unknown"
    monkeypatch.setenv("XINYU_COMMIT", "abc")
    assert manifest.commit(tmp_path) == "abc"


def test_the_manifest_needs_no_torch() -> None:
    code = "import sys, trainer.manifest; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
