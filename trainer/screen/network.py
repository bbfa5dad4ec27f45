"""The encoder of the screen as it is trained (torch); the app runs the same sums in numpy.

Reads token places, never text. `written` gives the arrays that the app reads, `restored` takes them
back, so that a base which was trained once can be tuned again and again.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

LONGEST = 128
MOST_RUNS = 12
PAD, UNKNOWN, HIDDEN = 1, 0, 2
# What stands for a word that is hidden from view: the app writes it where a rule read words away.
SPECIAL = ("<unknown>", "<pad>", "\u25a1")


@dataclass(frozen=True)
class Shape:
    """Sizes of the encoder."""

    width: int = 192
    layers: int = 4
    heads: int = 6
    inner: int = 768
    buckets: int = 4096
    judgements: int = 9


@dataclass(frozen=True)
class Batch:
    """Texts as numbers: words (N, T), runs (N, T, MOST_RUNS) with -1 where there is none."""

    words: Tensor
    runs: Tensor

    def to(self, device: torch.device) -> Batch:
        return Batch(self.words.to(device), self.runs.to(device))


class Vocabulary:
    """Words by place; a word's runs of letters by bucket (as desktop/safety/tokens.py says)."""

    def __init__(self, words: Sequence[str], buckets: int) -> None:
        self.words = list(words)
        self._buckets = buckets
        self._places = {word: place for place, word in enumerate(self.words)}
        self._runs: dict[str, list[int]] = {}

    def batch(self, texts: Sequence[Sequence[str]]) -> Batch:
        """Texts of one batch, padded to the longest."""
        longest = max(1, max(len(text) for text in texts))
        words = np.full((len(texts), longest), PAD, dtype=np.int64)
        runs = np.full((len(texts), longest, MOST_RUNS), -1, dtype=np.int64)
        for row, text in enumerate(texts):
            for column, token in enumerate(text):
                words[row, column] = self._places.get(token, UNKNOWN)
                found = self._of(token)
                runs[row, column, : len(found)] = found
            if not text:
                words[row, 0] = UNKNOWN
        return Batch(torch.from_numpy(words), torch.from_numpy(runs))

    def _of(self, token: str) -> list[int]:
        if len(token) < 2:
            return []
        if token not in self._runs:
            padded = f"<{token}>"
            pieces = [padded[i : i + 3] for i in range(len(padded) - 2)][:MOST_RUNS]
            self._runs[token] = [zlib.crc32(piece.encode()) % self._buckets for piece in pieces]
        return self._runs[token]


class Encoder(nn.Module):
    """Embeddings, layers, one linear judgement over mean and maximum."""

    def __init__(self, words: int, shape: Shape, dropout: float = 0.1) -> None:
        super().__init__()
        self.shape = shape
        self.word = nn.Embedding(words, shape.width)
        self.run = nn.Embedding(shape.buckets + 1, shape.width, padding_idx=shape.buckets)
        self.position = nn.Embedding(LONGEST, shape.width)
        for table in (self.word, self.run, self.position):
            nn.init.normal_(table.weight, std=0.05)
        with torch.no_grad():
            self.run.weight[shape.buckets] = 0
        self.layers = nn.ModuleList(_Layer(shape, dropout) for _ in range(shape.layers))
        self.norm = nn.RMSNorm(shape.width, eps=1e-6)
        self.judge = nn.Linear(2 * shape.width, shape.judgements)
        self.drop = nn.Dropout(dropout)

    @property
    def blocks(self) -> list[_Layer]:
        """The layers in order."""
        return [layer for layer in self.layers if isinstance(layer, _Layer)]

    def hidden(self, batch: Batch) -> Tensor:
        """(N, T, D)."""
        runs = torch.where(batch.runs < 0, self.shape.buckets, batch.runs)
        counted = (batch.runs >= 0).sum(-1, keepdim=True).clamp(min=1)
        x = self.word(batch.words) + self.run(runs).sum(2) / counted
        x = x + self.position.weight[: batch.words.shape[1]]
        mask = (batch.words != PAD)[:, None, None, :]
        x = self.drop(x)
        for layer in self.blocks:
            x = layer.forward(x, mask)
        result: Tensor = self.norm(x)
        return result

    def forward(self, batch: Batch) -> Tensor:
        """One number a judgement, (N, J)."""
        x = self.hidden(batch)
        seen = (batch.words != PAD)[..., None]
        mean = (x * seen).sum(1) / seen.sum(1)
        most = x.masked_fill(~seen, -1e4).amax(1)
        result: Tensor = self.judge(self.drop(torch.cat([mean, most], dim=-1)))
        return result

    def guesses(self, x: Tensor) -> Tensor:
        """How likely each word is where `x` (N, D) was read."""
        return x @ self.word.weight.T


