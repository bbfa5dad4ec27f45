"""Writes a quantised GGUF straight from merged float32 rows: no float file lies in between.

llama.cpp decides the type of every tensor (`quantise`) and its own function turns rows into blocks,
so the tensors are byte for byte those of its quantiser on a float32 file; only some rows are in
memory at a time. Source: `ggml_quantize_chunk`, ggml.h; `llama_tensor_quantize_impl`.
"""

from __future__ import annotations

import ctypes
import os
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converter.architectures.base import Weights
from converter.errors import EngineError
from converter.gguf_file import Progress, encode, stored_bytes, write_hollow, write_tensors
from converter.metadata import Field
from converter.prepare import Prepared
from converter.quantise import FLOAT_TYPES, QUANTISED_TYPES, tensor_types

_FLOAT = "F32"
"""What the merge gives and the dry run is told; its values are a hole that takes no disk."""
Importance = Mapping[str, NDArray[np.float32]]
Overrides = Sequence[tuple[str, str]]


def write_file(
    path: Path,
    prepared: Prepared,
    kind: str,
    progress: Progress,
    *,
    importance: Importance | None = None,
    overrides: Overrides = (),
) -> None:
    """Write the whole model as `kind`, a float type or a quantisation.

    `importance`: mean square of each input column by tensor; `overrides`: (regex, tensor type), the
    first found in a name counts. Raises InputError for a value that does not fit, EngineError with
    llama.cpp's reason.
    """
    types = plan_types(prepared, kind, importance, overrides)
    quantiser = Quantiser(importance or {})
    write_tensors(
        path, prepared.architecture.name, _fields(prepared, kind), prepared.plan, types,
        quantiser.encode, progress,
    )  # fmt: skip


def plan_types(
    prepared: Prepared,
    kind: str,
    importance: Importance | None = None,
    overrides: Overrides = (),
) -> dict[str, str]:
    """The type of every tensor in a file of that kind. Leaves nothing on the disk."""
    if kind in FLOAT_TYPES:
        return {tensor.name: tensor.kind(kind) for tensor in prepared.plan}
    with tempfile.TemporaryDirectory(prefix="xinyu-types-") as folder:
        hollow = Path(folder) / "hollow"
        fields = prepared.fields(_FLOAT)
        write_hollow(hollow, prepared.architecture.name, fields, prepared.plan, _FLOAT)
        found = tensor_types(hollow, kind, importance=importance, overrides=overrides)
    if set(found) != {tensor.name for tensor in prepared.plan}:
        raise EngineError("llama.cpp did not say the type of every tensor.")
    return found


def file_size(prepared: Prepared, kind: str, overrides: Overrides = ()) -> int:
    """Bytes of the file that `write_file` would write, to the byte."""
    types = plan_types(prepared, kind, None, overrides)
    with tempfile.TemporaryDirectory(prefix="xinyu-types-") as folder:
        hollow = Path(folder) / "hollow"
        name, fields = prepared.architecture.name, _fields(prepared, kind)
        whole = write_hollow(hollow, name, fields, prepared.plan, _FLOAT)
    for tensor in prepared.plan:
        whole -= _slot(stored_bytes(tensor.shape, _FLOAT))
        whole += _slot(stored_bytes(tensor.shape, types[tensor.name]))
    return whole


def _slot(size: int) -> int:
    """Tensors begin at multiples of 32 bytes."""
    return -(-size // 32) * 32


def _fields(prepared: Prepared, kind: str) -> dict[str, Field]:
    if kind in FLOAT_TYPES:
        return prepared.fields(kind)
    number = Field("u32", QUANTISED_TYPES[kind].number)
    return {**prepared.fields(_FLOAT), "general.file_type": number}


class Quantiser:
    """Turns float32 rows into stored bytes, on every core."""

    def __init__(self, importance: Importance, threads: int | None = None) -> None:
        self._importance = {
            name: np.ascontiguousarray(means, np.float32) for name, means in importance.items()
        }
        self._threads = threads or os.cpu_count() or 1

    def encode(self, rows: Weights, kind: str, name: str) -> NDArray[Any]:
        """uint8 [rows, bytes a row] of a quantised type; floats as `gguf_file.encode` has them.

        Raises EngineError when llama.cpp finds its own blocks invalid.
        """
        if rows.ndim == 1:
            return encode(rows, kind, name)
        parts = np.array_split(rows, min(self._threads, len(rows)))
        one = encode if kind in FLOAT_TYPES else self._blocks
        with ThreadPoolExecutor(self._threads) as pool:
            made = list(pool.map(lambda part: one(part, kind, name), parts))
        return np.concatenate(made)

    def _blocks(self, rows: Weights, kind: str, name: str) -> NDArray[np.uint8]:
        import gguf

        count, width = rows.shape
        number = int(gguf.GGMLQuantizationType[kind])
        out = np.empty((count, stored_bytes((width,), kind)), np.uint8)
        means = self._importance.get(name)
        if means is not None and len(means) != width:
            raise EngineError(f"The importance matrix of {name} has another width.")
        library = _library()
        written = library.ggml_quantize_chunk(
            number, _pointer(rows), _pointer(out), 0, count, width,
            None if means is None else _pointer(means),
        )  # fmt: skip
        if written != out.nbytes or not library.ggml_validate_row_data(
            number, _pointer(out), out.nbytes
        ):
            raise EngineError(f"llama.cpp made invalid blocks of {name}.")
        return out


def _pointer(values: NDArray[Any]) -> ctypes.c_void_p:
    assert values.flags.c_contiguous
    return ctypes.c_void_p(values.ctypes.data)


@cache
def _library() -> Any:
    """libggml-base as the installed llama-cpp-python brings it."""
    import llama_cpp
    from llama_cpp import _ctypes_extensions as extensions

    library = extensions.load_shared_library("ggml-base", Path(llama_cpp.__file__).parent / "lib")
    library.ggml_quantize_chunk.restype = ctypes.c_size_t
    library.ggml_quantize_chunk.argtypes = [
        ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64,
        ctypes.c_int64, ctypes.c_void_p,
    ]  # fmt: skip
    library.ggml_validate_row_data.restype = ctypes.c_bool
    library.ggml_validate_row_data.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t]
    return library
