"""What every reader gives: conversations one after the other, and by name what it could not read.

Knows nothing of any corpus, only how files are opened and taken apart without holding them. A
reader never raises for one bad record; it raises WorldError only when the corpus itself is missing
or is no archive at all.
"""

from __future__ import annotations

import gzip
import json
import lzma
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

from trainer.conversation import Conversation, settle
from trainer.errors import WorldError

DAMAGED = (lzma.LZMAError, EOFError, gzip.BadGzipFile, tarfile.TarError)
NO_EXCHANGE = "no exchange of a person and a counsellor"
JSON = frozenset({".json", ".jsonl"})
Seen = Callable[[int], None]


def unseen(_: int) -> None:
    """Nobody watches how far the reading is."""


@dataclass(frozen=True)
class Origin:
    """What a corpus is called and may be used for; `seen` is told of every stored byte read."""

    source: str
    licence: str
    language: str = "zh"
    seen: Seen = unseen


@dataclass(frozen=True)
class Unreadable:
    """A record that could not be read: file, line or item (1-based, 0 for the whole file), why."""

    file: str
    line: int
    why: str


Record = Conversation | Unreadable


@dataclass
class Reading:
    """The outcome of one reader. `records` counts everything met, readable or not."""

    conversations: list[Conversation] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)

    @property
    def records(self) -> int:
        return len(self.conversations) + len(self.unreadable)

    def keep(self, conversation: Conversation, file: str, line: int) -> None:
        """Add a conversation, or name it as unreadable when it holds no exchange."""
        if len(conversation.turns) < 2:
            self.refuse(file, line, NO_EXCHANGE)
        else:
            self.conversations.append(conversation)

    def refuse(self, file: str, line: int, why: str) -> None:
        """Name a record that could not be read."""
        self.unreadable.append(Unreadable(file, line, why))


def collect(records: Iterable[tuple[Record, str, int]]) -> Reading:
    """Hold all records of a small corpus, their turns settled."""
    reading = Reading()
    for record, file, line in records:
        if isinstance(record, Unreadable):
            reading.unreadable.append(record)
        else:
            reading.keep(record.with_turns(settle(record.turns)), file, line)
    return reading


def need(path: Path) -> Path:
    """The path itself, or WorldError when nothing is there."""
    if not path.exists():
        raise WorldError(
            f"The corpus {path.name} is not in {path.parent}. Give --corpora its folder."
        )
    return path


def members(path: Path, suffix: str, seen: Seen = unseen) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of the files whose names end so, sorted by name.

    `path` is a .tar.xz, a folder, or one such file.
    """
    if need(path).name.endswith(".tar.xz"):
        yield from _archived(path, suffix)
        seen(path.stat().st_size)
        return
    for file in sorted(path.rglob(f"*{suffix}")) if path.is_dir() else [path]:
        yield file.name, file.read_bytes()
        seen(file.stat().st_size)


def _archived(path: Path, suffix: str) -> Iterator[tuple[str, bytes]]:
    try:
        with tarfile.open(path, "r:xz") as archive:
            chosen = [m for m in archive.getmembers() if m.isfile() and m.name.endswith(suffix)]
            for member in sorted(chosen, key=lambda m: m.name):
                stream = archive.extractfile(member)
                if stream is not None:
                    yield member.name.rsplit("/", 1)[-1], stream.read()
    except DAMAGED as error:
        raise WorldError(f"{path.name} is not a readable .tar.xz archive: {error}") from error


def lines(path: Path, seen: Seen = unseen) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank with their numbers; .xz and .gz are unpacked."""
    with need(path).open("rb") as stored:
        told = 0
        try:
            for number, line in enumerate(_unpacked(path, stored), 1):
                if number % 256 == 0:
                    seen(stored.tell() - told)
                    told = stored.tell()
                if line.strip():
                    yield number, line
        except DAMAGED as error:
            kind = path.suffix.lstrip(".")
            raise WorldError(f"{path.name} is not a readable {kind} file: {error}") from error
        seen(stored.tell() - told)


