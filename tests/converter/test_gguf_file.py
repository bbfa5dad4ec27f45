"""Whole files or none, float encodings, and files that are not what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from converter.errors import InputError
from converter.gguf_file import encode, read_gguf, whole_file


def test_file_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    with whole_file(tmp_path / "a") as draft:
        draft.write_text("x")
        assert not (tmp_path / "a").exists()
    assert (tmp_path / "a").read_text() == "x"
    with pytest.raises(FileNotFoundError), whole_file(tmp_path / "b") as draft:
        draft.rename(tmp_path / "nowhere" / "half")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_bfloat16_is_exact_for_values_on_its_grid() -> None:
    values = np.array([[1.0, -2.5, 0.15625, 3e38]], np.float32)
    wide = encode(values, "BF16", "x").view(np.uint16).astype(np.uint32) << 16
    grid = np.abs(wide.view(np.float32) / values - 1)
    assert grid.max() < 2**-8
    assert np.array_equal(wide.view(np.float32)[0, :3], values[0, :3])


def test_values_beyond_half_precision_are_refused() -> None:
    with pytest.raises(InputError, match="The tensor x holds values above 65504"):
        encode(np.array([7e4], np.float32), "F16", "x")


def test_other_files_are_refused(exported: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        read_gguf(tmp_path / "none.gguf")
    (tmp_path / "text.gguf").write_text("hello")
    with pytest.raises(InputError, match="is not a GGUF"):
        read_gguf(tmp_path / "text.gguf")


@pytest.mark.parametrize("kept", [8, 200, 5000, 20000])
def test_cut_files_are_refused(exported: Path, tmp_path: Path, kept: int) -> None:
    (tmp_path / "cut.gguf").write_bytes((exported / "tiny-Q8_0.gguf").read_bytes()[:kept])
    with pytest.raises(InputError, match="damaged or cut short"):
        read_gguf(tmp_path / "cut.gguf")
