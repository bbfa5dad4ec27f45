"""An adapter over its base in llama.cpp predicts what PEFT's merge predicts, for every scaling."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from converter.adapter_file import AdapterOrder, export_adapter
from converter.cli import main
from converter.errors import EngineError, InputError, ProofError
from converter.export import Order, export
from converter.gguf_file import read_gguf
from converter.runtime import open_model

SCALINGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "rslora": {"use_rslora": True},
    "patterns": {"rank_pattern": {"q_proj": 8}, "alpha_pattern": {"k_proj": 3}},
    "rslora patterns": {"use_rslora": True, "rank_pattern": {"v_proj": 16}},
}
EMBEDDINGS = {"target_modules": ["embed_tokens", "lm_head", "k_proj"]}


def _quiet(_what: str, _done: int, _total: int) -> None:
    pass


def _export(adapter: Path, base: Path, out: Path, kind: str = "F32") -> dict[str, Any]:
    return export_adapter(AdapterOrder(adapter, base, out, kind), _quiet)


@pytest.mark.parametrize("name", SCALINGS)
def test_adapter_over_qwen3_predicts_as_the_merge(
    tiny: Path, tmp_path: Path, make_adapter: Callable[..., Path], name: str
) -> None:
    found = _export(make_adapter(tiny, **SCALINGS[name]), tiny, tmp_path / "a.gguf")
    assert found["logits"]["nmse"] < 1e-8
    assert [path.name for path in tmp_path.iterdir()] == ["a.gguf"]


@pytest.mark.parametrize(
    ("tied", "settings"),
    [(True, SCALINGS["rslora patterns"]), (False, {}), (False, EMBEDDINGS)],
    ids=["tied", "untied", "embeddings"],
)
def test_adapter_over_llama_predicts_as_the_merge(
    llamas: dict[bool, Path],
    tmp_path: Path,
    make_adapter: Callable[..., Path],
    tied: bool,
    settings: dict[str, Any],
) -> None:
    adapter = make_adapter(llamas[tied], **settings)
    assert _export(adapter, llamas[tied], tmp_path / "a.gguf")["logits"]["nmse"] < 1e-8


def test_half_precision_is_small_and_near(tiny: Path, adapter: Path, tmp_path: Path) -> None:
    whole = _export(adapter, tiny, tmp_path / "whole.gguf")
    half = _export(adapter, tiny, tmp_path / "half.gguf", "F16")
    assert half["size"] < 0.7 * whole["size"]
    assert whole["logits"]["nmse"] < half["logits"]["nmse"] < 1e-6


def test_it_is_bound_to_its_base_and_template(tiny: Path, adapter: Path, tmp_path: Path) -> None:
    _export(adapter, tiny, tmp_path / "a.gguf")
    order = Order(tiny, tmp_path / "out", ("F16",), compare_logits=False, strings=100, name="b")
    export(order, _quiet)
    base, own = read_gguf(tmp_path / "out" / "b-F16.gguf").values, read_gguf(tmp_path / "a.gguf")
    assert own.values["adapter.base.sha256"] == base["general.source.sha256"]
    template = (tiny / "chat_template.jinja").read_bytes()
    assert own.values["adapter.template.sha256"] == hashlib.sha256(template).hexdigest()
    assert own.values["general.type"] == "adapter"


def test_merged_file_is_no_base_for_it(tiny: Path, adapter: Path, tmp_path: Path) -> None:
    order = Order(tiny, tmp_path / "out", ("F16",), adapter, compare_logits=False, strings=100)
    merged = export(order, _quiet)
    figures = _export(adapter, tiny, tmp_path / "a.gguf")
    assert figures["adapter.base.sha256"] != merged["fingerprint"]


def test_another_shape_of_base_is_refused_by_llama_cpp(
    tiny: Path, adapter: Path, llamas: dict[bool, Path], tmp_path: Path
) -> None:
    _export(adapter, tiny, tmp_path / "a.gguf")
    order = Order(
        llamas[True], tmp_path / "o", ("F16",), compare_logits=False, strings=50, name="l"
    )
    export(order, _quiet)
    with (
        pytest.raises(EngineError, match=r"cannot load the adapter a\.gguf"),
        open_model(tmp_path / "o" / "l-F16.gguf", adapter=tmp_path / "a.gguf"),
    ):
        pass


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"use_dora": True}, "cannot hold DoRA"),
        ({"target_modules": ["q_proj"], "modules_to_save": ["lm_head"]}, "lm_head.weight, which"),
    ],
)
def test_what_a_gguf_adapter_cannot_say_is_refused(
    llamas: dict[bool, Path],
    tmp_path: Path,
    make_adapter: Callable[..., Path],
    settings: dict[str, Any],
    sentence: str,
) -> None:
    adapter = make_adapter(llamas[False], **settings)
    with pytest.raises(InputError, match=rf"{sentence}.*Merge it instead"):
        _export(adapter, llamas[False], tmp_path / "a.gguf")
    assert list(tmp_path.iterdir()) == []


def test_missed_proof_leaves_nothing(
    tiny: Path, adapter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mistake that llama.cpp's own script makes: alpha / rank where rsLoRA means the root."""
    from converter import adapter_file

    true = adapter_file._linear
    monkeypatch.setattr(adapter_file, "_linear", lambda d, t: (true(d, t)[0], true(d, t)[1] / 2))
    with pytest.raises(ProofError, match="predicts otherwise"):
        _export(adapter, tiny, tmp_path / "a.gguf")
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_what_it_wrote(
    tiny: Path, adapter: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["adapter", "--adapter", str(adapter), "--base", str(tiny), "--skip-logits"]
    assert main([*words, "--out", str(tmp_path / "a.gguf")]) == 0
    assert "LoRA, 14 modules, ranks [4]" in capsys.readouterr().out
    assert main([*words, "--out", str(tmp_path / "a.gguf")]) == 2
    assert "already exists" in capsys.readouterr().err