class _Layer(nn.Module):
    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads = shape.heads
        self.before = nn.RMSNorm(shape.width, eps=1e-6)
        self.between = nn.RMSNorm(shape.width, eps=1e-6)
        self.ask = nn.Linear(shape.width, 3 * shape.width)
        self.say = nn.Linear(shape.width, shape.width)
        self.up = nn.Linear(shape.width, shape.inner)
        self.down = nn.Linear(shape.inner, shape.width)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        count, length, width = x.shape
        asked = self.ask(self.before(x)).view(count, length, 3, self.heads, width // self.heads)
        query, key, value = asked.permute(2, 0, 3, 1, 4)
        said = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        x = x + self.drop(self.say(said.transpose(1, 2).reshape(count, length, width)))
        result: Tensor = x + self.drop(self.down(functional.relu(self.up(self.between(x)))))
        return result


def written(model: Encoder, words: Sequence[str]) -> dict[str, NDArray[Any]]:
    """The arrays of screen_encoder.npz."""
    shape = model.shape
    arrays: dict[str, NDArray[Any]] = {
        "words": np.frombuffer("\x00".join(words).encode(), dtype=np.uint8),
        "heads": np.array(shape.heads),
        "layers": np.array(shape.layers),
        "position": _half(model.position.weight),
        "norm": _half(model.norm.weight),
        "judge": _half(model.judge.weight.T),
        "judge.bias": _half(model.judge.bias),
    }
    _store(arrays, "word", model.word.weight)
    _store(arrays, "run", model.run.weight[:-1])
    for number, layer in enumerate(model.blocks):
        arrays[f"{number}.before"] = _half(layer.before.weight)
        arrays[f"{number}.between"] = _half(layer.between.weight)
        for name in ("ask", "say", "up", "down"):
            linear: nn.Linear = getattr(layer, name)
            _store(arrays, f"{number}.{name}", linear.weight.T)
            arrays[f"{number}.{name}.bias"] = _half(linear.bias)
    return arrays


def restored(arrays: Mapping[str, NDArray[Any]], dropout: float) -> tuple[Encoder, list[str]]:
    """An encoder and its words, from what `written` gave."""
    words = bytes(arrays["words"]).decode("utf-8").split("\x00")
    shape = Shape(
        width=arrays["word"].shape[1],
        layers=int(arrays["layers"]),
        heads=int(arrays["heads"]),
        inner=arrays["0.up"].shape[1],
        buckets=arrays["run"].shape[0],
        judgements=arrays["judge"].shape[1],
    )
    model = Encoder(len(words), shape, dropout)
    with torch.no_grad():
        model.word.weight.copy_(_back(arrays, "word"))
        model.run.weight[:-1].copy_(_back(arrays, "run"))
        model.position.weight.copy_(_tensor(arrays["position"]))
        model.norm.weight.copy_(_tensor(arrays["norm"]))
        model.judge.weight.copy_(_tensor(arrays["judge"]).T)
        model.judge.bias.copy_(_tensor(arrays["judge.bias"]))
        for number, layer in enumerate(model.blocks):
            layer.before.weight.copy_(_tensor(arrays[f"{number}.before"]))
            layer.between.weight.copy_(_tensor(arrays[f"{number}.between"]))
            for name in ("ask", "say", "up", "down"):
                linear: nn.Linear = getattr(layer, name)
                linear.weight.copy_(_back(arrays, f"{number}.{name}").T)
                linear.bias.copy_(_tensor(arrays[f"{number}.{name}.bias"]))
    return model, words


def _store(arrays: dict[str, NDArray[Any]], name: str, weights: Tensor) -> None:
    """Eight bits a number, one scale a column."""
    plain = weights.detach().float().cpu().numpy()
    scale = np.maximum(np.abs(plain).max(axis=0), 1e-8) / 127
    arrays[name] = np.round(plain / scale).astype(np.int8)
    arrays[f"{name}.scale"] = scale.astype(np.float32)


def _back(arrays: Mapping[str, NDArray[Any]], name: str) -> Tensor:
    return torch.from_numpy(arrays[name].astype(np.float32) * arrays[f"{name}.scale"])


def _tensor(array: NDArray[Any]) -> Tensor:
    return torch.from_numpy(array.astype(np.float32))


def _half(weights: Tensor) -> NDArray[np.float16]:
    return weights.detach().float().cpu().numpy().astype(np.float16)
