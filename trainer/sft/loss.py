"""The loss over a frozen head: rows that teach nothing are left out, logits never stand whole.

Hidden states go through the head some rows at a time, in float32 from the product on, and the
gradient is made in the same pass, because the head gets none. So the head's extra memory is one
block of logits, whatever the batch.
"""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor
from torch.autograd import Function
from torch.nn import functional

BLOCK_BYTES = 512 << 20
"""Of float32 logits at once."""


def weighted_nats(states: Tensor, head: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    """The sum of weight times negative log-likelihood, in nats, a float32 scalar.

    Args:
        states: (rows, width) hidden states of the rows that count.
        head: (vocabulary, width), frozen: it gets no gradient.
        targets: (rows,) token ids; weights: (rows,) float32.
    """
    return cast(Tensor, _FrozenHead.apply(states, head, targets, weights))


@torch.no_grad()
def nats(states: Tensor, head: Tensor, targets: Tensor) -> Tensor:
    """The negative log-likelihood of each row, (rows,) float32; for measuring only."""
    found = [
        functional.cross_entropy(logits(states[part], head), targets[part], reduction="none")
        for part in _blocks(len(states), len(head))
    ]
    return torch.cat(found) if found else states.new_zeros(0, dtype=torch.float32)


def logits(states: Tensor, head: Tensor) -> Tensor:
    """(rows, vocabulary) in float32; on a GPU the product of half-precision factors is kept so."""
    if states.is_cuda and states.dtype in (torch.bfloat16, torch.float16):
        return torch.mm(states, head.t(), out_dtype=torch.float32)
    return functional.linear(states, head.to(states.dtype)).float()


def _blocks(rows: int, vocabulary: int) -> list[slice]:
    step = max(64, BLOCK_BYTES // (4 * vocabulary) // 64 * 64)
    return [slice(first, first + step) for first in range(0, rows, step)]


class _FrozenHead(Function):
    """Forward computes loss and gradient; backward multiplies."""

    @staticmethod
    def forward(ctx: Any, states: Tensor, head: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
        total = torch.zeros((), dtype=torch.float32, device=states.device)
        wanted = ctx.needs_input_grad[0]
        gradient = torch.empty_like(states) if wanted else None
        for part in _blocks(len(states), len(head)):
            scores = logits(states[part], head)
            chosen = targets[part, None]
            norm = scores.logsumexp(-1, keepdim=True)
            nats = norm - scores.gather(-1, chosen)
            total += (nats[:, 0] * weights[part]).sum()
            if gradient is not None:
                scores.sub_(norm).exp_()
                scores.scatter_add_(-1, chosen, torch.full_like(nats, -1.0))
                scores.mul_(weights[part, None])
                gradient[part] = scores.to(states.dtype) @ head.to(states.dtype)
        ctx.save_for_backward(gradient)
        return total

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor | None, None, None, None]:
        (gradient,) = ctx.saved_tensors
        if gradient is None:
            return None, None, None, None
        return gradient * upstream[0].to(gradient.dtype), None, None, None
