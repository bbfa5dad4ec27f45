"""Let a model answer the openers of assets/training/openers.toml; measure the answers' style.

The samples are for a person to read; the figures only watch for what a program can see.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from typing import Any

import torch
from transformers import PreTrainedTokenizerFast, Qwen3ForCausalLM

from trainer import tokenise
from trainer.conversation import Turn
from trainer.starter.places import TRAINING
from trainer.starter.recipe import Sampling
from trainer.starter.store import load_prompts
from trainer.style import figures

ROWS = 64
Talk = list[str]
"""Utterances in turn, the person first."""


def draw(
    model: Qwen3ForCausalLM,
    tokenizer: PreTrainedTokenizerFast,
    sampling: Sampling,
    system: str,
    seed: int,
) -> dict[str, list[Talk]]:
    """Answer every opener; returns talks by group, each ending with the model's words."""
    raw: dict[str, Any] = tomllib.loads((TRAINING / "openers.toml").read_text("utf-8"))
    torch.manual_seed(seed)
    english = load_prompts().full["en"]
    groups = {
        name: [[text] if isinstance(text, str) else text for text in texts]
        for name, texts in raw.items()
    }
    return {
        name: converse(
            model, tokenizer, sampling, english if name == "english" else system, scripts
        )
        for name, scripts in groups.items()
    }


def converse(
    model: Qwen3ForCausalLM,
    tokenizer: PreTrainedTokenizerFast,
    sampling: Sampling,
    system: str,
    scripts: Sequence[Sequence[str]],
) -> list[Talk]:
    """Play the person's lines of every script against the model."""
    talks: list[Talk] = [[] for _ in scripts]
    for turn in range(max(map(len, scripts))):
        open_talks = [i for i, script in enumerate(scripts) if turn < len(script)]
        for i in open_talks:
            talks[i].append(scripts[i][turn])
        answers = answer(model, tokenizer, sampling, system, [talks[i] for i in open_talks])
        for i, text in zip(open_talks, answers, strict=True):
            talks[i].append(text)
    return talks


@torch.no_grad()
def answer(
    model: Qwen3ForCausalLM,
    tokenizer: PreTrainedTokenizerFast,
    sampling: Sampling,
    system: str,
    talks: Sequence[Sequence[str]],
) -> list[str]:
    """The model's next words in each talk."""
    tokenizer.padding_side = "left"
    answers: list[str] = []
    for first in range(0, len(talks), ROWS):
        prompts = [prompt(system, talk) for talk in talks[first : first + ROWS]]
        batch = tokenizer(prompts, return_tensors="pt", padding=True, add_special_tokens=False)
        # How `generate` is typed differs between releases of transformers.
        generate: Any = model.generate
        made = generate(
            input_ids=batch["input_ids"].to(model.device),
            attention_mask=batch["attention_mask"].to(model.device),
            do_sample=True,
            temperature=sampling.temperature,
            top_p=sampling.top_p,
            top_k=sampling.top_k,
            repetition_penalty=sampling.repetition_penalty,
            max_new_tokens=sampling.new_tokens,
            eos_token_id=2,
            pad_token_id=0,
        )
        spoken = made[:, batch["input_ids"].shape[1] :]
        answers += [
            text.strip() for text in tokenizer.batch_decode(spoken, skip_special_tokens=True)
        ]
    return answers


def prompt(system: str, talk: Sequence[str]) -> str:
    """ChatML up to the model's turn."""
    turns = [Turn("assistant" if i % 2 else "user", text) for i, text in enumerate(talk)]
    return tokenise.render(system, turns) + f"{tokenise.START}assistant\n"


def style(talks: dict[str, list[Talk]]) -> dict[str, float]:
    """Style figures of the Chinese answers to feelings."""
    pairs = [
        (talk[i], talk[i - 1])
        for name in ("single", "unseen", "talks")
        for talk in talks.get(name, [])
        for i in range(1, len(talk), 2)
    ]
    return figures([reply for reply, _ in pairs], [said for _, said in pairs])
