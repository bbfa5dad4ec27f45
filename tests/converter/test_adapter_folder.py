"""What of an adapter is understood, and the sentence for everything that is not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from converter.adapter_folder import AdapterFolder
from converter.errors import InputError
from converter.hf_folder import ModelFolder
from converter.prepare import prepare

Edit = Callable[..., None]


@pytest.fixture
def own(adapter: Path, tmp_path: Path) -> Path:
    """A copy of the plain adapter that a test may break."""
    return Path(shutil.copytree(adapter, tmp_path / "own"))


def _rewrite(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    from safetensors.numpy import load_file, save_file

    tensors = load_file(folder / "adapter_model.safetensors")
    change(tensors)
    save_file(tensors, folder / "adapter_model.safetensors")


def test_plain_adapter_is_read(adapter: Path) -> None:
    found = AdapterFolder(adapter).figures()
    assert found == {
        "method": "LoRA", "modules": 14, "ranks": [4], "scales": [2.0], "replaced": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"peft_type": "LOHA"}, "type LOHA, not LORA"),
        ({"bias": "all"}, "trained biases"),
        ({"lora_bias": True}, "lora_bias = True"),
        ({"trainable_token_indices": [5]}, "trainable_token_indices"),
        ({"target_parameters": ["x"]}, "target_parameters"),
        ({"layer_replication": [[0, 1]]}, "layer_replication"),
        ({"of_a_later_version": 1}, "of_a_later_version = 1, which is not known"),
        ({"init_lora_weights": "pissa"}, "also changes the weights of its base"),
        ({"init_lora_weights": "loftq"}, "also changes the weights of its base"),
        ({"r": 8}, "has the ranks 4 and 4, adapter_config.json means 8"),
        ({"r": ...}, "no usable r"),
        ({"use_dora": True}, "DoRA's magnitudes"),
    ],
)
def test_what_is_not_understood_is_refused(
    tiny: Path, own: Path, edit: Edit, changes: dict[str, Any], sentence: str
) -> None:
    edit(own, "adapter_config.json", **changes)
    with pytest.raises(InputError, match=sentence):
        prepare(ModelFolder(tiny), adapter=own)


def _read_all(base: Path, adapter: Path) -> None:
    for tensor in prepare(ModelFolder(base), adapter=adapter).plan:
        tensor.read()


def _drop_half(tensors: dict[str, Any]) -> None:
    del tensors["base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight"]


def _unknown(tensors: dict[str, Any]) -> None:
    name = "base_model.model.model.embed_tokens.token_adapter.trainable_tokens_delta"
    tensors[name] = np.zeros((1, 256), np.float32)


def _no_such_module(tensors: dict[str, Any]) -> None:
    for name in [n for n in tensors if "layers.1.mlp.up_proj" in n]:
        tensors[name.replace("layers.1", "layers.7")] = tensors.pop(name)


def _other_width(tensors: dict[str, Any]) -> None:
    name = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"
    tensors[name] = np.zeros((4, 128), np.float32)


def _added_tokens(tensors: dict[str, Any]) -> None:
    tensors["base_model.model.model.embed_tokens.weight"] = np.zeros((390, 256), np.float32)


def _head(tensors: dict[str, Any]) -> None:
    tensors["base_model.model.lm_head.weight"] = np.zeros((384, 256), np.float32)


def _nan(tensors: dict[str, Any]) -> None:
    tensors["base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"][0] = np.nan


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_drop_half, "only half of model.layers.0.self_attn.q_proj"),
        (_unknown, "token_adapter.trainable_tokens_delta is not known"),
        (_no_such_module, "layers.7.mlp.up_proj.weight, which the base does not have"),
        (_other_width, r"is for the shape \(256, 128\), the base has \(256, 256\)"),
        (_added_tokens, "for added tokens merge"),
        (_head, "embedding and head are one tensor"),
        (_nan, "holds NaN or infinity"),
        (dict.clear, "holds no LoRA tensors"),
    ],
)
def test_tensors_that_do_not_fit_are_refused(
    tiny: Path, own: Path, change: Any, sentence: str
) -> None:
    _rewrite(own, change)
    with pytest.raises(InputError, match=sentence):
        _read_all(tiny, own)


def test_adapter_of_another_base_is_refused(tiny: Path, own: Path) -> None:
    (own / "manifest.json").write_text(json.dumps({"inputs": {"base/model.safetensors": "0" * 64}}))
    with pytest.raises(InputError, match="trained on another base"):
        prepare(ModelFolder(tiny), adapter=own)


def test_tokenizer_with_added_tokens_is_refused(tiny: Path, own: Path) -> None:
    table = json.loads((tiny / "tokenizer.json").read_text("utf-8"))
    (own / "tokenizer.json").write_text(json.dumps(table), "utf-8")
    prepare(ModelFolder(tiny), adapter=own)
    table["added_tokens"] = table["added_tokens"][:-1]
    (own / "tokenizer.json").write_text(json.dumps(table), "utf-8")
    with pytest.raises(InputError, match="another tokenizer"):
        prepare(ModelFolder(tiny), adapter=own)


def test_template_beside_the_adapter_is_what_training_used(tiny: Path, own: Path) -> None:
    text = (tiny / "chat_template.jinja").read_text("utf-8") + "{# trained #}"
    (own / "chat_template.jinja").write_text(text, "utf-8")
    assert prepare(ModelFolder(tiny), adapter=own).template == text


def test_folder_that_is_no_adapter_is_refused(tiny: Path, own: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a folder"):
        prepare(ModelFolder(tiny), adapter=tmp_path / "none")
    with pytest.raises(InputError, match=r"has no adapter_config.json"):
        prepare(ModelFolder(tiny), adapter=tiny)
    (own / "adapter_model.safetensors").unlink()
    with pytest.raises(InputError, match=r"has no adapter_model.safetensors"):
        prepare(ModelFolder(tiny), adapter=own)
