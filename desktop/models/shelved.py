"""From the shelf's book and the files that lie there to the models a person sees.

Only looks at files, never reads their bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.catalogue.listing import ModelEntry
from desktop.models.shelf_index import Book, Record

READY, UNVERIFIED, DAMAGED, AWAY = "ready", "unverified", "damaged", "away"
# In place of a time of change: files that came along are as they were packed.
AS_PACKED = -1


@dataclass(frozen=True)
class ShelvedModel:
    """One model file on this machine.

    Attributes:
        id: stable on this shelf; what the terminal is given.
        path: the file.
        entry: the catalogue's id, "" for a model that it does not name.
        quantisation: e.g. "Q4_K_M", or "".
        size: bytes.
        sha256: pinned; "" where its bytes were never read.
        state: "ready"; "unverified": never read, or touched since; "damaged": not the pinned
            bytes; "away": the stick or disk it lies on is not there.
        origin: "bundled", "downloaded", "added" or "in_place".
        name: shown to the person, by language.
    """

    id: str
    path: Path
    entry: str
    quantisation: str
    size: int
    sha256: str
    state: str
    origin: str
    name: Mapping[str, str]

    @property
    def usable(self) -> bool:
        """May be loaded."""
        return self.state in (READY, UNVERIFIED)


def models_of(
    book: Book, folder: Path, listing: Sequence[ModelEntry], bundled: Path
) -> list[ShelvedModel]:
    """All models: those in the folder `bundled` first, then by name."""
    found = [_bundled(entry, bundled) for entry in listing if entry.bundled]
    records = [*book.records.values(), *_strays(folder, book, listing)]
    kept = [_shelved(record, folder, listing) for record in records]
    found += sorted((one for one in kept if one), key=lambda one: one.path.name.lower())
    return _with_ids(found)


def named(record: Record, listing: Sequence[ModelEntry]) -> Record:
    """With the catalogue's word for it, where its bytes, or its name and size, say what it is."""
    for entry in listing:
        for file in entry.quantisations:
            same_bytes = record.sha256 and record.sha256 == file.sha256
            same_name = file.file == Path(record.path).name and file.size == record.size
            if same_bytes or (same_name and not record.sha256):
                return replace(
                    record,
                    entry=entry.id,
                    quantisation=file.name,
                    sha256=record.sha256 or file.sha256,
                )
    return record


def _bundled(entry: ModelEntry, folder: Path) -> ShelvedModel:
    file = entry.quantisations[0]
    path = folder / file.file
    record = Record(file.file, "", size=file.size or 0, sha256=file.sha256, stamp=AS_PACKED)
    return ShelvedModel(
        id=entry.id,
        path=path,
        entry=entry.id,
        quantisation=file.name,
        size=record.size,
        sha256=record.sha256,
        state=_state(path, record),
        origin="bundled",
        name=entry.name,
    )


def _strays(folder: Path, book: Book, listing: Sequence[ModelEntry]) -> list[Record]:
    """Files in the folder that the book does not name: put there by hand, or it was lost."""
    try:
        files = sorted(path for path in folder.glob("*.gguf") if path.is_file())
        unknown = [path for path in files if path.name not in book.records]
        sizes = [path.stat().st_size for path in unknown]
    except OSError:
        return []
    records = (Record(p.name, "added", size=size) for p, size in zip(unknown, sizes, strict=True))
    return [named(record, listing) for record in records]


def _shelved(record: Record, folder: Path, listing: Sequence[ModelEntry]) -> ShelvedModel | None:
    path = folder / record.path  # a whole path stays itself
    state = _state(path, record)
    if state == AWAY and record.origin != "in_place" and path.parent.is_dir():
        return None  # somebody deleted it by hand
    entry = next((one for one in listing if one.id == record.entry), None)
    return ShelvedModel(
        id=path.stem,
        path=path,
        entry=record.entry,
        quantisation=record.quantisation,
        size=record.size,
        sha256=record.sha256,
        state=state,
        origin=record.origin,
        name=entry.name if entry else {"zh": path.stem, "en": path.stem},
    )


def _state(path: Path, record: Record) -> str:
    """What a look at the file says; its bytes are not read."""
    try:
        found = path.stat()
    except OSError:
        return AWAY
    if record.damaged or (record.size and found.st_size != record.size):
        return DAMAGED
    touched = record.stamp not in (AS_PACKED, found.st_mtime_ns)
    return UNVERIFIED if touched or not record.sha256 else READY


def _with_ids(models: list[ShelvedModel]) -> list[ShelvedModel]:
    """No two of one id: a second one of a name is told by a number."""
    seen: dict[str, int] = {}
    named = []
    for model in models:
        count = seen[model.id] = seen.get(model.id, 0) + 1
        named.append(model if count == 1 else replace(model, id=f"{model.id}~{count}"))
    return named
