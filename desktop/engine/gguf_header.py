"""Reads the header of a GGUF file without llama.cpp, to say in time what is wrong with it.

Only what is needed: magic, version, a few key-values, and whether every tensor lies within the
file. Every size in the file is doubted: nothing is allocated that the file itself cannot back.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from desktop.errors import ModelFileError

MAGIC = b"GGUF"
VERSIONS = (2, 3)
DEFAULT_ALIGNMENT = 32
LARGEST_HEADER = 128 * 1024 * 1024
LONGEST_KEPT_STRING = 4 * 1024 * 1024
CHUNK = 1024 * 1024
MOST_DIMENSIONS = 8
STRING, ARRAY = 8, 9
SCALARS = dict(zip((0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12), "BbHhIif?Qqd", strict=True))

# ggml type -> (weights in a block, bytes of a block); a type that is not here is not measured.
BLOCKS: Mapping[int, tuple[int, int]] = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34),
    9: (32, 36), 10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210),
    15: (256, 292), 16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18),
    21: (256, 110), 22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8),
    28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17),
}  # fmt: skip

# Architectures with blocks of different kinds give some numbers for each block.
LONGEST_KEPT_ARRAY = 1024
_BLOCK = re.compile(r"blk\.(\d{1,5})\.")

Value = str | int | float | bool


class _RunsOutError(Exception):
    """The file ends before the header does."""


class _NonsenseError(Exception):
    """The header says what no header can say."""


@dataclass
class Sizes:
    """Bytes of the tensors, by where llama.cpp puts them.

    Attributes:
        blocks: of each block, by its number.
        output: of the output and its norm.
        embedding: of the table of tokens, which stays in the computer's memory.
        other: of everything else.
        vocabulary: rows of that table.
    """

    blocks: dict[int, int] = field(default_factory=dict)
    output: int = 0
    embedding: int = 0
    other: int = 0
    vocabulary: int = 0

    def add(self, name: str, dimensions: Sequence[int], size: int) -> None:
        """Count one tensor."""
        if found := _BLOCK.match(name):
            number = int(found.group(1))
            self.blocks[number] = self.blocks.get(number, 0) + size
        elif name.startswith("output"):
            self.output += size
        elif name == "token_embd.weight":
            self.embedding += size
            self.vocabulary = dimensions[-1] if dimensions else 0
        else:
            self.other += size


@dataclass(frozen=True)
class GgufHeader:
    """What the client wants to know before a process is started.

    Attributes:
        values: key-values that are no arrays; of a short array of whole numbers the largest.
        tensors: number of tensors.
        end: bytes the file must have for all of them.
        sizes: bytes of the tensors, by where they belong.
    """

    values: Mapping[str, Value]
    tensors: int
    end: int
    sizes: Sizes = field(default_factory=Sizes)

    @property
    def architecture(self) -> str:
        return str(self.values.get("general.architecture", ""))

    @property
    def chat_template(self) -> str:
        return str(self.values.get("tokenizer.chat_template", ""))

    @property
    def layers(self) -> int:
        return self.number("block_count")

    @property
    def train_context(self) -> int:
        return self.number("context_length")

    def number(self, name: str) -> int:
        """A whole number of this architecture, e.g. "block_count"; 0 where there is none."""
        value = self.values.get(f"{self.architecture}.{name}", 0)
        return value if isinstance(value, int) and 0 <= value < 2**31 else 0


def check_model_file(path: Path) -> GgufHeader:
    """The header of a file that looks as if it can be run; raises ModelFileError."""
    header = open_header(path)
    _check_content(header, path)
    return header


def open_header(path: Path) -> GgufHeader:
    """The header of a whole GGUF of any kind; raises ModelFileError."""
    if not path.is_file():
        raise _error("model_missing", path)
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            header = read_header(file, size)
    except OSError as error:
        raise _error("model_unreadable", path) from error
    except _RunsOutError as error:
        raise _error("model_truncated", path) from error
    except _NonsenseError as error:
        code = "model_not_gguf" if error.args == ("magic",) else "model_unreadable"
        raise _error(code, path) from error
    if header.end > size:
        raise _error("model_truncated", path)
    return header


def _check_content(header: GgufHeader, path: Path) -> None:
    if not header.architecture or not header.tensors:
        raise _error("model_unreadable", path)
    if header.values.get("general.type", "model") != "model":
        kind = str(header.values["general.type"])
        raise _error("model_architecture_unknown", path, architecture=kind)
    if not header.chat_template.strip():
        raise _error("model_no_template", path)


def _error(code: str, path: Path, **details: str) -> ModelFileError:
    return ModelFileError(code, name=path.name, path=str(path), **details)


def read_header(file: BinaryIO, size: int) -> GgufHeader:
    """Read from the beginning of a file of `size` bytes."""
    reader = _Reader(file, size)
    if reader.take(4) != MAGIC:
        raise _NonsenseError("magic")
    if reader.number("I") not in VERSIONS:
        raise _NonsenseError("version")
    tensors, pairs = reader.number("Q"), reader.number("Q")
    values: dict[str, Value] = {}
    for _ in range(pairs):
        key = reader.string()
        value = _read_value(reader, reader.number("I"))
        if value is not None:
            values[key] = value
    sizes = Sizes()
    end = _last_byte(reader, tensors, sizes)
    alignment = values.get("general.alignment", DEFAULT_ALIGNMENT)
    if not isinstance(alignment, int) or not 0 < alignment <= 2**20:
        raise _NonsenseError("alignment")
    start = -(-reader.position // alignment) * alignment
    return GgufHeader(values, tensors, start + end if tensors else reader.position, sizes)


def _read_value(reader: _Reader, kind: int) -> Value | None:
    """A scalar or a string; arrays are passed over but for short ones of whole numbers."""
    if kind == STRING:
        return reader.string()
    if kind == ARRAY:
        return _read_array(reader, reader.number("I"), reader.number("Q"))
    if kind not in SCALARS:
        raise _NonsenseError("kind of value")
    value: Value = reader.scalar(SCALARS[kind])
    return value


def _read_array(reader: _Reader, kind: int, count: int) -> Value | None:
    """The largest of a few whole numbers; None of anything else."""
    if SCALARS.get(kind, "f") in "fd?" or not 0 < count <= LONGEST_KEPT_ARRAY:
        _skip_array(reader, kind, count)
        return None
    return max(int(reader.scalar(SCALARS[kind])) for _ in range(count))


def _skip_array(reader: _Reader, kind: int, count: int) -> None:
    if kind == STRING:
        reader.skip_strings(count)
    elif kind in SCALARS:
        reader.skip(count * struct.calcsize(SCALARS[kind]))
    else:
        raise _NonsenseError("kind of array")


def _last_byte(reader: _Reader, tensors: int, sizes: Sizes) -> int:
    """Where the last tensor ends, from the beginning of the data."""
    end = 0
    for _ in range(tensors):
        name = reader.string()
        count = reader.number("I")
        if count > MOST_DIMENSIONS:
            raise _NonsenseError("dimensions")
        dimensions = [reader.number("Q") for _ in range(count)]
        per_block, block = BLOCKS.get(reader.number("I"), (1, 0))
        size = -(-math.prod(dimensions) // per_block) * block
        sizes.add(name, dimensions, size)
        end = max(end, reader.number("Q") + size)
    return end


class _Reader:
    """Goes through a file from front to back, reading ahead in chunks."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size
        self._data = b""
        self._at = 0
        self._before = 0

    @property
    def position(self) -> int:
        return self._before + self._at

    def take(self, count: int) -> bytes:
        self._need(count)
        self._at += count
        return self._data[self._at - count : self._at]

    def number(self, code: str) -> int:
        return int(self.scalar(code))

    def scalar(self, code: str) -> Value:
        value: Value = struct.unpack("<" + code, self.take(struct.calcsize("<" + code)))[0]
        return value

    def string(self) -> str:
        length = self.number("Q")
        if length > LONGEST_KEPT_STRING:
            self.skip(length)
            return ""
        return self.take(length).decode("utf-8", "replace")

    def skip(self, count: int) -> None:
        if self.position + count > min(self._size, LARGEST_HEADER):
            raise _RunsOutError
        inside = min(count, len(self._data) - self._at)
        self._at += inside
        if count > inside:
            self._before += self._at + count - inside
            self._data, self._at = b"", 0
            self._file.seek(self._before)

    def skip_strings(self, count: int) -> None:
        """A vocabulary has 150,000 strings: this loop is kept tight."""
        unpack = struct.Struct("<Q").unpack_from
        for _ in range(count):
            if len(self._data) - self._at < 8:
                self._need(8)
            length = unpack(self._data, self._at)[0]
            self._at += 8
            if self._at + length <= len(self._data):
                self._at += length
            else:
                self.skip(length)

    def _need(self, count: int) -> None:
        """Have at least `count` bytes ahead."""
        if len(self._data) - self._at >= count:
            return
        if self.position + count > min(self._size, LARGEST_HEADER):
            raise _RunsOutError
        rest = self._data[self._at :]
        self._before += self._at
        self._data, self._at = rest + self._file.read(max(CHUNK, count)), 0
        if len(self._data) < count:
            raise _RunsOutError
