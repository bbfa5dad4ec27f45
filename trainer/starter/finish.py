"""Stage `finish`: a short phase on our own and curated dialogues, guarded by the held-out loss.

The guard measures as it goes and keeps the last weights under the recipe's limit, so the finished
model is never worse held out than the recipe allows (unless the pretrained one already was: then it
stays as it is). Writes the final Hugging Face folder with samples.json and the manifest.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import Qwen3Config

from trainer import manifest, quality, tokenise
from trainer.conversation import Conversation, read_all
from trainer.starter import best, evaluate, export, samples
from trainer.starter import model as models
from trainer.starter.batches import Batches
from trainer.starter.optimiser import Optimisers, Schedule
from trainer.starter.places import TRAINING, Say
from trainer.starter.pretrain import describe
from trainer.starter.recipe import Recipe
from trainer.starter.store import TokenStore, load_prompts
from trainer.starter.train import Trainer, device_named
from trainer.starter.vocabulary import TOKENS

State = dict[str, torch.Tensor]


@dataclass
class Guard:
    """Measures every `every` steps; keeps the last state at or under `limit` nats a character."""

    trainer: Trainer
    config: Qwen3Config
    tokenizer: Tokenizer
    conversations: Sequence[Conversation]
    system: str
    limit: float
    every: int
    say: Say
    history: list[tuple[int, float]] = field(default_factory=list)
    kept: State = field(default_factory=dict)
    kept_at: int = 0

    def check(self, steps: int) -> bool:
        """False when the limit is passed: the phase ends and the last good state stays."""
        return steps % self.every != 0 or self.measure(steps)

    def measure(self, steps: int) -> bool:
        """Measure now; keep the state when it is good."""
        state = {name: t.detach().clone() for name, t in self.trainer.model.state_dict().items()}
        copy = models.move(export.clean_copy(state, self.config), self.trainer.device)
        value = evaluate.heldout(
            copy, self.tokenizer, self.conversations, self.system
        ).per_character
        self.history.append((steps, round(value, 4)))
        self.say(f"  held out after {steps} steps: {value:.4f} nats a character")
        if value > self.limit and self.kept:
            return False
        self.kept, self.kept_at = state, steps
        return value <= self.limit


def run(recipe: Recipe, folders: dict[str, Path], out: Path, device: str, say: Say) -> None:
    """Make the folder `out` from finished data, tokenizer and pretrain folders."""
    inputs = manifest.verify(folders["pretrain"], ["model.safetensors", "config.json"])
    inputs |= manifest.verify(folders["tokenizer"], [TOKENS, *export.TOKENIZER_FILES])
    inputs |= manifest.verify(folders["data"], ["heldout.jsonl"])
    guard = _guard(recipe, folders, device, say)
    store = TokenStore.load(folders["tokenizer"] / TOKENS)
    figures = _train(guard, recipe, _with_best(guard, recipe, store, say), say)
    export.save(guard.kept, guard.config, folders["tokenizer"], recipe.sampling, out)
    copy = models.move(export.load(out), guard.trainer.device)
    measured = evaluate.heldout(copy, guard.tokenizer, guard.conversations, guard.system)
    talk = samples.draw(
        copy, export.load_tokenizer(out), recipe.sampling, guard.system, recipe.seed
    )
    text = json.dumps(talk, ensure_ascii=False, indent=1)
    (out / "samples.json").write_text(text + "\n", "utf-8")
    figures |= {"heldout": measured.figures(), "style": samples.style(talk)}
    settings = {"finish": asdict(recipe.finish), "sampling": asdict(recipe.sampling)}
    settings |= {"device": {"name": describe(guard.trainer.device)}, **asdict(recipe.card)}
    manifest.write(
        out, "finish", inputs=inputs, settings=settings, figures=figures, seed=recipe.seed
    )
    say(f"finish: {measured.per_character:.4f} nats a character held out; {figures['style']}")


def _with_best(guard: Guard, recipe: Recipe, store: TokenStore, say: Say) -> TokenStore:
    """The store with the model's own best answers, when the recipe asks for any."""
    settings = recipe.finish
    if not settings.openers:
        return store
    state = guard.trainer.model.state_dict()
    found = best.collect(
        models.move(export.clean_copy(state, guard.config), guard.trainer.device),
        guard.tokenizer,
        store,
        recipe.sampling,
        tokenise.encode_prompt(guard.tokenizer, guard.system),
        quality.load_rules(TRAINING),
        count=settings.openers,
        tries=settings.tries,
        seed=recipe.seed + 3,
        say=say,
    )
    often = settings.best_repeats / settings.own_repeats if settings.own_repeats else 0.0
    return store.extended(found, often) if found else store


def _guard(recipe: Recipe, folders: dict[str, Path], device: str, say: Say) -> Guard:
    """The pretrained model on its device, ready to be trained and measured."""
    tokenizer = evaluate.load_tokenizer(folders["tokenizer"])
    model = models.prepare(export.load(folders["pretrain"]))
    return Guard(
        trainer=Trainer(model, device_named(device)),
        config=models.configuration(recipe.model, tokenizer.get_vocab_size()),
        tokenizer=tokenizer,
        conversations=list(read_all(folders["data"] / "heldout.jsonl")),
        system=load_prompts().full["zh"],
        limit=recipe.finish.heldout_limit,
        every=recipe.finish.check_every,
        say=say,
    )


def _train(guard: Guard, recipe: Recipe, store: TokenStore, say: Say) -> dict[str, object]:
    """Run the phase under the guard; returns its figures."""
    settings, trainer = recipe.finish, guard.trainer
    batches = Batches(store, settings, recipe.batch, recipe.seed + 2, trainer.device)
    steps = max(1, round(batches.per_pass * settings.passes))
    say(f"finish: {steps} steps, {batches.per_pass} a pass")
    optimisers = Optimisers(
        trainer.model,
        matrix_decay=settings.matrix_decay,
        embedding_decay=0.0,
        betas=(recipe.optimiser.betas[0], recipe.optimiser.betas[1]),
        clip=recipe.optimiser.clip,
    )
    schedule = Schedule(settings.learning_rate, settings.warm_up, steps)
    trainer.dropout.share = settings.dropout
    done = None
    if guard.measure(0):
        done = trainer.run(batches, optimisers, schedule, range(steps), say, guard.check)
        if done.steps == steps and steps % guard.every:
            guard.measure(steps)
    return {
        "planned_steps": steps,
        "kept_steps": guard.kept_at,
        "heldout_history": guard.history,
        "training": asdict(done) if done else {},
    }
