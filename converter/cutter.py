"""Text to ids by the libraries that training used: what llama.cpp must agree with.

Two kinds of folder, one face: tokenizer.json (byte-level), tokenizer.model (sentencepiece). Knows
nothing of GGUF.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Protocol

from converter.architectures import find_architecture
from converter.errors import InputError
from converter.hf_folder import ModelFolder
from converter.sentencepiece_file import NAME, SentencepieceFile
from converter.vocabulary import is_control


class Cutter(Protocol):
    """Every method gives ids without added begin or end."""

    def trained(self, texts: Sequence[str]) -> list[list[int]]:
        """As training's own class cuts them, control tokens' texts as control."""

    def bare(self, texts: Sequence[str], *, control: bool) -> list[list[int]]:
        """As the stored table says; `control` False cuts control tokens' texts like any text."""

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ids without control tokens."""


def cutter_of(folder: ModelFolder) -> Cutter:
    """The one that fits the folder's architecture. Raises InputError."""
    architecture = find_architecture(folder.config)
    if architecture.sentencepiece is None:
        return ByteLevel(folder)
    rows = architecture.sizes(folder.config).vocabulary
    return Pieces(SentencepieceFile(folder.path / NAME, architecture.sentencepiece, rows))


class Pieces:
    """sentencepiece itself on tokenizer.model. The folder's own class is code and is not run."""

    def __init__(self, file: SentencepieceFile) -> None:
        self._file = file

    def trained(self, texts: Sequence[str]) -> list[list[int]]:
        return self._file.encode(texts, control=True)

    def bare(self, texts: Sequence[str], *, control: bool) -> list[list[int]]:
        return self._file.encode(texts, control=control)

    def decode(self, ids: Sequence[int]) -> str:
        return self._file.decode(ids)


class ByteLevel:
    """transformers' class, and tokenizer.json alone."""

    def __init__(self, folder: ModelFolder) -> None:
        self._folder = folder

    def trained(self, texts: Sequence[str]) -> list[list[int]]:
        from transformers import AutoTokenizer

        try:
            tokenizer: Any = AutoTokenizer.from_pretrained(self._folder.path, local_files_only=True)
        except (OSError, ValueError, KeyError) as error:
            raise InputError(
                f"transformers cannot load the tokenizer ({error!s:.100}).",
                "Save it again with save_pretrained.",
            ) from None
        found: list[list[int]] = tokenizer(list(texts), add_special_tokens=False)["input_ids"]
        return found

    def bare(self, texts: Sequence[str], *, control: bool) -> list[list[int]]:
        tokenizer = self._tokenizer
        tokenizer.encode_special_tokens = not control
        return [one.ids for one in tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def decode(self, ids: Sequence[int]) -> str:
        text: str = self._tokenizer.decode(list(ids))
        return text

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        table = json.loads(json.dumps(self._folder.tokenizer))
        for entry in table.get("added_tokens") or []:
            entry["special"] = is_control(entry)
        tokenizer = Tokenizer.from_str(json.dumps(table))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer
