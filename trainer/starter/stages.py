"""The order of the starter's stages, their folders, and which of them still have to run.

Stages hand over folders: each is refused by the next when its manifest is missing. A finished stage
is skipped with a line; delete its folder to run it again. Imports a stage's module only when it
runs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from trainer import manifest
from trainer.errors import UsageError
from trainer.starter.places import FOLDERS, Say
from trainer.starter.recipe import Recipe


@dataclass(frozen=True)
class Request:
    """What the command line asks for; `stage` None means all of them."""

    out: Path
    corpora: Path | None = None
    stage: str | None = None
    device: str = "cpu"
    model: Path | None = None
    system: str | None = None


def run(recipe: Recipe, request: Request, say: Say) -> None:
    """Run one stage or all; raises what the stages raise."""
    for stage in FOLDERS if request.stage is None else (request.stage,):
        folder = request.out / FOLDERS[stage]
        if request.model is None and manifest.is_finished(folder):
            say(f"{stage}: finished already ({manifest.read(folder).commit[:12]}), skipped")
        else:
            _run_stage(stage, recipe, request, say)


def _run_stage(stage: str, recipe: Recipe, request: Request, say: Say) -> None:
    folders = {name: request.out / place for name, place in FOLDERS.items()}
    out = folders[stage]
    if stage == "data":
        from trainer.starter import data

        if request.corpora is None:
            raise UsageError("The stage data needs --corpora, the folder of the public corpora.")
        data.run(recipe, request.corpora, out, say)
    elif stage == "tokenizer":
        from trainer.starter import vocabulary

        vocabulary.run(recipe, folders["data"], out, say)
    elif stage == "pretrain":
        from trainer.starter import pretrain

        pretrain.run(recipe, folders["data"], folders["tokenizer"], out, request.device, say)
    elif stage == "finish":
        from trainer.starter import finish

        finish.run(recipe, folders, out, request.device, say)
    else:
        _evaluate(recipe, request, folders, say)


def _evaluate(recipe: Recipe, request: Request, folders: dict[str, Path], say: Say) -> None:
    """Measure the finished model, or any folder; only the former leaves a stage folder."""
    from trainer.conversation import read_all
    from trainer.starter import evaluate, export, store
    from trainer.starter import model as models
    from trainer.starter.train import device_named

    inputs = manifest.verify(folders["data"], ["heldout.jsonl"])
    model = request.model or folders["finish"]
    if request.model is None:
        inputs |= manifest.verify(model, ["model.safetensors", "tokenizer.json"])
    system = store.load_prompts().full["zh"] if request.system is None else request.system
    figures = evaluate.heldout(
        models.move(export.load(model), device_named(request.device)),
        evaluate.load_tokenizer(model),
        list(read_all(folders["data"] / "heldout.jsonl")),
        system,
    ).figures()
    say(json.dumps({"model": model.name, "system": system, **figures}, ensure_ascii=False))
    if request.model is None:
        out = folders["evaluate"]
        out.mkdir(parents=True, exist_ok=True)
        (out / "heldout.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
        manifest.write(
            out,
            "evaluate",
            inputs=inputs,
            settings={"system": system},
            figures=figures,
            seed=recipe.seed,
        )
