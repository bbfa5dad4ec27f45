"""Attention over packed rows: no token sees another dialogue, and no mask is ever built.

On a GPU in half precision this is torch's own variable-length flash attention; elsewhere each
dialogue is attended to by itself, which is exact and costs the sum of squares, not the square of
the sum. Registered with transformers under one name, so that model code stays the library's.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

NAME = "xinyu_packed"
LARGEST_HEAD = 256
Kernel = Callable[[Tensor, Tensor, Tensor, Tensor, int, float], Tensor]


def register() -> str:
    """Make the attention known to transformers; returns the name to set on a model."""
    from transformers import AttentionInterface

    AttentionInterface.register(NAME, packed_attention)
    return NAME


def packed_attention(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float,
    *,
    cu_seq_lens_q: Tensor,
    max_length_q: int,
    **_: Any,
) -> tuple[Tensor, None]:
    """Causal grouped-query attention within each dialogue of one row.

    Args:
        query: (1, heads, tokens, size); key and value: (1, key-value heads, tokens, size).
        attention_mask: none; transformers makes none for an attention it has no mask for.
        cu_seq_lens_q: (dialogues + 1,) int32, where each dialogue begins, and the end of the last.
        max_length_q: tokens of the longest dialogue.

    Returns: (1, tokens, heads, size) and no weights, as transformers expects.
    """
    queries, keys, values = (t[0].transpose(0, 1) for t in (query, key, value))
    fast = query.is_cuda and query.dtype in (torch.bfloat16, torch.float16)
    kernel = flash() if fast and query.shape[-1] <= LARGEST_HEAD else None
    if kernel is None:
        return one_by_one(queries, keys, values, cu_seq_lens_q, scaling)[None], None
    return kernel(queries, keys, values, cu_seq_lens_q, max_length_q, scaling)[None], None


def one_by_one(query: Tensor, key: Tensor, value: Tensor, bounds: Tensor, scaling: float) -> Tensor:
    """Each dialogue by torch's scaled dot product; all tensors (tokens, heads, size)."""
    edges = bounds.tolist()
    parts = [
        functional.scaled_dot_product_attention(
            *(t[start:end].transpose(0, 1)[None] for t in (query, key, value)),
            is_causal=True,
            scale=scaling,
            enable_gqa=True,
        )[0].transpose(0, 1)
        for start, end in pairwise(edges)
    ]
    return torch.cat(parts)


@cache
def flash() -> Kernel | None:
    """torch's variable-length flash attention in the spelling of this torch; None before 2.10.

    2.10 takes `is_causal`, 2.11 a window instead, 2.12 grouped key-value heads as they are.
    """
    try:
        from torch.nn.attention.varlen import varlen_attn
    except ImportError:
        return None
    known = inspect.signature(varlen_attn).parameters
    causal: dict[str, Any] = (
        {"window_size": (-1, 0)} if "window_size" in known else {"is_causal": True}
    )
    grouped = "enable_gqa" in known
    scaled = "scale" in known

    def attend(
        query: Tensor, key: Tensor, value: Tensor, bounds: Tensor, longest: int, scaling: float
    ) -> Tensor:
        more = {**causal, "enable_gqa": True} if grouped else causal
        if scaled:
            more = {**more, "scale": scaling}
        elif scaling != query.shape[-1] ** -0.5:
            query = query * (scaling * query.shape[-1] ** 0.5)
        if not grouped:
            times = query.shape[1] // key.shape[1]
            key, value = (t.repeat_interleave(times, dim=1) for t in (key, value))
        out = varlen_attn(query, key, value, bounds, bounds, longest, longest, **more)
        if not isinstance(out, Tensor):
            raise TypeError("varlen_attn returned more than the output")
        return out

    return attend
