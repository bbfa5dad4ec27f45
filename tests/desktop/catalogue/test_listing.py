"""What the catalogue says of the models one can have: complete, well formed, nothing made up."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desktop.catalogue.listing import (
    CONTEXTS,
    GOOD_AT,
    find_entry,
    parse_listing,
    read_listing,
)
from desktop.catalogue.needs import Shape, buffer_bytes, cache_bytes, memory_bytes
from desktop.engine.base import Sampling
from desktop.errors import WorldError
from desktop.paths import assets_folder

ASSETS = assets_folder()
RAW = json.loads((ASSETS / "catalogue.json").read_text("utf-8"))
LISTING = read_listing(ASSETS)
PUBLIC = [entry for entry in LISTING if not entry.bundled]
QWEN3_4B = Shape(36, 2560, 32, 8, 128, 151936)


def damaged(change: Any) -> dict[str, Any]:
    raw = copy.deepcopy(RAW)
    change(raw)
    return raw


def test_the_family_is_there_from_the_smallest_to_the_largest() -> None:
    assert [entry.id for entry in PUBLIC] == [
        "qwen3-0.6b", "qwen3-1.7b", "qwen3-4b", "qwen3-8b", "qwen3-14b",
    ]  # fmt: skip
    assert all(entry.licence == "Apache-2.0" and entry.maker and entry.base for entry in PUBLIC)


def test_exactly_one_starter_and_it_came_along() -> None:
    (starter,) = [entry for entry in LISTING if entry.starter]

    assert starter.bundled
    assert (ASSETS / "models" / starter.quantisations[0].file).is_file()


@pytest.mark.parametrize("entry", LISTING, ids=lambda entry: entry.id)
def test_every_entry_can_be_shown_and_sampled(entry: Any) -> None:
    assert set(entry.name) == {"zh", "en"}
    assert all(entry.name.values())
    assert set(entry.good_at) <= set(GOOD_AT)
    assert entry.good_at
    assert replace(Sampling(), **entry.sampling)


def test_who_writes_memory_is_said_to_be_good_at_it() -> None:
    assert all(entry.writes_memory == ("memory" in entry.good_at) for entry in LISTING)


def test_a_file_with_a_known_hash_has_its_commit_and_size_too() -> None:
    """Else a pinned hash would be held against whatever stands there today."""
    for entry in PUBLIC:
        for file in entry.quantisations:
            known = (bool(file.sha256), bool(file.revision), file.size is not None)
            assert len(set(known)) == 1, file.file


def test_what_is_not_known_stays_unknown() -> None:
    entry = find_entry(LISTING, "QWEN3-4B")
    assert entry is not None
    file = entry.quantisation("q8_0")

    assert file is not None
    assert (file.size, file.sha256, file.revision) == (None, "", "")
    assert entry.memory(file, 4096) is None


def test_memory_is_weights_cache_and_buffers() -> None:
    assert cache_bytes(QWEN3_4B, 1) == 36 * 2 * 8 * 128 * 2
    assert buffer_bytes(QWEN3_4B, 512) >= 512 * 151936 * 4
    assert memory_bytes(10**9, QWEN3_4B, 8192) - memory_bytes(10**9, QWEN3_4B, 4096) == (
        cache_bytes(QWEN3_4B, 4096)
    )


def test_more_context_and_larger_models_need_more() -> None:
    small = [entry.memory(entry.quantisations[0], 4096) for entry in PUBLIC]
    large = [entry.memory(entry.quantisations[0], 8192) for entry in PUBLIC]

    assert small == sorted(small)
    assert all(a < b for a, b in zip(small, large, strict=True))
    assert tuple(CONTEXTS) == (4096, 8192)


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.update(version=2),
        lambda raw: raw["public"][0].update(repository="../somewhere"),
        lambda raw: raw["public"][0]["quantisations"][0].update(file="../../x.gguf"),
        lambda raw: raw["public"][0]["quantisations"][0].update(file="a/b.gguf"),
        lambda raw: raw["public"][0]["quantisations"][0].update(file=".gguf"),
        lambda raw: raw["public"][0]["quantisations"][0].update(revision="main"),
        lambda raw: raw["public"][0]["quantisations"][0].update(sha256="12"),
        lambda raw: raw["public"][0]["quantisations"][0].update(size=-1),
        lambda raw: raw["public"][0]["quantisations"][0].update(size="large"),
        lambda raw: raw["public"][0].update(quantisations=[]),
        lambda raw: raw["public"][1].update(id=raw["public"][0]["id"]),
        lambda raw: raw["public"][0].update(shape={"layers": 1}),
        lambda raw: raw["public"][0]["shape"].update(layers="28"),
        lambda raw: raw["public"][0]["shape"].update(layers=0),
        lambda raw: raw["public"][0].pop("sampling"),
        lambda raw: raw["public"][0].update(sampling="hot"),
    ],
)
def test_a_catalogue_that_says_nonsense_is_refused(change: Any, tmp_path: Path) -> None:
    (tmp_path / "catalogue.json").write_text(json.dumps(damaged(change)), "utf-8")

    with pytest.raises(WorldError) as caught:
        read_listing(tmp_path)

    assert caught.value.code == "assets_damaged"


def test_an_older_catalogue_without_public_models_is_read() -> None:
    raw = {"version": 1, "entries": [dict(RAW["entries"][0])]}
    for name in ("size", "sha256", "quantisation", "maker", "good_at", "divergence"):
        raw["entries"][0].pop(name, None)

    (entry,) = parse_listing(raw)

    assert (entry.maker, entry.good_at, entry.quantisations[0].size) == ("", (), None)
