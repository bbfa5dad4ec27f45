"""The training loop: batches in, a trained model out, with figures. One loop for every phase.

Knows nothing of files or stages. On a GPU it runs bf16 autocast over float32 weights and compiled
layers; on a CPU everything is float32 and uncompiled.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from itertools import islice

import torch
from torch import Tensor
from torch.nn.attention.flex_attention import create_block_mask
from transformers import Qwen3ForCausalLM

from trainer.errors import WorldError
from trainer.starter import model as models
from trainer.starter.batches import Piece
from trainer.starter.optimiser import Optimisers, Schedule
from trainer.starter.places import Say

LOG_EVERY = 100
SPEED_FROM = 10  # steps left out of the speed: compilation

Check = Callable[[int], bool]
"""Called with the number of steps done; False ends the phase."""


@dataclass
class Figures:
    """What a phase reports: steps, tokens a second after the first steps, losses now and then."""

    steps: int = 0
    tokens_per_second: float = 0.0
    seconds: float = 0.0
    losses: list[tuple[int, float]] = field(default_factory=list)


class Trainer:
    """A model with its dropout and loss on one device."""

    def __init__(self, model: Qwen3ForCausalLM, device: torch.device) -> None:
        self.model = models.move(model, device)
        self.device = device
        self.dropout = models.ResidualDropout(model)
        self._loss = models.weighted_loss
        self._build_blocks: models.BlockMaskBuilder = create_block_mask
        if device.type == "cuda":
            torch.set_float32_matmul_precision("high")
            models.compile_layers(model)
            self._loss = torch.compile(models.weighted_loss, dynamic=False)
            self._build_blocks = torch.compile(create_block_mask, dynamic=False)

    def loss(self, piece: Piece) -> Tensor:
        """The weighted loss of one batch, a scalar."""
        mask = models.packed_mask(piece.documents, self._build_blocks)
        with self._precision():
            states = models.hidden(self.model, piece.ids, mask)
            table = self.model.model.embed_tokens.weight
            return self._loss(states, table, piece.targets, piece.weights)

    def run(
        self,
        pieces: Iterable[Piece],
        optimisers: Optimisers,
        schedule: Schedule,
        steps: range,
        say: Say,
        check: Check | None = None,
    ) -> Figures:
        """Train over `steps` of the schedule; WorldError when the loss stops being a number."""
        figures, watch = Figures(), Watch(self.device)
        self.model.train()
        for step, piece in zip(steps, self._limited(pieces, len(steps)), strict=False):
            loss = self.loss(piece)
            loss.backward()  # type: ignore[no-untyped-call]
            optimisers.step(schedule.rate(step))
            watch.count(piece.ids.numel())
            figures.steps += 1
            if figures.steps % LOG_EVERY == 0 or figures.steps in (1, len(steps)):
                self._log(step, loss.item(), figures, watch, say)
            if check and not check(figures.steps):
                break
            self.model.train()
        figures.tokens_per_second, figures.seconds = watch.speed(), watch.elapsed()
        return figures

    @staticmethod
    def _limited(pieces: Iterable[Piece], count: int) -> Iterator[Piece]:
        return islice(pieces, count)

    def _log(self, step: int, loss: float, figures: Figures, watch: Watch, say: Say) -> None:
        if loss != loss:
            raise WorldError(f"The loss is not a number at step {step}. Lower the learning rate.")
        figures.losses.append((step, round(loss, 4)))
        say(f"  step {step}: loss {loss:.3f}, {watch.speed():,.0f} tokens/s")

    def _precision(self) -> AbstractContextManager[object]:
        if self.device.type == "cuda":
            return torch.autocast("cuda", torch.bfloat16)
        return nullcontext()


class Watch:
    """Counts tokens and seconds; the first steps, which compile, are left out of the speed."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._begin = self._from = time.perf_counter()
        self._steps = self._tokens = 0

    def count(self, tokens: int) -> None:
        """One more step."""
        self._steps += 1
        if self._steps == SPEED_FROM:
            self._wait()
            self._from, self._tokens = time.perf_counter(), 0
        else:
            self._tokens += tokens

    def speed(self) -> float:
        """Tokens a second."""
        self._wait()
        return self._tokens / max(1e-9, time.perf_counter() - self._from)

    def elapsed(self) -> float:
        """Seconds since the start."""
        return round(time.perf_counter() - self._begin, 1)

    def _wait(self) -> None:
        if self._device.type == "cuda":
            torch.cuda.synchronize()


def device_named(name: str) -> torch.device:
    """The device to train on; WorldError when a GPU is asked for and none is there."""
    if name == "cuda" and not torch.cuda.is_available():
        raise WorldError("No GPU is there that torch can use. Use --device cpu or another machine.")
    return torch.device(name)
