"""Export as a person sees it: what lands, what the manifest says, what is refused, what is left."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from converter.errors import ConverterError, InputError, ProofError
from converter.estimate import estimate
from converter.export import Order, check, export
from converter.gguf_file import read_gguf

Edit = Callable[..., None]


def _quiet(_what: str, _done: int, _total: int) -> None:
    pass


def _order(model: Path, out: Path, **more: Any) -> Order:
    return Order(model, out, ("F16",), compare_logits=False, strings=400, **more)


def test_export_holds_what_was_asked_for_and_a_true_manifest(exported: Path, tiny: Path) -> None:
    names = {path.name for path in exported.iterdir()}
    manifest = json.loads((exported / "manifest.json").read_text("utf-8"))
    assert names == {*manifest["outputs"], "manifest.json"}
    assert set(manifest["outputs"]) == {
        "report.html", *(f"tiny-{kind}.gguf" for kind in ("F32", "F16", "Q8_0", "Q5_K_M")),
    }  # fmt: skip
    for name, digest in manifest["outputs"].items():
        data = (exported / name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == digest
        if name != "report.html":
            assert len(data) == manifest["figures"]["files"][name]["size"]
    assert "model.safetensors" in manifest["inputs"]


def test_manifest_proves_tokens_logits_and_divergence(exported: Path) -> None:
    figures = json.loads((exported / "manifest.json").read_text("utf-8"))["figures"]
    assert figures["tokens"]["equal"] is True
    assert figures["tokens"]["strings"] == 3000
    assert figures["logits"]["F32"]["nmse"] < 1e-6
    assert figures["logits"]["F16"]["nmse"] < 1e-4
    assert figures["logits"]["F16"]["top1"] >= 0.995
    assert figures["logits"]["F16"]["continuations_equal"] == 4
    table = figures["divergence"]["files"]
    assert table["F32"]["kl_mean"] < table["Q8_0"]["kl_mean"] < table["Q5_K_M"]["kl_mean"]


def test_template_bytes_are_the_folders(exported: Path, tiny: Path) -> None:
    stored = read_gguf(exported / "tiny-Q5_K_M.gguf").values["tokenizer.chat_template"]
    assert stored.encode("utf-8") == (tiny / "chat_template.jinja").read_bytes()


def test_export_is_the_same_bytes_again(tiny: Path, exported: Path, tmp_path: Path) -> None:
    export(_order(tiny, tmp_path / "again", name="tiny"), _quiet)
    again = (tmp_path / "again" / "tiny-F16.gguf").read_bytes()
    assert again == (exported / "tiny-F16.gguf").read_bytes()


def test_base_that_nobody_asked_for_is_not_kept(tiny: Path, tmp_path: Path) -> None:
    order = Order(tiny, tmp_path / "o", ("Q8_0",), name="x", compare_logits=False, strings=100)
    export(order, _quiet)
    names = {p.name for p in (tmp_path / "o").iterdir()}
    assert names == {"x-Q8_0.gguf", "report.html", "manifest.json"}


def test_finished_export_is_not_overwritten(tiny: Path, exported: Path) -> None:
    with pytest.raises(InputError, match="already holds a finished export"):
        export(_order(tiny, exported), _quiet)


def test_folder_with_other_things_is_left_alone(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(InputError, match="is not empty"):
        export(_order(tiny, tmp_path), _quiet)
    assert [p.name for p in tmp_path.iterdir()] == ["note.txt"]


def test_empty_folder_and_leftovers_of_a_killed_run_are_used(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / ".out.unfinished").mkdir()
    (tmp_path / ".out.unfinished" / "x.gguf.unproven").write_text("half")
    export(_order(tiny, tmp_path / "out"), _quiet)
    assert (tmp_path / "out" / "manifest.json").is_file()
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_missed_proof_leaves_nothing(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def miss(*_: Any) -> None:
        raise ProofError("no")

    monkeypatch.setattr("converter.export.prove_tokens", miss)
    with pytest.raises(ProofError):
        export(_order(tiny, tmp_path / "out"), _quiet)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("stop", range(0, 24, 3))
def test_interrupt_at_any_step_leaves_nothing(tiny: Path, tmp_path: Path, stop: int) -> None:
    calls = 0

    def interrupt(_what: str, _done: int, _total: int) -> None:
        nonlocal calls
        calls += 1
        if calls > stop:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(_order(tiny, tmp_path / "out"), interrupt)
    assert list(tmp_path.iterdir()) == []


def test_sharded_folder_gives_the_same_tensors(tiny: Path, exported: Path, tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM

    sharded = tmp_path / "sharded"
    AutoModelForCausalLM.from_pretrained(tiny).save_pretrained(sharded, max_shard_size="500KB")
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        (sharded / name).write_bytes((tiny / name).read_bytes())
    assert len(list(sharded.glob("model-*.safetensors"))) > 1
    export(_order(sharded, tmp_path / "out", name="tiny"), _quiet)
    assert (tmp_path / "out/tiny-F16.gguf").read_bytes() == (
        exported / "tiny-F16.gguf"
    ).read_bytes()
    next(iter(sharded.glob("model-*.safetensors"))).unlink()
    with pytest.raises(InputError, match=r"The shard model-.* is missing"):
        check(_order(sharded, tmp_path / "other"))


def test_changed_file_of_our_own_folder_is_refused(copy: Path, tmp_path: Path) -> None:
    (copy / "manifest.json").write_text(
        json.dumps({"outputs": {"chat_template.jinja": "0" * 64}, "settings": {}})
    )
    with pytest.raises(InputError, match=r"chat_template.jinja was changed"):
        check(_order(copy, tmp_path / "out"))


def test_card_comes_from_the_folders_manifest(copy: Path, tmp_path: Path) -> None:
    settings = {"name": "心屿 starter", "licence": "apache-2.0", "datasets": ["SMILE", "EmoLLM"]}
    (copy / "manifest.json").write_text(json.dumps({"outputs": {}, "settings": settings}))
    figures = export(_order(copy, tmp_path / "out"), _quiet)
    assert list(figures["files"]) == ["心屿-starter-F16.gguf"]
    values = read_gguf(tmp_path / "out" / "心屿-starter-F16.gguf").values
    assert values["general.license"] == "apache-2.0"
    assert values["general.dataset.1.name"] == "EmoLLM"


def test_disk_too_small_is_said_before(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr("converter.export.shutil.disk_usage", lambda _: usage)
    with pytest.raises(InputError, match="GB are needed"):
        estimate(_order(tiny, tmp_path / "out"))


def test_estimate_is_true(tiny: Path, exported: Path, tmp_path: Path) -> None:
    found = estimate(Order(tiny, tmp_path / "o", ("F32", "Q8_0", "Q5_K_M"), name="tiny"))
    assert found.files == {
        kind: (exported / f"tiny-{kind}.gguf").stat().st_size for kind in ("F32", "Q8_0", "Q5_K_M")
    }
    assert found.needed > sum(found.files.values()) + (exported / "tiny-F16.gguf").stat().st_size
    assert [stage.name for stage in found.stages] == [
        "write F16", "write F32", "write Q8_0", "write Q5_K_M", "token ids",
        "predictions against Hugging Face", "a chat of two turns", "divergence",
    ]  # fmt: skip
    assert all(stage.seconds > 0 for stage in found.stages)
    assert list(tmp_path.iterdir()) == []


def test_estimate_counts_what_an_importance_matrix_takes(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "d.jsonl").write_text('{"text": "这段时间我不开心，上班也提不起劲。"}\n', "utf-8")
    order = Order(tiny, tmp_path / "o", ("Q8_0",), imatrix=tmp_path / "d.jsonl", name="tiny")
    found = estimate(order)
    assert "importance matrix" in [stage.name for stage in found.stages]
    assert found.needed > 2 * found.files["Q8_0"]


def test_reference_model_gives_the_reference_files_tensors(shared: Path, tmp_path: Path) -> None:
    order = Order(
        shared / "starter-reference", tmp_path / "out", ("Q5_K_M",), name="r", compare_logits=False
    )
    figures = export(order, _quiet)
    assert figures["tokens"]["strings"] == 10_000
    ours = read_gguf(tmp_path / "out" / "r-Q5_K_M.gguf")
    theirs = read_gguf(shared / "starter-reference-Q5_K_M.gguf")
    assert set(ours.tensors) == set(theirs.tensors)
    assert all(
        np.array_equal(tensor.data, theirs.tensors[name].data)
        for name, tensor in ours.tensors.items()
    )


def _nan(tensors: dict[str, Any]) -> None:
    tensors["model.norm.weight"][0] = np.nan


def _too_large(tensors: dict[str, Any]) -> None:
    tensors["model.layers.0.mlp.up_proj.weight"][0, 0] = 1e6


def _missing(tensors: dict[str, Any]) -> None:
    del tensors["model.layers.1.self_attn.q_norm.weight"]


def _extra(tensors: dict[str, Any]) -> None:
    tensors["model.layers.0.self_attn.q_proj.lora_A.weight"] = np.zeros((2, 2), np.float32)


def _other_head(tensors: dict[str, Any]) -> None:
    tensors["lm_head.weight"] = tensors["model.embed_tokens.weight"] + 1


def _short_row(tensors: dict[str, Any]) -> None:
    name = "model.embed_tokens.weight"
    tensors[name] = np.ascontiguousarray(tensors[name][:-1])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_nan, "holds NaN or infinity"),
        (_too_large, "too large for F16"),
        (_missing, r"The tensor model.layers.1.self_attn.q_norm.weight is missing"),
        (_extra, "lora_A.weight belongs to nothing"),
        (_other_head, "lm_head.weight differs"),
        (_short_row, r"has the shape \(383, 256\) where config.json means \(384, 256\)"),
    ],
)
def test_corrupted_weights_are_refused(
    copy: Path, tmp_path: Path, rewrite: Callable[..., None], change: Any, sentence: str
) -> None:
    rewrite(copy, change)
    with pytest.raises(ConverterError, match=sentence):
        export(_order(copy, tmp_path / "out"), _quiet)
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / ".out.unfinished").exists()


def test_same_head_stored_twice_is_accepted(
    copy: Path, tmp_path: Path, rewrite: Callable[..., None]
) -> None:
    def twice(tensors: dict[str, Any]) -> None:
        tensors["lm_head.weight"] = tensors["model.embed_tokens.weight"].copy()

    rewrite(copy, twice)
    check(_order(copy, tmp_path / "out"))
