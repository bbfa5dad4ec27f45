"""Each architecture, tied and untied, predicts in llama.cpp what it predicts in transformers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from converter.architectures.llama import LLAMA3_SPLIT
from converter.architectures.qwen3 import QWEN_SPLIT
from converter.export import Order, export

SIZES: dict[str, Any] = {
    "vocab_size": 384,
    "hidden_size": 128,
    "intermediate_size": 192,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "initializer_range": 0.08,
    "bos_token_id": None,
    "eos_token_id": 2,
    "pad_token_id": 0,
}
LLAMA3_ROPE = {
    "rope_type": "llama3",
    "rope_theta": 10000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}


def _config(kind: str, tied: bool) -> tuple[str, Any]:
    from transformers import LlamaConfig, Qwen2Config, Qwen3Config

    common = {**SIZES, "tie_word_embeddings": tied}
    if kind == "qwen3":
        return QWEN_SPLIT, Qwen3Config(**common, head_dim=64)
    if kind == "qwen2":
        return QWEN_SPLIT, Qwen2Config(**common)
    rope = LLAMA3_ROPE if kind == "llama3" else {"rope_type": "default", "rope_theta": 10000.0}
    return LLAMA3_SPLIT, LlamaConfig(**common, rope_parameters=rope)


@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
@pytest.mark.parametrize("kind", ["qwen3", "qwen2", "llama", "llama3"])
def test_float32_export_predicts_the_same(
    make_folder: Callable[..., Path], tmp_path: Path, kind: str, tied: bool
) -> None:
    folder = make_folder(*_config(kind, tied))
    order = Order(folder, tmp_path / "out", ("F32",), base="F32", strings=300)
    found = export(order, lambda *_: None)["logits"]["F32"]
    assert found["nmse"] < 1e-9
    assert found["top1"] == 1.0
    assert found["continuations_equal"] == found["continuations"]
