"""A sentencepiece tokenizer.model as GGUF stores it, and as the library itself cuts text.

Refuses what llama.cpp's tokenizer of that kind would silently not do: another algorithm than BPE,
a normaliser, collapsed spaces. Whether both cut alike is proven in `tokens`, not believed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from converter.architectures.base import Sentencepiece
from converter.errors import InputError

NAME = "tokenizer.model"
NORMAL, UNKNOWN, CONTROL, UNUSED, BYTE = 1, 2, 3, 5, 6
_BPE = 2
_FIRST = ("<unk>", "<bos>", "<eos>")
"""The names that llama.cpp's script gives the first three ids."""


class SentencepieceFile:
    """`special` texts follow the pieces; everything up to `rows` is padding."""

    def __init__(self, path: Path, known: Sentencepiece, rows: int) -> None:
        self._path, self._known, self._rows = path, known, rows

    @cached_property
    def _model(self) -> Any:
        """The stored table. Raises InputError when it cannot be read or does what is not done."""
        from sentencepiece import sentencepiece_model_pb2 as format_

        if not self._path.is_file():
            raise InputError(f"{self._path.parent.name} has no {NAME}.", "Copy the whole folder.")
        model: Any = format_.ModelProto()  # type: ignore[attr-defined]
        try:
            model.ParseFromString(self._path.read_bytes())
        except Exception as error:  # protobuf's own errors share no public base
            raise InputError(f"{NAME} cannot be read ({error!s:.60}).", "Copy it again.") from None
        _check(model)
        if len(model.pieces) + len(self._known.special) > self._rows:
            raise InputError(
                f"{NAME} has {len(model.pieces)} pieces, more than the model has rows.",
                "Use the tokenizer that the model was trained with.",
            )
        return model

    @property
    def space_first(self) -> bool:
        """Whether a text is cut as if a space stood before it."""
        return bool(self._model.normalizer_spec.add_dummy_prefix)

    @cached_property
    def entries(self) -> list[tuple[str, float, int]]:
        """Text, score and kind of every id."""
        own = [(one.piece, float(one.score), int(one.type)) for one in self._model.pieces]
        named = [(text, *entry[1:]) for text, entry in zip(_FIRST, own, strict=False)]
        found = [*named, *own[len(_FIRST) :]]
        found += [(text, 0.0, CONTROL) for text in self._known.special]
        padding = range(len(found), self._rows)
        return found + [(f"[PAD{number}]", 0.0, UNUSED) for number in padding]

    def encode(self, texts: Sequence[str], *, control: bool) -> list[list[int]]:
        """Ids by the library; `control`: the texts of special tokens are those tokens."""
        return [self._encode(text, control) for text in texts]

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ids, special ones left out."""
        own = len(self._model.pieces)
        text: str = self._processor.decode([one for one in ids if one < own])
        return text

    def _encode(self, text: str, control: bool) -> list[int]:
        if not control:
            return list(self._processor.encode(text))
        found: list[int] = []
        for part in self._special.split(text):
            number = self._numbers.get(part)
            found += [number] if number is not None else self._processor.encode(part)
        return found

    @cached_property
    def _processor(self) -> Any:
        from sentencepiece import SentencePieceProcessor

        _ = self._model
        return SentencePieceProcessor(model_file=str(self._path))

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {
            text: number
            for number, (text, _, kind) in enumerate(self.entries)
            if kind in (CONTROL, UNKNOWN)
        }

    @cached_property
    def _special(self) -> re.Pattern[str]:
        texts = sorted(self._numbers, key=len, reverse=True)
        return re.compile("(" + "|".join(map(re.escape, texts)) + ")")


def _check(model: Any) -> None:
    reasons = {
        "is not of the BPE kind": model.trainer_spec.model_type != _BPE,
        "normalises text before cutting it": bool(model.normalizer_spec.precompiled_charsmap),
        "collapses spaces": model.normalizer_spec.remove_extra_whitespaces,
        "puts spaces after words": model.trainer_spec.treat_whitespace_as_suffix,
        "does not escape spaces": not model.normalizer_spec.escape_whitespaces,
        "has no pieces for bytes": not model.trainer_spec.byte_fallback,
    }
    for what, wrong in reasons.items():
        if wrong:
            raise InputError(
                f"The sentencepiece tokenizer {what}, which llama.cpp does not do.",
                "Only byte-fallback BPE without normalisation can be converted.",
            )
