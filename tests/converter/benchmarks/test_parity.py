"""Our files are llama.cpp's own script's files, but for what is listed, and a slip is seen."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from converter.benchmarks.checkpoints import KINDS
from converter.benchmarks.parity import INTENDED, Pair, compare, compare_all
from converter.benchmarks.upstream import find_llama_cpp
from converter.errors import ConverterError
from converter.gguf_file import read_gguf


@pytest.fixture(scope="module")
def llama_cpp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """llama.cpp's source: XINYU_LLAMA_CPP, else what pip can fetch now."""
    pytest.importorskip("sentencepiece", reason="llama.cpp's script needs sentencepiece")
    given = os.environ.get("XINYU_LLAMA_CPP")
    try:
        return find_llama_cpp(Path(given) if given else None, tmp_path_factory.mktemp("source"))
    except ConverterError as error:
        pytest.skip(f"llama.cpp's own script is not to be had here: {error}")


@pytest.mark.model
def test_every_tensor_and_key_is_that_of_llama_cpps_script(llama_cpp: Path, tmp_path: Path) -> None:
    pairs = compare_all(llama_cpp, tmp_path)
    assert {pair.name.split("-")[0] for pair in pairs} == {*KINDS, "chatglm"}
    assert [pair.differences for pair in pairs] == [()] * len(pairs)
    assert all(pair.tensors >= 17 and pair.keys > 25 for pair in pairs)


def _pair(exported: Path, name: str) -> Pair:
    other = read_gguf(exported / f"tiny-{name}.gguf")
    return compare("x", read_gguf(exported / "tiny-F16.gguf"), other)


def test_other_bytes_and_other_keys_are_differences(exported: Path) -> None:
    assert _pair(exported, "F16").differences == ()
    found = _pair(exported, "Q8_0").differences
    assert any(one.startswith("general.file_type") for one in found)
    assert "tensor blk.0.attn_q.weight" in found


def test_key_of_another_type_is_a_difference(exported: Path) -> None:
    file = read_gguf(exported / "tiny-F16.gguf")
    kinds = {**file.kinds, "qwen3.block_count": ("INT32",)}
    assert "qwen3.block_count" in compare("x", file, replace(file, kinds=kinds)).differences[0]


def test_key_that_may_be_added_may_not_be_changed(exported: Path) -> None:
    file = read_gguf(exported / "tiny-F16.gguf")
    shorter = {k: v for k, v in file.values.items() if k != "qwen3.vocab_size"}
    kinds = {k: v for k, v in file.kinds.items() if k != "qwen3.vocab_size"}
    assert compare("x", replace(file, values=shorter, kinds=kinds), file).differences == ()
    changed = replace(file, values={**file.values, "qwen3.vocab_size": 1})
    assert "qwen3.vocab_size" in compare("x", file, changed).differences[0]
    assert "{arch}.vocab_size" in INTENDED
