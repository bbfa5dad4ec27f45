"""Held-out loss by source, and the one number that checkpoints are chosen by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from trainer.sft import plan
from trainer.sft.encode import Example
from trainer.sft.objective import Objective
from trainer.sft.pieces import assemble

Sum = Callable[[Tensor], Tensor]
"""Adds a tensor up over all processes."""


@dataclass(frozen=True)
class Heldout:
    """Nats a weighted token and nats a character by source, and `loss`: the sources' mean."""

    loss: float
    per_token: dict[str, float]
    per_character: dict[str, float]


def measure(
    objective: Objective,
    examples: Sequence[Example],
    micro_tokens: int,
    device: torch.device,
    weights: Mapping[str, float],
    *,
    rank: int = 0,
    world: int = 1,
    total: Sum = lambda tensor: tensor,
) -> Heldout:
    """Measure with the adapter as it is; every process calls this and gets the same answer.

    Args:
        weights: how much each source counts; 1 where none is named.
    """
    sources = sorted({e.source for e in examples})
    sums = torch.zeros(len(sources), 2, dtype=torch.float64)
    lengths = [len(e) for e in examples]
    order = sorted(range(len(examples)), key=lambda n: -lengths[n])
    objective.train(False)
    parts = plan.pieces(tuple(order), lengths, micro_tokens)
    for part in parts[rank::world]:
        chosen = [examples[n] for n in part]
        piece = assemble(chosen)
        found = objective.nats(piece.to(device)).double().cpu() * piece.weights
        owners = torch.tensor([sources.index(e.source) for e in chosen])[piece.owners]
        sums[:, 0].index_add_(0, owners, found)
        sums[:, 1].index_add_(0, owners, piece.weights.double())
    if rank >= len(parts) % world > 0:
        # Layers that are shared out are gathered by all processes or by none.
        objective.nats(assemble([examples[n] for n in parts[-1]]).to(device))
    objective.train(True)
    return _heldout(total(sums.to(device)).cpu(), sources, examples, weights)


def _heldout(
    sums: Tensor, sources: list[str], examples: Sequence[Example], weights: Mapping[str, float]
) -> Heldout:
    characters = {s: sum(e.characters for e in examples if e.source == s) for s in sources}
    nats = dict(zip(sources, sums[:, 0].tolist(), strict=True))
    tokens = dict(zip(sources, sums[:, 1].tolist(), strict=True))
    per_token = {s: nats[s] / tokens[s] for s in sources}
    counted = {s: weights.get(s, 1.0) for s in sources}
    share = sum(counted.values()) or 1.0
    return Heldout(
        sum(per_token[s] * counted[s] for s in sources) / share,
        per_token,
        {s: nats[s] / max(1, characters[s]) for s in sources},
    )
