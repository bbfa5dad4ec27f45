"""What an export will take on this machine: time by stage, and memory. Tried out, not guessed.

A few million random numbers are encoded and multiplied to learn the speed of this machine now.
Estimates alone: nothing is decided by them.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from converter.direct import Quantiser
from converter.tensor_plan import SLAB

_ROWS, _WIDTH, _SQUARE = 512, 2048, 768
_DISK = 400e6
"""Bytes a second that a plain disk takes for sure."""
_STRINGS = 1100.0
"""Hostile strings a second through three tokenizers, both ways."""
_PROGRAM = 700_000_000
"""Bytes of Python with its libraries loaded."""
_SLAB_COPIES = 6
"""A slab as it was read, widened, multiplied, merged, encoded in parts, joined."""


class Machine:
    """Speeds of this machine, each tried once when it is first asked for."""

    def write_seconds(self, types: Mapping[str, str], elements: Mapping[str, int]) -> float:
        """Merging and encoding tensors of such types."""
        return sum(elements[name] * self._cost(kind) for name, kind in types.items())

    def disk_seconds(self, size: int) -> float:
        """Writing so many bytes."""
        return size / _DISK

    def forward_seconds(self, parameters: int, positions: int) -> float:
        """One model over so many positions: two operations a parameter each."""
        return 2.0 * parameters * positions / self._operations

    def token_seconds(self, strings: int) -> float:
        """Cutting so many hostile strings."""
        return strings / _STRINGS

    def __init__(self) -> None:
        self._costs: dict[str, float] = {}

    def _cost(self, kind: str) -> float:
        """Seconds a number."""
        if kind not in self._costs:
            rows = np.random.default_rng(0).standard_normal((_ROWS, _WIDTH), np.float32)
            begun = time.perf_counter()
            np.isfinite(rows * np.float32(1.0)).all()
            Quantiser({}).encode(rows, kind, "probe")
            self._costs[kind] = (time.perf_counter() - begun) / rows.size
        return self._costs[kind]

    @cached_property
    def _operations(self) -> float:
        """Float operations a second of a matrix product."""
        square = np.ones((_SQUARE, _SQUARE), np.float32)
        _ = square @ square
        begun = time.perf_counter()
        _ = square @ square
        return float(2.0 * _SQUARE**3 / (time.perf_counter() - begun))


def writing_memory() -> int:
    """Bytes that merging and writing hold at most, whatever the model's size."""
    return _PROGRAM + _SLAB_COPIES * 4 * SLAB


def proving_memory(parameters: int, sizes: Sequence[int], *, reference: bool) -> int:
    """Bytes of the proofs: the model in float32 (`reference`), or all files side by side."""
    loaded = sum(sizes)
    return _PROGRAM + max(loaded, (4 * parameters + max(sizes, default=0)) if reference else 0)


def memory_here() -> int | None:
    """Bytes of memory of this machine, None where the system does not say."""
    try:
        return int(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):
        return None
