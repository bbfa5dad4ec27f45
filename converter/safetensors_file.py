"""Tensors of one .safetensors file, memory-mapped and brought to float32 one at a time.

Checks the header against the file before anything is believed. Knows nothing of models. Source:
the safetensors format (8-byte little-endian header length, JSON header, data without holes).
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converter.errors import InputError

_LENGTH_BYTES = 8
_LONGEST_HEADER = 100_000_000
_STORAGE: dict[str, np.dtype[Any]] = {
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "BF16": np.dtype("<u2"),
}
_COPY_AGAIN = "Copy the file again from where it came and compare its sha256."


@dataclass(frozen=True)
class StoredTensor:
    """Where one tensor lies: absolute byte offset, dtype name and shape (rows first)."""

    path: Path
    name: str
    dtype: str
    shape: tuple[int, ...]
    offset: int

    @property
    def n_bytes(self) -> int:
        """How many bytes it takes in the file."""
        return math.prod(self.shape) * _STORAGE[self.dtype].itemsize

    def read(self, start: int = 0, stop: int | None = None) -> NDArray[np.float32]:
        """Rows `start` to `stop` as float32. Raises InputError if one is not a finite number."""
        rows = self.shape[0]
        stop = rows if stop is None else min(stop, rows)
        kind = _STORAGE[self.dtype]
        offset = self.offset + start * math.prod(self.shape[1:]) * kind.itemsize
        shape = (stop - start, *self.shape[1:])
        stored = np.memmap(self.path, mode="r", dtype=kind, offset=offset, shape=shape)
        values = widen(stored) if self.dtype == "BF16" else np.asarray(stored, dtype=np.float32)
        if not np.isfinite(values).all():
            raise InputError(
                f"The tensor {self.name} in {self.path.name} holds NaN or infinity.",
                "Take an earlier checkpoint: this one diverged or was damaged.",
            )
        return values


def widen(stored: NDArray[np.uint16]) -> NDArray[np.float32]:
    """bfloat16 bit patterns -> the same numbers as float32 (exact: the lower 16 bits are zero)."""
    wide = stored.astype(np.uint32)
    np.left_shift(wide, 16, out=wide)
    return wide.view(np.float32)


def open_safetensors(path: Path) -> dict[str, StoredTensor]:
    """Every tensor of `path` by name. Raises InputError when the header does not fit the file."""
    size = path.stat().st_size
    header, start = _header(path, size)
    tensors = {
        name: _stored(path, name, entry, start)
        for name, entry in header.items()
        if name != "__metadata__"
    }
    _check_coverage(path, tensors, header, start, size)
    return tensors


def _damaged(path: Path, what: str) -> InputError:
    return InputError(f"{path.name} is damaged: {what}.", _COPY_AGAIN)


def _header(path: Path, size: int) -> tuple[dict[str, Any], int]:
    with path.open("rb") as file:
        raw = file.read(_LENGTH_BYTES)
        if len(raw) < _LENGTH_BYTES:
            raise _damaged(path, "it is shorter than its header")
        (length,) = struct.unpack("<Q", raw)
        if length > min(_LONGEST_HEADER, size - _LENGTH_BYTES):
            raise _damaged(path, "its header says it is longer than the file")
        try:
            header = json.loads(file.read(length))
        except (UnicodeDecodeError, json.JSONDecodeError):
            raise _damaged(path, "its header is not JSON") from None
    if not isinstance(header, dict):
        raise _damaged(path, "its header is not a table of tensors")
    return header, _LENGTH_BYTES + length


def _stored(path: Path, name: str, entry: Any, start: int) -> StoredTensor:
    try:
        dtype, shape = str(entry["dtype"]), tuple(int(n) for n in entry["shape"])
        begin, end = (int(n) for n in entry["data_offsets"])
    except (KeyError, TypeError, ValueError):
        raise _damaged(path, f"the entry of {name} cannot be read") from None
    if dtype not in _STORAGE:
        raise InputError(
            f"The tensor {name} in {path.name} is stored as {dtype}.",
            "Save the model unquantised in float32, float16 or bfloat16.",
        )
    if begin < 0 or min(shape, default=0) < 0:
        raise _damaged(path, f"the entry of {name} has a negative number")
    if end - begin != math.prod(shape) * _STORAGE[dtype].itemsize:
        raise _damaged(path, f"the bytes of {name} do not fit its shape")
    return StoredTensor(path, name, dtype, shape, start + begin)


def _check_coverage(
    path: Path, tensors: dict[str, StoredTensor], header: dict[str, Any], start: int, size: int
) -> None:
    end = 0
    for name in sorted(tensors, key=lambda n: int(header[n]["data_offsets"][0])):
        begin, stop = header[name]["data_offsets"]
        if begin != end:
            raise _damaged(path, f"the bytes before {name} belong to nothing or to two tensors")
        end = stop
    if start + end != size:
        raise _damaged(path, f"it holds {size - start} bytes of tensors where {end} are announced")
