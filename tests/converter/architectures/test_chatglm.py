"""ChatGLM3 predicts in llama.cpp what the published computation predicts, and cuts text alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from converter.architectures.chatglm import CHATGLM
from converter.architectures.chatglm_reference import ChatGLM, load
from converter.benchmarks.checkpoints import save_chatglm
from converter.errors import InputError
from converter.export import Order, check, export
from converter.gguf_file import read_gguf
from converter.hf_folder import ModelFolder

Edit = Callable[..., None]


def _quiet(_what: str, _done: int, _total: int) -> None:
    pass


@pytest.fixture(scope="module")
def glm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_chatglm(tmp_path_factory.mktemp("glm") / "tiny")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder that a test may break."""
    return save_chatglm(tmp_path / "own")


def test_export_predicts_and_cuts_the_same(glm: Path, tmp_path: Path) -> None:
    order = Order(glm, tmp_path / "out", ("F32", "Q8_0"), base="F32", strings=3000, name="g")
    figures = export(order, _quiet)
    assert figures["logits"]["F32"]["nmse"] < 1e-9
    assert figures["logits"]["F32"]["top1"] == 1.0
    assert figures["tokens"]["equal"] is True
    values = read_gguf(tmp_path / "out" / "g-F32.gguf").values
    tokens = values["tokenizer.ggml.tokens"]
    assert tokens[values["tokenizer.ggml.eot_token_id"]] == "<|user|>"
    assert tokens[values["tokenizer.ggml.eom_token_id"]] == "<|observation|>"
    assert values["chatglm.rope.dimension_count"] == 16


def test_adapter_on_the_fused_matrix_is_merged(
    glm: Path, tmp_path: Path, make_glm_adapter: Callable[[Path], Path]
) -> None:
    order = Order(
        glm, tmp_path / "out", ("F32",), make_glm_adapter(glm), base="F32", strings=200, name="g"
    )
    figures = export(order, _quiet)
    assert figures["logits"]["F32"]["nmse"] < 1e-8
    assert figures["adapter"]["modules"] == 2


@pytest.fixture
def make_glm_adapter(tmp_path: Path) -> Callable[[Path], Path]:
    def make(base: Path) -> Path:
        import torch
        from peft import LoraConfig, get_peft_model

        torch.manual_seed(11)
        stored = ModelFolder(base)
        sizes = CHATGLM.sizes(stored.config)
        model: Any = get_peft_model(
            ChatGLM(sizes), LoraConfig(r=4, lora_alpha=8, target_modules=["query_key_value"])
        )
        for parameter in model.parameters():
            if parameter.requires_grad:
                torch.nn.init.normal_(parameter, 0.0, 0.05)
        model.save_pretrained(tmp_path / "adapter", save_embedding_layers=False)
        return tmp_path / "adapter"

    return make


def test_reference_is_the_published_computation(glm: Path) -> None:
    """One layer of one head group by hand in numpy: rope by pairs on half of a head."""
    import torch

    stored = ModelFolder(glm)
    sizes = CHATGLM.sizes({**stored.config, "num_layers": 1})
    rows = {row.source: row for row in CHATGLM.tensors(sizes)}
    values = {name: stored.tensors[name].read() for name in rows}
    model = load(sizes, {name: torch.from_numpy(value.copy()) for name, value in values.items()})
    ids = [5, 270, 31, 300]
    with torch.inference_mode():
        found = model(torch.tensor([ids])).logits[0].numpy()
    wanted = _by_hand(values, ids, sizes)
    assert np.allclose(found, wanted, atol=2e-4)


