"""Theta from either place, never guessed; llama3's divisors as transformers has them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from converter.architectures.rope import read_rope, rope_divisors
from converter.errors import InputError

DEFAULT = frozenset({"default"})
LLAMA3 = {
    "rope_type": "llama3",
    "rope_theta": 500000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 128,
}


@pytest.mark.parametrize(
    "config",
    [
        {"rope_parameters": {"rope_theta": 5e5, "rope_type": "default"}},
        {"rope_theta": 500000},
        {"rope_theta": 5e5, "rope_scaling": None},
        {"rope_theta": 5e5, "rope_parameters": {"rope_theta": 5e5}},
    ],
)
def test_theta_is_found_in_either_place(config: dict[str, Any]) -> None:
    assert read_rope(config, DEFAULT).base == 5e5


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({}, "neither in rope_parameters nor by itself"),
        ({"rope_parameters": {"rope_type": "default"}}, "no rope_theta"),
        ({"rope_theta": 1e4, "rope_parameters": {"rope_theta": 1e6}}, "two values"),
        ({"rope_theta": 0}, "cannot be"),
        ({"rope_theta": 1e4, "rope_scaling": {"type": "yarn", "factor": 4}}, "'yarn'"),
        ({"rope_parameters": {"rope_theta": 1e4, "mystery": 1}}, "mystery"),
        ({"rope_parameters": {"rope_theta": 1e4, "partial_rotary_factor": 0.5}}, "partial"),
    ],
)
def test_unclear_rope_is_refused(config: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read_rope(config, DEFAULT)


def test_llama3_scaling_must_be_complete() -> None:
    short = {key: value for key, value in LLAMA3.items() if key != "factor"}
    with pytest.raises(InputError, match="has no factor"):
        read_rope({"rope_parameters": short}, {"llama3"})


def test_llama3_divisors_are_those_of_transformers() -> None:
    from transformers import LlamaConfig
    from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

    config = LlamaConfig(
        hidden_size=256, num_attention_heads=4, head_dim=64, rope_parameters=dict(LLAMA3)
    )
    scaled, _ = ROPE_INIT_FUNCTIONS["llama3"](config, "cpu")
    plain = 1.0 / 500000.0 ** (np.arange(0, 64, 2) / 64)
    divisors = rope_divisors(read_rope({"rope_parameters": LLAMA3}, {"llama3"}), 64)
    assert np.allclose(plain / divisors, scaled.numpy(), rtol=1e-5)
    assert len(set(np.round(divisors, 4))) > 2
