"""Every config is either understood whole or refused with the field's name and a remedy."""

from __future__ import annotations

from typing import Any

import pytest

from converter.architectures import ARCHITECTURES, find_architecture
from converter.architectures.qwen3 import QWEN3
from converter.errors import InputError

CONFIG: dict[str, Any] = {
    "architectures": ["Qwen3ForCausalLM"],
    "attention_bias": False,
    "head_dim": 64,
    "hidden_act": "silu",
    "hidden_size": 512,
    "intermediate_size": 1536,
    "layer_types": ["full_attention"] * 3,
    "max_position_embeddings": 2048,
    "model_type": "qwen3",
    "num_attention_heads": 8,
    "num_hidden_layers": 3,
    "num_key_value_heads": 4,
    "rms_norm_eps": 1e-6,
    "rope_parameters": {"rope_theta": 1e6, "rope_type": "default"},
    "tie_word_embeddings": True,
    "use_sliding_window": False,
    "vocab_size": 1000,
}


def test_known_config_is_read() -> None:
    sizes = QWEN3.sizes(CONFIG)
    assert (sizes.layers, sizes.head, sizes.rope.base, sizes.tied) == (3, 64, 1e6, True)
    assert len(QWEN3.tensors(sizes)) == 3 * 11 + 2


def test_untied_model_has_a_head_of_its_own() -> None:
    sizes = QWEN3.sizes({**CONFIG, "tie_word_embeddings": False})
    assert QWEN3.tensors(sizes)[-1].target == "output.weight"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"num_experts": 8}, "not known here: num_experts"),
        ({"quantization_config": {"bits": 4}}, "Export the unquantised model"),
        ({"auto_map": {"AutoModel": "x.Y"}}, "its own code"),
        ({"hidden_act": "gelu"}, "hidden_act = 'gelu'"),
        ({"attention_bias": True}, "attention_bias = True"),
        ({"use_sliding_window": True}, "use_sliding_window = True"),
        ({"layer_types": ["sliding_attention"] * 3}, "do not attend to everything"),
        ({"layer_types": ["full_attention"]}, "lists 1 layer_types"),
        ({"head_dim": None}, "has no head_dim"),
        ({"head_dim": 63}, "do not fit"),
        ({"num_key_value_heads": 3}, "do not fit"),
        ({"vocab_size": None}, "no usable vocab_size"),
        ({"num_hidden_layers": "3", "layer_types": None}, "no usable num_hidden_layers"),
        ({"rms_norm_eps": 0}, "no usable rms_norm_eps"),
        ({"tie_word_embeddings": None}, "does not say tie_word_embeddings"),
        ({"rope_parameters": None}, "no rope_theta"),
    ],
)
def test_what_is_not_understood_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        QWEN3.sizes({**CONFIG, **changes})


def test_unknown_architecture_names_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"MambaForCausalLM is not known.*Qwen3ForCausalLM"):
        find_architecture({"model_type": "mamba", "architectures": ["MambaForCausalLM"]})
    with pytest.raises(InputError, match="Qwen3ForSequenceClassification is not known"):
        find_architecture({**CONFIG, "architectures": ["Qwen3ForSequenceClassification"]})


@pytest.mark.parametrize(
    "known", [a for a in ARCHITECTURES if a.sentencepiece is None], ids=lambda a: a.name
)
def test_names_agree_with_the_gguf_library(known: Any) -> None:
    """An independent table of tensor names, so that a slip in ours is seen."""
    import gguf

    number = {name: key for key, name in gguf.MODEL_ARCH_NAMES.items()}[known.name]
    names = gguf.get_tensor_name_map(number, 3)
    sizes = known.sizes(
        {k: v for k, v in CONFIG.items() if k not in {"attention_bias", "use_sliding_window"}}
    )
    for row in known.tensors(sizes):
        assert names.get_name(row.source, try_suffixes=(".weight", ".bias")) == row.target
