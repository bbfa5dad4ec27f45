"""The model's own best answers as further training dialogues (rejection sampling).

The model answers openers of the curated dialogues several times; answers that break a rule
(something invented, a template, a promise, two questions, a broken-off or repeating sentence) are
thrown away, and the best of the rest is learned in the finish. Works on the token store alone;
knows no files.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import Qwen3ForCausalLM

from trainer import quality, style, tokenise
from trainer.quality import VERDICTS
from trainer.starter.places import Say
from trainer.starter.recipe import Sampling
from trainer.starter.store import TokenStore
from trainer.tokenise import END, Encoded

ROWS = 512
LENGTH = (24, 110)  # characters of an answer worth learning
FINISHED = re.compile("[。？！～…]$")
LATIN = re.compile("[A-Za-z]")
PRONOUN = re.compile("[他她它]")
REPEAT = 5  # characters in a run that must not come twice
OWN = tokenise.FIRST_VERDICT + VERDICTS.index("own")


@dataclass(frozen=True)
class Opening:
    """A curated dialogue up to its first answer: tokens, and the person's words."""

    ids: list[int]
    text: str


def collect(
    model: Qwen3ForCausalLM,
    tokenizer: Tokenizer,
    store: TokenStore,
    sampling: Sampling,
    prompt: Sequence[int],
    rules: quality.Rules,
    *,
    count: int,
    tries: int,
    seed: int,
    say: Say,
) -> list[Encoded]:
    """Answer `count` openers `tries` times each under a system prompt; return the best answers."""
    torch.manual_seed(seed)
    openings = choose(store, tokenizer, count, seed)
    found: list[Encoded] = []
    for first in range(0, len(openings), max(1, ROWS // tries)):
        block = openings[first : first + max(1, ROWS // tries)]
        asked = [opening for opening in block for _ in range(tries)]
        answers = answer(model, tokenizer, sampling, prompt, asked)
        for number, opening in enumerate(block):
            texts = answers[number * tries : (number + 1) * tries]
            ranked = sorted(texts, key=lambda text: score(text, opening.text, rules))
            if score(ranked[-1], opening.text, rules) > 0:
                found.append(learnable(opening, ranked[-1], tokenizer))
    say(f"best answers: {len(found)} of {len(openings)} openers")
    return found


def choose(store: TokenStore, tokenizer: Tokenizer, count: int, seed: int) -> list[Opening]:
    """Openers of Chinese curated dialogues, those of higher priority first taken by chance."""
    fit = np.flatnonzero((store.priority > 0) & ~store.own & (store.language == 0))
    if not len(fit):
        return []
    chances = store.priority[fit] / store.priority[fit].sum()
    random = np.random.default_rng(seed)
    chosen = random.choice(fit, min(count, len(fit)), replace=False, p=chances)
    spans = store.spans()
    openings = [_opening(store, tokenizer, *spans[number]) for number in chosen.tolist()]
    return sorted(openings, key=lambda opening: len(opening.ids))


def _opening(store: TokenStore, tokenizer: Tokenizer, start: int, length: int) -> Opening:
    """The dialogue up to where its first counsellor turn begins to speak."""
    ids, kinds = store.ids[start : start + length], store.kinds[start : start + length]
    speaks = int(np.flatnonzero(kinds > tokenise.CLIENT)[0])
    text = tokenizer.decode(ids[:speaks][kinds[:speaks] == tokenise.CLIENT].tolist())
    return Opening(ids[:speaks].tolist(), text)


@torch.no_grad()
def answer(
    model: Qwen3ForCausalLM,
    tokenizer: Tokenizer,
    sampling: Sampling,
    prompt: Sequence[int],
    openings: Sequence[Opening],
) -> list[str]:
    """One answer to each opening, drawn a little wider than in use."""
    rows = [[*prompt, *opening.ids] for opening in openings]
    width = max(map(len, rows))
    ids = torch.tensor([[0] * (width - len(row)) + row for row in rows], device=model.device)
    seen = torch.tensor(
        [[0] * (width - len(row)) + [1] * len(row) for row in rows], device=model.device
    )
    # How `generate` is typed differs between releases of transformers.
    generate: Any = model.generate
    made = generate(
        input_ids=ids,
        attention_mask=seen,
        do_sample=True,
        temperature=sampling.temperature + 0.15,
        top_p=0.9,
        top_k=sampling.top_k,
        repetition_penalty=sampling.repetition_penalty,
        max_new_tokens=min(90, sampling.new_tokens),
        eos_token_id=2,
        pad_token_id=0,
    )
    texts: list[str] = tokenizer.decode_batch(made[:, width:].tolist())
    return [text.strip() for text in texts]


def score(reply: str, opener: str, rules: quality.Rules) -> float:
    """How good an answer is; 0 when it breaks a rule."""
    low, high = LENGTH
    questions = reply.count("？")
    if (
        not low <= len(reply) <= high
        or not FINISHED.search(reply)
        or questions > 1
        or repeats(reply)
        or LATIN.search(reply)
        or (PRONOUN.search(reply) and not PRONOUN.search(opener))
        or quality.judge(reply, opener, rules, first=True) != "good"
        or style.ADVICE.search(reply)
    ):
        return 0.0
    receives = bool(rules.curated.receives.search(reply[:40]))
    return quality.fit(reply, opener) + 0.5 * (questions == 1) + 0.4 * receives


def repeats(text: str) -> bool:
    """True when a run of characters comes twice."""
    runs = [text[i : i + REPEAT] for i in range(len(text) - REPEAT + 1)]
    return len(set(runs)) < len(runs)


def learnable(opening: Opening, reply: str, tokenizer: Tokenizer) -> Encoded:
    """The exchange as tokens, of which only the answer and its end mark are learned."""
    spoken = tokenizer.encode(f"{reply}{END}", add_special_tokens=False).ids
    line_end = tokenizer.encode("\n", add_special_tokens=False).ids
    ids = np.array([*opening.ids, *spoken, *line_end], np.uint16)
    kinds = np.zeros(len(ids), np.uint8)
    kinds[len(opening.ids) : len(opening.ids) + len(spoken)] = OWN
    return Encoded(ids, kinds, np.where(kinds > 0, 100, 0).astype(np.uint8))
