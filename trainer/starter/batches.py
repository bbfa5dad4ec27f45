"""From a token store and a phase's mix to an endless run of batches on the device.

Each pass draws dialogues by the mix, gives each a system prompt or none, packs them into rows and
shuffles the rows. Weights are looked up per token, so that one store serves every phase.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from trainer import packing
from trainer.errors import WorldError
from trainer.quality import VERDICTS
from trainer.starter.recipe import Batch, Mix
from trainer.starter.store import TokenStore
from trainer.tokenise import CLIENT, FIRST_VERDICT


@dataclass(frozen=True)
class Piece:
    """One batch, all (rows, tokens): inputs, next tokens, their weights, dialogue numbers."""

    ids: Tensor
    targets: Tensor
    weights: Tensor
    documents: Tensor


class Batches:
    """Draws passes over a store for one mix. `per_pass`: batches of the first draw."""

    def __init__(
        self, store: TokenStore, mix: Mix, batch: Batch, seed: int, device: torch.device
    ) -> None:
        self._store, self._mix, self._batch = store, mix, batch
        self._random = np.random.default_rng(seed)
        self._spans, self._prompt_spans = store.spans(), store.prompt_spans()
        self._end = len(store.ids)
        self._ids = torch.from_numpy(np.append(store.ids, 0).astype(np.int64)).to(device)
        self._weights = torch.from_numpy(token_weights(store, mix)).to(device)
        self._device = device
        self._waiting: packing.Rows | None = self._draw()
        self.per_pass = max(1, len(self._waiting) // batch.rows)

    def __iter__(self) -> Iterator[Piece]:
        """Batches without end; rows that do not fill a batch at the end of a pass are left out."""
        while True:
            rows = self._waiting or self._draw()
            self._waiting = None
            count = max(self._batch.rows, len(rows) - len(rows) % self._batch.rows)
            for first in range(0, count, self._batch.rows):
                chosen = slice(first, first + self._batch.rows)
                yield self._piece(rows.positions[chosen], rows.documents[chosen])

    def _draw(self) -> packing.Rows:
        """Choose, prompt, pack and shuffle one pass."""
        dialogues = self._random.permutation(self._choose())
        if not len(dialogues):
            raise WorldError("The recipe's mix takes none of the dialogues that are there.")
        prompts = self._prompts(dialogues)
        spans = [
            [self._spans[d]] if p < 0 else [self._prompt_spans[p], self._spans[d]]
            for d, p in zip(dialogues.tolist(), prompts, strict=True)
        ]
        lengths = [sum(length for _, length in runs) for runs in spans]
        bins = packing.pack(lengths, self._batch.tokens)
        order = [bins[i] for i in self._random.permutation(len(bins)).tolist()]
        return packing.lay_out(order, spans, self._batch.tokens, self._end)

    def _choose(self) -> npt.NDArray[np.int64]:
        """Dialogue numbers of one pass; a fraction is a chance."""
        store, mix = self._store, self._mix
        often = np.where(
            store.own, mix.own_repeats * store.priority, mix.whole + mix.curated * store.priority
        )
        times = np.floor(often + self._random.random(len(often))).astype(np.int64)
        return np.repeat(np.arange(len(often)), times)

    def _prompts(self, dialogues: npt.NDArray[np.int64]) -> list[int]:
        """A prompt number for each dialogue, -1 for none, in the dialogue's language."""
        store, shares = self._store, self._mix.system
        kinds = self._random.choice(3, len(dialogues), p=[shares.none, shares.variant, shares.full])
        fitting = {
            (language, full): np.flatnonzero(
                (store.prompt_language == language) & (store.prompt_full == full)
            )
            for language in (0, 1)
            for full in (False, True)
        }
        return [
            -1 if kind == 0 else int(self._random.choice(fitting[language, kind == 2]))
            for kind, language in zip(
                kinds.tolist(), store.language[dialogues].tolist(), strict=True
            )
        ]

    def _piece(self, positions: npt.NDArray[np.int32], documents: npt.NDArray[np.int32]) -> Piece:
        """Gather one batch. After a dialogue the store has a role mark, of no weight."""
        at = torch.from_numpy(positions).to(self._device).long()
        following = (at + 1).clamp(max=self._end)
        numbers = torch.from_numpy(documents).to(self._device)
        return Piece(self._ids[at], self._ids[following], self._weights[following], numbers)


def token_weights(store: TokenStore, mix: Mix) -> npt.NDArray[np.float32]:
    """The weight of every token of the store as a target, then 0 for padding: (tokens + 1,)."""
    table = np.zeros(FIRST_VERDICT + len(VERDICTS), np.float32)
    table[CLIENT] = mix.client
    table[FIRST_VERDICT:] = [mix.verdicts[name] for name in VERDICTS]
    fit = store.fit.astype(np.float32) / 100 if mix.fit else np.float32(1)
    return np.append(table[store.kinds] * fit, 0).astype(np.float32)
