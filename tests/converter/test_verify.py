"""A true file passes with its figures; each seeded corruption is caught with its sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from converter.errors import ConverterError, ProofError
from converter.gguf_file import write_gguf
from converter.hf_folder import ModelFolder
from converter.metadata import Field
from converter.prepare import Prepared, prepare
from converter.tokens import prove_tokens
from converter.verify import verify_file

Change = Callable[[dict[str, Field], list[Any]], None]


@pytest.mark.parametrize("kind", ["F32", "F16", "Q8_0", "Q5_K_M"])
def test_true_file_passes(exported: Path, tiny: Path, kind: str) -> None:
    found = verify_file(exported / f"tiny-{kind}.gguf", prepare(ModelFolder(tiny)), None, 1000)
    assert found["quantisation"] == kind
    assert found["tokens"]["equal"] is True
    assert found["divergence"]["kl_mean"] < 0.02
    assert ("logits" in found) == kind.startswith("F")
    assert (found["largest_tensor_error"] == 0) == kind.startswith("F")


def _set(key: str, field: Field) -> Change:
    def change(fields: dict[str, Field], _plan: list[Any]) -> None:
        fields[key] = field

    return change


def _drop(key: str) -> Change:
    def change(fields: dict[str, Field], _plan: list[Any]) -> None:
        del fields[key]

    return change


def _swap_tokens(fields: dict[str, Field], _plan: list[Any]) -> None:
    tokens = list(fields["tokenizer.ggml.tokens"].value)
    tokens[50], tokens[51] = tokens[51], tokens[50]
    fields["tokenizer.ggml.tokens"] = Field("texts", tokens)


def _lost_merges(fields: dict[str, Field], _plan: list[Any]) -> None:
    merges = fields["tokenizer.ggml.merges"].value
    fields["tokenizer.ggml.merges"] = Field("texts", merges[:-20])


def _swap_tensors(_fields: dict[str, Field], plan: list[Any]) -> None:
    names = [tensor.name for tensor in plan]
    gate, up = names.index("blk.0.ffn_gate.weight"), names.index("blk.0.ffn_up.weight")
    plan[gate], plan[up] = (
        replace(plan[gate], stored=plan[up].stored),
        replace(plan[up], stored=plan[gate].stored),
    )


def _other_layer(_fields: dict[str, Field], plan: list[Any]) -> None:
    names = [tensor.name for tensor in plan]
    first, second = names.index("blk.0.attn_norm.weight"), names.index("blk.1.attn_norm.weight")
    plan[first] = replace(plan[first], stored=plan[second].stored)


def _missing_tensor(_fields: dict[str, Field], plan: list[Any]) -> None:
    plan.pop()


CORRUPTIONS: dict[str, tuple[Change, str]] = {
    "rope base": (_set("qwen3.rope.freq_base", Field("f32", 5e5)), "rope.freq_base"),
    "no rope base": (_drop("qwen3.rope.freq_base"), "rope.freq_base"),
    "stale template": (_set("tokenizer.chat_template", Field("text", "{{x}}")), "chat_template"),
    "wrong pre-tokenizer": (_set("tokenizer.ggml.pre", Field("text", "gpt-2")), "ggml.pre"),
    "missing eos": (_drop("tokenizer.ggml.eos_token_id"), "eos_token_id"),
    "wrong eos": (_set("tokenizer.ggml.eos_token_id", Field("u32", 1)), "eos_token_id"),
    "begin token": (_set("tokenizer.ggml.add_bos_token", Field("flag", True)), "add_bos"),
    "wrong head size": (_set("qwen3.attention.key_length", Field("u32", 16)), "key_length"),
    "wrong epsilon": (
        _set("qwen3.attention.layer_norm_rms_epsilon", Field("f32", 1e-5)),
        "rms_epsilon",
    ),
    "swapped tokens": (_swap_tokens, "ggml.tokens"),
    "lost merges": (_lost_merges, "ggml.merges"),
    "swapped tensors": (_swap_tensors, "holds other values"),
    "another layer's norm": (_other_layer, "holds other values"),
    "missing tensor": (_missing_tensor, "do not both have the tensor"),
}


def _corrupt(prepared: Prepared, path: Path, change: Change) -> None:
    fields, plan = prepared.fields("F16"), list(prepared.plan)
    change(fields, plan)
    write_gguf(path, "qwen3", fields, plan, "F16", lambda *_: None)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_corruption_is_caught(tiny: Path, tmp_path: Path, name: str) -> None:
    change, sentence = CORRUPTIONS[name]
    prepared = prepare(ModelFolder(tiny))
    _corrupt(prepared, tmp_path / "bad.gguf", change)
    with pytest.raises(ProofError, match=sentence):
        verify_file(tmp_path / "bad.gguf", prepared, None)


@pytest.mark.parametrize("name", ["wrong pre-tokenizer", "lost merges", "begin token", "wrong eos"])
def test_token_proof_alone_sees_it_too(tiny: Path, tmp_path: Path, name: str) -> None:
    prepared = prepare(ModelFolder(tiny))
    _corrupt(prepared, tmp_path / "bad.gguf", CORRUPTIONS[name][0])
    with pytest.raises(ProofError):
        prove_tokens(prepared.folder, prepared.vocabulary, tmp_path / "bad.gguf", 2000)


@pytest.mark.parametrize("name", ["rope base", "swapped tensors", "another layer's norm"])
def test_logits_alone_see_it_too(tiny: Path, tmp_path: Path, name: str) -> None:
    from converter.reference_model import ReferenceModel
    from converter.verify import prove_logits

    prepared = prepare(ModelFolder(tiny))
    _corrupt(prepared, tmp_path / "bad.gguf", CORRUPTIONS[name][0])
    with pytest.raises(ProofError, match="predicts otherwise"):
        prove_logits(prepared, ReferenceModel(tiny), tmp_path / "bad.gguf", "F16")


def test_quantised_file_of_another_model_is_caught(
    exported: Path, copy: Path, rewrite: Callable[..., None]
) -> None:
    def negate(tensors: dict[str, Any]) -> None:
        tensors["model.layers.1.mlp.down_proj.weight"] *= -1

    rewrite(copy, negate)
    with pytest.raises(ProofError, match=r"blk.1.ffn_down.weight is 2\.\d+ away"):
        verify_file(exported / "tiny-Q8_0.gguf", prepare(ModelFolder(copy)), None)


def test_truncated_file_is_caught(exported: Path, tiny: Path, tmp_path: Path) -> None:
    data = (exported / "tiny-F16.gguf").read_bytes()
    (tmp_path / "cut.gguf").write_bytes(data[:-5000])
    with pytest.raises(ConverterError, match="damaged or cut short"):
        verify_file(tmp_path / "cut.gguf", prepare(ModelFolder(tiny)), None)
