"""One stage: steps, checks, checkpoints, until the end or until it no longer gets better.

A loop of our own on accelerate, because the one of transformers counts batches where this one
counts tokens: a step's rows may be computed in any number of pieces, on any number of processes,
and give the same gradient. That is also what makes a run go on exactly where it was killed.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor

from trainer.errors import WorldError
from trainer.sft import adapter, heldout, memory, plan
from trainer.sft.checkpoints import Checkpoints, Progress
from trainer.sft.config import Stage
from trainer.sft.data import Prepared
from trainer.sft.encode import Example
from trainer.sft.objective import Objective
from trainer.sft.pieces import Piece, assemble
from trainer.sft.plan import Row
from trainer.sft.processes import Processes
from trainer.sft.progress import Bar, Say
from trainer.sft.run_folder import RunFolder
from trainer.sft.schedule import rate

BETAS = (0.9, 0.999)


@dataclass(frozen=True)
class Setting:
    """What a stage is trained with."""

    stage: Stage
    seed: int
    data: Prepared
    folder: RunFolder
    processes: Processes
    device: torch.device
    say: Say


@dataclass
class Pending:
    """A step whose loss has not been asked for yet: asking makes a GPU wait."""

    step: int
    loss: Tensor
    norm: Tensor
    rate: float
    tokens: int
    total: float


@dataclass
class StageRun:
    """Trains the adapter of an objective over one stage."""

    setting: Setting
    objective: Objective
    plan: memory.Plan
    scaled: bool = False
    progress: Progress = field(default_factory=Progress)

    def __post_init__(self) -> None:
        stage, data = self.setting.stage, self.setting.data
        self._lengths = [len(e) for e in data.train]
        self.order = plan.Order(
            self._lengths, stage.batch, self.setting.seed, stage.schedule.epochs
        )
        self._model = self.setting.processes.wrap(self.objective)
        self._weights = [p for p in self._model.parameters() if p.requires_grad]
        self._optimiser = torch.optim.AdamW(
            self._weights, lr=0.0, betas=BETAS, weight_decay=stage.schedule.weight_decay,
            fused=self.setting.device.type == "cuda",
        )  # fmt: skip
        self._scaler = torch.amp.GradScaler(self.setting.device.type, enabled=self.scaled)
        self._saved = Checkpoints(self.setting.folder.checkpoints)
        self._pending: Pending | None = None
        self._begun = time.monotonic()

    def resume(self) -> bool:
        """Go on from the newest checkpoint, if there is one."""
        step = self._saved.newest()
        if step is None:
            return False
        saved = self._saved.read(step)
        adapter.restore(self.objective.model, saved.adapter)
        self._scaler.load_state_dict(saved.optimiser.pop("scaler"))
        self._optimiser.load_state_dict(saved.optimiser)
        self.progress = saved.progress
        self._begun = time.monotonic() - saved.progress.seconds
        self.setting.folder.go_back(step)
        return True

    def run(self) -> Progress:
        """Train to the end; raises WorldError when the loss is no number or memory is too small."""
        checks = self.setting.stage.checks
        self._bar = Bar(self.order.total, self.progress.step, self.setting.say)
        self.objective.train(True)
        if not self.progress.checks:
            self._check(0)
        while self.progress.step < self.order.total:
            if checks.patience and self.progress.waited(checks.gain) >= checks.patience:
                self.setting.say(f"  {checks.patience} checks without a better one: ended early")
                break
            self._advance()
        self._settle()
        self._bar.close()
        return self.progress

    def best_adapter(self) -> dict[str, Tensor]:
        """The adapter of the check with the lowest held-out loss."""
        return self._saved.adapter(self.progress.best())

    def _advance(self) -> None:
        """One step, and a check where one is due."""
        number = self.progress.step
        _, rows = self.order.step(number)
        self._step(number, rows)
        tokens = sum(self._lengths[n] for row in rows for n in row)
        self.progress = replace(
            self.progress, step=number + 1, tokens=self.progress.tokens + tokens
        )
        every = self.setting.stage.checks.every
        due = (number + 1) % every == 0 if every else self.order.ends_epoch(number)
        if due or number + 1 == self.order.total:
            self._settle()
            self._check(number + 1)

    def _step(self, number: int, rows: Sequence[Row]) -> None:
        """Forwards, backwards and the optimiser; with less memory again when there was too little.

        Each try begins from the same seed, so the result does not depend on the tries.
        """
        schedule = self.setting.stage.schedule
        speed = rate(schedule, number, self.order.total)
        while True:
            self._seed(number)
            try:
                loss, total = self._backward(rows)
                break
            except torch.OutOfMemoryError:
                self._shrink()
        self._scaler.unscale_(self._optimiser)
        norm = torch.nn.utils.clip_grad_norm_(self._weights, schedule.clip)
        for group in self._optimiser.param_groups:
            group["lr"] = speed
        self._scaler.step(self._optimiser)
        self._scaler.update()
        self._optimiser.zero_grad(set_to_none=True)
        self._settle()
        tokens = sum(self._lengths[n] for row in rows for n in row)
        self._pending = Pending(number + 1, loss, norm, speed, tokens, total)

    def _backward(self, rows: Sequence[Row]) -> tuple[Tensor, float]:
        """Gradients of the step's mean loss; returns this process's share of it and the weight."""
        processes, examples = self.setting.processes, self.setting.data.train
        total = sum(float(examples[n].weights[1:].sum()) for row in rows for n in row)
        pieces = self._pieces(rows)
        loss = torch.zeros((), device=self.setting.device)
        for number, piece in enumerate(pieces, 1):
            moved = piece.to(self.setting.device)
            with processes.unsynchronised(self._model, wait=number < len(pieces)):
                nats = self._model(moved)
                # Several processes average their gradients: times their number makes it the sum.
                self._scaler.scale(nats * (processes.world / total)).backward()
            loss += nats.detach()
        processes.average_gradients(self._weights)
        return loss, total

    def _pieces(self, rows: Sequence[Row]) -> list[Piece]:
        """This process's pieces of a step; every process has the same number of them."""
        processes = self.setting.processes
        shares = [
            [
                part
                for row in plan.share(rows, rank, processes.world)
                for part in plan.pieces(row, self._lengths, self.plan.micro_tokens)
            ]
            for rank in range(processes.world)
        ]
        most = max(map(len, shares))
        own = shares[processes.rank]
        made = [self._piece(part) for part in own]
        blank = _without_weight(self._piece((min(rows[0], key=self._lengths.__getitem__),)))
        return made + [blank] * (most - len(own))

    def _piece(self, part: Row) -> Piece:
        examples: list[Example] = [self.setting.data.train[n] for n in part]
        return assemble(examples, pin=self.setting.device.type == "cuda")

    def _seed(self, number: int) -> None:
        """Random numbers of a step depend on the step alone: nothing of them has to be saved."""
        rank, world = self.setting.processes.rank, self.setting.processes.world
        torch.manual_seed(self.setting.seed * 1_000_003 + number * world + rank)

    def _shrink(self) -> None:
        """Take the next smaller plan; WorldError when there is none, or others would wait."""
        self._optimiser.zero_grad(set_to_none=True)
        memory.release()
        layers = self.objective.layers()
        less = self.plan.smaller(len(layers), self.setting.stage.batch.longest)
        if less is None or self.setting.processes.world > 1:
            raise WorldError(
                "The GPU's memory ran out. What was learned is saved up to the last check: lower "
                "batch.micro_tokens and go on with --resume."
            )
        self.setting.say(f"  Memory ran out, so now: {less.sentence(len(layers))}.")
        self.setting.folder.event("memory", step=self.progress.step, plan=vars(less))
        self.plan = less
        memory.apply(less, layers)

    def _settle(self) -> None:
        """Write the last step down: by now its loss is known without waiting."""
        pending, self._pending = self._pending, None
        if pending is None:
            return
        nats = self.setting.processes.total(pending.loss).item()
        loss = nats / pending.total
        if loss != loss or loss in (float("inf"), float("-inf")):
            raise WorldError(
                f"The loss is not a number at step {pending.step}. Lower schedule.learning_rate "
                "and train again; what was saved at the last check is still good."
            )
        speed = self._bar.step(loss, pending.tokens)
        self.setting.folder.event(
            "step", step=pending.step, loss=round(loss, 6), rate=pending.rate,
            norm=round(pending.norm.item(), 6), tokens=pending.tokens,
            tokens_per_second=round(speed, 1), memory=_memory(self.setting.device),
        )  # fmt: skip

    def _check(self, step: int) -> None:
        """Measure the held-out loss, write it down, and save."""
        setting = self.setting
        found = heldout.measure(
            self.objective, setting.data.valid, self.plan.micro_tokens, setting.device,
            setting.stage.checks.sources, rank=setting.processes.rank,
            world=setting.processes.world, total=setting.processes.total,
        )  # fmt: skip
        setting.say(f"  step {step}: held-out loss {found.loss:.4f} nats a token")
        checks = {**self.progress.checks, step: found.loss}
        seconds = time.monotonic() - self._begun
        self.progress = replace(self.progress, step=step, checks=checks, seconds=seconds)
        setting.folder.event(
            "check", step=step, heldout=found.loss, by_source=found.per_token,
            by_source_character=found.per_character,
        )  # fmt: skip
        tensors = adapter.state(self.objective.model)
        if setting.processes.first:
            self._saved.write(self.progress, tensors, self._optimiser_state())
            self._saved.prune(self.progress, setting.stage.checks.keep)
            setting.folder.draw()
        setting.processes.wait()

    def _optimiser_state(self) -> dict[str, Any]:
        return {**self._optimiser.state_dict(), "scaler": self._scaler.state_dict()}


def _without_weight(piece: Piece) -> Piece:
    return replace(piece, weights=torch.zeros_like(piece.weights))


def _memory(device: torch.device) -> int:
    """Most bytes the GPU held so far; 0 on a CPU."""
    return torch.cuda.max_memory_allocated(device) if device.type == "cuda" else 0
