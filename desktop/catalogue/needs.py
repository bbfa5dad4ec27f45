"""How much memory a model needs, from published numbers of its shape; pure arithmetic.

Weights are the file, the cache is two half-precision vectors per layer, head and token, and the
working buffers are those llama.cpp makes for a batch: they are led by the table of next words.
"""

from __future__ import annotations

from dataclasses import dataclass

HALF, SINGLE = 2, 4
# llama.cpp evaluates at most so many tokens of a prompt at once.
BATCH = 512
# Vectors of the model's width that are alive at once while a batch goes through a block.
LIVE_VECTORS = 10


@dataclass(frozen=True)
class Shape:
    """Numbers from a model's published configuration.

    Attributes:
        layers: blocks.
        hidden: width of a block.
        heads: of the questions.
        key_value_heads: of the cache.
        head_size: numbers per head.
        vocabulary: tokens it knows.
    """

    layers: int
    hidden: int
    heads: int
    key_value_heads: int
    head_size: int
    vocabulary: int


def cache_bytes(shape: Shape, context: int) -> int:
    """Keys and values of `context` tokens in half precision."""
    return 2 * HALF * shape.layers * shape.key_value_heads * shape.head_size * context


def buffer_bytes(shape: Shape, batch: int = BATCH) -> int:
    """What one batch needs beside weights and cache."""
    return SINGLE * batch * (shape.vocabulary + LIVE_VECTORS * shape.hidden)


def memory_bytes(size: int, shape: Shape, context: int) -> int:
    """All of it for a file of `size` bytes."""
    return size + cache_bytes(shape, context) + buffer_bytes(shape)
