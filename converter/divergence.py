"""How far two models' predictions lie apart, from their logits alone.

Pure numpy: knows no file, no model and no tokenizer. The figures are those of llama.cpp's
perplexity tool with --kl-divergence, natural logarithms throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Logits = NDArray[np.float32]
Floats = NDArray[np.float64]

_RESAMPLES = 500


@dataclass(frozen=True)
class Divergence:
    """Nats a position: mean, its bootstrap error over texts, 99.9 % and max; `top1` is a share.

    `perplexity_ratio` is candidate / reference on the tokens that really came next.
    """

    texts: int
    positions: int
    kl_mean: float
    kl_error: float
    kl_999: float
    kl_max: float
    top1: float
    perplexity_ratio: float

    def figures(self) -> dict[str, Any]:
        """For a manifest or report, to five significant digits."""
        table = asdict(self)
        return {k: float(f"{v:.5g}") if isinstance(v, float) else v for k, v in table.items()}


class Tally:
    """Gathers positions text by text; `result` sums them up."""

    def __init__(self) -> None:
        self._kl: list[Floats] = []
        self._same: list[NDArray[np.bool_]] = []
        self._excess: list[Floats] = []

    def add(self, reference: Logits, candidate: Logits, following: Sequence[int]) -> None:
        """One text's logits [positions, vocabulary] and the ids that really followed each."""
        p, q = log_softmax(reference), log_softmax(candidate)
        rows = np.arange(len(following))
        self._kl.append((np.exp(p) * (p - q)).sum(axis=1).clip(min=0))
        self._same.append(reference.argmax(axis=1) == candidate.argmax(axis=1))
        self._excess.append((p - q)[rows, list(following)])

    def result(self) -> Divergence:
        """The figures over everything added; at least one position must have been."""
        kl = np.concatenate(self._kl)
        return Divergence(
            texts=len(self._kl),
            positions=len(kl),
            kl_mean=float(kl.mean()),
            kl_error=_bootstrap_error(self._kl),
            kl_999=float(np.quantile(kl, 0.999)),
            kl_max=float(kl.max()),
            top1=float(np.concatenate(self._same).mean()),
            perplexity_ratio=float(np.exp(np.concatenate(self._excess).mean())),
        )


def log_softmax(logits: Logits) -> Floats:
    """Log-probabilities along the last axis, in float64."""
    wide = logits.astype(np.float64)
    wide -= wide.max(axis=-1, keepdims=True)
    shifted: Floats = wide - np.log(np.exp(wide).sum(axis=-1, keepdims=True))
    return shifted


class SquaredError:
    """Normalised mean squared error over many blocks: sum (a - b)^2 / sum a^2."""

    def __init__(self) -> None:
        self._error = self._power = 0.0

    def add(self, reference: Logits, candidate: Logits) -> None:
        """One block of equal shapes."""
        self._error += float(np.square(reference.astype(np.float64) - candidate).sum())
        self._power += float(np.square(reference.astype(np.float64)).sum())

    def result(self) -> float:
        """0 when equal; infinite when the reference is all zero and the candidate is not."""
        if self._power == 0.0:
            return 0.0 if self._error == 0.0 else float("inf")
        return self._error / self._power


def _bootstrap_error(blocks: Sequence[Floats]) -> float:
    """Standard error of the mean, texts drawn with replacement (positions are not independent)."""
    if len(blocks) < 2:
        return 0.0
    sums = np.array([block.sum() for block in blocks])
    counts = np.array([len(block) for block in blocks])
    drawn = np.random.default_rng(0).integers(0, len(blocks), (_RESAMPLES, len(blocks)))
    return float((sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)).std(ddof=1))
