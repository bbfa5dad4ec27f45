"""What llama.cpp's tokenizer cannot do is refused; the rest is stored entry for entry."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from converter.architectures.qwen3 import QWEN3
from converter.errors import InputError
from converter.hf_folder import ModelFolder
from converter.vocabulary import CONTROL, NORMAL, UNUSED, Vocabulary, byte_alphabet, read_vocabulary

Edit = Callable[..., None]
Change = Callable[[dict[str, Any]], None]


def _read(folder: Path, rows: int = 384) -> Vocabulary:
    return read_vocabulary(ModelFolder(folder), rows, QWEN3.pre_tokenizers)


def test_tokens_types_merges_and_padding(tiny: Path) -> None:
    found = _read(tiny)
    table = json.loads((tiny / "tokenizer.json").read_text("utf-8"))
    assert len(found.tokens) == len(found.types) == 384
    assert all(found.tokens[number] == text for text, number in table["model"]["vocab"].items())
    assert found.types[:3] == [CONTROL] * 3
    assert found.types[3] == NORMAL
    used = len(table["model"]["vocab"])
    assert found.types[used:] == [UNUSED] * (384 - used)
    assert found.merges == [" ".join(pair) for pair in table["model"]["merges"]]
    assert (found.pre, found.eos, found.pad, found.bos) == ("qwen2", 2, 0, 0)


def test_byte_alphabet_is_the_librarys() -> None:
    from tokenizers import pre_tokenizers

    assert set(byte_alphabet()) == set(pre_tokenizers.ByteLevel.alphabet())
    assert len(byte_alphabet()) == 256


def _unigram(table: dict[str, Any]) -> None:
    table["model"]["type"] = "Unigram"


def _fallback(table: dict[str, Any]) -> None:
    table["model"]["byte_fallback"] = True


def _dropout(table: dict[str, Any]) -> None:
    table["model"]["dropout"] = 0.1


def _no_byte(table: dict[str, Any]) -> None:
    del table["model"]["vocab"]["A"]


def _twice(table: dict[str, Any]) -> None:
    table["model"]["vocab"]["extra"] = 5


def _beyond(table: dict[str, Any]) -> None:
    table["added_tokens"].append({"id": 384, "content": "<x>", "special": True})


def _strip(table: dict[str, Any]) -> None:
    table["added_tokens"][0]["lstrip"] = True


def _other_regex(table: dict[str, Any]) -> None:
    table["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"] = r"\s+|\S+"


def _prefix_space(table: dict[str, Any]) -> None:
    table["pre_tokenizer"]["pretokenizers"][1]["add_prefix_space"] = True


def _lower(table: dict[str, Any]) -> None:
    table["normalizer"] = {"type": "Lowercase"}


def _whole_words(table: dict[str, Any]) -> None:
    table["model"]["ignore_merges"] = True


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_unigram, "of type 'Unigram'"),
        (_fallback, "sentencepiece"),
        (_dropout, "uses dropout"),
        (_no_byte, "lacks 1 of the 256 bytes"),
        (_twice, "share one id"),
        (_beyond, "the id 384 but the model's vocabulary ends at 383"),
        (_strip, "as lstrip"),
        (_other_regex, "regex that is not known"),
        (_prefix_space, "one regex followed by bytes"),
        (_lower, "normalises text by Lowercase"),
        (_whole_words, "ignore_merges = True"),
    ],
)
def test_unsupported_tokenizer_is_refused(copy: Path, change: Change, sentence: str) -> None:
    table = json.loads((copy / "tokenizer.json").read_text("utf-8"))
    change(table)
    (copy / "tokenizer.json").write_text(json.dumps(table), "utf-8")
    with pytest.raises(InputError, match=sentence):
        _read(copy)


def test_missing_and_contradictory_end_tokens_are_refused(copy: Path, edit: Edit) -> None:
    edit(copy, "config.json", eos_token_id=1)
    with pytest.raises(InputError, match=r"end token is 2 in tokenizer_config.json and \[1\]"):
        _read(copy)
    edit(copy, "tokenizer_config.json", eos_token=...)
    edit(copy, "config.json", eos_token_id=None)
    with pytest.raises(InputError, match="names an end token"):
        _read(copy)
    edit(copy, "config.json", eos_token_id=50)
    with pytest.raises(InputError, match="50 is not a special token"):
        _read(copy)
    edit(copy, "tokenizer_config.json", eos_token="<|none|>")
    with pytest.raises(InputError, match="not in the vocabulary"):
        _read(copy)


def test_composing_tokenizer_is_marked(copy: Path) -> None:
    table = json.loads((copy / "tokenizer.json").read_text("utf-8"))
    table["normalizer"] = {"type": "NFC"}
    (copy / "tokenizer.json").write_text(json.dumps(table), "utf-8")
    assert _read(copy).composed is True
