"""Holds a folder's tensors against its architecture's table: nothing missing, extra or misshapen.

The plan is what export writes and what verify compares with; it reads values only when asked.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from converter.architectures.base import EMBEDDING, OUTPUT, Architecture, Sizes, Tensor, Weights
from converter.architectures.rope import rope_divisors
from converter.errors import InputError
from converter.four_bit import rounded_rows
from converter.merge import Change
from converter.safetensors_file import StoredTensor

SLAB = 16_000_000
"""Numbers held at once while a tensor is read, merged and written: 64 MB as float32."""
ROPE_DIVISORS = "rope_freqs.weight"
_DERIVED = ".rotary_emb.inv_freq"


@dataclass(frozen=True)
class PlannedTensor:
    """One tensor of the GGUF: name, shape (rows first), and where its values come from.

    `stored` is None for the one tensor that is computed from the config (llama3 rope divisors).
    `change` is what an adapter adds to it before it is transformed.
    """

    name: str
    shape: tuple[int, ...]
    stored: StoredTensor | None
    row: Tensor | None
    sizes: Sizes
    change: Change | None = None
    rounded: bool = False
    """Whether the base is rounded to NF4 before the change, as training had it."""

    def read(self) -> Weights:
        """The values as float32 in `shape`, merged, and transformed as the table says."""
        return np.concatenate(list(self.slabs()))

    def slabs(self) -> Iterator[Weights]:
        """The same rows in order, a few million numbers at a time, never half a head."""
        if self.stored is None:
            yield rope_divisors(self.sizes.rope, self.sizes.head)
            return
        head = self.sizes.head
        width = math.prod(self.shape[1:])
        rows = max(head, SLAB // width // head * head)
        for start in range(0, self.shape[0], rows):
            yield self._slab(self.stored, start, start + rows)

    def _slab(self, stored: StoredTensor, start: int, stop: int) -> Weights:
        rows = rounded_rows if self.rounded else StoredTensor.read
        values = rows(stored, start, stop)
        if self.change is not None:
            values = self.change.apply(values, start)
        if self.row is not None and self.row.transform is not None:
            values = self.row.transform(values, self.sizes)
        return np.ascontiguousarray(values)

    def kind(self, wanted: str) -> str:
        """The float type it is stored as: vectors and norms stay F32, matrices as `wanted`."""
        return "F32" if len(self.shape) == 1 else wanted

    @property
    def elements(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)


def plan_tensors(
    architecture: Architecture, sizes: Sizes, stored: Mapping[str, StoredTensor]
) -> list[PlannedTensor]:
    """Match every row with its stored tensor. Raises InputError naming the first misfit."""
    rows = architecture.tensors(sizes)
    _refuse_extra(stored, {row.source for row in rows}, sizes)
    planned = [_planned(row, stored, sizes) for row in rows]
    if sizes.rope.kind == "llama3":
        shape = (sizes.head // 2,)
        planned.insert(0, PlannedTensor(ROPE_DIVISORS, shape, None, None, sizes))
    return planned


def parameters(plan: list[PlannedTensor]) -> int:
    """Numbers that were trained: a tied head counts once, rope divisors not at all."""
    return sum(tensor.elements for tensor in plan if tensor.stored is not None)


def _planned(row: Tensor, stored: Mapping[str, StoredTensor], sizes: Sizes) -> PlannedTensor:
    found = stored.get(row.source)
    if found is None:
        close = difflib.get_close_matches(row.source, stored, 1)
        hint = f" (there is {close[0]})" if close else ""
        raise InputError(
            f"The tensor {row.source} is missing{hint}.", "Copy or save the whole model again."
        )
    shape = tuple(sizes.dimension(name) for name in row.shape)
    if found.shape != shape:
        raise InputError(
            f"The tensor {row.source} has the shape {found.shape} where config.json means {shape}.",
            "Use the config.json and weights of one and the same model.",
        )
    return PlannedTensor(row.target, shape, found, row, sizes)


def _refuse_extra(stored: Mapping[str, StoredTensor], known: set[str], sizes: Sizes) -> None:
    for name in sorted(set(stored) - known):
        if name.endswith(_DERIVED):
            continue
        if name == OUTPUT.source and sizes.tied:
            _check_same_head(stored)
            continue
        raise InputError(
            f"The tensor {name} belongs to nothing in this architecture.",
            "Merge adapters first, and use the config.json and weights of one and the same model.",
        )


def _check_same_head(stored: Mapping[str, StoredTensor]) -> None:
    embedding, head = stored.get(EMBEDDING.source), stored[OUTPUT.source]
    if embedding is None or not same_values(embedding, head):
        raise InputError(
            "config.json says that the head is tied to the embedding, but lm_head.weight differs.",
            "Set tie_word_embeddings to what training used.",
        )


def same_values(one: StoredTensor, other: StoredTensor) -> bool:
    """Whether two stored tensors hold the same numbers, compared some rows at a time."""
    if one.shape != other.shape:
        return False
    rows = max(1, SLAB // math.prod(one.shape[1:]))
    return all(
        np.array_equal(one.read(start, start + rows), other.read(start, start + rows))
        for start in range(0, one.shape[0], rows)
    )
