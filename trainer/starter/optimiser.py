"""Muon for the matrices between layers, AdamW for embeddings and norms, one schedule for both.

Both come from torch; this module only says which parameter goes where and what the rate is when.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True)
class Schedule:
    """Linear warm-up over `warm_up` steps, then linear to zero at `steps`."""

    peak: float
    warm_up: int
    steps: int

    def rate(self, step: int) -> float:
        """The learning rate of a step, counted from 0."""
        rising = min(1.0, (step + 1) / self.warm_up) if self.warm_up else 1.0
        return self.peak * rising * max(0.0, 1 - step / self.steps)


class Optimisers:
    """The two optimisers as one; gradients are clipped by their common norm before each step."""

    def __init__(
        self,
        model: nn.Module,
        *,
        matrix_decay: float,
        embedding_decay: float,
        betas: tuple[float, float],
        clip: float,
    ) -> None:
        named = dict(model.named_parameters())  # tied weights stand here once
        embeddings = [p for n, p in named.items() if "embed_tokens" in n]
        matrices = [p for n, p in named.items() if p.ndim == 2 and "embed_tokens" not in n]
        norms = [p for p in named.values() if p.ndim < 2]
        self._parameters = [*embeddings, *matrices, *norms]
        self._clip = clip
        self._muon = torch.optim.Muon(
            matrices, lr=0.0, weight_decay=matrix_decay, adjust_lr_fn="match_rms_adamw"
        )
        groups = [
            {"params": embeddings, "weight_decay": embedding_decay},
            {"params": norms, "weight_decay": 0.0},
        ]
        fused = embeddings[0].is_cuda
        self._adamw = torch.optim.AdamW(groups, lr=0.0, betas=betas, fused=fused)

    def step(self, rate: float) -> None:
        """Clip, move every parameter, forget the gradients."""
        nn.utils.clip_grad_norm_(self._parameters, self._clip)
        for optimiser in (self._muon, self._adamw):
            for group in optimiser.param_groups:
                group["lr"] = rate
            optimiser.step()  # type: ignore[no-untyped-call]
            optimiser.zero_grad(set_to_none=True)
