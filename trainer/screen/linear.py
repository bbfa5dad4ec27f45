"""The judgements over runs of characters, fold by fold, from the rows that `screen prepare` wrote.

    python -m trainer.screen.linear build/screen/rows.json.xz --out DIR --part 0

Writes runs0.npz to runs4.npz, which did not see their fold, with runs_held0.npy and so on, the
numbers of the rows they did not see, and runs_full.npz. Parts may be fitted side by side.
"""

from __future__ import annotations

import argparse
import json
import lzma
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.screen import fit
from trainer.screen.rows import HEADS, Row

PARTS = ("0", "1", "2", "3", "4", "full")


def read(path: Path) -> tuple[list[Row], list[list[int]], NDArray[np.int64]]:
    """Rows (their tokens stand for their turns), places of features, folds."""
    with lzma.open(path, "rt", encoding="utf-8") as stream:
        raw = [json.loads(line) for line in stream]
    folds = np.array([line["fold"] for line in raw], dtype=np.int64)
    return [_row(line) for line in raw], [line["places"] for line in raw], folds


def _row(line: dict[str, Any]) -> Row:
    labels = tuple(None if label < 0 else bool(label) for label in line["labels"])
    turns = tuple(line["tokens"])
    return Row(turns, labels, line["group"], line["source"], line["weight"])


def ensure(rows_file: Path, out: Path) -> None:
    """Fit every part that is not there."""
    for part in PARTS:
        if not path_of(out, part).is_file():
            fit_part(rows_file, out, part)


def fit_part(rows_file: Path, out: Path, part: str) -> None:
    """One part; for a fold also the numbers of the rows it did not see."""
    out.mkdir(parents=True, exist_ok=True)
    rows, places, folds = read(rows_file)
    found = fit.matrix(places)
    unseen = folds == int(part) if part != "full" else np.zeros(len(rows), dtype=bool)
    inside = np.flatnonzero(~unseen)
    fitted = fit.fit([rows[i] for i in inside.tolist()], found[inside])
    if unseen.any():
        np.save(_held(out, part), fit.numbers(fitted, found[np.flatnonzero(unseen)]))
    fit.save(path_of(out, part), fitted)


def path_of(out: Path, part: str) -> Path:
    """Where a part's weights lie."""
    return out / f"runs_{part}.npz"


def held_out(out: Path, folds: NDArray[np.int64]) -> NDArray[np.float64]:
    """Every row's numbers from the judgements that did not see it."""
    numbers = np.zeros((len(folds), len(HEADS)))
    for part in PARTS[:-1]:
        numbers[folds == int(part)] = np.load(_held(out, part))
    return numbers


def _held(out: Path, part: str) -> Path:
    return out / f"runs_held{part}.npy"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--part", choices=PARTS, required=True)
    options = parser.parse_args(arguments)
    fit_part(options.rows, options.out, options.part)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
