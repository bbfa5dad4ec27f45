"""Names of types and overrides as a person writes them, and what llama.cpp says of a bad file."""

from __future__ import annotations

from pathlib import Path

import pytest

from converter.errors import EngineError, InputError
from converter.quantise import parse_types, tensor_types


def test_types_are_parsed_once_each_in_order() -> None:
    assert parse_types("q6_k, Q5_K_M,,Q6_K") == ["Q6_K", "Q5_K_M"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("Q5_KM", "Did you mean Q5_K_M"), ("banana", "Known: F32"), (" ,", "No quantisation")],
)
def test_misspelt_types_name_the_nearest(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        parse_types(text)


def test_failure_is_one_sentence(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.gguf").write_bytes(b"GGUF" + b"\0" * 40)
    with pytest.raises(EngineError, match="could not quantise to Q8_0"):
        tensor_types(tmp_path / "bad.gguf", "Q8_0")
    assert [path.name for path in tmp_path.iterdir()] == ["bad.gguf"]
    assert capfd.readouterr().err == ""