def _by_hand(values: dict[str, Any], ids: list[int], sizes: Any) -> Any:
    layer = "transformer.encoder.layers.0."

    def norm(x: Any, name: str) -> Any:
        return x / np.sqrt((x**2).mean(-1, keepdims=True) + sizes.epsilon) * values[name]

    def turn(vector: Any, position: int) -> Any:
        out = vector.copy()
        for i in range(sizes.head // 4):
            angle = position / 10000.0 ** (4 * i / sizes.head)
            a, b = vector[2 * i], vector[2 * i + 1]
            out[2 * i] = a * np.cos(angle) - b * np.sin(angle)
            out[2 * i + 1] = b * np.cos(angle) + a * np.sin(angle)
        return out

    x = values["transformer.embedding.word_embeddings.weight"][ids].astype(np.float64)
    h = norm(x, layer + "input_layernorm.weight")
    qkv = h @ values[layer + "self_attention.query_key_value.weight"].T
    qkv = qkv + values[layer + "self_attention.query_key_value.bias"]
    size, heads, groups = sizes.head, sizes.heads, sizes.kv_heads
    mixed = np.zeros((len(ids), heads * size))
    for head in range(heads):
        group = heads * size + (head // (heads // groups)) * size
        q = [turn(row[head * size : (head + 1) * size], t) for t, row in enumerate(qkv)]
        k = [turn(row[group : group + size], t) for t, row in enumerate(qkv)]
        v = qkv[:, group + groups * size : group + groups * size + size]
        for t in range(len(ids)):
            scores = np.array([q[t] @ k[s] for s in range(t + 1)]) / np.sqrt(size)
            share = np.exp(scores - scores.max())
            mixed[t, head * size : (head + 1) * size] = share / share.sum() @ v[: t + 1]
    x = x + mixed @ values[layer + "self_attention.dense.weight"].T
    h = norm(x, layer + "post_attention_layernorm.weight")
    gate, up = np.split(h @ values[layer + "mlp.dense_h_to_4h.weight"].T, 2, axis=1)
    x = x + (gate / (1 + np.exp(-gate)) * up) @ values[layer + "mlp.dense_4h_to_h.weight"].T
    x = norm(x, "transformer.encoder.final_layernorm.weight")
    return x @ values["transformer.output_layer.weight"].T


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"multi_query_attention": False}, "multi_query_attention"),
        ({"kv_channels": 16}, "are not the hidden size"),
        ({"pre_seq_len": 128}, "pre_seq_len = 128"),
        ({"quantization_bit": 4}, "quantization_bit = 4"),
        ({"rmsnorm": False}, "rmsnorm = False"),
        ({"of_a_later_version": 1}, "of_a_later_version = 1"),
        ({"padded_vocab_size": 300}, "where config.json means"),
        ({"eos_token_id": 5}, "the end token is 5"),
    ],
)
def test_what_is_not_understood_is_refused(
    own: Path, edit: Edit, tmp_path: Path, changes: dict[str, Any], sentence: str
) -> None:
    edit(own, "config.json", **changes)
    with pytest.raises(InputError, match=sentence):
        check(Order(own, tmp_path / "out", ("F16",)))


def test_longer_rope_is_read(glm: Path) -> None:
    config = json.loads((glm / "config.json").read_text("utf-8"))
    assert CHATGLM.sizes({**config, "rope_ratio": 50}).rope.base == 500_000
    assert CHATGLM.sizes(config).rope.base == 10_000


@pytest.mark.parametrize(
    ("part", "field", "value", "sentence"),
    [
        ("trainer_spec", "model_type", 1, "not of the BPE kind"),
        ("normalizer_spec", "precompiled_charsmap", b"x", "normalises text"),
        ("normalizer_spec", "remove_extra_whitespaces", True, "collapses spaces"),
        ("trainer_spec", "byte_fallback", False, "no pieces for bytes"),
    ],
)
def test_other_sentencepiece_kinds_are_refused(
    own: Path, tmp_path: Path, part: str, field: str, value: Any, sentence: str
) -> None:
    from sentencepiece import sentencepiece_model_pb2 as format_

    model = format_.ModelProto()
    model.ParseFromString((own / "tokenizer.model").read_bytes())
    setattr(getattr(model, part), field, value)
    (own / "tokenizer.model").write_bytes(model.SerializeToString())
    with pytest.raises(InputError, match=sentence):
        check(Order(own, tmp_path / "out", ("F16",)))
    (own / "tokenizer.model").write_bytes(b"\xff\xff")
    with pytest.raises(InputError, match="cannot be read"):
        check(Order(own, tmp_path / "out", ("F16",)))
