"""Qwen3, dense: RMS norms on each head's queries and keys, no biases, head size of its own."""

from __future__ import annotations

from converter.architectures.base import Architecture, Tensor

QWEN_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""How Qwen's tokenizers cut text before merging; llama.cpp calls it qwen2."""

FEED_FORWARD = (
    Tensor("post_attention_layernorm.weight", "ffn_norm.weight", ("hidden",)),
    Tensor("mlp.gate_proj.weight", "ffn_gate.weight", ("ffn", "hidden")),
    Tensor("mlp.up_proj.weight", "ffn_up.weight", ("ffn", "hidden")),
    Tensor("mlp.down_proj.weight", "ffn_down.weight", ("hidden", "ffn")),
)

QWEN3 = Architecture(
    name="qwen3",
    model_type="qwen3",
    class_name="Qwen3ForCausalLM",
    layer=(
        Tensor("input_layernorm.weight", "attn_norm.weight", ("hidden",)),
        Tensor("self_attn.q_proj.weight", "attn_q.weight", ("query", "hidden")),
        Tensor("self_attn.k_proj.weight", "attn_k.weight", ("key", "hidden")),
        Tensor("self_attn.v_proj.weight", "attn_v.weight", ("key", "hidden")),
        Tensor("self_attn.q_norm.weight", "attn_q_norm.weight", ("head",)),
        Tensor("self_attn.k_norm.weight", "attn_k_norm.weight", ("head",)),
        Tensor("self_attn.o_proj.weight", "attn_output.weight", ("hidden", "query")),
        *FEED_FORWARD,
    ),
    pre_tokenizers={QWEN_SPLIT: "qwen2"},
    head_required=True,
)
