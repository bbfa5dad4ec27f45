"""One process or several: what differs, in one place, by way of accelerate.

Started alone there is nothing here to do. Started by `accelerate launch` or torchrun, the objective
is wrapped in DDP and sums go over all processes. Where the base is shared out (see `sharding`)
nothing is wrapped: the adapter's gradients are summed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn


class Processes:
    """The processes of this run.

    Attributes:
        rank, world: which one this is, of how many.
        sharded: set when the base's layers are shared out between the processes.
    """

    def __init__(self, device: torch.device) -> None:
        from accelerate import Accelerator

        self._accelerator: Any = Accelerator(cpu=device.type == "cpu")
        self.rank = int(self._accelerator.process_index)
        self.world = int(self._accelerator.num_processes)
        self.sharded = False

    @property
    def first(self) -> bool:
        """True for the process that writes and speaks."""
        return self.rank == 0

    def wrap(self, objective: nn.Module) -> nn.Module:
        """The module to call in training."""
        plain = self.world == 1 or self.sharded
        return objective if plain else self._accelerator.prepare(objective)

    def unsynchronised(self, module: nn.Module, *, wait: bool) -> AbstractContextManager[Any]:
        """While `wait`, gradients stay with each process: they are summed at the last piece."""
        if self.world == 1 or self.sharded or not wait:
            return nullcontext()
        manager: AbstractContextManager[Any] = self._accelerator.no_sync(module)
        return manager

    def average_gradients(self, weights: Sequence[Tensor]) -> None:
        """What DDP does at the last piece, where there is no DDP: one sum over all of them."""
        if not self.sharded:
            return
        gradients = [weight.grad for weight in weights if weight.grad is not None]
        flat = torch.cat([gradient.reshape(-1) for gradient in gradients])
        mean = self._accelerator.reduce(flat, reduction="mean")
        parts = mean.split([gradient.numel() for gradient in gradients])
        for gradient, part in zip(gradients, parts, strict=True):
            gradient.copy_(part.view_as(gradient))

    def total(self, tensor: Tensor) -> Tensor:
        """The sum over all processes."""
        if self.world == 1:
            return tensor
        summed: Tensor = self._accelerator.reduce(tensor, reduction="sum")
        return summed

    def smallest(self, number: int, device: torch.device) -> int:
        """The least of a number over all processes."""
        if self.world == 1:
            return number
        everyone = self._accelerator.gather(torch.tensor([number], device=device))
        return int(everyone.min())

    def wait(self) -> None:
        """Until every process is here."""
        self._accelerator.wait_for_everyone()

    def end(self) -> None:
        """Let go of the other processes."""
        self._accelerator.end_training()
