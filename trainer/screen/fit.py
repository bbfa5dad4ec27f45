"""Trains the learned part of the screen and writes it: one logistic regression a judgement.

Features come from the app's own command (`screen --features`), so that training and use can never
differ. scikit-learn is needed here and nowhere else.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]

from trainer.errors import WorldError
from trainer.screen.rows import HEADS, Row

RUN_BUCKETS = 1 << 17
BUCKETS = RUN_BUCKETS + (1 << 15)
FORMAT = 2
STRENGTH = 8.0
# How much louder a finding of the rules is than a run of characters.
NAME_FACTOR = 1.7
# How much the encoder's numbers count beside those of the runs of characters.
# It ranks risk better than they do, and rare kinds worse (held-out rows, tuned cases).
ENCODER_SHARE = (0.3, 0.25, 0.2, 0.15, 0.15, 0.15, 0.15, 0.15, 0.15)


@dataclass(frozen=True)
class Fitted:
    """What was learned, before it is written."""

    rarity: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]


def ask_screen(option: str, lines: Sequence[str], weights: Path | None = None) -> list[Any]:
    """Run the app's screen on lines; one JSON answer each."""
    command = [sys.executable, "-m", "desktop.safety.screen_command", option]
    command += ["--weights", str(weights)] if weights else []
    done = subprocess.run(
        command, input="".join(line + "\n" for line in lines).encode(), capture_output=True
    )
    answers = done.stdout.decode().splitlines()
    if done.returncode or len(answers) != len(lines):
        raise WorldError(f"the app's screen failed: {done.stderr.decode()[-500:]}")
    return [json.loads(answer) for answer in answers]


def features(rows: Sequence[Row]) -> sparse.csr_matrix:
    """One line a row, ones where a feature is there."""
    return matrix([found["places"] for found in seen(rows)])


def seen(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """What the app's models see of every row: "places" for runs, "tokens" for the encoder."""
    return ask_screen("--features", [json.dumps(row.turns) for row in rows])


def matrix(places: Sequence[Sequence[int]]) -> sparse.csr_matrix:
    """One line a row, ones where a feature is there."""
    starts = np.cumsum([0, *(len(found) for found in places)])
    columns = np.fromiter((p for found in places for p in found), dtype=np.int64)
    ones = np.ones(len(columns), dtype=np.float32)
    return sparse.csr_matrix((ones, columns, starts), shape=(len(places), BUCKETS))


def fit(rows: Sequence[Row], found: sparse.csr_matrix) -> Fitted:
    """Train every judgement on the rows that say something about it."""
    rarity = _rarity(found)
    scaled = scale(found, rarity)
    weights = np.zeros((len(HEADS), BUCKETS), dtype=np.float32)
    bias = np.zeros(len(HEADS), dtype=np.float32)
    for number in range(len(HEADS)):
        weights[number], bias[number] = _one(rows, scaled, number)
    return Fitted(rarity, weights.astype(np.float16).astype(np.float32), bias)


def _one(
    rows: Sequence[Row], scaled: sparse.csr_matrix, number: int
) -> tuple[NDArray[np.float32], float]:
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    known = [i for i, row in enumerate(rows) if row.labels[number] is not None]
    wanted = np.array([bool(rows[i].labels[number]) for i in known])
    if wanted.all() or not wanted.any():
        return np.zeros(BUCKETS, dtype=np.float32), -20.0
    matter = np.array([rows[i].weight for i in known])
    matter[wanted] *= min(6.0, np.sqrt(matter[~wanted].sum() / matter[wanted].sum()))
    learner = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=300, random_state=0)
    learner.fit(scaled[known], wanted, sample_weight=matter)
    return learner.coef_[0].astype(np.float32), float(learner.intercept_[0])


def _rarity(found: sparse.csr_matrix) -> NDArray[np.float32]:
    seen = np.asarray(found.sum(axis=0)).ravel()
    rare = np.log((1 + found.shape[0]) / (1 + seen)) + 1
    rare[seen == 0] = np.log(1 + found.shape[0]) + 1
    rare[RUN_BUCKETS:] *= NAME_FACTOR
    return np.asarray(rare, dtype=np.float16).astype(np.float32)


def scale(found: sparse.csr_matrix, rarity: NDArray[np.float32]) -> sparse.csr_matrix:
    """Weigh by rarity and bring every row to length one, as the app does."""
    weighed = found.multiply(rarity).tocsr()
    lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    return sparse.diags_array(1 / np.maximum(lengths, 1e-9)) @ weighed


def numbers(fitted: Fitted, found: sparse.csr_matrix) -> NDArray[np.float64]:
    """Every judgement's number for every row, before it is made a probability."""
    return np.asarray(scale(found, fitted.rarity) @ fitted.weights.T + fitted.bias)


def probabilities(sums: NDArray[Any], encoded: NDArray[Any] | None = None) -> NDArray[np.float64]:
    """How likely every judgement is; with the encoder's numbers weighed in as the app does."""
    if encoded is not None:
        share = np.array(ENCODER_SHARE)
        sums = (1 - share) * sums + share * encoded
    return np.asarray(1 / (1 + np.exp(-np.clip(sums, -30, 30))))


def save(path: Path, fitted: Fitted) -> None:
    """The weights alone."""
    np.savez_compressed(
        path,
        rarity=fitted.rarity.astype(np.float16),
        weights=fitted.weights.astype(np.float16),
        bias=fitted.bias,
    )


def vouch(
    path: Path,
    thresholds: Mapping[str, Mapping[str, float]],
    about: Mapping[str, Any],
    encoder: Path | None = None,
) -> None:
    """The manifest that vouches for the weights at `path` and for the encoder beside them."""
    manifest = {
        "format": FORMAT,
        "heads": list(HEADS),
        "buckets": BUCKETS,
        "thresholds": {
            name: {head: round(float(bounds[head]), 3) for head in HEADS}
            for name, bounds in thresholds.items()
        },
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        **about,
    }
    if encoder is not None:
        digest = hashlib.sha256(encoder.read_bytes()).hexdigest()
        manifest["encoder"] = {"file": encoder.name, "sha256": digest, "share": list(ENCODER_SHARE)}
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    path.with_suffix(".json").write_text(text + "\n", "utf-8")
