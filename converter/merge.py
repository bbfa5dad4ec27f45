"""Adds an adapter to its base tensor by tensor, some rows at a time, in float32 all the way.

bfloat16 storage swallows small changes, so nothing is rounded before the GGUF's own type. Knows
`StoredTensor` and `Delta`, not files of any other kind. Sources: PEFT `Linear.get_delta_weight`,
`DoraLinearVariant.merge_safe`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from converter.errors import InputError

if TYPE_CHECKING:
    from converter.adapter_folder import Delta
    from converter.architectures.base import Weights


@dataclass(frozen=True)
class Change:
    """One tensor's change, its small factors held in memory once they are used."""

    delta: Delta

    @cached_property
    def _factors(self) -> tuple[Weights, Weights]:
        """Such that rows of `left` times `right` are rows of the change, not yet scaled."""
        a, b = self.delta.a.read(), self.delta.b.read()
        return (a.T.copy(), b.T.copy()) if self.delta.embedding else (b, a)

    def apply(self, rows: Weights, start: int) -> Weights:
        """`rows` of the base, which begin at row `start`, with the change. Raises InputError."""
        left, right = self._factors
        merged = rows + np.float32(self.delta.scale) * (left[start : start + len(rows)] @ right)
        if self.delta.magnitude is not None:
            merged *= self._stretch(merged, start)
        if not np.isfinite(merged).all():
            raise InputError(
                f"The change to {self.delta.b.name} gives NaN or infinity.",
                "Take an earlier checkpoint of the adapter.",
            )
        return merged

    def _stretch(self, merged: Weights, start: int) -> Weights:
        """DoRA: what brings every row to its trained length."""
        assert self.delta.magnitude is not None
        wanted = self.delta.magnitude.read().reshape(-1)[start : start + len(merged), None]
        return np.asarray(wanted / np.linalg.norm(merged, axis=1, keepdims=True), np.float32)
