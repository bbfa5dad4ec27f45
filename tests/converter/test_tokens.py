"""The proof counts every disagreement between transformers, tokenizer.json and llama.cpp."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from converter.errors import ProofError
from converter.hf_folder import ModelFolder
from converter.prepare import Prepared, prepare
from converter.tokens import prove_tokens


def _prepared(folder: Path) -> Prepared:
    return prepare(ModelFolder(folder))


def test_true_file_is_equal_on_every_string(tiny: Path, exported: Path) -> None:
    prepared = _prepared(tiny)
    found = prove_tokens(
        prepared.folder, prepared.vocabulary, exported / "tiny-Q8_0.gguf", 10_000, seed=3
    )
    assert found.strings == 10_000
    assert found.equal
    assert found.tokens > 200_000


def test_tokenizer_of_another_model_is_caught(copy: Path, exported: Path) -> None:
    table = json.loads((copy / "tokenizer.json").read_text("utf-8"))
    vocabulary = table["model"]["vocab"]
    vocabulary["a"], vocabulary["b"] = vocabulary["b"], vocabulary["a"]
    (copy / "tokenizer.json").write_text(json.dumps(table), "utf-8")
    prepared = _prepared(copy)
    with pytest.raises(ProofError, match=r"llama.cpp cuts \d+ of 1000 texts into other tokens"):
        prove_tokens(prepared.folder, prepared.vocabulary, exported / "tiny-F16.gguf", 500)


def test_composing_tokenizer_that_says_it_does_not_is_caught(
    copy: Path, exported: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """transformers puts a form C normaliser before some classes that tokenizer.json lacks."""
    import unicodedata

    from converter.cutter import ByteLevel

    true = ByteLevel.trained
    monkeypatch.setattr(
        ByteLevel,
        "trained",
        lambda self, texts: true(self, [unicodedata.normalize("NFC", t) for t in texts]),
    )
    prepared = _prepared(copy)
    with pytest.raises(ProofError, match=r"than the folder's own tokenizer.json, first e.u0301"):
        prove_tokens(prepared.folder, prepared.vocabulary, exported / "tiny-F16.gguf", 500)
