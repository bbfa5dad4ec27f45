"""What is known of a model: where its file lies, how to sample from it, whether it is the starter.

Entries of the project's own exports stand in assets/catalogue.json; a file from elsewhere gets an
entry made from its name. Knows nothing of the engine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.errors import ModelFileError, WorldError


@dataclass(frozen=True)
class CatalogueEntry:
    """A model the app can run.

    Attributes:
        id: stable name, kept with every reply.
        path: the GGUF file.
        name: shown to the person, by language.
        starter: the small model that ships with the app.
        writes_memory: good enough to propose what is remembered; the smallest are not.
        sampling: overrides of `desktop.engine.base.Sampling` by field name.
    """

    id: str
    path: Path
    name: Mapping[str, str] = field(default_factory=dict)
    starter: bool = False
    writes_memory: bool = False
    sampling: Mapping[str, Any] = field(default_factory=dict)


def read_catalogue(assets: Path) -> list[CatalogueEntry]:
    """All entries of the app's own catalogue; raises WorldError("assets_damaged")."""
    try:
        raw = json.loads((assets / "catalogue.json").read_text("utf-8"))
        return [_entry(assets / "models", item) for item in raw["entries"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WorldError("assets_damaged", path=str(assets)) from error


def choose_entry(assets: Path, wanted: str) -> CatalogueEntry:
    """The entry for a file path; the bundled starter when `wanted` is empty."""
    entries = read_catalogue(assets)
    if wanted:
        return entry_of_file(Path(wanted), entries)
    starter = next((entry for entry in entries if entry.starter), None)
    if starter is None:
        raise ModelFileError("model_missing", path=str(assets / "models"))
    return starter


def entry_of_file(path: Path, known: list[CatalogueEntry]) -> CatalogueEntry:
    """The catalogue's entry for this very file, or one made from its name."""
    path = path.expanduser().absolute()
    for entry in known:
        if entry.path.absolute() == path:
            return entry
    return CatalogueEntry(id=path.stem, path=path, name={"zh": path.stem, "en": path.stem})


def _entry(models: Path, item: Mapping[str, Any]) -> CatalogueEntry:
    return CatalogueEntry(
        id=item["id"],
        path=models / item["file"],
        name=item["name"],
        starter=item["starter"],
        writes_memory=item.get("writes_memory", False),
        sampling=item["sampling"],
    )
