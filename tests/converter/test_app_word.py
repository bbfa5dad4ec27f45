"""What inspect says of a file in the app's name is what the app's own check says."""

from __future__ import annotations

from pathlib import Path

import pytest

from converter.app_word import app_sentences
from converter.inspect_file import inspect_file
from desktop.engine.gguf_header import check_model_file
from desktop.errors import ModelFileError


def _write(path: Path, architecture: str, **texts: str) -> Path:
    import gguf
    import numpy as np

    writer = gguf.GGUFWriter(path, architecture)
    for key, text in texts.items():
        writer.add_string(key.replace("__", "."), text)
    writer.add_tensor("x", np.zeros(32, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _app(path: Path) -> str:
    try:
        check_model_file(path)
    except ModelFileError as error:
        return error.code
    return ""


@pytest.mark.parametrize(
    "texts",
    [
        {},
        {"tokenizer__chat_template": "{{ x }}"},
        {"tokenizer__chat_template": " "},
        {"general__type": "adapter", "tokenizer__chat_template": "{{ x }}"},
        {"general__type": "imatrix"},
    ],
)
def test_both_say_the_same(tmp_path: Path, texts: dict[str, str]) -> None:
    path = _write(tmp_path / "a.gguf", "qwen3", **texts)
    found = inspect_file(path)["app"]
    assert found["code"] == _app(path)
    assert "a.gguf" in found["en"] or found["code"] == ""
    assert "{" not in found["zh"] + found["en"]


def test_true_export_is_taken(exported: Path) -> None:
    path = exported / "tiny-Q5_K_M.gguf"
    assert inspect_file(path)["app"]["code"] == _app(path) == ""


def test_sentences_are_in_both_languages(tmp_path: Path) -> None:
    found = app_sentences("model_no_template", tmp_path / "m.gguf", {})
    assert found["zh"] != found["en"]
