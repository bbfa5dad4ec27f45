"""Writes a GGUF whole or not at all, and reads one back for comparison.

Knows the container (through the gguf library) and nothing of models. A file under its final name is
always complete: it is written under another name, flushed to the disk, then renamed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converter.architectures.base import Weights
from converter.errors import InputError
from converter.metadata import Field
from converter.tensor_plan import PlannedTensor
from converter.whole import whole_file

_MAGIC = b"GGUF"
Progress = Callable[[str, int, int], None]
"""What is being done, numbers of a model finished, numbers there are in all."""
Encode = Callable[[Weights, str, str], NDArray[Any]]
"""float32 rows, a tensor type, the tensor's name -> the bytes that are stored."""


def write_gguf(
    path: Path,
    architecture: str,
    fields: dict[str, Field],
    plan: Sequence[PlannedTensor],
    kind: str,
    progress: Progress,
) -> None:
    """Write `plan` with its matrices as `kind` (F32, F16, BF16), some rows at a time.

    Raises InputError when a value does not fit the type.
    """
    types = {tensor.name: tensor.kind(kind) for tensor in plan}
    write_tensors(path, architecture, fields, plan, types, encode, progress)


def write_tensors(
    path: Path,
    architecture: str,
    fields: dict[str, Field],
    plan: Sequence[PlannedTensor],
    types: Mapping[str, str],
    encoder: Encode,
    progress: Progress,
) -> None:
    """Write `plan`, each tensor as the type that `types` has for its name, whole or not at all."""
    total, done = sum(tensor.elements for tensor in plan), 0
    with whole_file(path) as draft, _headed(draft, architecture, fields, plan, types) as writer:
        for tensor in plan:
            file, written = writer.fout[0], 0
            writer.write_padding(file, file.tell())
            for slab in _ahead(tensor.slabs()):
                progress(tensor.name, done, total)
                stored = encoder(slab, types[tensor.name], tensor.name)
                file.write(stored.data)  # numpy's tofile forgets why a disk refused
                written += stored.nbytes
                done += slab.size
            writer.write_padding(file, written)
        progress("", total, total)


def _ahead(slabs: Iterator[Weights]) -> Iterator[Weights]:
    """The same slabs; the next one is read and merged while the last one is encoded."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(next, slabs, None)
        while (slab := waiting.result()) is not None:
            waiting = pool.submit(next, slabs, None)
            yield slab


def write_hollow(
    path: Path,
    architecture: str,
    fields: dict[str, Field],
    plan: Sequence[PlannedTensor],
    kind: str,
) -> int:
    """A file with the head of a float GGUF and a hole where its values would be; its size."""
    types = {tensor.name: tensor.kind(kind) for tensor in plan}
    with _headed(path, architecture, fields, plan, types) as writer:
        size: int = writer.fout[0].tell()
        for tensor in plan:
            size += _padded(stored_bytes(tensor.shape, types[tensor.name]))
        size = _padded(size)
        writer.fout[0].truncate(size)
    return size


def stored_bytes(shape: Sequence[int], kind: str) -> int:
    """Bytes of a tensor of that shape (rows first) and type, without padding."""
    import gguf

    block, size = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[kind]]
    return math.prod(shape) // int(block) * int(size)


def _padded(size: int) -> int:
    import gguf

    return -(-size // gguf.GGUF_DEFAULT_ALIGNMENT) * int(gguf.GGUF_DEFAULT_ALIGNMENT)


@contextmanager
def _headed(
    path: Path,
    architecture: str,
    fields: dict[str, Field],
    plan: Sequence[PlannedTensor],
    types: Mapping[str, str],
) -> Iterator[Any]:
    """A writer whose head is written and whose file stands where the first tensor begins."""
    import gguf

    writer = gguf.GGUFWriter(path, architecture)
    try:
        for key, field in fields.items():
            _add_field(writer, key, field)
        for tensor in plan:
            kind = types[tensor.name]
            raw, count = gguf.GGMLQuantizationType[kind], stored_bytes(tensor.shape, kind)
            writer.add_tensor_info(
                tensor.name, tensor.shape, np.dtype(np.float32), count, raw_dtype=raw
            )
        _write_head(writer)
        yield writer
    finally:
        writer.close()


def _write_head(writer: Any) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()


def _add_field(writer: Any, key: str, field: Field) -> None:
    add = {
        "u32": writer.add_uint32,
        "i32": writer.add_int32,
        "f32": writer.add_float32,
        "flag": writer.add_bool,
        "text": writer.add_string,
        "texts": writer.add_array,
        "ints": writer.add_array,
        "floats": writer.add_array,
    }[field.kind]
    add(key, field.value)


def encode(values: Weights, kind: str, name: str) -> NDArray[Any]:
    """float32 -> the stored bytes of F32, F16 or BF16. Raises InputError if F16 cannot hold one."""
    if kind == "F32":
        return values
    if kind == "BF16":
        import gguf

        stored: NDArray[Any] = gguf.quantize(values, gguf.GGMLQuantizationType.BF16)
        return stored
    with np.errstate(over="ignore"):
        half = values.astype(np.float16)
    if not np.isfinite(half).all():
        raise InputError(
            f"The tensor {name} holds values above 65504, too large for F16.",
            "Export BF16 or F32 and quantise from that.",
        )
    return half


@dataclass(frozen=True)
class ReadFile:
    """A GGUF that was opened: values by key, tensors by name (as the gguf library maps them)."""

    path: Path
    values: dict[str, Any]
    tensors: dict[str, Any]
    kinds: dict[str, tuple[str, ...]]
    """How each value is stored, e.g. ("ARRAY", "STRING")."""

    @property
    def typed(self) -> dict[str, tuple[tuple[str, ...], Any]]:
        """Each value together with how it is stored."""
        return {key: (self.kinds[key], value) for key, value in self.values.items()}

    def types(self) -> dict[str, int]:
        """How many tensors of each type, most frequent first."""
        counts = Counter(tensor.tensor_type.name for tensor in self.tensors.values())
        return dict(counts.most_common())

    def shape(self, name: str) -> tuple[int, ...]:
        """Rows first, as Hugging Face has it (the file stores the fastest dimension first)."""
        return tuple(int(n) for n in reversed(self.tensors[name].shape))

    def weights(self, name: str) -> Weights:
        """A tensor's values as float32, dequantised where it is quantised."""
        import gguf

        tensor = self.tensors[name]
        return np.asarray(
            gguf.dequantize(tensor.data, tensor.tensor_type), dtype=np.float32
        ).reshape(self.shape(name))


def read_gguf(path: Path) -> ReadFile:
    """Open a GGUF. Raises InputError when it is missing, something else or damaged."""
    import gguf

    if not path.is_file():
        raise InputError(f"There is no file {path}.", "Give the path of a GGUF file.")
    with path.open("rb") as file:
        if file.read(4) != _MAGIC:
            raise InputError(f"{path.name} is not a GGUF file.", "Give the path of a GGUF file.")
    try:
        reader = gguf.GGUFReader(path)
        values = {key: field.contents() for key, field in reader.fields.items()}
        kinds = {
            key: tuple(kind.name for kind in field.types) for key, field in reader.fields.items()
        }
    except (ValueError, IndexError, KeyError, OverflowError, MemoryError) as error:
        raise InputError(
            f"{path.name} is damaged or cut short ({error!s:.80}).", "Copy or export it again."
        ) from None
    return ReadFile(path, values, {tensor.name: tensor for tensor in reader.tensors}, kinds)
