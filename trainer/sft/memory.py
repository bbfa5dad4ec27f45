"""How much is computed at once, and how much is kept: chosen by trying, on the card that is there.

Memory is linear in tokens and in the number of layers whose activations are kept. Four short trials
give the two lines; the plan is the largest part of a row that fits with everything kept, else the
fewest layers computed twice. Knows nothing of data.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from trainer.errors import WorldError
from trainer.sft.objective import Objective
from trainer.sft.pieces import Piece

SHARE = 0.92
"""Of the free memory that a plan may use: fragments and libraries need the rest."""
LEAST_TOKENS = 4096
"""Smaller pieces than this leave a GPU waiting, so layers are computed twice before that."""
PROBE_TOKENS = 1024


@dataclass(frozen=True)
class Plan:
    """`micro_tokens` at once; so many layers, from the first, are `checkpointed`: computed twice.

    `predicted` and `peak` are bytes above the model, 0 where nothing was measured.
    """

    micro_tokens: int
    checkpointed: int
    predicted: int = 0
    peak: int = 0

    def smaller(self, layers: int, longest: int) -> Plan | None:
        """The next plan that needs less memory; None when there is none."""
        if self.checkpointed < layers:
            more = min(layers, self.checkpointed + max(1, layers // 4))
            return Plan(self.micro_tokens, more)
        if self.micro_tokens > longest:
            return Plan(max(longest, self.micro_tokens // 2), layers)
        return None

    def sentence(self, layers: int) -> str:
        """What the plan is, in words."""
        kept = layers - self.checkpointed
        return f"{self.micro_tokens} tokens at once, activations of {kept} of {layers} layers kept"


@dataclass(frozen=True)
class Line:
    """Bytes as a linear function of tokens."""

    fixed: float
    per_token: float

    def at(self, tokens: int) -> float:
        """The bytes at so many tokens."""
        return self.fixed + self.per_token * tokens


def apply(plan: Plan, layers: list[nn.Module]) -> None:
    """Make the first layers of a model computed twice."""
    again = partial(checkpoint, use_reentrant=False)
    for number, layer in enumerate(layers):
        layer.gradient_checkpointing = number < plan.checkpointed  # type: ignore[assignment]
        layer._gradient_checkpointing_func = again  # type: ignore[assignment]


def choose(objective: Objective, longest: int, row_tokens: int, device: torch.device) -> Plan:
    """The plan for this model on this device; WorldError when even the smallest does not fit.

    Gradients are cleared and random states are as before. On a CPU everything is done at once.
    """
    layers = objective.layers()
    if device.type != "cuda":
        plan = Plan(row_tokens, 0)
        apply(plan, layers)
        return plan
    with torch.random.fork_rng(devices=[device]):
        trial = Trial(objective, device)
        plan = fitting(trial.lines(longest), trial.budget(), longest, row_tokens, len(layers))
        return confirm(trial.peak, plan, longest, len(layers))


def fitting(
    lines: tuple[Line | None, Line], budget: float, longest: int, row_tokens: int, layers: int
) -> Plan:
    """The best plan by the two lines.

    Args:
        lines: bytes with everything kept (None: not even the trial fitted) and with nothing kept.
    """
    kept, twice = lines
    tokens = row_tokens
    while kept is not None:
        if kept.at(tokens) <= budget:
            return Plan(tokens, 0, int(kept.at(tokens)))
        if tokens <= max(longest, LEAST_TOKENS):
            break
        tokens = max(longest, LEAST_TOKENS, tokens // 2)
    tokens = min(row_tokens, max(longest, LEAST_TOKENS))
    if twice.at(tokens) > budget:
        return Plan(longest, layers, int(twice.at(longest)))
    if kept is None:
        return Plan(tokens, layers, int(twice.at(tokens)))
    spare = (budget - twice.at(tokens)) / (kept.at(tokens) - twice.at(tokens))
    keep = min(layers, int(spare * layers))
    need = twice.at(tokens) + (kept.at(tokens) - twice.at(tokens)) * keep / layers
    return Plan(tokens, layers - keep, int(need))


def confirm(peak: Callable[[Plan], int | None], plan: Plan, longest: int, layers: int) -> Plan:
    """Try the plan, and smaller ones until one fits."""
    while True:
        found = peak(plan)
        if found is not None:
            return replace(plan, peak=found)
        less = plan.smaller(layers, longest)
        if less is None:
            raise WorldError(
                f"One dialogue of {longest} tokens does not fit into this GPU's memory. Lower "
                "batch.longest, or hold the base in four bits with base.quantise = 'nf4'."
            )
        plan = less


class Trial:
    """Runs pieces of made-up tokens forwards and backwards and looks at the memory."""

    def __init__(self, objective: Objective, device: torch.device) -> None:
        self._objective = objective
        self._device = device

    def budget(self) -> float:
        """Bytes that may be used above what the model itself takes."""
        release()
        free, total = torch.cuda.mem_get_info(self._device)
        used = torch.cuda.memory_allocated(self._device)
        spare = torch.cuda.memory_reserved(self._device) - used
        # Not in every torch that the trainer runs with.
        fraction = getattr(torch.cuda, "get_per_process_memory_fraction", lambda _: 1.0)
        allowed = fraction(self._device) * total - used
        return SHARE * min(free + spare, allowed)

    def lines(self, longest: int) -> tuple[Line | None, Line]:
        """With all activations kept, and with none; WorldError when not even the latter fits."""
        count = len(self._objective.layers())
        few, many = PROBE_TOKENS, 2 * PROBE_TOKENS
        kept = self._line(few, many, 0)
        twice = self._line(few, many, count)
        if twice is None:
            raise WorldError(
                f"The base leaves no room on this GPU for {many} tokens. Hold it in four bits with "
                "base.quantise = 'nf4', or choose a smaller base."
            )
        return kept, twice

    def _line(self, few: int, many: int, checkpointed: int) -> Line | None:
        low, high = self.peak(Plan(few, checkpointed)), self.peak(Plan(many, checkpointed))
        if low is None or high is None:
            return None
        slope = max(0.0, (high - low) / (many - few))
        return Line(max(0.0, low - slope * few), slope)

    def peak(self, plan: Plan) -> int | None:
        """Bytes above the model at the plan's worst; None when they are not there."""
        apply(plan, self._objective.layers())
        release()
        before = torch.cuda.memory_allocated(self._device)
        torch.cuda.reset_peak_memory_stats(self._device)
        try:
            self._objective(self._piece(plan.micro_tokens)).backward()
            torch.cuda.synchronize(self._device)
            return torch.cuda.max_memory_allocated(self._device) - before
        except torch.OutOfMemoryError:
            return None
        finally:
            self._objective.zero_grad(set_to_none=True)
            release()

    def _piece(self, tokens: int) -> Piece:
        """One dialogue of made-up tokens, each of which counts: the worst that can come."""
        vocabulary = self._objective.causal().config.vocab_size
        ids = torch.randint(0, vocabulary, (1, tokens))
        rows = torch.arange(tokens)
        return Piece(
            ids=ids,
            positions=rows[None],
            bounds=torch.tensor([0, tokens], dtype=torch.int32),
            longest=tokens,
            places=rows,
            targets=ids[0],
            weights=torch.ones(tokens),
            owners=torch.zeros(tokens, dtype=torch.long),
        ).to(self._device)


def release() -> None:
    """Give unused memory back to the card."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
