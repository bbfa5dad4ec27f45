"""The Qwen3 architecture from transformers, made ready for packed rows.

Three additions to the library's model: attention that takes a block-diagonal causal mask (flex
attention on a GPU, a dense mask on a CPU), dropout on what flows into the residual stream (forward
hooks), and smaller first weights of the projections that write into it. Knows nothing of data,
phases or files.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.attention.flex_attention import BlockMask, create_block_mask, flex_attention
from transformers import AttentionInterface, Qwen3Config, Qwen3ForCausalLM

from trainer.starter.recipe import Model

ATTENTION = "packed_rows"
THETA = 10_000.0
END_OF_TEXT, END = 0, 2
Mask = Tensor | BlockMask
BlockMaskBuilder = Callable[..., BlockMask]


def configuration(sizes: Model, vocabulary: int) -> Qwen3Config:
    """The configuration that is saved with the model."""
    return Qwen3Config(
        vocab_size=vocabulary,
        hidden_size=sizes.hidden,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.heads,
        num_key_value_heads=sizes.key_value_heads,
        head_dim=sizes.head_size,
        intermediate_size=sizes.feed_forward,
        max_position_embeddings=sizes.positions,
        rope_parameters={"rope_type": "default", "rope_theta": THETA},
        rms_norm_eps=1e-6,
        tie_word_embeddings=True,
        attention_dropout=0.0,
        bos_token_id=None,
        eos_token_id=END,
        pad_token_id=END_OF_TEXT,
    )


def build(sizes: Model, vocabulary: int, seed: int) -> Qwen3ForCausalLM:
    """A new model in float32 on the CPU, its weights drawn from `seed`."""
    torch.manual_seed(seed)
    model = prepare(Qwen3ForCausalLM(configuration(sizes, vocabulary)))
    with torch.no_grad():
        for layer in model.model.layers:
            for projection in (layer.self_attn.o_proj, layer.mlp.down_proj):
                projection.weight.mul_(1 / math.sqrt(2 * sizes.layers))
    return model


def prepare(model: Qwen3ForCausalLM) -> Qwen3ForCausalLM:
    """Switch a model to packed attention and full precision, for training."""
    AttentionInterface.register(ATTENTION, packed_attention)
    model.set_attn_implementation(ATTENTION)
    model.config.use_cache = False
    return move(model, torch.float32)


def move(model: Qwen3ForCausalLM, where: torch.device | torch.dtype) -> Qwen3ForCausalLM:
    """The model on a device or in a precision; transformers' own `to` hides its type."""
    return nn.Module.to(model, where)


def packed_attention(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Mask,
    scaling: float,
    **_: Any,
) -> tuple[Tensor, None]:
    """Grouped-query attention under an explicit mask.

    Args:
        query: (batch, heads, tokens, size); key and value: (batch, key-value heads, tokens, size).
        attention_mask: what `packed_mask` returned.

    Returns: (batch, tokens, heads, size) and no weights, as transformers expects.
    """
    query, key = query.to(value.dtype), key.to(value.dtype)
    if isinstance(attention_mask, BlockMask):
        out = flex_attention(
            query, key, value, block_mask=attention_mask, scale=scaling, enable_gqa=True
        )
    else:
        out = functional.scaled_dot_product_attention(
            query, key, value, attn_mask=attention_mask, scale=scaling, enable_gqa=True
        )
    return out.transpose(1, 2), None


def packed_mask(documents: Tensor, build_blocks: BlockMaskBuilder = create_block_mask) -> Mask:
    """The block-diagonal causal mask of packed rows.

    Args:
        documents: (rows, tokens) dialogue numbers; equal numbers may see each other, backwards
        only.

    Returns: a BlockMask on a GPU, a bool tensor (rows, 1, tokens, tokens) on a CPU.
    """
    rows, tokens = documents.shape
    if documents.is_cuda:

        def same(batch: Tensor, _: Tensor, query: Tensor, key: Tensor) -> Tensor:
            return (documents[batch, query] == documents[batch, key]) & (query >= key)

        return build_blocks(same, rows, None, tokens, tokens, device="cuda")
    causal = torch.ones(tokens, tokens, dtype=torch.bool).tril()
    return ((documents[:, :, None] == documents[:, None, :]) & causal)[:, None]


class ResidualDropout:
    """Dropout after the embedding and each block's two outputs; phases may change `share`."""

    def __init__(self, model: Qwen3ForCausalLM) -> None:
        self.share = 0.0
        model.model.embed_tokens.register_forward_hook(self._embedding)
        for layer in model.model.layers:
            layer.self_attn.o_proj.register_forward_hook(self._drop)
            layer.mlp.down_proj.register_forward_hook(self._drop)

    def _drop(self, module: nn.Module, _: Any, out: Tensor) -> Tensor:
        return functional.dropout(out, self.share, module.training)

    def _embedding(self, module: nn.Module, _: Any, out: Tensor) -> Tensor:
        """Autocast leaves embeddings in float32; the residual stream follows its type."""
        if torch.is_autocast_enabled(out.device.type):
            out = out.to(torch.get_autocast_dtype(out.device.type))
        return functional.dropout(out, self.share, module.training)


def compile_layers(model: Qwen3ForCausalLM) -> None:
    """Compile the layers one by one: they share their code, so this takes seconds, not minutes."""
    for layer in model.model.layers:
        layer.compile(dynamic=False)


def hidden(model: Qwen3ForCausalLM, ids: Tensor, mask: Mask) -> Tensor:
    """The last hidden states (rows, tokens, width) of packed rows (rows, tokens)."""
    out = model.model(input_ids=ids, attention_mask={"full_attention": mask}, use_cache=False)
    return cast(Tensor, out.last_hidden_state)


def weighted_loss(states: Tensor, table: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    """Mean negative log-likelihood of the targets, in nats, weighted by token.

    Args:
        states: (rows, tokens, width); table: (vocabulary, width); targets, weights: (rows, tokens).
    """
    logits = functional.linear(states, table.to(states.dtype)).float().flatten(0, 1)
    losses = functional.cross_entropy(logits, targets.flatten(), reduction="none")
    weights = weights.flatten()
    return (losses * weights).sum() / weights.sum().clamp(min=1.0)
