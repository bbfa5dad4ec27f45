"""What is published is proven and whole, whatever kills the publishing."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from converter.cli import main
from converter.errors import ConverterError, InputError, ProofError
from converter.publish import Publication, check_gate, publish
from desktop.catalogue.entries import read_catalogue
from desktop.catalogue.listing import find_entry, read_listing

ROOT = Path(__file__).resolve().parents[2]
COST = {"memory": {"4096": 1, "8192": 2}, "speed": {"reply_tokens_per_second": 3.0}}


@pytest.fixture
def ready(exported: Path, tmp_path: Path, edit: Callable[..., None]) -> Path:
    """A copy of the export with a licence in its manifest."""
    folder = Path(shutil.copytree(exported, tmp_path / "ready"))
    _card(folder, licence="Apache-2.0")
    return folder


def _card(folder: Path, **changes: Any) -> None:
    table = json.loads((folder / "manifest.json").read_text("utf-8"))
    table["figures"]["card"].update(changes)
    (folder / "manifest.json").write_text(json.dumps(table), "utf-8")


def _publish(folder: Path, catalogue: Path, kind: str = "Q8_0") -> list[dict[str, Any]]:
    return publish(Publication(folder, catalogue, kind), lambda _: COST)


def _check_whole(catalogue: Path) -> int:
    """Every entry has its file with its bytes, every model file is whole; returns the entries."""
    models = catalogue.parent / "models"
    entries = json.loads(catalogue.read_text("utf-8"))["entries"] if catalogue.exists() else []
    for entry in entries:
        data = (models / entry["file"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (entry["size"], entry["sha256"])
    return len(entries)


def test_entry_says_what_the_app_needs(ready: Path, tmp_path: Path) -> None:
    (entry,) = _publish(ready, tmp_path / "app" / "catalogue.json")
    assert _check_whole(tmp_path / "app" / "catalogue.json") == 1
    assert entry["licence"] == "Apache-2.0"
    assert entry["memory"] == COST["memory"]
    assert entry["divergence"]["within"] is True
    assert set(entry) >= {"id", "file", "name", "starter", "sampling", "size", "sha256", "speed"}
    assert {path.name for path in (tmp_path / "app").rglob("*")} == {
        "catalogue.json", "models", "tiny-Q8_0.gguf",
    }  # fmt: skip


def test_what_a_person_chose_in_an_entry_stays(ready: Path, tmp_path: Path) -> None:
    catalogue = tmp_path / "catalogue.json"
    old = {
        "id": "tiny", "file": "tiny-Q8_0.gguf", "name": {"zh": "小", "en": "Small"},
        "starter": True, "licence": "?", "sampling": {"temperature": 0.1},
    }  # fmt: skip
    other = {**old, "id": "other", "file": "other.gguf"}
    catalogue.write_text(json.dumps({"version": 1, "entries": [old, other]}), "utf-8")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "tiny-Q8_0.gguf").write_bytes(b"older bytes")
    (entry,) = _publish(ready, catalogue)
    assert (entry["id"], entry["name"], entry["starter"]) == ("tiny", old["name"], True)
    assert entry["sampling"] == {"temperature": 0.1}
    assert entry["file"] == f"tiny-Q8_0-{entry['sha256'][:12]}.gguf"
    assert (tmp_path / "models" / "tiny-Q8_0.gguf").read_bytes() == b"older bytes"
    stored = json.loads(catalogue.read_text("utf-8"))["entries"]
    assert [one["id"] for one in stored] == ["other", "tiny"]


def _good() -> dict[str, Any]:
    return {
        "card": {"licence": "MIT"},
        "tokens": {"equal": True},
        "logits": {"F16": {"nmse": 1e-9}},
        "divergence": {"files": {"Q8_0": {"within": True}, "Q4_K_M": {"within": False}}},
    }


def test_gate_passes_what_is_proven() -> None:
    check_gate(_good(), "Q8_0")
    check_gate(_good(), "F16")


@pytest.mark.parametrize(
    ("changes", "kind", "sentence"),
    [
        ({}, "Q4_K_M", "may not be published"),
        ({}, "Q3_K_M", "not measured, target none"),
        ({}, "F32", "F32 was never held against"),
        ({"divergence": None}, "Q8_0", "not measured"),
        ({"divergence": {"files": {"Q8_0": {"within": "yes"}}}}, "Q8_0", "may not be published"),
        ({"logits": None}, "Q8_0", "never held against the Hugging Face model"),
        ({"tokens": {"equal": False}}, "Q8_0", "token ids are equal"),
        ({"tokens": None}, "Q8_0", "token ids are equal"),
        ({"card": {"licence": " "}}, "Q8_0", "names no licence"),
        ({"card": None}, "F16", "names no licence"),
    ],
)
def test_gate_fails_closed(changes: dict[str, Any], kind: str, sentence: str) -> None:
    with pytest.raises(ConverterError, match=sentence):
        check_gate({**_good(), **changes}, kind)


def test_export_that_is_not_what_its_manifest_says_is_refused(ready: Path, tmp_path: Path) -> None:
    with (ready / "tiny-Q8_0.gguf").open("r+b") as file:
        file.seek(-5, 2)
        file.write(b"\x01")
    with pytest.raises(InputError, match="changed after its stage"):
        _publish(ready, tmp_path / "app" / "catalogue.json")
    (ready / "manifest.json").unlink()
    with pytest.raises(InputError, match="did not finish"):
        _publish(ready, tmp_path / "app" / "catalogue.json")
    assert not (tmp_path / "app").exists()


def test_one_bad_file_keeps_all_back(ready: Path, tmp_path: Path) -> None:
    table = json.loads((ready / "manifest.json").read_text("utf-8"))
    table["figures"]["divergence"]["files"]["Q5_K_M"]["within"] = False
    (ready / "manifest.json").write_text(json.dumps(table), "utf-8")
    with pytest.raises(ProofError, match="Q5_K_M may not"):
        _publish(ready, tmp_path / "app" / "catalogue.json", "")
    assert not (tmp_path / "app").exists()


def test_damaged_catalogue_is_left_alone(ready: Path, tmp_path: Path) -> None:
    (tmp_path / "catalogue.json").write_text('{"version": 9, "entries": []}')
    with pytest.raises(InputError, match="not a catalogue"):
        _publish(ready, tmp_path / "catalogue.json")
    assert not (tmp_path / "models").exists()


KILLS = """
import os, random, signal, sys, time, pathlib, shutil
from converter import publish as p, whole
import trainer.manifest
folder, root = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
p._CHUNK = 4096
cost = {"memory": {}, "speed": {}}
order = lambda where: p.Publication(folder, where / "catalogue.json", "Q8_0")
go = lambda where: p.publish(order(where), lambda _: cost)
go(root / "cold")
begun = time.perf_counter(); go(root / "warm"); whole_time = time.perf_counter() - begun
random.seed(5)
killed = number = 0
while killed < 50 and number < 500:  # one that was done before its kill does not count
    number += 1
    where = root / f"app{number // 5}"
    where.mkdir(exist_ok=True)
    child = os.fork()
    if child == 0:
        go(where)
        os._exit(0)
    time.sleep(random.random() * whole_time)
    os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    killed += status == signal.SIGKILL
    print(number, status)
