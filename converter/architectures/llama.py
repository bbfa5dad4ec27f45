"""Llama 3 and its kin with a byte-level vocabulary: plain attention, llama3 rope scaling.

llama.cpp turns neighbouring pairs where Hugging Face turns halves, so the rows of queries and keys
are put into pair order. Llama 2's sentencepiece vocabulary is refused in `vocabulary`.
"""

from __future__ import annotations

from converter.architectures.base import Architecture, Sizes, Tensor, Weights
from converter.architectures.qwen3 import FEED_FORWARD

LLAMA3_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def _pairs(weights: Weights, sizes: Sizes) -> Weights:
    """Rows of each head from (first half, second half) to (pair, pair, ...); shape unchanged."""
    halves = weights.reshape(-1, 2, sizes.head // 2, weights.shape[1])
    return halves.swapaxes(1, 2).reshape(weights.shape)


LLAMA = Architecture(
    name="llama",
    model_type="llama",
    class_name="LlamaForCausalLM",
    layer=(
        Tensor("input_layernorm.weight", "attn_norm.weight", ("hidden",)),
        Tensor("self_attn.q_proj.weight", "attn_q.weight", ("query", "hidden"), _pairs),
        Tensor("self_attn.k_proj.weight", "attn_k.weight", ("key", "hidden"), _pairs),
        Tensor("self_attn.v_proj.weight", "attn_v.weight", ("key", "hidden")),
        Tensor("self_attn.o_proj.weight", "attn_output.weight", ("hidden", "query")),
        *FEED_FORWARD,
    ),
    pre_tokenizers={LLAMA3_SPLIT: "llama-bpe"},
    rope_kinds=frozenset({"default", "llama3"}),
)
