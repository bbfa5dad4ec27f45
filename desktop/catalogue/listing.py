"""Every model the app can name: those that came along, and public ones that can be fetched.

assets/catalogue.json holds two lists. `entries` are files in assets/models, written by
`xinyu-convert publish`, one file an entry; `public` are models of others, with the files of their
repositories. What is not known of a file is None here and null there, never a guess.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.catalogue.needs import Shape, memory_bytes
from desktop.errors import WorldError

FORMAT = 1
GOOD_AT = ("chat", "memory", "languages")
CONTEXTS = (4096, 8192)
_FILE = re.compile(r"[^./\\:\x00][^/\\:\x00]*\.gguf")
_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Quantisation:
    """One file of a model.

    Attributes:
        name: kind of rounding, e.g. "Q4_K_M".
        file: its name, in the repository and on the shelf.
        repository: "owner/name" on the hub; "" for a file that came along.
        revision: the commit it stands in; "" where none is pinned.
        size: bytes; None where that is not known before the hub was asked.
        sha256: of the whole file, or "".
        memory: measured bytes by length of the context; empty where nobody measured.
        quality: figures of its proof, e.g. kl_mean; empty where there are none.
    """

    name: str
    file: str
    repository: str = ""
    revision: str = ""
    size: int | None = None
    sha256: str = ""
    memory: Mapping[int, int] = field(default_factory=dict)
    quality: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class ModelEntry:
    """A model somebody may choose.

    Attributes:
        id: stable name, kept with every reply.
        name: shown to the person, by language ("zh", "en").
        maker: who made it; "" where the entry does not say.
        good_at: of "chat", "memory", "languages"; in this order.
        base: what it was trained from, e.g. "Qwen/Qwen3-4B".
        licence: as its maker names it.
        quantisations: its files, the smallest first.
        context: tokens it was trained for; 0: not known.
        shape: published numbers, for the memory it needs; None: not known.
        template_sha256: of its chat template, or "".
        sampling: overrides of `desktop.engine.base.Sampling` by field name.
        writes_memory: good enough to propose what is remembered.
        starter: the small model that ships with the app.
    """

    id: str
    name: Mapping[str, str]
    quantisations: tuple[Quantisation, ...]
    maker: str = ""
    good_at: tuple[str, ...] = ()
    base: str = ""
    licence: str = ""
    context: int = 0
    shape: Shape | None = None
    template_sha256: str = ""
    sampling: Mapping[str, Any] = field(default_factory=dict)
    writes_memory: bool = False
    starter: bool = False

    @property
    def bundled(self) -> bool:
        """Came with the app; nothing has to be fetched."""
        return all(not file.repository for file in self.quantisations)

    def quantisation(self, name: str) -> Quantisation | None:
        """Its file of that kind, in any spelling; the first one for ""."""
        wanted = (one for one in self.quantisations if name.lower() in ("", one.name.lower()))
        return next(wanted, None)

    def memory(self, file: Quantisation, context: int) -> int | None:
        """Bytes it needs at `context` tokens: measured, else computed; None: cannot be said."""
        if context in file.memory:
            return file.memory[context]
        if self.shape is None or file.size is None:
            return None
        return memory_bytes(file.size, self.shape, context)


def read_listing(assets: Path) -> list[ModelEntry]:
    """All models of the app's own catalogue; raises WorldError("assets_damaged")."""
    try:
        raw = json.loads((assets / "catalogue.json").read_text("utf-8"))
        return parse_listing(raw)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WorldError("assets_damaged", path=str(assets)) from error


def parse_listing(raw: Mapping[str, Any]) -> list[ModelEntry]:
    """The models of a catalogue as read from JSON; raises ValueError, KeyError or TypeError."""
    if raw["version"] != FORMAT:
        raise ValueError("format")
    found = [_bundled(item) for item in raw["entries"]]
    found += [_public(item) for item in raw.get("public", ())]
    if len({entry.id for entry in found}) != len(found):
        raise ValueError("two entries of one id")
    return found


def find_entry(listing: Iterable[ModelEntry], wanted: str) -> ModelEntry | None:
    """The model of that id, in any spelling."""
    return next((entry for entry in listing if entry.id.lower() == wanted.lower()), None)


def _bundled(item: Mapping[str, Any]) -> ModelEntry:
    """An entry as `xinyu-convert publish` writes it, or the few fields of an older one."""
    file = Quantisation(
        name=item.get("quantisation", ""),
        file=_checked(item["file"], _FILE),
        size=_size(item.get("size")),
        sha256=_maybe(item.get("sha256"), _SHA256),
        memory={int(length): int(size) for length, size in item.get("memory", {}).items()},
        quality=_figures(item.get("divergence") or {}),
    )
    return _entry(item, (file,))


def _public(item: Mapping[str, Any]) -> ModelEntry:
    repository = _checked(item["repository"], _REPOSITORY)
    files = tuple(
        Quantisation(
            name=one["name"],
            file=_checked(one["file"], _FILE),
            repository=repository,
            revision=_maybe(one["revision"], _COMMIT),
            size=_size(one["size"]),
            sha256=_maybe(one["sha256"], _SHA256),
        )
        for one in item["quantisations"]
    )
    if not files:
        raise ValueError("a model without a file")
    return _entry(item, files)


def _entry(item: Mapping[str, Any], files: tuple[Quantisation, ...]) -> ModelEntry:
    shape = item.get("shape")
    return ModelEntry(
        id=str(item["id"]),
        name={"zh": str(item["name"]["zh"]), "en": str(item["name"]["en"])},
        quantisations=files,
        maker=item.get("maker", ""),
        good_at=tuple(word for word in GOOD_AT if word in item.get("good_at", ())),
        base=item.get("base", ""),
        licence=item.get("licence", ""),
        context=item.get("context", 0),
        shape=None if shape is None else _shape(shape),
        template_sha256=_maybe(item.get("template_sha256"), _SHA256),
        sampling=dict(item["sampling"]),
        writes_memory=item.get("writes_memory", False),
        starter=item["starter"],
    )


def _shape(numbers: Mapping[str, Any]) -> Shape:
    if any(type(number) is not int or number <= 0 for number in numbers.values()):
        raise ValueError("shape")
    return Shape(**numbers)


def _checked(text: str, form: re.Pattern[str]) -> str:
    """A name that becomes part of a path or an address must look like one."""
    if not form.fullmatch(text):
        raise ValueError("name")
    return text


def _maybe(text: str | None, form: re.Pattern[str]) -> str:
    return "" if text is None else _checked(text, form)


def _size(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or value <= 0:
        raise ValueError("size")
    return value


def _figures(found: Mapping[str, Any]) -> dict[str, float]:
    numbers = {name: value for name, value in found.items() if not isinstance(value, bool)}
    return {name: float(value) for name, value in numbers.items() if isinstance(value, int | float)}
