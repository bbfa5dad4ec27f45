"""Models of real sizes with random weights, and dialogues of real lengths with random words.

Speed and memory of training depend on sizes and lengths only, so nothing has to be downloaded.
dialogue_lengths.json holds [tokens, counsellor's tokens] of 1,000 dialogues of SMILE, CPsyCounD and
EmoLLM, counted with our 16k tokenizer; `SCALE` brings their mean to the 620 tokens of Qwen's.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from trainer.sft.encode import Example

LENGTHS = Path(__file__).with_name("dialogue_lengths.json")
SCALE = 620 / 404
TURN = 80
"""Tokens of a made-up turn."""


@dataclass(frozen=True)
class Shape:
    """Sizes of a Qwen3 model."""

    hidden: int
    layers: int
    heads: int
    key_value_heads: int
    feed_forward: int
    head_size: int = 128
    vocabulary: int = 151_936
    tied: bool = True

    def matmul_parameters(self) -> int:
        """Weights every token is multiplied with, the head included."""
        narrow, wide = self.key_value_heads * self.head_size, self.heads * self.head_size
        layer = self.hidden * (2 * wide + 2 * narrow + 3 * self.feed_forward)
        return self.layers * layer + self.vocabulary * self.hidden


SHAPES = {
    "4b": Shape(2560, 36, 32, 8, 9728),
    "14b": Shape(5120, 40, 40, 8, 17_408, tied=False),
    "toy": Shape(64, 4, 4, 2, 128, 16, 512),
}


def build(shape: Shape, device: torch.device, dtype: torch.dtype) -> Any:
    """A Qwen3 model with random weights, made where it will run."""
    from transformers import Qwen3Config, Qwen3ForCausalLM

    config = Qwen3Config(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.key_value_heads,
        head_dim=shape.head_size,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=32_768,
        tie_word_embeddings=shape.tied,
    )
    torch.manual_seed(0)
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        with device:
            model = Qwen3ForCausalLM(config)
    finally:
        torch.set_default_dtype(before)
    model.tie_weights()
    return model


def quantise(model: Any, dtype: torch.dtype) -> None:
    """Replace the layers' matrices by NF4 ones, as loading with bitsandbytes does."""
    import bitsandbytes

    for layer in model.model.layers:
        for parent in (layer.self_attn, layer.mlp):
            for name, linear in list(parent.named_children()):
                if isinstance(linear, torch.nn.Linear):
                    setattr(parent, name, _nf4(bitsandbytes, linear, dtype))
    model.is_loaded_in_4bit = True


def _nf4(library: Any, linear: torch.nn.Linear, dtype: torch.dtype) -> Any:
    made = library.nn.Linear4bit(
        linear.in_features, linear.out_features, bias=False, compute_dtype=dtype,
        compress_statistics=True, quant_type="nf4", device="meta",
    )  # fmt: skip
    made.weight = library.nn.Params4bit(
        linear.weight.data, requires_grad=False, quant_type="nf4", compress_statistics=True
    ).to(linear.weight.device)
    return made


def dialogues(vocabulary: int, longest: int, count: int, scale: float = SCALE) -> list[Example]:
    """Made-up dialogues of real lengths; the counsellor's turns are learned."""
    chance = np.random.default_rng(0)
    rows = json.loads(LENGTHS.read_text("utf-8"))
    made = []
    for number in range(count):
        tokens, learned = rows[number % len(rows)]
        length = max(8, min(longest, round(tokens * scale)))
        ids = chance.integers(3, vocabulary, length, dtype=np.int32)
        share = learned / tokens
        place = np.arange(length) % TURN
        weights = (place >= (1 - share) * TURN).astype(np.float32)
        weights[-1] = 1
        made.append(Example(ids, weights, "made-up", length))
    return made
