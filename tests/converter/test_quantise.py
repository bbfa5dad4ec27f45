"""Type names, llama.cpp's quantiser, and what is left when it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from converter.errors import EngineError, InputError
from converter.gguf_file import read_gguf
from converter.quantise import QUANTISED_TYPES, parse_types, quantise


def test_types_are_parsed_once_each_in_order() -> None:
    assert parse_types("q6_k, Q5_K_M,,Q6_K") == ["Q6_K", "Q5_K_M"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("Q5_KM", "Did you mean Q5_K_M"), ("banana", "Known: F32"), (" ,", "No quantisation")],
)
def test_misspelt_types_name_the_nearest(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        parse_types(text)


@pytest.mark.parametrize("name", QUANTISED_TYPES)
def test_every_known_type_is_written(exported: Path, tmp_path: Path, name: str) -> None:
    seen: list[str] = []
    quantise(
        exported / "tiny-F16.gguf", tmp_path / "q.gguf", name, lambda what, *_: seen.append(what)
    )
    file = read_gguf(tmp_path / "q.gguf")
    assert file.values["general.file_type"] == QUANTISED_TYPES[name].number
    assert name.split("_")[0] in {kind.split("_")[0] for kind in file.types()}
    assert "token_embd.weight" in seen
    assert [path.name for path in tmp_path.iterdir()] == ["q.gguf"]


def test_failure_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.gguf").write_bytes(b"GGUF" + b"\0" * 40)
    with pytest.raises(EngineError, match="could not quantise to Q8_0"):
        quantise(tmp_path / "bad.gguf", tmp_path / "q.gguf", "Q8_0", lambda *_: None)
    assert [path.name for path in tmp_path.iterdir()] == ["bad.gguf"]
    assert capfd.readouterr().err == ""
