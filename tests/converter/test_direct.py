"""Quantising straight from merged rows gives the very bytes of llama.cpp's own quantiser."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from converter.direct import Quantiser, file_size, write_file
from converter.errors import EngineError
from converter.gguf_file import read_gguf
from converter.hf_folder import ModelFolder
from converter.prepare import Prepared, prepare
from converter.quantise import QUANTISED_TYPES
from converter.runtime import captured_log


def _quiet(_what: str, _done: int, _total: int) -> None:
    pass


def _by_llama_cpp(source: Path, target: Path, kind: str) -> None:
    """The whole-file quantiser of llama.cpp, which the direct one must equal."""
    import llama_cpp

    params = llama_cpp.llama_model_quantize_default_params()
    params.ftype = QUANTISED_TYPES[kind].number
    with captured_log():
        paths = os.fsencode(source), os.fsencode(target)
        assert llama_cpp.llama_model_quantize(*paths, ctypes.byref(params)) == 0


@pytest.fixture(scope="module")
def prepared(tiny: Path) -> Prepared:
    return prepare(ModelFolder(tiny))


@pytest.fixture(scope="module")
def whole(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "f32.gguf"
    write_file(path, prepared, "F32", _quiet)
    return path


@pytest.mark.parametrize("kind", QUANTISED_TYPES)
def test_bytes_and_keys_are_those_of_llama_cpp(
    prepared: Prepared, whole: Path, tmp_path: Path, kind: str
) -> None:
    write_file(tmp_path / "ours.gguf", prepared, kind, _quiet)
    _by_llama_cpp(whole, tmp_path / "theirs.gguf", kind)
    ours, theirs = read_gguf(tmp_path / "ours.gguf"), read_gguf(tmp_path / "theirs.gguf")
    assert ours.values == theirs.values
    assert set(ours.tensors) == set(theirs.tensors)
    for name, tensor in ours.tensors.items():
        assert tensor.tensor_type == theirs.tensors[name].tensor_type
        assert np.array_equal(tensor.data, theirs.tensors[name].data)
    assert (tmp_path / "ours.gguf").stat().st_size == (tmp_path / "theirs.gguf").stat().st_size


@pytest.mark.parametrize("kind", ["F32", "F16", "BF16", "Q8_0", "Q4_K_M"])
def test_size_is_known_to_the_byte(prepared: Prepared, tmp_path: Path, kind: str) -> None:
    write_file(tmp_path / "x.gguf", prepared, kind, _quiet)
    assert file_size(prepared, kind) == (tmp_path / "x.gguf").stat().st_size


def test_adapter_reaches_the_blocks_unrounded(
    tiny: Path, adapter: Path, tmp_path: Path, make_adapter: Callable[..., Path]
) -> None:
    merged = prepare(ModelFolder(tiny), adapter=adapter)
    write_file(tmp_path / "ours.gguf", merged, "Q6_K", _quiet)
    write_file(tmp_path / "f32.gguf", merged, "F32", _quiet)
    _by_llama_cpp(tmp_path / "f32.gguf", tmp_path / "theirs.gguf", "Q6_K")
    ours, theirs = read_gguf(tmp_path / "ours.gguf"), read_gguf(tmp_path / "theirs.gguf")
    assert all(
        np.array_equal(tensor.data, theirs.tensors[name].data)
        for name, tensor in ours.tensors.items()
    )


def test_threads_do_not_change_the_bytes() -> None:
    rows = np.random.default_rng(1).standard_normal((37, 512), np.float32)
    one = Quantiser({}, 1).encode(rows, "Q5_K", "x")
    assert np.array_equal(one, Quantiser({}, 4).encode(rows, "Q5_K", "x"))


def test_importance_of_another_width_is_refused() -> None:
    rows = np.ones((2, 256), np.float32)
    with pytest.raises(EngineError, match="another width"):
        Quantiser({"x": np.ones(128, np.float32)}).encode(rows, "Q4_K", "x")


def test_failure_leaves_nothing(prepared: Prepared, tmp_path: Path) -> None:
    def stop(_what: str, done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_file(tmp_path / "x.gguf", prepared, "Q8_0", stop)
    assert list(tmp_path.iterdir()) == []
