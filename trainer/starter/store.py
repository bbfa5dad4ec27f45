"""All dialogues of a training set as one flat run of tokens, with what phases choose by.

One compressed .npz file; no text, no torch. System prompts are kept apart, so that a dialogue may
be seen with another prompt each pass.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from trainer import packing, tokenise
from trainer.conversation import Conversation
from trainer.sources import own
from trainer.starter.places import PROMPTS

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Prompts:
    """The product's system prompt and other wordings, by language."""

    full: dict[str, str]
    variants: dict[str, tuple[str, ...]]


def load_prompts(path: Path = PROMPTS) -> Prompts:
    """Read assets/prompts/counsellor.toml without its empty variants (phases have a share)."""
    raw = tomllib.loads(path.read_text("utf-8"))
    variants = {
        name: tuple(text for text in raw["training"][f"variants_{name}"] if text)
        for name in LANGUAGES
    }
    return Prompts({name: raw[name]["text"] for name in LANGUAGES}, variants)


@dataclass(frozen=True)
class TokenStore:
    """Flat arrays of shape (tokens,) and per-dialogue arrays of shape (dialogues,).

    `ids`, `kinds` and `fit` as in tokenise.Encoded; `lengths` sum to the dialogues' tokens, system
    prompts follow them with `prompt_lengths`; `prompt_full` marks the product's own prompt.
    """

    ids: npt.NDArray[np.uint16]
    kinds: npt.NDArray[np.uint8]
    fit: npt.NDArray[np.uint8]
    lengths: npt.NDArray[np.int32]
    priority: npt.NDArray[np.float32]
    own: npt.NDArray[np.bool_]
    language: npt.NDArray[np.uint8]
    prompt_lengths: npt.NDArray[np.int32]
    prompt_language: npt.NDArray[np.uint8]
    prompt_full: npt.NDArray[np.bool_]

    def spans(self) -> list[tuple[int, int]]:
        """(start, length) of every dialogue."""
        starts = np.concatenate([[0], np.cumsum(self.lengths)])[:-1]
        return list(zip(starts.tolist(), self.lengths.tolist(), strict=True))

    def prompt_spans(self) -> list[tuple[int, int]]:
        """(start, length) of every system prompt."""
        first = int(self.lengths.sum())
        starts = first + np.concatenate([[0], np.cumsum(self.prompt_lengths)])[:-1]
        return list(zip(starts.tolist(), self.prompt_lengths.tolist(), strict=True))

    def extended(self, more: Sequence[tokenise.Encoded], priority: float) -> TokenStore:
        """The store with further dialogues that count as our own, in Chinese."""
        end, count = int(self.lengths.sum()), len(more)

        def insert(name: str) -> npt.NDArray[Any]:
            old = getattr(self, name)
            return np.concatenate([old[:end], *(getattr(e, name) for e in more), old[end:]])

        return replace(
            self,
            ids=insert("ids"),
            kinds=insert("kinds"),
            fit=insert("fit"),
            lengths=np.append(self.lengths, [len(e) for e in more]).astype(np.int32),
            priority=np.append(self.priority, np.full(count, priority)).astype(np.float32),
            own=np.append(self.own, np.full(count, True)),
            language=np.append(self.language, np.zeros(count)).astype(np.uint8),
        )

    def save(self, path: Path) -> None:
        """Write one compressed file."""
        np.savez_compressed(path, **vars(self))

    @staticmethod
    def load(path: Path) -> TokenStore:
        """Read what `save` wrote."""
        with np.load(path) as arrays:
            return TokenStore(**{name: arrays[name] for name in arrays.files})


def build(
    tokenizer: Tokenizer, conversations: Sequence[Conversation], prompts: Prompts, row: int
) -> tuple[TokenStore, int]:
    """Encode everything; also return how many dialogues were cut to fit a row with a prompt."""
    encoded_prompts = [
        (language, full, tokenise.encode_prompt(tokenizer, text))
        for language, name in enumerate(LANGUAGES)
        for full, texts in ((True, (prompts.full[name],)), (False, prompts.variants[name]))
        for text in texts
    ]
    room = row - max(len(ids) for _, _, ids in encoded_prompts)
    cut_pairs = [packing.cut_long(e, room) for e in tokenise.encode_all(tokenizer, conversations)]
    kept = [(c, e) for c, (e, _) in zip(conversations, cut_pairs, strict=True) if len(e)]
    system = np.concatenate([np.asarray(ids, np.uint16) for _, _, ids in encoded_prompts])
    silent = np.zeros(len(system), np.uint8)
    store = TokenStore(
        ids=np.concatenate([*(e.ids for _, e in kept), system]),
        kinds=np.concatenate([*(e.kinds for _, e in kept), silent]),
        fit=np.concatenate([*(e.fit for _, e in kept), silent]),
        lengths=np.array([len(e) for _, e in kept], np.int32),
        priority=np.array([c.priority for c, _ in kept], np.float32),
        own=np.array([c.source == own.SOURCE for c, _ in kept]),
        language=np.array([LANGUAGES.index(c.language) for c, _ in kept], np.uint8),
        prompt_lengths=np.array([len(ids) for _, _, ids in encoded_prompts], np.int32),
        prompt_language=np.array([language for language, _, _ in encoded_prompts], np.uint8),
        prompt_full=np.array([full for _, full, _ in encoded_prompts]),
    )
    return store, sum(was_cut for _, was_cut in cut_pairs)
