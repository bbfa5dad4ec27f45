"""Held-out loss in nats per character on counsellor turns, for any Hugging Face folder.

Per character, so that tokenizers compare; unweighted; the end mark of each turn is predicted too
and counts as part of it. The dialogues, their cleaning and their system prompt are the same for
every model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from transformers import Qwen3ForCausalLM

from trainer import tokenise
from trainer.conversation import Conversation

TOKENS_A_BATCH = 8192


@dataclass(frozen=True)
class Heldout:
    """The result: nats and characters of counsellor turns, and the same for the person's turns."""

    counsellor_nats: float
    counsellor_characters: int
    client_nats: float
    client_characters: int
    dialogues: int

    @property
    def per_character(self) -> float:
        """Nats per character on counsellor turns."""
        return self.counsellor_nats / max(1, self.counsellor_characters)

    def figures(self) -> dict[str, float]:
        """The figures for a manifest."""
        return {
            "counsellor_nats_per_character": round(self.per_character, 4),
            "client_nats_per_character": round(
                self.client_nats / max(1, self.client_characters), 4
            ),
            "counsellor_characters": self.counsellor_characters,
            "dialogues": self.dialogues,
        }


def load_tokenizer(folder: Path) -> Tokenizer:
    """The folder's own tokenizer."""
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


@torch.no_grad()
def heldout(
    model: Qwen3ForCausalLM,
    tokenizer: Tokenizer,
    conversations: Sequence[Conversation],
    system: str = "",
) -> Heldout:
    """Measure a model on whole dialogues, on the device it is on.

    Args:
        system: the system prompt before every dialogue; empty for none. Its words are not counted.
    """
    model.train(False)
    items = _encode(tokenizer, conversations, system)
    device = next(model.parameters()).device
    nats = torch.zeros(2, dtype=torch.float64)
    for ids, kinds in _batches(items):
        losses = _losses(model, ids.to(device)).cpu()
        for place, wanted in enumerate(
            (kinds[:, 1:] > tokenise.CLIENT, kinds[:, 1:] == tokenise.CLIENT)
        ):
            nats[place] += losses[wanted].double().sum()
    return Heldout(
        float(nats[0]),
        sum(c.characters("assistant") for c in conversations),
        float(nats[1]),
        sum(c.characters("user") for c in conversations),
        len(conversations),
    )


def _losses(model: Qwen3ForCausalLM, ids: Tensor) -> Tensor:
    """Nats of every next token, (rows, tokens - 1). Padding comes after, so it needs no mask."""
    logits = model(input_ids=ids, use_cache=False).logits[:, :-1].float()
    losses = functional.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    return losses.view(len(ids), -1)


def _encode(
    tokenizer: Tokenizer, conversations: Sequence[Conversation], system: str
) -> list[tuple[list[int], list[int]]]:
    prompt = tokenise.encode_prompt(tokenizer, system) if system else []
    silent = [tokenise.UNTRAINED] * len(prompt)
    encoded = tokenise.encode_all(tokenizer, conversations)
    return [(prompt + e.ids.tolist(), silent + e.kinds.tolist()) for e in encoded]


def _batches(items: Sequence[tuple[list[int], list[int]]]) -> Iterator[tuple[Tensor, Tensor]]:
    """Padded batches of similar lengths, both tensors (rows, tokens)."""
    block: list[tuple[list[int], list[int]]] = []
    for item in sorted(items, key=lambda i: len(i[0])):
        if block and len(item[0]) * (len(block) + 1) > TOKENS_A_BATCH:
            yield _pad(block)
            block = []
        block.append(item)
    if block:
        yield _pad(block)


def _pad(block: Sequence[tuple[list[int], list[int]]]) -> tuple[Tensor, Tensor]:
    width = max(len(ids) for ids, _ in block)
    ids = torch.tensor([ids + [0] * (width - len(ids)) for ids, _ in block])
    kinds = torch.tensor([kinds + [0] * (width - len(kinds)) for _, kinds in block])
    return ids, kinds
