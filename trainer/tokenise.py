"""Byte-level BPE: train it, write its files, render ChatML and encode conversations.

The pre-tokenizer is Qwen2's, so that converters know the vocabulary's type. The chat template is
the product's one file (assets/chat_template.jinja); `render` writes the same bytes without a
template engine, and a test holds the two together.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from trainer.conversation import Conversation, Turn
from trainer.quality import VERDICTS

END_OF_TEXT, START, END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
SPECIAL = (END_OF_TEXT, START, END)
QWEN2 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
UNTRAINED, CLIENT, FIRST_VERDICT = 0, 1, 2


@dataclass(frozen=True)
class Encoded:
    """One conversation as tokens.

    All arrays have shape (tokens,): `ids`, `kinds` (0 not trained on, 1 the person's words, 2 + n a
    counsellor's turn of verdict n) and `fit` (percent). The end mark belongs to its turn.
    """

    ids: npt.NDArray[np.uint16]
    kinds: npt.NDArray[np.uint8]
    fit: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.ids)


def train(texts: Iterable[str], vocabulary: int) -> Tokenizer:
    """Learn `vocabulary` pieces, the three special ones first, from an iterable of texts."""
    tokenizer = Tokenizer(models.BPE())
    split = pre_tokenizers.Split(Regex(QWEN2), behavior="isolated")
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, byte_level])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
        max_token_length=24,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def save(tokenizer: Tokenizer, folder: Path, positions: int, template: str) -> None:
    """Write tokenizer.json, tokenizer_config.json and chat_template.jinja."""
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": END,
        "pad_token": END_OF_TEXT,
        "extra_special_tokens": [START],
        "model_max_length": positions,
        "clean_up_tokenization_spaces": False,
        "model_input_names": ["input_ids", "attention_mask"],
    }
    text = json.dumps(settings, ensure_ascii=False, indent=2)
    (folder / "tokenizer_config.json").write_text(text + "\n", "utf-8")
    (folder / "chat_template.jinja").write_text(template, "utf-8")


def render_turn(role: str, content: str) -> str:
    """One turn in ChatML."""
    return f"{START}{role}\n{content}{END}\n"


def render(system: str, turns: Sequence[Turn]) -> str:
    """A conversation in ChatML; an empty system prompt gives no system turn."""
    head = render_turn("system", system) if system else ""
    return head + "".join(render_turn(turn.role, turn.content) for turn in turns)


def encode_all(tokenizer: Tokenizer, conversations: Sequence[Conversation]) -> list[Encoded]:
    """Encode conversations without a system prompt."""
    texts = [render("", c.turns) for c in conversations]
    encodings = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    return [_mark(e.ids, c.turns) for e, c in zip(encodings, conversations, strict=True)]


def encode_prompt(tokenizer: Tokenizer, system: str) -> list[int]:
    """The tokens of a system turn."""
    ids: list[int] = tokenizer.encode(render_turn("system", system), add_special_tokens=False).ids
    return ids


def _mark(raw: Sequence[int], turns: Sequence[Turn]) -> Encoded:
    """Give every token its turn's kind and fit; role marks and line ends stay untrained."""
    ids = np.asarray(raw, dtype=np.uint16)
    kinds, fit = np.zeros(len(ids), np.uint8), np.zeros(len(ids), np.uint8)
    starts, ends = np.flatnonzero(ids == 1), np.flatnonzero(ids == 2)
    if len(starts) != len(turns) or len(ends) != len(turns):
        raise ValueError("a turn's text holds a special token")
    for turn, start, end in zip(turns, starts, ends, strict=True):
        spoken = slice(_content_start(ids, int(start)), int(end) + 1)
        known = turn.role == "assistant"
        kinds[spoken] = FIRST_VERDICT + VERDICTS.index(turn.verdict) if known else CLIENT
        fit[spoken] = round(100 * turn.weight)
    return Encoded(ids, kinds, fit)


def _content_start(ids: npt.NDArray[np.uint16], start: int) -> int:
    """Where a turn's words begin: after the mark, the role (one or more pieces) and the line end.

    The line end is one piece of its own because the pre-tokenizer splits it from letters.
    """
    newline = ids[-1]
    position = start + 1
    while ids[position] != newline:
        position += 1
    return position + 1
