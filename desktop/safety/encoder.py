"""A small transformer that reads a whole message, in numpy alone.

It was trained to guess hidden words of counselling talk and then to judge messages
(`xinyu-train screen`); assets/safety/screen_encoder.npz holds its weights, whole numbers of eight
bits with a scale for each column. Gives one number a judgement and decides nothing: `model` weighs
it together with the runs of characters, `judge` decides.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop.safety.tokens import runs, tokens

Floats = NDArray[np.float32]
SMALLEST = np.float32(1e-6)


class Encoder:
    """The weights at work; the same text gives the same numbers.

    Shapes: V words, B buckets, D width, H heads, F inner width, J judgements.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        # An array is unpacked when it is asked for, so that never all of them lie in memory twice.
        words = bytes(arrays["words"]).decode("utf-8").split("\x00")
        self._places = {word: place for place, word in enumerate(words)}
        self._words, self._word_scale = arrays["word"], _float(arrays["word.scale"])
        self._runs, self._run_scale = arrays["run"], _float(arrays["run.scale"])
        self._positions = _float(arrays["position"])
        self._heads = int(arrays["heads"])
        self._layers = [_Layer(arrays, number) for number in range(int(arrays["layers"]))]
        self._norm = _float(arrays["norm"])
        self._judge, self._judge_bias = _float(arrays["judge"]), _float(arrays["judge.bias"])

    @property
    def judgements(self) -> int:
        return len(self._judge_bias)

    def logits(self, text: str) -> Floats:
        """One number for each judgement of a settled text, (J,)."""
        x = self._embedded(tokens(text) or [""])
        for layer in self._layers:
            x = layer.forward(x, self._heads)
        x = _norm(x, self._norm)
        pooled = np.concatenate([x.mean(axis=0), x.max(axis=0)])
        result: Floats = pooled @ self._judge + self._judge_bias
        return result

    def _embedded(self, said: Sequence[str]) -> Floats:
        """(T, D): each token by its word, its runs of letters and its place."""
        places = [self._places.get(token, 0) for token in said]
        x = self._words[places].astype(np.float32) * self._word_scale
        for number, token in enumerate(said):
            if found := runs(token, len(self._runs)):
                x[number] += self._runs[found].astype(np.float32).mean(axis=0) * self._run_scale
        return x + self._positions[: len(said)]


class _Layer:
    """Attention over all tokens, then two plain layers."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], number: int) -> None:
        def matrix(name: str) -> tuple[Floats, Floats]:
            full = f"{number}.{name}"
            weights = arrays[full].astype(np.float32)
            weights *= _float(arrays[f"{full}.scale"])
            return weights, _float(arrays[f"{full}.bias"])

        self._before = _float(arrays[f"{number}.before"])
        self._between = _float(arrays[f"{number}.between"])
        self._ask, self._ask_bias = matrix("ask")
        self._say, self._say_bias = matrix("say")
        self._up, self._up_bias = matrix("up")
        self._down, self._down_bias = matrix("down")

    def forward(self, x: Floats, heads: int) -> Floats:
        """(T, D) to (T, D)."""
        x = x + self._attend(_norm(x, self._before), heads)
        inner = np.maximum(_norm(x, self._between) @ self._up + self._up_bias, 0)
        result: Floats = x + inner @ self._down + self._down_bias
        return result

    def _attend(self, x: Floats, heads: int) -> Floats:
        count, width = x.shape
        asked = (x @ self._ask + self._ask_bias).reshape(count, 3, heads, width // heads)
        query, key, value = np.ascontiguousarray(asked.transpose(1, 2, 0, 3))
        scores = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(width // heads))
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        said = (scores @ value).transpose(1, 0, 2).reshape(count, width)
        result: Floats = said @ self._say + self._say_bias
        return result


def read_encoder(raw: bytes) -> Encoder:
    """The encoder of a file's bytes; whatever is wrong with them raises."""
    with np.load(io.BytesIO(raw), allow_pickle=False) as arrays:
        encoder = Encoder(arrays)
    if not np.isfinite(encoder.logits("我 a")).all():
        raise ValueError("weights that are no numbers")
    return encoder


def load_encoder(path: Path) -> Encoder:
    """Read a file; OSError or ValueError or KeyError when it is none."""
    return read_encoder(path.read_bytes())


def _norm(x: Floats, gain: Floats) -> Floats:
    result: Floats = x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + SMALLEST) * gain
    return result


def _float(array: NDArray[Any]) -> Floats:
    return array.astype(np.float32)
