"""Questions out of held-out dialogues, and a model's answers to them, many at once.

Timed with tokens counted, so that faster can be told from shorter.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from trainer.conversation import Conversation, Turn
from trainer.sft.encode import ChatEncoder

MOST_ROWS = 64
MOST_TOKENS = 65_536
"""Of a batch, prompts and answers together."""


@dataclass(frozen=True)
class Question:
    """What was said up to a counsellor's turn, and what the counsellor answered."""

    id: str
    source: str
    turns: tuple[Turn, ...]
    reference: str
    system: str

    @property
    def said(self) -> str:
        """The person's last words."""
        return self.turns[-1].content


@dataclass(frozen=True)
class Sampling:
    """How answers are drawn; temperature 0 takes the likeliest token."""

    temperature: float = 0.7
    top_p: float = 0.8
    top_k: int = 20
    repetition_penalty: float = 1.05
    new_tokens: int = 256
    seed: int = 1


@dataclass(frozen=True)
class Answers:
    """Texts in the order of the questions; tokens drawn, how many ended by themselves, seconds."""

    texts: list[str]
    tokens: int
    ended: int
    seconds: float

    def figures(self) -> dict[str, float]:
        """Time and length together."""
        count = max(1, len(self.texts))
        return {
            "answers": len(self.texts),
            "seconds": round(self.seconds, 2),
            "tokens": self.tokens,
            "tokens_an_answer": round(self.tokens / count, 1),
            "tokens_a_second": round(self.tokens / max(1e-9, self.seconds), 1),
            "ended_by_themselves": round(self.ended / count, 4),
        }


def choose(talks: Sequence[Conversation], count: int, full: dict[str, str], seed: int) -> list[Any]:
    """At most `count` questions, one a dialogue, the turn drawn by the dialogue's id."""
    chance = random.Random(seed)
    chosen = list(talks) if len(talks) <= count else chance.sample(list(talks), count)
    made = []
    for talk in chosen:
        places = [
            n for n, t in enumerate(talk.turns) if n and t.role == "assistant" and t.weight > 0
        ]
        if places:
            place = random.Random(f"{seed} {talk.source} {talk.id}").choice(places)
            system = full.get(talk.language, full["zh"])
            made.append(
                Question(
                    talk.id, talk.source, talk.turns[:place], talk.turns[place].content, system
                )
            )
    return made


@torch.no_grad()
def answer(
    model: Any, encoder: ChatEncoder, questions: Sequence[Question], sampling: Sampling
) -> Answers:
    """The model's next words after every question."""
    model.train(False)
    prompts = [encoder.prompt(q.turns, q.system)[-encoder.longest :] for q in questions]
    device = next(model.parameters()).device
    texts: dict[int, str] = {}
    tokens = ended = 0
    torch.manual_seed(sampling.seed)
    _wait(device)
    begin = time.perf_counter()
    for block in batches([len(p) for p in prompts], sampling.new_tokens):
        drawn = _generate(model, encoder, [prompts[n] for n in block], sampling, device)
        for number, ids in zip(block, drawn, strict=True):
            stop = ids.index(encoder.end) if encoder.end in ids else len(ids)
            texts[number] = encoder.text(ids[:stop])
            tokens += min(len(ids), stop + 1)
            ended += stop < len(ids)
    _wait(device)
    seconds = time.perf_counter() - begin
    return Answers([texts[n] for n in range(len(questions))], tokens, ended, seconds)


def batches(lengths: Sequence[int], new_tokens: int) -> Iterator[list[int]]:
    """Numbers of prompts of similar length, as many as fit into a batch."""
    block: list[int] = []
    for number in sorted(range(len(lengths)), key=lambda n: lengths[n]):
        wide = (lengths[number] + new_tokens) * (len(block) + 1)
        if block and (len(block) == MOST_ROWS or wide > MOST_TOKENS):
            yield block
            block = []
        block.append(number)
    if block:
        yield block


def _generate(
    model: Any, encoder: ChatEncoder, prompts: list[list[int]], sampling: Sampling, device: Any
) -> list[list[int]]:
    width = max(map(len, prompts))
    ids = torch.full((len(prompts), width), encoder.end)
    mask = torch.zeros(len(prompts), width, dtype=torch.long)
    for row, prompt in enumerate(prompts):
        ids[row, width - len(prompt) :] = torch.tensor(prompt)
        mask[row, width - len(prompt) :] = 1
    drawn = sampling.temperature > 0
    how: dict[str, Any] = {"do_sample": drawn}
    if drawn:
        how |= {"temperature": sampling.temperature, "top_p": sampling.top_p}
        how |= {"top_k": sampling.top_k}
    made = model.generate(
        input_ids=ids.to(device),
        attention_mask=mask.to(device),
        max_new_tokens=sampling.new_tokens,
        repetition_penalty=sampling.repetition_penalty,
        eos_token_id=encoder.end,
        pad_token_id=encoder.end,
        use_cache=True,
        **how,
    )
    rows: list[list[int]] = made[:, width:].tolist()
    return rows


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