def _unpacked(path: Path, stored: BinaryIO) -> BinaryIO:
    if path.suffix == ".xz":
        return cast(BinaryIO, lzma.open(stored, "rb"))
    if path.suffix == ".gz":
        return cast(BinaryIO, gzip.open(stored, "rb"))
    return stored


def items(path: Path, seen: Seen = unseen) -> Iterator[tuple[str, int, Any]]:
    """Yield (file, line or item, JSON or Unreadable) of a JSON list, JSON lines or a folder.

    A list that is damaged ends there: what follows the damage cannot be told apart.
    """
    if need(path).is_dir():
        for file in sorted(p for p in path.rglob("*") if JSON.intersection(p.suffixes)):
            yield from items(file, seen)
    elif _first_byte(path) == b"[":
        yield from _listed(path, seen)
    else:
        for number, line in lines(path, seen):
            yield path.name, number, decoded(path.name, number, line)


def decoded(file: str, number: int, line: bytes) -> Any:
    """A line of JSON, or the Unreadable that says why it is none."""
    try:
        return json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError as error:
        return Unreadable(file, number, f"not UTF-8 text (byte {error.start + 1} of the line)")
    except (json.JSONDecodeError, RecursionError) as error:
        return Unreadable(file, number, f"not JSON: {error}")


def _first_byte(path: Path) -> bytes:
    for _, line in lines(path):
        return line.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return b""


def _listed(path: Path, seen: Seen) -> Iterator[tuple[str, int, Any]]:
    """The items of one JSON list, never all at once."""
    import ijson

    number = told = 0
    with path.open("rb") as stored:
        try:
            for item in ijson.items(_Marked(_unpacked(path, stored)), "item", use_float=True):
                number += 1
                seen(stored.tell() - told)
                told = stored.tell()
                yield path.name, number, item
        except (ijson.JSONError, UnicodeDecodeError, *DAMAGED) as error:
            why = f"the list is damaged here, nothing after it was read: {_one_line(error)}"
            yield path.name, number + 1, Unreadable(path.name, number + 1, why)


class _Marked:
    """A binary file without its byte order mark."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._begun = stream, False

    def read(self, size: int) -> bytes:
        """The next bytes; the mark is taken off the first."""
        found = self._stream.read(size)
        if size and not self._begun:
            self._begun, found = True, found.removeprefix(b"\xef\xbb\xbf")
        return found


def _one_line(error: Exception) -> str:
    """A parser's message without its picture of the text."""
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


class ShapeError(ValueError):
    """A record does not have the shape its format has; the text says which part."""


def text(raw: Any, name: str) -> str:
    """A field that must be text, without white space at its ends; ShapeError otherwise."""
    value = raw.get(name) if isinstance(raw, dict) else None
    if not isinstance(value, str):
        raise ShapeError(f"{name!r} is missing or is no text")
    return value.strip()


def listed(raw: Any, name: str) -> list[Any]:
    """A field that must be a list; ShapeError otherwise."""
    value = raw.get(name) if isinstance(raw, dict) else None
    if not isinstance(value, list):
        raise ShapeError(f"{name!r} is missing or is no list")
    return value


def shaped(
    found: Iterable[tuple[str, int, Any]], make: Callable[[Any, str], Conversation]
) -> Iterator[tuple[Record, str, int]]:
    """Turn decoded items into conversations; what has another shape is named.

    Args:
        make: of (item, what it is called when it has no id: file and line or item).
    """
    for file, number, raw in found:
        if isinstance(raw, Unreadable):
            yield raw, file, number
            continue
        try:
            yield make(raw, f"{file.split('.')[0]}-{number}"), file, number
        except ShapeError as error:
            yield Unreadable(file, number, str(error)), file, number
