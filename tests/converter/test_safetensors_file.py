"""Values come out exact, and a header that lies is caught before a tensor is read."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from converter.errors import InputError
from converter.safetensors_file import open_safetensors, widen


def _write(path: Path, header: Any, data: bytes, length: int | None = None) -> Path:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(raw) if length is None else length) + raw + data)
    return path


def _entry(begin: int, end: int, shape: list[int], dtype: str = "F32") -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def test_bfloat16_widens_exactly() -> None:
    import torch

    values = torch.randn(1000).to(torch.bfloat16)
    stored = values.view(torch.int16).numpy().view(np.uint16)
    assert np.array_equal(widen(stored), values.float().numpy())


def test_every_float_type_is_read(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    kinds = {"a": torch.float32, "b": torch.float16, "c": torch.bfloat16}
    saved = {name: torch.randn(3, 4).to(kind) for name, kind in kinds.items()}
    save_file(saved, tmp_path / "x.safetensors")
    found = open_safetensors(tmp_path / "x.safetensors")
    assert set(found) == set(saved)
    for name, tensor in saved.items():
        assert np.array_equal(found[name].read(), tensor.float().numpy())


_FOUR = struct.pack("<4f", 1, 2, 3, 4)


@pytest.mark.parametrize(
    ("header", "data", "length", "sentence"),
    [
        ({"a": _entry(0, 16, [4])}, _FOUR, 10**12, "longer than the file"),
        (b"not json at all", _FOUR, None, "not JSON"),
        (b"[1]", _FOUR, None, "not a table"),
        ({"a": {"dtype": "F32"}}, _FOUR, None, "cannot be read"),
        ({"a": _entry(0, 16, [5])}, _FOUR, None, "do not fit its shape"),
        ({"a": _entry(0, 16, [-4])}, _FOUR, None, "negative"),
        ({"a": _entry(0, 16, [4])}, _FOUR[:-1], None, "holds 15 bytes"),
        ({"a": _entry(4, 16, [3])}, _FOUR, None, "belong to nothing"),
        ({"a": _entry(0, 8, [2]), "b": _entry(4, 16, [3])}, _FOUR, None, "to two tensors"),
        ({"a": _entry(0, 16, [16], "F8_E4M3")}, _FOUR, None, "stored as F8_E4M3"),
    ],
)
def test_lying_header_is_refused(
    tmp_path: Path, header: Any, data: bytes, length: int | None, sentence: str
) -> None:
    path = _write(tmp_path / "x.safetensors", header, data, length)
    with pytest.raises(InputError, match=sentence):
        open_safetensors(path)


def test_file_shorter_than_a_header_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.safetensors").write_bytes(b"123")
    with pytest.raises(InputError, match="shorter than its header"):
        open_safetensors(tmp_path / "x.safetensors")


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_values_that_are_no_numbers_are_refused(tmp_path: Path, bad: float) -> None:
    data = struct.pack("<4f", 1, bad, 3, 4)
    path = _write(tmp_path / "x.safetensors", {"a": _entry(0, 16, [4])}, data)
    with pytest.raises(InputError, match="NaN or infinity"):
        open_safetensors(path)["a"].read()
