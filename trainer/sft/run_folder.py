"""The folder of one stage: what is known before (run.json), while (events.jsonl, loss.png), after.

    run.json   events.jsonl   loss.png   checkpoints/   adapter/   manifest.json (last)

Whoever watches a run reads these files; the run waits for nobody. Knows no model.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from trainer import manifest
from trainer.errors import UsageError
from trainer.starter.places import TEMPLATE

RUN, EVENTS, PICTURE, ADAPTER, CHECKPOINTS = (
    "run.json", "events.jsonl", "loss.png", "adapter", "checkpoints",
)  # fmt: skip
PACKAGES = ("peft", "accelerate", "bitsandbytes")
STAGE = "sft"


class RunFolder:
    """Writes and reads the files of one stage; `silent` on processes other than the first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.silent = False

    @property
    def adapter(self) -> Path:
        """Where the finished adapter stands."""
        return self.path / ADAPTER

    @property
    def checkpoints(self) -> Path:
        """Where checkpoints stand."""
        return self.path / CHECKPOINTS

    def is_finished(self) -> bool:
        """True once the manifest is there."""
        return manifest.is_finished(self.path)

    def begin(self, facts: Mapping[str, Any]) -> None:
        """Write run.json; on going on, the facts of the earlier starts stay under `earlier`."""
        if self.silent:
            return
        self.path.mkdir(parents=True, exist_ok=True)
        earlier = self.facts()
        past = [*earlier.pop("earlier", []), earlier] if earlier else []
        draft = self.path / (RUN + ".part")
        text = json.dumps({**facts, "earlier": past}, ensure_ascii=False, indent=1)
        draft.write_text(text + "\n", "utf-8")
        draft.replace(self.path / RUN)

    def facts(self) -> dict[str, Any]:
        """run.json, or nothing."""
        try:
            found: dict[str, Any] = json.loads((self.path / RUN).read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise UsageError(f"{self.path / RUN} cannot be read ({error}).") from error
        return found

    def event(self, kind: str, **what: Any) -> None:
        """Append a line to events.jsonl at once."""
        if self.silent:
            return
        with (self.path / EVENTS).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps({"event": kind, **what}, ensure_ascii=False) + "\n")

    def events(self) -> Iterator[dict[str, Any]]:
        """All whole lines of events.jsonl."""
        path = self.path / EVENTS
        for line in path.read_text("utf-8").splitlines() if path.is_file() else ():
            try:
                yield json.loads(line)
            except ValueError:  # the line that was being written when the run was killed
                return

    def go_back(self, step: int) -> None:
        """Forget what happened after a step: it will happen again."""
        if self.silent:
            return
        stay = [e for e in self.events() if e.get("step", 0) <= step]
        draft = self.path / (EVENTS + ".part")
        draft.write_text(
            "".join(json.dumps(e, ensure_ascii=False) + "\n" for e in stay), encoding="utf-8"
        )
        draft.replace(self.path / EVENTS)

    def draw(self) -> None:
        """Draw loss.png from the events."""
        if self.silent:
            return
        from trainer.sft.picture import draw

        draft = self.path / ("part-" + PICTURE)
        draw(list(self.events()), draft)
        draft.replace(self.path / PICTURE)

    def finish(
        self,
        inputs: Mapping[str, str],
        settings: Mapping[str, Any],
        figures: Mapping[str, Any],
        seed: int,
    ) -> None:
        """Describe the adapter, remove the checkpoints, and write the manifest."""
        if self.silent:
            return
        shutil.copyfile(TEMPLATE, self.adapter / TEMPLATE.name)
        for folder in (self.adapter, self.path):
            if folder == self.path:
                shutil.rmtree(self.checkpoints, ignore_errors=True)
            manifest.write(
                folder, STAGE, inputs=inputs, settings=settings, figures=figures, seed=seed
            )


def hardware(device: Any) -> dict[str, Any]:
    """What the run runs on."""
    import torch

    found: dict[str, Any] = {
        "system": platform.platform(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "device": str(device),
    }
    if device.type == "cuda":
        card = torch.cuda.get_device_properties(device)
        found |= {"card": card.name, "card_bytes": card.total_memory, "cuda": torch.version.cuda}
    return found


def versions() -> dict[str, str]:
    """Versions of everything that shapes the result."""
    found = manifest.versions()
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def need_room(folder: Path, bytes_needed: int) -> None:
    """UsageError when the disk that will hold the folder has too little room."""
    place = folder
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < bytes_needed:
        raise UsageError(
            f"No room on disk: the run writes up to {bytes_needed / 1e6:,.0f} MB to {folder}, "
            f"{free / 1e6:,.0f} MB are free. Free some, or give another --out."
        )
