"""The learned part of the screen: one linear judgement for each tier and kind, in numpy alone.

Reads assets/safety/screen_model.npz and its manifest, which `xinyu-train screen` writes. Never
decides a tier: `judge` does, with the rules. A file that is missing, damaged or not the one the
manifest speaks of is refused with ModelError.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop.safety.features import BUCKETS, Indexes

HEADS = ("T1", "T2", "T3", "T4", "TP", "V", "A", "M", "P")
LANGUAGES = ("zh", "en")
FORMAT = 1


class ModelError(ValueError):
    """The learned model cannot be used; the message says why."""


@dataclass(frozen=True)
class LearnedModel:
    """Weights as they are used.

    Attributes:
        rarity: how much a feature counts before weighing.
        weights: one row for each head of HEADS.
        thresholds: by language, the probability from which a head is believed.
    """

    rarity: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    thresholds: Mapping[str, Mapping[str, float]]

    def probabilities(self, places: Indexes) -> dict[str, float]:
        """How likely each head is, rounded so that machines agree."""
        values = self._values(places)
        sums = self.weights[:, places] @ values + self.bias
        likely = 1.0 / (1.0 + np.exp(-np.clip(sums, -30, 30)))
        return {head: round(float(p), 4) for head, p in zip(HEADS, likely, strict=True)}

    def contributions(self, places: Indexes, head: str) -> list[tuple[int, float]]:
        """Features that spoke for (positive) and against a head, the loudest first."""
        parts = self.weights[HEADS.index(head), places] * self._values(places)
        order = np.argsort(-np.abs(parts))
        return [(int(places[i]), float(parts[i])) for i in order]

    def _values(self, places: Indexes) -> NDArray[np.float32]:
        values: NDArray[np.float32] = self.rarity[places]
        length = float(np.sqrt(np.sum(values * values)))
        return values / np.float32(length) if length else values


def load_model(path: Path) -> LearnedModel:
    """Read the weights beside their manifest (the same name, .json)."""
    try:
        manifest = json.loads(path.with_suffix(".json").read_text("utf-8"))
        raw = path.read_bytes()
        if manifest["format"] != FORMAT or tuple(manifest["heads"]) != HEADS:
            raise ModelError("made for another version")
        if hashlib.sha256(raw).hexdigest() != manifest["sha256"]:
            raise ModelError("not the file that the manifest speaks of")
        bounds = {
            name: {head: float(manifest["thresholds"][name][head]) for head in HEADS}
            for name in LANGUAGES
        }
        return _read(raw, bounds)
    except ModelError:
        raise
    except Exception as error:  # a damaged archive fails in many ways
        raise ModelError(f"{path.name}: {type(error).__name__}") from error


def _read(raw: bytes, thresholds: Mapping[str, Mapping[str, float]]) -> LearnedModel:
    with np.load(io.BytesIO(raw), allow_pickle=False) as arrays:
        rarity = arrays["rarity"].astype(np.float32)
        weights = arrays["weights"].astype(np.float32)
        bias = arrays["bias"].astype(np.float32)
    if rarity.shape != (BUCKETS,) or weights.shape != (len(HEADS), BUCKETS):
        raise ModelError("weights of another shape")
    if bias.shape != (len(HEADS),) or not all(np.isfinite(a).all() for a in (weights, bias)):
        raise ModelError("weights that are no numbers")
    return LearnedModel(rarity, weights, bias, thresholds)
