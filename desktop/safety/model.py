"""The learned part of the screen: how likely each tier and kind is, in numpy alone.

Two judges, weighed together: linear judgements over runs of characters and rule findings
(screen_model.npz), and a small encoder that reads the message as a whole (screen_encoder.npz).
`xinyu-train screen` writes both with their manifest. Never decides a tier: `judge` does, with the
rules. A file that is missing, damaged or not the one the manifest speaks of is refused with
ModelError.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop.safety.encoder import Encoder, read_encoder
from desktop.safety.features import BUCKETS, Indexes

HEADS = ("T1", "T2", "T3", "T4", "TP", "V", "A", "M", "P")
LANGUAGES = ("zh", "en")
FORMAT = 2


class ModelError(ValueError):
    """The learned model cannot be used; the message says why."""


def _no_share() -> NDArray[np.float32]:
    return np.zeros(len(HEADS), dtype=np.float32)


@dataclass(frozen=True)
class LearnedModel:
    """Weights as they are used.

    Attributes:
        rarity: how much a feature counts before weighing.
        weights: one row for each head of HEADS.
        thresholds: by language, the probability from which a head is believed.
        encoder: the second judge, None where a model has none.
        share: how much the encoder counts for each head, 0 to 1.
    """

    rarity: NDArray[np.float16]
    weights: NDArray[np.float16]
    bias: NDArray[np.float32]
    thresholds: Mapping[str, Mapping[str, float]]
    encoder: Encoder | None = None
    share: NDArray[np.float32] = field(default_factory=_no_share)

    def probabilities(self, places: Indexes, text: str) -> dict[str, float]:
        """How likely each head is, rounded so that machines agree."""
        values = self._values(places)
        sums = self.weights[:, places].astype(np.float32) @ values + self.bias
        if self.encoder is not None:
            sums = (1 - self.share) * sums + self.share * self.encoder.logits(text)
        likely = 1.0 / (1.0 + np.exp(-np.clip(sums, -30, 30)))
        return {head: round(float(p), 4) for head, p in zip(HEADS, likely, strict=True)}

    def contributions(self, places: Indexes, head: str) -> list[tuple[int, float]]:
        """Features that spoke for (positive) and against a head, the loudest first."""
        chosen = self.weights[HEADS.index(head), places].astype(np.float32)
        own = 1 - self.share[HEADS.index(head)]
        parts = own * chosen * self._values(places)
        order = np.argsort(-np.abs(parts))
        return [(int(places[i]), float(parts[i])) for i in order]

    def _values(self, places: Indexes) -> NDArray[np.float32]:
        values: NDArray[np.float32] = self.rarity[places].astype(np.float32)
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
        encoder, share = _encoder(path.parent, manifest.get("encoder"))
        return _read(raw, bounds, encoder, share)
    except ModelError:
        raise
    except Exception as error:  # a damaged archive fails in many ways
        raise ModelError(f"{path.name}: {type(error).__name__}") from error


def _encoder(
    folder: Path, about: Mapping[str, Any] | None
) -> tuple[Encoder | None, NDArray[np.float32]]:
    if about is None:
        return None, _no_share()
    raw = (folder / Path(about["file"]).name).read_bytes()
    if hashlib.sha256(raw).hexdigest() != about["sha256"]:
        raise ModelError("not the encoder that the manifest speaks of")
    encoder = read_encoder(raw)
    if encoder.judgements != len(HEADS):
        raise ModelError("an encoder of another shape")
    share = np.array([float(about["share"][i]) for i in range(len(HEADS))], dtype=np.float32)
    return encoder, share


def _read(
    raw: bytes,
    thresholds: Mapping[str, Mapping[str, float]],
    encoder: Encoder | None,
    share: NDArray[np.float32],
) -> LearnedModel:
    with np.load(io.BytesIO(raw), allow_pickle=False) as arrays:
        rarity = arrays["rarity"].astype(np.float16, copy=False)
        weights = arrays["weights"].astype(np.float16, copy=False)
        bias = arrays["bias"].astype(np.float32)
    if rarity.shape != (BUCKETS,) or weights.shape != (len(HEADS), BUCKETS):
        raise ModelError("weights of another shape")
    if bias.shape != (len(HEADS),) or not all(np.isfinite(a).all() for a in (weights, bias)):
        raise ModelError("weights that are no numbers")
    return LearnedModel(rarity, weights, bias, thresholds, encoder, share)
