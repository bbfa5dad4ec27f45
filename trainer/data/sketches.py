"""Near pairs among a million texts without holding them: MinHash signatures on disk, bands sorted.

A text becomes 64 numbers (datasketch). Bands of them are hashed into one file a band; texts that
share a band's hash are candidates, and a candidate counts when its signature agrees as far as
asked. In memory stand one band (16 bytes a text while it is sorted) and one number a text;
signatures are read where needed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt
from datasketch import MinHash

from trainer.duplicates import shingles

PERMUTATIONS, ROWS = 64, 4
BANDS = PERMUTATIONS // ROWS
SHINGLE = 5
BATCH = 1024
COMPARED = 64
"""Texts of one crowded band hash that a later one is compared with."""
Numbers = npt.NDArray[np.int64]


class Sketches:
    """Signatures of texts, numbered from 0 in the order in which they were added."""

    def __init__(self, folder: Path, name: str, seed: int = 1) -> None:
        self._folder, self._name = folder, name
        self._empty = MinHash(num_perm=PERMUTATIONS, seed=seed, hashfunc=int)
        self._waiting: list[npt.NDArray[np.uint32]] = []
        self._signatures = self._path("signatures").open("w+b")
        self._bands = [self._path(f"band{n}").open("w+b") for n in range(BANDS)]
        self._mix = np.random.default_rng(seed).integers(1, 2**63, ROWS, dtype=np.uint64) | 1
        self.count = 0

    def _path(self, part: str) -> Path:
        return self._folder / f"{self._name}.{part}"

    def add(self, text: str) -> None:
        """Remember one text."""
        made = self._empty.copy()
        made.update_batch(shingles(text, SHINGLE).tolist())
        self._waiting.append(made.hashvalues.astype(np.uint32))
        self.count += 1
        if len(self._waiting) == BATCH:
            self._flush()

    def _flush(self) -> None:
        if not self._waiting:
            return
        block = np.stack(self._waiting)
        self._waiting.clear()
        self._signatures.write(block.tobytes())
        for number, stream in enumerate(self._bands):
            band = block[:, number * ROWS : (number + 1) * ROWS].astype(np.uint64)
            stream.write((band * self._mix).sum(axis=1, dtype=np.uint64).tobytes())

    def pairs(self, threshold: float) -> Iterator[tuple[int, int, float]]:
        """Yield (earlier, later, likeness) of texts at least as near as the threshold.

        A pair may come once from each band. Of more than 64 texts with one band hash the later ones
        are compared with the first 64 only.
        """
        self._flush()
        self._signatures.flush()
        for stream in self._bands:
            stream.flush()
            hashes = np.fromfile(stream.name, dtype=np.uint64)
            order = np.argsort(hashes, kind="stable")
            ends = np.flatnonzero(np.diff(hashes[order])) + 1
            bounds = np.concatenate(([0], ends, [len(order)]))
            crowded = np.flatnonzero(np.diff(bounds) > 1)
            del hashes, ends
            for run in crowded:
                yield from self._near(order[bounds[run] : bounds[run + 1]], threshold)

    def _near(self, members: Numbers, threshold: float) -> Iterator[tuple[int, int, float]]:
        """Compare the members of a run with those before them."""
        first = np.empty((COMPARED, PERMUTATIONS), np.uint32)
        names: list[int] = []
        for member in members.tolist():
            own = self._signature(member)
            known = len(names)
            likeness = (first[:known] == own).mean(axis=1) if known else np.zeros(0)
            near = np.flatnonzero(likeness >= threshold)
            for position in near:
                yield names[position], member, float(likeness[position])
            if known < COMPARED:
                first[known] = own
                names.append(member)

    def _signature(self, number: int) -> npt.NDArray[np.uint32]:
        size = PERMUTATIONS * 4
        raw = os.pread(self._signatures.fileno(), size, number * size)
        return np.frombuffer(raw, dtype=np.uint32)

    def close(self) -> None:
        """Remove the files."""
        for stream in (self._signatures, *self._bands):
            with suppress(OSError):  # a full disk: what waits to be written is not needed
                stream.close()
            Path(stream.name).unlink(missing_ok=True)


class Groups:
    """Disjoint sets of the numbers 0 to n - 1."""

    def __init__(self, count: int) -> None:
        self._above = np.arange(count, dtype=np.int32)

    def find(self, number: int) -> int:
        """The number that stands for the set."""
        above = self._above
        while above[number] != number:
            above[number] = above[above[number]]
            number = int(above[number])
        return number

    def join(self, one: int, other: int) -> None:
        """Make one set of two; the smaller number stands for it."""
        one, other = sorted((self.find(one), self.find(other)))
        self._above[other] = one

    def all(self) -> npt.NDArray[np.int32]:
        """For each number the one that stands for its set."""
        above = self._above
        while not np.array_equal(above, above[above]):
            above = above[above]
        self._above = above
        return above


def likeness(one: str, other: str) -> float:
    """The exact Jaccard index of two texts' shingles."""
    a, b = shingles(one, SHINGLE), shingles(other, SHINGLE)
    shared = len(np.intersect1d(a, b, assume_unique=True))
    return shared / (len(a) + len(b) - shared)
