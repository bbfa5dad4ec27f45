"""Best-fit packing of whole dialogues into rows; over-long ones are cut at turn boundaries.

Pure numpy and lists of lengths; knows nothing of text or models. Rows carry a document number for
every position, from which the attention mask is made, so that no token ever sees another dialogue.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trainer.tokenise import Encoded

WINDOW = (
    1500  # pieces packed together: enough for rows about 99 % full, small enough to stay random
)
START, END = 1, 2


@dataclass(frozen=True)
class Rows:
    """Packed rows, both arrays of shape (rows, tokens).

    `positions` index the flat token store (the store's length marks padding); `documents` number
    the dialogues of a row from 0, -1 is padding.
    """

    positions: npt.NDArray[np.int32]
    documents: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.positions)


def pack(lengths: Sequence[int], capacity: int, window: int = WINDOW) -> list[list[int]]:
    """Put pieces into bins of `capacity`: longest first, into the fullest bin that has room.

    Args:
        lengths: tokens of each piece, none above `capacity` (ValueError otherwise).

    Returns: the piece numbers of each bin; every piece stands in exactly one.
    """
    if lengths and max(lengths) > capacity:
        raise ValueError("a piece is longer than a row")
    bins: list[list[int]] = []
    for first in range(0, len(lengths), window):
        free: list[tuple[int, int]] = []
        block = range(first, min(first + window, len(lengths)))
        for piece in sorted(block, key=lambda number: -lengths[number]):
            place = bisect.bisect_left(free, (lengths[piece], -1))
            if place < len(free):
                room, number = free.pop(place)
                bins[number].append(piece)
            else:
                room, number = capacity, len(bins)
                bins.append([piece])
            bisect.insort(free, (room - lengths[piece], number))
    return bins


def lay_out(
    bins: Sequence[Sequence[int]],
    spans: Sequence[Sequence[tuple[int, int]]],
    width: int,
    padding: int,
) -> Rows:
    """Turn bins into rows.

    Args:
        spans: for each piece the (start, length) runs of the flat store it consists of, in order.
        padding: the position that stands for padding.
    """
    positions = np.full((len(bins), width), padding, dtype=np.int32)
    documents = np.full((len(bins), width), -1, dtype=np.int32)
    for row, pieces in enumerate(bins):
        at = 0
        for number, piece in enumerate(pieces):
            for start, length in spans[piece]:
                positions[row, at : at + length] = np.arange(start, start + length)
                documents[row, at : at + length] = number
                at += length
    return Rows(positions, documents)


def cut_long(encoded: Encoded, maximum: int) -> tuple[Encoded, bool]:
    """Shorten to at most `maximum` tokens by leaving out whole turns at the end.

    Returns: the conversation, and whether it was cut. A first turn that alone is too long leaves
    nothing.
    """
    if len(encoded) <= maximum:
        return encoded, False
    starts = np.flatnonzero(encoded.ids == START)
    keep = int(starts[starts <= maximum].max(initial=0))
    return Encoded(encoded.ids[:keep], encoded.kinds[:keep], encoded.fit[:keep]), True
