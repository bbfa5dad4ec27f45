"""One part of a row as tensors, ready for the model.

Everything that a layer needs to know of the packing is made here once, on the CPU, and copied
without waiting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from trainer.sft.encode import Example


@dataclass(frozen=True)
class Piece:
    """Some dialogues behind each other.

    Attributes:
        ids, positions: (1, tokens); positions begin at 0 in each dialogue.
        bounds: (dialogues + 1,) int32, where each begins, and the end of the last.
        longest: tokens of the longest dialogue.
        places: (rows,) positions whose next token counts; targets and weights belong to them.
        owners: (rows,) the dialogue each belongs to, counted within this piece.
    """

    ids: Tensor
    positions: Tensor
    bounds: Tensor
    longest: int
    places: Tensor
    targets: Tensor
    weights: Tensor
    owners: Tensor

    def to(self, device: torch.device) -> Piece:
        """The piece on a device."""
        moved = {
            name: value.to(device, non_blocking=True) if isinstance(value, Tensor) else value
            for name, value in vars(self).items()
        }
        return Piece(**moved)

    @property
    def tokens(self) -> int:
        """Real tokens: there is no padding."""
        return int(self.ids.shape[1])


def assemble(examples: Sequence[Example], *, pin: bool = False) -> Piece:
    """Lay dialogues behind each other; `pin` makes copies to a GPU not wait."""
    lengths = np.array([len(e) for e in examples])
    ids = np.concatenate([e.ids for e in examples]).astype(np.int64)
    # A token is predicted at the place before it; the first of a dialogue by nobody.
    ahead = np.concatenate([np.append(e.weights[1:], np.float32(0)) for e in examples])
    places = np.flatnonzero(ahead)
    owners = np.repeat(np.arange(len(examples)), lengths)[places]
    bounds = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    positions = np.concatenate([np.arange(n) for n in lengths])
    arrays = [
        ids[None], positions[None], bounds, places, ids[places + 1], ahead[places], owners
    ]  # fmt: skip
    tensors = [torch.from_numpy(array) for array in arrays]
    if pin and torch.cuda.is_available():
        tensors = [tensor.pin_memory() for tensor in tensors]
    first, second, third, *rest = tensors
    return Piece(first, second, third, int(lengths.max()), *rest)
