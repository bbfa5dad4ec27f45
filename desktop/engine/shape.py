"""How much memory a model takes under a plan, by its header alone.

Pure arithmetic over what the file says; what it cannot know (a driver's own share) is measured at
the first load and added by `walk`. Sources: llama.cpp's src/llama-model.cpp (which layers go where)
and src/llama-kv-cache.cpp (rows of the cache).
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop.engine.base import Attention, CacheType, Plan
from desktop.engine.gguf_header import GgufHeader

MIB = 1 << 20
# Bytes of a cached number: half precision; blocks of 32 numbers in 34 bytes.
CACHE_BYTES = {CacheType.F16: 2.0, CacheType.Q8_0: 34 / 32}
FLOAT = 4
# The cache is allocated in steps of so many tokens.
CACHE_STEP = 256
# A backend's handles and buffers, before anything is measured; and a process that talks.
GPU_OVERHEAD, PROCESS_OVERHEAD = 96 * MIB, 256 * MIB
# A CPU looks at the abort flag between operations; with more rows one of them takes too long.
CPU_ROWS = 128


@dataclass(frozen=True)
class Shape:
    """What a model's memory depends on.

    Attributes:
        blocks: bytes of each block, in order.
        output: bytes of the output layer.
        others: bytes that stay in the computer's memory.
        cache_numbers: numbers cached for a token in one block.
        width, inner, heads, vocabulary: sizes of the buffers a computation needs.
        even: the cache can be stored in blocks of 32.
        train_context: tokens it was trained for.
    """

    blocks: tuple[int, ...]
    output: int
    others: int
    cache_numbers: int
    width: int
    inner: int
    heads: int
    vocabulary: int
    even: bool
    train_context: int

    @property
    def all_layers(self) -> int:
        """Blocks and the output."""
        return len(self.blocks) + 1

    @property
    def weights(self) -> int:
        return sum(self.blocks) + self.output + self.others


def shape_of(header: GgufHeader) -> Shape:
    """From the header of a GGUF; what it leaves out counts as nothing."""
    sizes, number = header.sizes, header.number
    heads, width = number("attention.head_count"), number("embedding_length")
    key = number("attention.key_length") or (width // heads if heads else 0)
    value = number("attention.value_length") or key
    blocks = [sizes.blocks.get(index, 0) for index in range(min(header.layers, 4096))]
    return Shape(
        blocks=tuple(blocks),
        # A model without one uses its table of tokens, of which the GPU then gets a copy.
        output=sizes.output + (sizes.embedding if sizes.output < sizes.embedding // 8 else 0),
        others=sizes.embedding + sizes.other,
        cache_numbers=(number("attention.head_count_kv") or heads) * (key + value),
        width=width,
        inner=number("feed_forward_length"),
        heads=heads,
        vocabulary=sizes.vocabulary,
        even=key % 32 == 0 and value % 32 == 0,
        train_context=header.train_context,
    )


def gpu_bytes(plan: Plan, shape: Shape) -> int:
    """Estimated bytes on all GPUs together; llama.cpp moves the output first, then the last blocks.

    `plan` has to be filled in: no 0 for the context, no -1 for the layers.
    """
    if plan.gpu_layers <= 0:
        return 0
    moved = min(plan.gpu_layers - 1, len(shape.blocks))
    blocks = shape.blocks[len(shape.blocks) - moved :]
    # What stays behind is brought over for large batches, a matrix at a time, two at once.
    staged = 0 if moved == len(shape.blocks) else max(shape.blocks, default=0)
    cache = moved * cache_row(plan, shape) * _padded(plan.context)
    work = _work_bytes(plan, shape, plan.batch)
    return int(shape.output + sum(blocks) + staged + cache + work + GPU_OVERHEAD)


def memory_bytes(plan: Plan, shape: Shape) -> int:
    """Estimated bytes in the computer's memory that have to be there, weights not counted.

    Weights are mapped: what does not fit is read again from the disk.
    """
    stays = max(0, len(shape.blocks) - max(0, plan.gpu_layers - 1))
    cache = stays * cache_row(plan, shape) * _padded(plan.context)
    work = _work_bytes(plan, shape, min(plan.batch, CPU_ROWS))
    return int(cache + work + PROCESS_OVERHEAD)


def cpu_weights(plan: Plan, shape: Shape) -> int:
    """Bytes of the weights that stay in the computer's memory."""
    moved = max(0, plan.gpu_layers - 1)
    stays = shape.blocks[: max(0, len(shape.blocks) - moved)]
    return sum(stays) + shape.others + (0 if plan.gpu_layers else shape.output)


def cache_row(plan: Plan, shape: Shape) -> float:
    """Bytes of one token in the cache of one block."""
    return shape.cache_numbers * CACHE_BYTES[plan.cache]


def _padded(context: int) -> int:
    return -(-context // CACHE_STEP) * CACHE_STEP


def _work_bytes(plan: Plan, shape: Shape, rows: int) -> int:
    """Buffers of one computation: predictions, a few rows in flight, and scores of attention."""
    flight = 6 * shape.width + 3 * shape.inner
    scores = 2 * plan.context * shape.heads if plan.attention is Attention.OFF else plan.context
    return rows * FLOAT * (shape.vocabulary + flight + scores)
