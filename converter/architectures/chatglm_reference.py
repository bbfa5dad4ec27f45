"""ChatGLM3 in a hundred lines of torch, in float32: what its export is held against.

Written after modeling_chatglm.py of ChatGLM3-6B with its names, so that PEFT finds its modules; no
code of a model folder is run. Knows nothing of GGUF.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from converter.architectures.base import Sizes


class _Norm(nn.Module):
    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(sizes.hidden))
        self._epsilon = sizes.epsilon

    def forward(self, hidden: Tensor) -> Tensor:
        scale = torch.rsqrt(hidden.pow(2).mean(-1, keepdim=True) + self._epsilon)
        return self.weight * hidden * scale


class _Attention(nn.Module):
    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self._sizes = sizes
        self.query_key_value = nn.Linear(sizes.hidden, sizes.dimension("query+key+value"))
        self.dense = nn.Linear(sizes.dimension("query"), sizes.hidden, bias=False)

    def forward(self, hidden: Tensor, turns: Tensor) -> Tensor:
        sizes, length = self._sizes, hidden.shape[0]
        widths = [sizes.dimension("query"), sizes.dimension("key"), sizes.dimension("key")]
        parts = self.query_key_value(hidden).split(widths, -1)
        query, key, value = (part.view(length, -1, sizes.head) for part in parts)
        query, key = _turned(query, turns), _turned(key, turns)
        share = sizes.heads // sizes.kv_heads
        key, value = (one.repeat_interleave(share, dim=1) for one in (key, value))
        mixed = functional.scaled_dot_product_attention(
            query.transpose(0, 1), key.transpose(0, 1), value.transpose(0, 1), is_causal=True
        )
        made: Tensor = self.dense(mixed.transpose(0, 1).reshape(length, -1))
        return made


def _turned(heads: Tensor, turns: Tensor) -> Tensor:
    """[length, heads, head] with its first dimensions turned pair by pair, the others kept."""
    rotary = turns.shape[1] * 2
    pairs = heads[..., :rotary].reshape(*heads.shape[:2], -1, 2)
    cosine, sine = turns[:, None, :, 0], turns[:, None, :, 1]
    real = pairs[..., 0] * cosine - pairs[..., 1] * sine
    imaginary = pairs[..., 1] * cosine + pairs[..., 0] * sine
    turned = torch.stack([real, imaginary], -1).flatten(2)
    return torch.cat([turned, heads[..., rotary:]], -1)


class _FeedForward(nn.Module):
    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.dense_h_to_4h = nn.Linear(sizes.hidden, 2 * sizes.feed_forward, bias=False)
        self.dense_4h_to_h = nn.Linear(sizes.feed_forward, sizes.hidden, bias=False)

    def forward(self, hidden: Tensor) -> Tensor:
        gate, up = self.dense_h_to_4h(hidden).chunk(2, -1)
        made: Tensor = self.dense_4h_to_h(functional.silu(gate) * up)
        return made


class _Layer(nn.Module):
    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.input_layernorm = _Norm(sizes)
        self.self_attention = _Attention(sizes)
        self.post_attention_layernorm = _Norm(sizes)
        self.mlp = _FeedForward(sizes)

    def forward(self, hidden: Tensor, turns: Tensor) -> Tensor:
        hidden = hidden + self.self_attention(self.input_layernorm(hidden), turns)
        made: Tensor = hidden + self.mlp(self.post_attention_layernorm(hidden))
        return made


class _Output:
    """What transformers' models return, as far as it is asked for."""

    def __init__(self, logits: Tensor) -> None:
        self.logits = logits


class ChatGLM(nn.Module):
    """`forward(ids [1, length])` has `.logits` [1, length, vocabulary]."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self._sizes = sizes
        embedding, encoder = nn.Module(), nn.Module()
        embedding.word_embeddings = nn.Embedding(sizes.vocabulary, sizes.hidden)
        encoder.layers = nn.ModuleList(_Layer(sizes) for _ in range(sizes.layers))
        encoder.final_layernorm = _Norm(sizes)
        self.transformer = nn.Module()
        self.transformer.embedding = embedding
        self.transformer.encoder = encoder
        self.transformer.output_layer = nn.Linear(sizes.hidden, sizes.vocabulary, bias=False)

    def forward(self, ids: Tensor, **_unused: Any) -> _Output:
        """Logits after every position of one sequence."""
        whole: Any = self.transformer
        turns = _turns(self._sizes, ids.shape[1])
        hidden = whole.embedding.word_embeddings(ids[0])
        for layer in whole.encoder.layers:
            hidden = layer(hidden, turns)
        return _Output(whole.output_layer(whole.encoder.final_layernorm(hidden))[None])


def _turns(sizes: Sizes, length: int) -> Tensor:
    """Cosine and sine by position and pair: [length, rotary / 2, 2]."""
    steps = torch.arange(0, sizes.rotary, 2, dtype=torch.float32) / sizes.rotary
    angles = torch.outer(torch.arange(length, dtype=torch.float32), 1.0 / sizes.rope.base**steps)
    return torch.stack([angles.cos(), angles.sin()], -1)


def load(sizes: Sizes, tensors: Mapping[str, Tensor]) -> ChatGLM:
    """The model with these values, ready to be asked."""
    model = ChatGLM(sizes)
    model.load_state_dict(dict(tensors), strict=True)
    return model.eval()
