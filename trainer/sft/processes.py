"""One process or several: what differs, in one place, by way of accelerate.

Started alone there is nothing here to do. Started by `accelerate launch` or torchrun, the objective
is wrapped (DDP, or FSDP2 by accelerate's own settings) and sums go over all processes.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn


class Processes:
    """The processes of this run.

    Attributes:
        rank, world: which one this is, of how many.
    """

    def __init__(self, device: torch.device) -> None:
        from accelerate import Accelerator

        self._accelerator: Any = Accelerator(cpu=device.type == "cpu")
        self.rank = int(self._accelerator.process_index)
        self.world = int(self._accelerator.num_processes)

    @property
    def first(self) -> bool:
        """True for the process that writes and speaks."""
        return self.rank == 0

    def wrap(self, objective: nn.Module) -> nn.Module:
        """The module to call in training."""
        return self._accelerator.prepare(objective) if self.world > 1 else objective

    def unsynchronised(self, module: nn.Module, *, wait: bool) -> AbstractContextManager[Any]:
        """While `wait`, gradients stay with each process: they are summed at the last piece."""
        if self.world == 1 or not wait:
            return nullcontext()
        manager: AbstractContextManager[Any] = self._accelerator.no_sync(module)
        return manager

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