"""


def test_killed_at_fifty_moments_never_half_a_file_nor_an_entry_without_one(
    ready: Path, tmp_path: Path
) -> None:
    root = tmp_path / "kills"
    root.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", KILLS, str(ready), str(root)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    killed = [line for line in done.stdout.splitlines() if line.endswith(" 9")]
    assert len(killed) == 50
    digest = hashlib.sha256((ready / "tiny-Q8_0.gguf").read_bytes()).hexdigest()
    for folder in root.iterdir():
        _check_whole(folder / "catalogue.json")
        for model in folder.rglob("*.gguf"):
            assert hashlib.sha256(model.read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("stop", range(6))
def test_failure_at_every_step_of_the_disk(
    ready: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    """As a kill between two calls to the disk, for each pair of calls."""
    calls = 0

    def last_word(_handle: int) -> None:
        nonlocal calls
        calls += 1
        if calls > stop:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("converter.whole.os.fsync", last_word)
    catalogue = tmp_path / "app" / "catalogue.json"
    if stop < 4:
        with pytest.raises(OSError, match="No space left"):
            _publish(ready, catalogue)
        assert _check_whole(catalogue) == int(stop > 2)
    else:
        _publish(ready, catalogue)
    assert list(tmp_path.rglob("*.part")) == []


def test_the_command_measures_memory_and_speed(
    ready: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue = tmp_path / "app" / "catalogue.json"
    words = ["publish", str(ready), "--catalogue", str(catalogue), "--quant", "q8_0"]
    assert main([*words, "--json"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)["entries"]
    assert entry["memory"]["8192"] >= entry["memory"]["4096"] > entry["size"] * 0.5
    assert entry["speed"]["reply_tokens_per_second"] > 0
    assert main(words) == 0
    assert "tokens a second" in capsys.readouterr().out
    assert _check_whole(catalogue) == 1


def test_the_app_reads_what_is_published_beside_the_public_models(
    ready: Path, tmp_path: Path
) -> None:
    assets = tmp_path / "assets"
    assets.mkdir()
    shutil.copy(ROOT / "assets" / "catalogue.json", assets)
    before = {entry.id for entry in read_listing(assets)}

    (written,) = _publish(ready, assets / "catalogue.json")

    listing = read_listing(assets)
    entry = find_entry(listing, written["id"])
    assert entry is not None
    assert entry.bundled
    (file,) = entry.quantisations
    assert (file.name, file.size, file.sha256) == ("Q8_0", written["size"], written["sha256"])
    assert (entry.memory(file, 4096), entry.memory(file, 8192)) == (1, 2)
    assert (entry.licence, entry.template_sha256) == ("Apache-2.0", written["template_sha256"])
    assert file.quality["kl_mean"] == written["divergence"]["kl_mean"]
    assert {one.id for one in listing} == before | {written["id"]}
    assert written["id"] in {one.id for one in read_catalogue(assets)}


def test_publishing_again_keeps_what_a_person_wrote_about_the_model(
    ready: Path, tmp_path: Path
) -> None:
    catalogue = tmp_path / "app" / "catalogue.json"
    _publish(ready, catalogue)
    table = json.loads(catalogue.read_text("utf-8"))
    table["entries"][0].update(maker="Xinyu", good_at=["chat"])
    catalogue.write_text(json.dumps(table), "utf-8")

    (entry,) = _publish(ready, catalogue)

    assert (entry["maker"], entry["good_at"]) == ("Xinyu", ["chat"])
