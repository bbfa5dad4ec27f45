"""Qwen2 and Qwen2.5, dense: biases on queries, keys and values, no norms on heads."""

from __future__ import annotations

from converter.architectures.base import Architecture, Tensor
from converter.architectures.qwen3 import FEED_FORWARD, QWEN_SPLIT

QWEN2 = Architecture(
    name="qwen2",
    model_type="qwen2",
    class_name="Qwen2ForCausalLM",
    layer=(
        Tensor("input_layernorm.weight", "attn_norm.weight", ("hidden",)),
        Tensor("self_attn.q_proj.weight", "attn_q.weight", ("query", "hidden")),
        Tensor("self_attn.q_proj.bias", "attn_q.bias", ("query",)),
        Tensor("self_attn.k_proj.weight", "attn_k.weight", ("key", "hidden")),
        Tensor("self_attn.k_proj.bias", "attn_k.bias", ("key",)),
        Tensor("self_attn.v_proj.weight", "attn_v.weight", ("key", "hidden")),
        Tensor("self_attn.v_proj.bias", "attn_v.bias", ("key",)),
        Tensor("self_attn.o_proj.weight", "attn_output.weight", ("hidden", "query")),
        *FEED_FORWARD,
    ),
    pre_tokenizers={QWEN_SPLIT: "qwen2"},
)
