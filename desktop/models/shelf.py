"""The models on this machine: came along, fetched, added from a disk or a stick; shared by all.

Models are the only thing that the profiles of one computer share. What a file is stands in the
shelf's book (`shelf_index`), with the hash that was pinned when its bytes were first known to be
right. Opens no socket and loads no model.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop.catalogue.listing import ModelEntry, Quantisation
from desktop.engine.gguf_header import check_model_file
from desktop.errors import ModelFileError, WorldError, XinyuError
from desktop.models.candidate import Candidate, look_at
from desktop.models.file_bytes import Tell, copy_with_hash, file_sha256, megabytes
from desktop.models.shelf_index import Book, Index, Record
from desktop.models.shelved import (
    AWAY,
    DAMAGED,
    READY,
    UNVERIFIED,
    ShelvedModel,
    models_of,
    named,
)
from desktop.paths import Paths

__all__ = ["AWAY", "DAMAGED", "READY", "UNVERIFIED", "Candidate", "Shelf", "ShelvedModel"]
PARTS = ".parts"


class Shelf:
    """All models of this machine.

    Args:
        paths: the book and, unless another folder was chosen, the models lie in `paths.models`.
        listing: the catalogue, for names and known hashes.
    """

    def __init__(self, paths: Paths, listing: Sequence[ModelEntry]) -> None:
        self._paths = paths
        self._listing = listing
        self._index = Index(paths.models)

    @property
    def folder(self) -> Path:
        """Where new models go: of this computer, not of one profile."""
        chosen = self._index.read().folder
        return Path(chosen) if chosen else self._paths.models

    @property
    def endpoint(self) -> str:
        """Where models are fetched from; "" is the official hub."""
        return self._index.read().endpoint

    def use_endpoint(self, url: str) -> None:
        """Remember where to fetch from, for everybody on this computer."""
        self._change(lambda book: replace(book, endpoint=url))

    def use_folder(self, folder: Path | None) -> None:
        """Keep new models in `folder` (None: the usual one); those that are there stay theirs.

        Raises WorldError("models_folder_unusable").
        """
        if folder is not None:
            folder = folder.expanduser().absolute()
            try:
                folder.mkdir(parents=True, exist_ok=True)
                probe = folder / ".xinyu-probe"
                probe.touch()
                probe.unlink()
            except OSError as error:
                raise WorldError("models_folder_unusable", folder=str(folder)) from error
        chosen = "" if folder in (None, self._paths.models) else str(folder)
        old = self.folder
        self._change(lambda book: replace(_with_whole_paths(book, old), folder=chosen))

    def told(self) -> list[XinyuError]:
        """What the person should know of the shelf itself; empty on most days."""
        self._index.read()
        return [WorldError("shelf_rebuilt")] if self._index.rebuilt else []

    def models(self) -> list[ShelvedModel]:
        """All of them: the bundled ones first, then by name. Files nobody noted are found too."""
        book = self._index.read()
        folder = Path(book.folder) if book.folder else self._paths.models
        return models_of(book, folder, self._listing, self._paths.bundled_models)

    def find(self, wanted: str) -> ShelvedModel | None:
        """The model of that id or that path."""
        path = Path(wanted).expanduser().absolute()
        return next((m for m in self.models() if m.id == wanted or m.path == path), None)

    def holds(self, entry: ModelEntry, file: Quantisation) -> ShelvedModel | None:
        """The usable model that is this file of the catalogue."""
        wanted = (entry.id, file.name)
        same = (m for m in self.models() if (m.entry, m.quantisation) == wanted and m.usable)
        return next(same, None)

    def verify(self, model: ShelvedModel, tell: Tell | None = None) -> ShelvedModel:
        """Read the whole file and hold it against its pinned hash; a first reading pins it.

        Args:
            tell: called with bytes read and bytes in all, every few megabytes; an exception that
                it raises ends the reading and changes nothing.

        Raises ModelFileError where the file cannot be read.
        """
        try:
            stamp = model.path.stat().st_mtime_ns
            digest, size = file_sha256(model.path, tell)
        except FileNotFoundError as error:
            raise _file_error("model_missing", model.path) from error
        except OSError as error:
            raise _file_error("model_unreadable", model.path) from error
        right = digest == model.sha256 if model.sha256 else self._looks_right(model.path)
        checked = replace(model, state=READY if right else DAMAGED)
        if not model.sha256 and right:
            checked = replace(checked, sha256=digest, size=size)
        if model.origin != "bundled":
            self._note(checked, stamp)
        return checked

    def inspect(self, path: Path) -> Candidate:
        """Look at a file before it is added; raises ModelFileError with what is wrong with it."""
        trained = (self._paths.assets / "chat_template.jinja").read_text("utf-8")
        return look_at(path, trained)

    def add(self, path: Path, copy: bool, tell: Tell | None = None) -> ShelvedModel:
        """Take a file in: copied into the folder, or used where it lies. Its hash is pinned.

        Raises ModelFileError: not a model, no room, or it cannot be copied.
        """
        candidate = self.inspect(path)
        try:
            if copy:
                target, digest = self._copied(candidate, tell)
            else:
                target, digest = candidate.path, file_sha256(candidate.path, tell)[0]
            record = Record(
                path=target.name if copy else str(target),
                origin="added" if copy else "in_place",
                size=candidate.size,
                sha256=digest,
                stamp=target.stat().st_mtime_ns,
            )
        except OSError as error:
            raise _file_error("model_not_copied", candidate.path) from error
        return self._take(named(record, self._listing))

    def adopt(self, part: Path, record: Record) -> ShelvedModel:
        """Put a fetched and verified file in its place; the book knows it before it has its name.

        Raises ModelFileError("model_not_copied").
        """
        folder = part.parents[2]  # the one it was begun in, whatever was chosen since
        target = self._free_name(folder / record.path, record.sha256)
        path = target.name if folder == self.folder else str(target)
        record = replace(record, path=path, stamp=part.stat().st_mtime_ns)
        try:
            self._change(lambda book: book.with_record(record))
            os.replace(part, target)
        except OSError as error:
            raise _file_error("model_not_copied", target) from error
        return self._take(record)

    def remove(self, model: ShelvedModel) -> None:
        """Delete a file of the shelf; one that is used in place is only forgotten.

        Raises ModelFileError: it came along with the app, or it is in use.
        """
        if model.origin == "bundled":
            raise _file_error("model_is_bundled", model.path)
        if model.origin != "in_place":
            try:
                model.path.unlink(missing_ok=True)
            except OSError as error:
                raise _file_error("model_not_removed", model.path) from error
        key = self._key(model)
        self._change(lambda book: book.without(key))

    def keep_result(self, model: ShelvedModel, found: Mapping[str, Any]) -> None:
        """Keep what was found when this very file was tried here; any JSON mapping."""
        identity = _identity(model)
        self._change(lambda book: replace(book, results={**book.results, identity: dict(found)}))

    def result(self, model: ShelvedModel) -> Mapping[str, Any] | None:
        """What `keep_result` was given for these bytes, wherever the file lies now."""
        return self._index.read().results.get(_identity(model))

    def entry_of(self, model: ShelvedModel) -> ModelEntry | None:
        """Its entry in the catalogue."""
        return next((entry for entry in self._listing if entry.id == model.entry), None)

    # --- inside -----------------------------------------------------------------------------------

    def _change(self, edit: Callable[[Book], Book]) -> None:
        try:
            self._index.change(edit)
        except OSError as error:
            folder = str(self._paths.models)
            raise WorldError("models_folder_unusable", folder=folder) from error

    def _take(self, record: Record) -> ShelvedModel:
        self._change(lambda book: book.with_record(record))
        path = self.folder / record.path
        return next(model for model in self.models() if model.path == path)

    def _note(self, model: ShelvedModel, stamp: int) -> None:
        """Write into the book what a reading found."""

        def edit(book: Book) -> Book:
            old = book.records.get(self._key(model)) or named(
                Record(self._key(model), "added", size=model.size), self._listing
            )
            damaged = model.state == DAMAGED
            return book.with_record(
                replace(old, sha256=model.sha256, size=model.size, stamp=stamp, damaged=damaged)
            )

        self._change(edit)

    def _key(self, model: ShelvedModel) -> str:
        away = model.origin == "in_place" or model.path.parent != self.folder
        return str(model.path) if away else model.path.name

    def _copied(self, candidate: Candidate, tell: Tell | None) -> tuple[Path, str]:
        """The copy has its name only once it is whole; its hash is of what was written."""
        parts = self.folder / PARTS
        parts.mkdir(mode=0o700, parents=True, exist_ok=True)
        free = shutil.disk_usage(parts).free
        if free < candidate.size:
            raise _file_error("model_no_space", candidate.path, **megabytes(candidate.size, free))
        draft = parts / f"adding-{os.getpid()}.part"
        try:
            digest = copy_with_hash(candidate.path, draft, tell)
            target = self._free_name(self.folder / candidate.path.name, digest)
            os.replace(draft, target)
        finally:
            draft.unlink(missing_ok=True)
        return target, digest

    def _free_name(self, wanted: Path, digest: str) -> Path:
        """`wanted`, unless other bytes have that name already."""
        if not wanted.exists() or (digest and file_sha256(wanted)[0] == digest):
            return wanted
        return wanted.with_name(f"{wanted.stem}-{digest[:12] or os.getpid()}{wanted.suffix}")

    def _looks_right(self, path: Path) -> bool:
        try:
            check_model_file(path)
        except ModelFileError:
            return False
        return True


def _with_whole_paths(book: Book, folder: Path) -> Book:
    """The book of a shelf whose new files will lie elsewhere; the old ones stay where they are."""
    moved = (replace(record, path=str(folder / record.path)) for record in book.records.values())
    return replace(book, records={record.path: record for record in moved})


def _identity(model: ShelvedModel) -> str:
    return model.sha256 or f"{model.path}|{model.size}"


def _file_error(code: str, path: Path, **details: str | int) -> ModelFileError:
    return ModelFileError(code, name=path.name, path=str(path), **details)
