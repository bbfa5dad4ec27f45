"""Checkpoints that are whole or not there: the adapter, the optimiser, and where the run stood.

A checkpoint is written beside its place and renamed, so that a kill at any moment leaves the one
before. Random numbers need no saving: every step seeds its own.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from trainer.errors import UnfinishedError

PART = ".part"
OPTIMISER, PROGRESS, ADAPTER = "optimiser.pt", "progress.json", "adapter.safetensors"


@dataclass(frozen=True)
class Progress:
    """Where a stage stands: steps done, held-out loss of every check so far by step."""

    step: int = 0
    checks: dict[int, float] = field(default_factory=dict)
    tokens: int = 0
    seconds: float = 0.0

    def best(self) -> int:
        """The step with the lowest held-out loss, the first of equals."""
        return min(self.checks, key=lambda step: (self.checks[step], step))

    def waited(self, gain: float) -> int:
        """Checks since the last one that was better than all before by more than `gain`."""
        lowest, since = float("inf"), 0
        for step in sorted(self.checks):
            better = self.checks[step] < lowest - gain
            lowest, since = (self.checks[step], 0) if better else (lowest, since + 1)
        return since


@dataclass(frozen=True)
class Saved:
    """A checkpoint as it was read."""

    progress: Progress
    adapter: dict[str, torch.Tensor]
    optimiser: dict[str, Any]


class Checkpoints:
    """The folder of a stage's checkpoints."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(
        self, progress: Progress, adapter: dict[str, torch.Tensor], optimiser: dict[str, Any]
    ) -> None:
        """Write one checkpoint."""
        from safetensors.torch import save_file

        place = self.place(progress.step)
        draft = place.with_name(place.name + PART)
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        save_file(adapter, str(draft / ADAPTER), metadata={"format": "pt"})
        torch.save(optimiser, draft / OPTIMISER)
        (draft / PROGRESS).write_text(json.dumps(asdict(progress)) + "\n", "utf-8")
        for path in draft.iterdir():
            _sync(path)
        shutil.rmtree(place, ignore_errors=True)
        draft.rename(place)
        if os.name != "nt":
            _sync(self._folder)

    def prune(self, progress: Progress, keep: int) -> None:
        """Remove all but the newest and the best so many, and what a kill left behind."""
        ranked = sorted(progress.checks, key=lambda step: (progress.checks[step], step))
        stay = {self.place(step) for step in (progress.step, *ranked[:keep])}
        for path in self._folder.iterdir():
            if path not in stay:
                shutil.rmtree(path, ignore_errors=True)

    def newest(self) -> int | None:
        """The last step that was saved whole."""
        return max(self.steps(), default=None)

    def steps(self) -> Sequence[int]:
        """The steps that were saved whole."""
        names = (p.name for p in self._folder.glob("step-*") if not p.name.endswith(PART))
        return sorted(int(name.removeprefix("step-")) for name in names)

    def read(self, step: int) -> Saved:
        """Read one back; UnfinishedError when it is damaged."""
        place = self.place(step)
        try:
            raw = json.loads((place / PROGRESS).read_text("utf-8"))
            checks = {int(at): loss for at, loss in raw.pop("checks").items()}
            optimiser = torch.load(place / OPTIMISER, map_location="cpu", weights_only=True)
            return Saved(Progress(checks=checks, **raw), self.adapter(step), optimiser)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise UnfinishedError(
                f"The checkpoint {place} is damaged ({error}). Delete it: the one before is whole."
            ) from error

    def adapter(self, step: int) -> dict[str, torch.Tensor]:
        """The adapter's tensors of one checkpoint."""
        from safetensors.torch import load_file

        tensors: dict[str, torch.Tensor] = load_file(str(self.place(step) / ADAPTER))
        return tensors

    def place(self, step: int) -> Path:
        """Where a step's checkpoint stands."""
        return self._folder / f"step-{step:08d}"


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
