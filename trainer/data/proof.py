"""Proof that no near-duplicate stands on both sides of the split, from the written files alone.

Other random permutations than those of choosing find the candidates, and what counts is the exact
likeness of two texts, not its estimate.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from pathlib import Path

from trainer import dataset
from trainer.conversation import Conversation, from_line
from trainer.data.choosing import NEAR
from trainer.data.sketches import Sketches, likeness
from trainer.data.writing import SPLITS
from trainer.duplicates import whole_text

SEED = 20_261
ESTIMATE = 0.55
"""Estimates from here on are checked exactly: 64 permutations err by .06."""


@dataclass(frozen=True)
class Proof:
    """What was compared, and the (source, id) of held-out dialogues near one of another side."""

    dialogues: int
    candidates: int
    near: frozenset[tuple[str, str]]


def prove(folder: Path, scratch: Path) -> Proof:
    """Compare every split with every other."""
    files = [dataset.file_of(folder, split) for split in SPLITS]
    sketches = Sketches(scratch, "proof", SEED)
    offsets, sides = array("Q"), array("B")
    for side, path in enumerate(files):
        if not path.is_file():
            continue
        at = 0
        with path.open("rb") as stream:
            for line in stream:
                sketches.add(whole_text(from_line(line.decode())))
                offsets.append(at)
                sides.append(side)
                at += len(line)

    def talk(number: int) -> Conversation:
        with files[sides[number]].open("rb") as stream:
            stream.seek(offsets[number])
            return from_line(stream.readline().decode())

    found: set[tuple[str, str]] = set()
    candidates = 0
    try:
        for one, other, _ in sketches.pairs(ESTIMATE):
            if sides[one] == sides[other]:
                continue
            candidates += 1
            first, second = talk(one), talk(other)
            if likeness(whole_text(first), whole_text(second)) >= NEAR:
                found.add((second.source, second.id))
    finally:
        sketches.close()
    return Proof(len(sides), candidates, frozenset(found))
