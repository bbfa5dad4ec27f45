"""A merge predicts what PEFT's merge predicts, for every scaling, and holds little in memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from converter import tensor_plan
from converter.export import Order, export
from converter.hf_folder import ModelFolder
from converter.prepare import prepare
from converter.verify import verify_file

SCALINGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "rslora": {"use_rslora": True},
    "patterns": {
        "rank_pattern": {"q_proj": 8, r"layers\.1\.mlp\.down_proj": 2},
        "alpha_pattern": {"k_proj": 3, "mlp.up_proj": 20},
    },
    "rslora patterns": {"use_rslora": True, "rank_pattern": {"v_proj": 16}},
    "dora": {"use_dora": True},
    "few modules": {"target_modules": ["q_proj", "down_proj"], "layers_to_transform": [1]},
}
EMBEDDINGS = {"target_modules": ["embed_tokens", "lm_head", "k_proj"]}
SAVED = {"target_modules": ["q_proj"], "modules_to_save": ["lm_head"]}


def _export(base: Path, adapter: Path, out: Path) -> dict[str, Any]:
    order = Order(base, out, ("F32",), adapter=adapter, base="F32", strings=100, name="merged")
    return export(order, lambda *_: None)


@pytest.mark.parametrize("name", SCALINGS)
def test_merged_qwen3_predicts_as_pefts_merge(
    tiny: Path, tmp_path: Path, make_adapter: Callable[..., Path], name: str
) -> None:
    adapter = make_adapter(tiny, **SCALINGS[name])
    figures = _export(tiny, adapter, tmp_path / "out")
    assert figures["logits"]["F32"]["nmse"] < 1e-8
    assert figures["logits"]["F32"]["top1"] == 1.0
    assert figures["adapter"]["method"] == {"dora": "DoRA"}.get(name, figures["adapter"]["method"])


@pytest.mark.parametrize(
    ("tied", "settings"),
    [
        (True, SCALINGS["patterns"]), (False, SCALINGS["rslora"]), (False, SCALINGS["dora"]),
        (False, EMBEDDINGS), (False, SAVED),
    ],
    ids=["tied", "untied", "dora", "embeddings", "modules to save"],
)  # fmt: skip
def test_merged_llama_with_its_row_order_predicts_as_pefts_merge(
    llamas: dict[bool, Path],
    tmp_path: Path,
    make_adapter: Callable[..., Path],
    tied: bool,
    settings: dict[str, Any],
) -> None:
    adapter = make_adapter(llamas[tied], **settings)
    figures = _export(llamas[tied], adapter, tmp_path / "out")
    assert figures["logits"]["F32"]["nmse"] < 1e-8


def test_change_is_not_small(tiny: Path, adapter: Path) -> None:
    """Else the proofs above would hold without a merge."""
    from converter.divergence import SquaredError

    error = SquaredError()
    merged = prepare(ModelFolder(tiny), adapter=adapter).plan
    for one, other in zip(prepare(ModelFolder(tiny)).plan, merged, strict=True):
        error.add(one.read(), other.read())
    assert error.result() > 1e-3


def test_flag_of_other_layers_changes_nothing(
    tiny: Path, adapter: Path, tmp_path: Path, edit: Callable[..., None]
) -> None:
    """PEFT drops fan_in_fan_out for linear layers; so must the merge."""
    import shutil

    other = Path(shutil.copytree(adapter, tmp_path / "adapter"))
    edit(other, "adapter_config.json", fan_in_fan_out=True)
    assert _export(tiny, other, tmp_path / "out")["logits"]["F32"]["nmse"] < 1e-8


def test_verify_knows_the_merge(tiny: Path, adapter: Path, tmp_path: Path) -> None:
    _export(tiny, adapter, tmp_path / "out")
    prepared = prepare(ModelFolder(tiny), adapter=adapter)
    found = verify_file(tmp_path / "out" / "merged-F32.gguf", prepared, None, 100)
    assert found["largest_tensor_error"] == 0
    assert found["logits"]["nmse"] < 1e-8


def test_small_slabs_give_the_same_values_and_hold_little(
    tiny: Path, make_adapter: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = prepare(ModelFolder(tiny), adapter=make_adapter(tiny, use_dora=True)).plan
    whole = {tensor.name: tensor.read() for tensor in plan}
    monkeypatch.setattr(tensor_plan, "SLAB", 32 * 256)
    for tensor in plan:
        assert np.allclose(np.concatenate(list(tensor.slabs())), whole[tensor.name], atol=1e-6)
    embedding = next(tensor for tensor in plan if tensor.name == "token_embd.weight")
    tracemalloc.start()
    for slab in embedding.slabs():
        assert slab.size <= 32 * 256
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < embedding.elements * 4
