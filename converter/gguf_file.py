"""Writes a GGUF whole or not at all, and reads one back for comparison.

Knows the container (through the gguf library) and nothing of models. A file under its final name is
always complete: it is written under another name, flushed to the disk, then renamed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
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

_BYTES = {"F32": 4, "F16": 2, "BF16": 2}
_MAGIC = b"GGUF"
Progress = Callable[[str, int, int], None]


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
    import gguf

    with whole_file(path) as draft:
        writer = gguf.GGUFWriter(draft, architecture)
        try:
            for key, field in fields.items():
                _add_field(writer, key, field)
            for tensor in plan:
                _announce(writer, tensor, kind)
            _write_head(writer)
            for done, tensor in enumerate(plan):
                progress(tensor.name, done, len(plan))
                _write_tensor(writer, tensor, tensor.kind(kind))
        finally:
            writer.close()


def _write_tensor(writer: Any, tensor: PlannedTensor, kind: str) -> None:
    """As GGUFWriter.write_tensor_data, but slab by slab, so that no tensor is held whole."""
    file = writer.fout[0]
    writer.write_padding(file, file.tell())
    written = 0
    for slab in tensor.slabs():
        stored = encode(slab, kind, tensor.name)
        stored.tofile(file)
        written += stored.nbytes
    writer.write_padding(file, written)


def _write_head(writer: Any) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()


def _add_field(writer: Any, key: str, field: Field) -> None:
    add = {
        "u32": writer.add_uint32,
        "f32": writer.add_float32,
        "flag": writer.add_bool,
        "text": writer.add_string,
        "texts": writer.add_array,
        "ints": writer.add_array,
    }[field.kind]
    add(key, field.value)


def _announce(writer: Any, tensor: PlannedTensor, wanted: str) -> None:
    import gguf

    kind = tensor.kind(wanted)
    raw = gguf.GGMLQuantizationType[kind]
    count = tensor.elements * _BYTES[kind]
    writer.add_tensor_info(tensor.name, tensor.shape, np.dtype(np.float32), count, raw_dtype=raw)


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
    except (ValueError, IndexError, KeyError, OverflowError, MemoryError) as error:
        raise InputError(
            f"{path.name} is damaged or cut short ({error!s:.80}).", "Copy or export it again."
        ) from None
    return ReadFile(path, values, {tensor.name: tensor for tensor in reader.tensors})
