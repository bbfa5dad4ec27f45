"""Stage `pretrain`: from random weights over the whole set, the last part on the anneal's mix.

One schedule runs through both parts. Writes a Hugging Face folder and the manifest.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import torch

from trainer import manifest
from trainer.conversation import read_all
from trainer.starter import evaluate, export
from trainer.starter import model as models
from trainer.starter.batches import Batches
from trainer.starter.optimiser import Optimisers, Schedule
from trainer.starter.places import Say
from trainer.starter.recipe import Recipe
from trainer.starter.store import TokenStore, load_prompts
from trainer.starter.train import Trainer, device_named
from trainer.starter.vocabulary import TOKENS


def run(recipe: Recipe, data: Path, tokenizer: Path, out: Path, device: str, say: Say) -> None:
    """Make the folder `out` from finished data and tokenizer folders."""
    inputs = manifest.verify(tokenizer, [TOKENS, *export.TOKENIZER_FILES])
    inputs |= manifest.verify(data, ["heldout.jsonl"])
    place = device_named(device)
    store = TokenStore.load(tokenizer / TOKENS)
    pieces = evaluate.load_tokenizer(tokenizer)
    model = models.build(recipe.model, pieces.get_vocab_size(), recipe.seed)
    trainer = Trainer(model, place)
    config = models.configuration(recipe.model, pieces.get_vocab_size())
    conversations, system = list(read_all(data / "heldout.jsonl")), load_prompts().full["zh"]

    def measure() -> dict[str, float]:
        copy = models.move(export.clean_copy(model.state_dict(), config), place)
        return evaluate.heldout(copy, pieces, conversations, system).figures()

    figures = _train(trainer, recipe, store, measure, say)
    figures |= {"heldout": measure(), "parameters": count(model)}
    export.save(model.state_dict(), config, tokenizer, recipe.sampling, out)
    settings = {name: asdict(getattr(recipe, name)) for name in SETTINGS} | {
        "device": describe(place)
    }
    manifest.write(
        out, "pretrain", inputs=inputs, settings=settings, figures=figures, seed=recipe.seed
    )
    say(f"pretrain: held out {figures['heldout']}")


SETTINGS = ("model", "optimiser", "batch", "pretrain", "anneal")


def _train(
    trainer: Trainer,
    recipe: Recipe,
    store: TokenStore,
    measure: Callable[[], dict[str, float]],
    say: Say,
) -> dict[str, object]:
    """Both parts of the schedule; returns their figures."""
    whole = Batches(store, recipe.pretrain, recipe.batch, recipe.seed, trainer.device)
    steps = max(1, round(whole.per_pass * recipe.pretrain.epochs))
    turn = steps - round(steps * recipe.anneal.share)
    say(f"pretrain: {steps} steps, {whole.per_pass} a pass, the anneal from step {turn}")
    settings = recipe.optimiser
    schedule = Schedule(settings.learning_rate, settings.warm_up, steps)
    optimisers = Optimisers(
        trainer.model,
        matrix_decay=settings.matrix_decay,
        embedding_decay=settings.embedding_decay,
        betas=(settings.betas[0], settings.betas[1]),
        clip=settings.clip,
    )
    trainer.dropout.share = recipe.pretrain.dropout
    first = trainer.run(whole, optimisers, schedule, range(turn), say)
    before = measure()
    say(f"before the anneal: held out {before}")
    mix = Batches(store, recipe.anneal, recipe.batch, recipe.seed + 1, trainer.device)
    say(f"anneal: {mix.per_pass} steps a pass")
    trainer.dropout.share = recipe.anneal.dropout
    last = trainer.run(mix, optimisers, schedule, range(turn, steps), say)
    return {
        "steps": steps,
        "steps_per_pass": whole.per_pass,
        "main": asdict(first),
        "heldout_before_anneal": before,
        "anneal": asdict(last) | {"steps_per_pass": mix.per_pass},
    }


def count(model: torch.nn.Module) -> int:
    """Parameters, tied ones once."""
    return sum(p.numel() for p in model.parameters())


def describe(device: torch.device) -> str:
    """The device in words, for the manifest."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"cpu, {os.cpu_count()} cores"
