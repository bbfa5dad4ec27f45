"""The shelf's own book, shelf.json: what each file is, what was pinned of it, what was found of it.

Old or new after a power cut, never half. A book that cannot be read is set aside and begun anew;
the files themselves are the truth. Knows no catalogue and no network.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from filelock import FileLock

from desktop.vault.files import write_durably

FORMAT = 1
NAME = "shelf.json"
ORIGINS = ("downloaded", "added", "in_place")


@dataclass(frozen=True)
class Record:
    """What is known of one file.

    Attributes:
        path: its name in the models folder, or the whole path of one that lies elsewhere.
        origin: "downloaded", "added" or "in_place".
        entry, quantisation: of the catalogue; "" for a file that it does not name.
        size: bytes.
        sha256: pinned when it was first known to be right; "" never.
        stamp: the file's time of change in ns when its bytes were last read; 0: never.
        damaged: its bytes were read and are not those that were pinned.
        repository, revision: where it was fetched from.
    """

    path: str
    origin: str
    entry: str = ""
    quantisation: str = ""
    size: int = 0
    sha256: str = ""
    stamp: int = 0
    damaged: bool = False
    repository: str = ""
    revision: str = ""


@dataclass(frozen=True)
class Book:
    """All that shelf.json holds.

    Attributes:
        folder: where models go; "" is the folder the book lies in.
        endpoint: where models are fetched from; "" is the official hub.
        records: by path.
        results: what was found when a model was tried here, by what identifies its bytes.
    """

    folder: str = ""
    endpoint: str = ""
    records: Mapping[str, Record] = field(default_factory=dict)
    results: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def with_record(self, record: Record) -> Book:
        return replace(self, records={**self.records, record.path: record})

    def without(self, path: str) -> Book:
        kept = {name: record for name, record in self.records.items() if name != path}
        return replace(self, records=kept)


class Index:
    """Reads and writes the book of one folder; several processes may share it.

    Attributes:
        rebuilt: the book could not be read and was begun anew.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self.rebuilt = False

    def read(self) -> Book:
        """The book; an empty one where there is none or it cannot be read."""
        try:
            return _parse(json.loads(self._path.read_text("utf-8")))
        except FileNotFoundError:
            return Book()
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self._set_aside()
            return Book()

    def change(self, edit: Callable[[Book], Book]) -> Book:
        """Read, edit and write as one deed; raises OSError where the disk refuses."""
        with self._alone():
            book = edit(self.read())
            write_durably(self._path, _written(book))
        return book

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(self._path.with_name(NAME + ".lock")):
            yield

    def _set_aside(self) -> None:
        self.rebuilt = True
        try:
            os.replace(self._path, self._path.with_name(NAME + ".broken"))
        except OSError:  # it stays, and is written over with the next change
            return


def _parse(raw: Mapping[str, Any]) -> Book:
    if raw["version"] != FORMAT:
        raise ValueError("format")
    records = [_record(item) for item in raw["models"]]
    results = {str(key): dict(found) for key, found in raw.get("results", {}).items()}
    return Book(
        folder=str(raw.get("folder", "")),
        endpoint=str(raw.get("endpoint", "")),
        records={record.path: record for record in records},
        results=results,
    )


def _record(item: Mapping[str, Any]) -> Record:
    record = Record(**item)
    for name, default in asdict(Record(path="", origin="")).items():
        if type(getattr(record, name)) is not type(default):
            raise TypeError(name)
    if record.origin not in ORIGINS or not record.path:
        raise ValueError("origin")
    if not Path(record.path).is_absolute() and Path(record.path).name != record.path:
        raise ValueError("path")
    return record


def _written(book: Book) -> bytes:
    raw = {
        "version": FORMAT,
        "folder": book.folder,
        "endpoint": book.endpoint,
        "models": [asdict(record) for record in book.records.values()],
        "results": {key: dict(found) for key, found in book.results.items()},
    }
    return (json.dumps(raw, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
