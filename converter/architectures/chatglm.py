"""ChatGLM3: queries, keys and values in one matrix, gate and up in one, half of each head turned.

Its computation is published as code inside the model folder, which is never run here: the proof
uses `chatglm_reference`, written after it. llama.cpp keeps both fused matrices as they are and
turns neighbouring pairs, as the model does. Sources: modeling_chatglm.py of ChatGLM3-6B, llama.cpp
conversion/chatglm.py and src/models/chatglm.cpp.
"""

from __future__ import annotations

from typing import Any

from converter.architectures.base import FIXED, Architecture, Sentencepiece, Tensor
from converter.errors import InputError

_BASE = 10000.0
"""Its rope base, times rope_ratio where a config has one."""
_NAMES = {
    "num_layers": "num_hidden_layers",
    "ffn_hidden_size": "intermediate_size",
    "multi_query_group_num": "num_key_value_heads",
    "kv_channels": "head_dim",
    "padded_vocab_size": "vocab_size",
    "seq_length": "max_position_embeddings",
    "layernorm_epsilon": "rms_norm_eps",
}


def _usual_names(config: dict[str, Any]) -> dict[str, Any]:
    """Its config with the field names of the others. Raises InputError for groups it has not."""
    if config.get("multi_query_attention") is not True:
        raise InputError(
            "config.json does not say multi_query_attention = true.",
            "Only ChatGLM with grouped keys and values (version 2 and later) can be converted.",
        )
    found = {_NAMES.get(name, name): value for name, value in config.items()}
    ratio = found.pop("rope_ratio", None) or 1.0
    head, heads = found.get("head_dim") or 0, found.get("num_attention_heads") or 0
    if head * heads != found.get("hidden_size"):
        raise InputError(
            f"{heads} heads of {head} are not the hidden size {found.get('hidden_size')}.",
            "Correct kv_channels or num_attention_heads in config.json.",
        )
    found.setdefault("rope_theta", _BASE * float(ratio))
    found.setdefault("tie_word_embeddings", False)
    return found


CHATGLM = Architecture(
    name="chatglm",
    model_type="chatglm",
    class_name="ChatGLMModel",
    layers="transformer.encoder.layers",
    embedding=Tensor(
        "transformer.embedding.word_embeddings.weight",
        "token_embd.weight",
        ("vocabulary", "hidden"),
    ),
    layer=(
        Tensor("input_layernorm.weight", "attn_norm.weight", ("hidden",)),
        Tensor(
            "self_attention.query_key_value.weight",
            "attn_qkv.weight",
            ("query+key+value", "hidden"),
        ),
        Tensor("self_attention.query_key_value.bias", "attn_qkv.bias", ("query+key+value",)),
        Tensor("self_attention.dense.weight", "attn_output.weight", ("hidden", "query")),
        Tensor("post_attention_layernorm.weight", "ffn_norm.weight", ("hidden",)),
        Tensor("mlp.dense_h_to_4h.weight", "ffn_up.weight", ("gate+up", "hidden")),
        Tensor("mlp.dense_4h_to_h.weight", "ffn_down.weight", ("hidden", "ffn")),
    ),
    output_norm=Tensor(
        "transformer.encoder.final_layernorm.weight", "output_norm.weight", ("hidden",)
    ),
    output=Tensor("transformer.output_layer.weight", "output.weight", ("vocabulary", "hidden")),
    fixed={
        **FIXED,
        "tie_word_embeddings": (False,),
        "add_bias_linear": (False,),
        "add_qkv_bias": (True,),
        "apply_residual_connection_post_layernorm": (False,),
        "fp32_residual_connection": (False,),
        "multi_query_attention": (True,),
        "original_rope": (True,),
        "post_layer_norm": (True,),
        "pre_seq_len": (0,),
        "quantization_bit": (0,),
        "rmsnorm": (True,),
    },
    harmless=frozenset(
        {
            "apply_query_key_layer_scaling", "attention_softmax_in_fp32", "auto_map",
            "bias_dropout_fusion", "classifier_dropout", "hidden_dropout", "prefix_projection",
        }
    ),
    translate=_usual_names,
    rotary_share=0.5,
    sentencepiece=Sentencepiece(
        pre="chatglm-spm",
        special=(
            "[MASK]", "[gMASK]", "[sMASK]", "sop", "eop",
            "<|system|>", "<|user|>", "<|assistant|>", "<|observation|>",
        ),
        turn_end="<|user|>",
        tool_end="<|observation|>",
    ),
)  # fmt: skip
"""apply_query_key_layer_scaling divides and multiplies by the layer's number: it cancels out."""
