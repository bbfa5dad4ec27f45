"""Writes what the encoder is trained on into two files, so that a machine with a GPU needs no more.

    corpus.txt.xz   a text a line, tokens apart by spaces, no label
    rows.json.xz    an object a line: tokens, places, labels (1, 0, -1 open), weight, group, fold

Folds: PsyGUARD's rows stratified with seed 0, all others by whole groups.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.screen import fit
from trainer.screen.rows import GuardRow, Row

FOLDS = 5


def write_rows(path: Path, rows: Sequence[Row], folds: NDArray[np.int64]) -> list[dict[str, Any]]:
    """One object a row; what the app's models see of each."""
    found = fit.seen(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    with lzma.open(path, "wt", encoding="utf-8", preset=4) as stream:
        for row, seen, fold in zip(rows, found, folds, strict=True):
            labels = [-1 if label is None else int(label) for label in row.labels]
            about = {"labels": labels, "weight": row.weight, "group": row.group}
            line = {**seen, **about, "source": row.source, "fold": int(fold)}
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")
    return found


def write_corpus(path: Path, texts: Sequence[str]) -> None:
    """One text a line, as the encoder reads it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    known = list(dict.fromkeys(texts))
    lines = [text.replace("\r", " ").replace("\n", "\\n") for text in known]
    tokens = dict(zip(known, fit.ask_screen("--tokens", lines), strict=True))
    with lzma.open(path, "wt", encoding="utf-8", preset=4) as stream:
        for text in texts:
            stream.write(" ".join(tokens[text]) + "\n")


def folds(rows: Sequence[Row], guard: Sequence[GuardRow], seed: int) -> NDArray[np.int64]:
    """The fold of every row."""
    from sklearn.model_selection import GroupKFold, StratifiedKFold  # type: ignore[import-untyped]

    found = np.zeros(len(rows), dtype=np.int64)
    public = np.array([i for i, row in enumerate(rows) if row.source == "psyguard"])
    others = np.array([i for i, row in enumerate(rows) if row.source != "psyguard"])
    strata = [row.is_risk + 2 * row.is_unrelated for row in guard]
    stratified = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    for number, (_, outside) in enumerate(stratified.split(strata, strata)):
        found[public[outside]] = number
    grouped = GroupKFold(FOLDS, shuffle=True, random_state=seed)
    names = [rows[i].group for i in others]
    for number, (_, outside) in enumerate(grouped.split(names, groups=names)):
        found[others[outside]] = number
    return found
