"""Mutations of a GGUF file for `hostile_gguf`: bytes flip, sizes lie, templates go on for ever.

Reads the layout by itself, so that every number of the header can be aimed at; knows no engine.
"""

from __future__ import annotations

import os
import random
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

SCALARS = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
STRING, ARRAY, FLOAT = 8, 9, 6
LIES = (
    0, 1, 2, 3, 7, 31, 255, 4096, 65_535, 2**20, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**63 - 1,
    2**63, 2**64 - 1,
)  # fmt: skip
TEMPLATES = (
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{{ 'x' * 999999999 }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{% include '/etc/passwd' %}",
    "{% macro f(n) %}{{ f(n) }}{% endmacro %}{{ f(1) }}",
    "{% for m in messages %}{{ m['content'] * 99999 }}{% endfor %}",
    "{{ messages[99]['content'] }}",
    "{% if %}",
    "{{ raise_exception('no') }}",
    "nothing of the talk",
    "{{ 9 ** 9 ** 9 }}",
)


@dataclass(frozen=True)
class Field:
    """A number of the header.

    Attributes:
        name: what it is: "magic", "count", "length", "kind", "value", "dimension", "offset"...
        key: the key or the tensor it belongs to.
        at: where it lies.
        size: its bytes.
    """

    name: str
    key: str
    at: int
    size: int


def read_fields(path: Path) -> list[Field]:
    """All numbers of a good file's header, but of long arrays only the first."""
    with path.open("rb") as file:
        return _Layout(file).read()


def mutate(path: Path, fields: Sequence[Field], kind: str, drawn: random.Random) -> None:
    """Change the file in place."""
    with path.open("r+b") as file:
        _MUTATIONS[kind](file, fields, drawn)


class _Layout:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._fields: list[Field] = []

    def read(self) -> list[Field]:
        self._number("magic", "", 4)
        self._number("version", "", 4)
        tensors = self._number("count", "tensors", 8)
        for _ in range(self._number("count", "pairs", 8)):
            self._pair()
        for _ in range(tensors):
            self._tensor()
        self._fields.append(Field("end", "", self._file.tell(), 0))
        return self._fields

    def _number(self, name: str, key: str, size: int) -> int:
        at = self._file.tell()
        self._fields.append(Field(name, key, at, size))
        return int.from_bytes(self._file.read(size), "little")

    def _text(self, key: str) -> str:
        length = self._number("length", key, 8)
        at = self._file.tell()
        text = self._file.read(length)
        self._fields.append(Field("text", key, at, length))
        return text.decode("utf-8", "replace")

    def _pair(self) -> None:
        key = self._text("")
        kind = self._number("kind", key, 4)
        if kind == STRING:
            self._text(key)
        elif kind == ARRAY:
            self._array(key)
        else:
            self._number("value", key, SCALARS[kind])

    def _array(self, key: str) -> None:
        kind, count = self._number("kind", key, 4), self._number("count", key, 8)
        if kind != STRING:
            self._fields.append(Field("numbers", key, self._file.tell(), count * SCALARS[kind]))
            self._file.seek(count * SCALARS[kind], os.SEEK_CUR)
            return
        for index in range(count):
            length = int.from_bytes(self._file.read(8), "little")
            if index < 40:
                self._fields.append(Field("length", key, self._file.tell() - 8, 8))
            self._file.seek(length, os.SEEK_CUR)

    def _tensor(self) -> None:
        name = self._text("")
        for _ in range(self._number("dimensions", name, 4)):
            self._number("dimension", name, 8)
        self._number("kind", name, 4)
        self._number("offset", name, 8)


def _write(file: BinaryIO, at: int, data: bytes) -> None:
    file.seek(at)
    file.write(data)


def _end(fields: Sequence[Field]) -> int:
    return fields[-1].at


def _flip(file: BinaryIO, fields: Sequence[Field], drawn: random.Random) -> None:
    """A few bytes anywhere in the header."""
    for _ in range(drawn.choice((1, 1, 2, 5, 40))):
        _write(file, drawn.randrange(4, _end(fields)), drawn.randbytes(1))


def _lie(names: Sequence[str]) -> Callable[[BinaryIO, Sequence[Field], random.Random], None]:
    """A number of one of these names says something else."""

    def mutation(file: BinaryIO, fields: Sequence[Field], drawn: random.Random) -> None:
        for _ in range(drawn.choice((1, 1, 1, 2))):
            field = drawn.choice([field for field in fields if field.name in names])
            lie = drawn.choice((*LIES, drawn.getrandbits(64)))
            _write(file, field.at, (lie % 2 ** (8 * field.size)).to_bytes(field.size, "little"))

    return mutation


def _float(file: BinaryIO, fields: Sequence[Field], drawn: random.Random) -> None:
    """Not-a-number, infinity or nonsense where a number decides about sizes or angles."""
    four = [field for field in fields if field.name == "value" and field.size == 4]
    value = drawn.choice((float("nan"), float("inf"), -1.0, 0.0, 1e-38, 3e38))
    _write(file, drawn.choice(four).at, struct.pack("<f", value))


def _cut(file: BinaryIO, fields: Sequence[Field], drawn: random.Random) -> None:
    file.seek(0, os.SEEK_END)
    whole = file.tell()
    file.truncate(drawn.choice((drawn.randrange(whole), drawn.randrange(_end(fields)), whole - 1)))


def _template(file: BinaryIO, fields: Sequence[Field], drawn: random.Random) -> None:
    """Another template in the place of the old one, filled up with spaces."""
    field = next(f for f in fields if f.name == "text" and f.key == "tokenizer.chat_template")
    words = drawn.choice(TEMPLATES).encode()[: field.size]
    _write(file, field.at, words.ljust(field.size))


def _words(file: BinaryIO, fields: Sequence[Field], drawn: random.Random) -> None:
    """Bytes that are no text in a key, a name or a value."""
    texts = [field for field in fields if field.name == "text" and field.size]
    field = drawn.choice(texts)
    _write(file, field.at, drawn.randbytes(min(field.size, 200)))


def _weights(file: BinaryIO, fields: Sequence[Field], drawn: random.Random) -> None:
    """Noise over the weights: numbers that are none, scales that explode."""
    file.seek(0, os.SEEK_END)
    whole = file.tell()
    for _ in range(20):
        at = drawn.randrange(_end(fields), whole - 4096)
        _write(file, at, drawn.choice((b"\xff" * 4096, drawn.randbytes(4096), bytes(4096))))


def _arrays(file: BinaryIO, fields: Sequence[Field], drawn: random.Random) -> None:
    """Numbers of an array, such as the kinds of tokens, are random."""
    field = drawn.choice([field for field in fields if field.name == "numbers" and field.size])
    _write(file, field.at, drawn.randbytes(field.size))


def _swap(file: BinaryIO, fields: Sequence[Field], drawn: random.Random) -> None:
    """Two stretches of the header change places."""
    length = drawn.choice((4, 8, 64, 500))
    first, second = (drawn.randrange(24, _end(fields) - length) for _ in range(2))
    file.seek(first)
    one = file.read(length)
    file.seek(second)
    other = file.read(length)
    _write(file, first, other)
    _write(file, second, one)


def _noise(file: BinaryIO, _fields: Sequence[Field], drawn: random.Random) -> None:
    """A header of noise behind the magic and the version."""
    _write(file, 8, drawn.randbytes(4096))


_MUTATIONS: dict[str, Callable[[BinaryIO, Sequence[Field], random.Random], None]] = {
    "bytes flip": _flip,
    "counts lie": _lie(["count"]),
    "lengths lie": _lie(["length"]),
    "kinds lie": _lie(["kind"]),
    "values lie": _lie(["value"]),
    "dimensions lie": _lie(["dimension", "dimensions"]),
    "offsets lie": _lie(["offset"]),
    "version lies": _lie(["version", "magic"]),
    "floats": _float,
    "cut": _cut,
    "template": _template,
    "words": _words,
    "weights": _weights,
    "arrays": _arrays,
    "swap": _swap,
    "noise": _noise,
}
KINDS = tuple(_MUTATIONS)
