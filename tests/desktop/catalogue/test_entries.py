"""The catalogue and the model that ships with the checkout: present, small, honest about itself."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, replace
from pathlib import Path

import pytest

from desktop.catalogue.entries import choose_entry, entry_of_file, read_catalogue
from desktop.engine.base import Sampling
from desktop.engine.gguf_header import check_model_file
from desktop.errors import ModelFileError, WorldError
from desktop.paths import assets_folder

ASSETS = assets_folder()
STARTER = next(entry for entry in read_catalogue(ASSETS) if entry.starter)
MANIFEST = json.loads((ASSETS / "models" / "manifest.json").read_text("utf-8"))
CARD = (ASSETS / "models" / "README.md").read_text("utf-8")
MEBIBYTE = 1024 * 1024


def test_the_starter_is_here_and_at_most_40_mebibytes() -> None:
    assert STARTER.path.stat().st_size <= 40 * MEBIBYTE


def test_the_starter_is_the_file_its_manifest_describes() -> None:
    name = STARTER.path.name

    assert MANIFEST["figures"]["files"][name]["size"] == STARTER.path.stat().st_size
    assert MANIFEST["outputs"][name] == hashlib.sha256(STARTER.path.read_bytes()).hexdigest()


def test_the_starter_is_small_and_of_the_family_the_later_ones_have() -> None:
    header = check_model_file(STARTER.path)

    assert header.architecture == "qwen3"
    assert MANIFEST["figures"]["parameters"] <= 60_000_000


def test_the_starter_was_proven_against_what_was_trained() -> None:
    figures = MANIFEST["figures"]

    assert figures["tokens"]["equal"]
    assert figures["logits"]["F16"]["top1"] >= 0.995
    assert all(file["within"] for file in figures["divergence"]["files"].values())


def test_the_starter_carries_the_template_training_used() -> None:
    template = (ASSETS / "chat_template.jinja").read_bytes()

    assert MANIFEST["figures"]["template_sha256"] == hashlib.sha256(template).hexdigest()
    assert template in STARTER.path.read_bytes()


@pytest.mark.parametrize("source", ["SMILE", "CPsyCounD", "EmoLLM"])
def test_the_card_attributes_what_it_was_trained_on(source: str) -> None:
    assert source in CARD


@pytest.mark.parametrize("word", ["CC0", "CC BY 4.0", "MIT", "Apache-2.0", "1.7"])
def test_the_card_tells_licences_and_figures(word: str) -> None:
    assert word in CARD


def test_every_entry_samples_by_names_the_engine_knows() -> None:
    known = {field.name for field in fields(Sampling)}

    for entry in read_catalogue(ASSETS):
        assert set(entry.sampling) <= known
        assert replace(Sampling(), **entry.sampling)
        assert set(entry.name) == {"zh", "en"}


def test_without_a_wish_the_starter_is_chosen() -> None:
    assert choose_entry(ASSETS, "") == STARTER


def test_a_file_from_elsewhere_gets_an_entry_by_its_name(tmp_path: Path) -> None:
    entry = choose_entry(ASSETS, str(tmp_path / "我的 模型.gguf"))

    assert (entry.id, entry.starter) == ("我的 模型", False)


def test_the_starters_own_path_is_recognised() -> None:
    assert entry_of_file(STARTER.path, read_catalogue(ASSETS)) == STARTER


def test_a_catalogue_without_a_starter_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "catalogue.json").write_text('{"version": 1, "entries": []}')

    with pytest.raises(ModelFileError):
        choose_entry(tmp_path, "")


@pytest.mark.parametrize("broken", ["", "[]", '{"entries": [{"id": 1}]}'])
def test_a_broken_catalogue_is_a_sentence(tmp_path: Path, broken: str) -> None:
    (tmp_path / "catalogue.json").write_text(broken)

    with pytest.raises(WorldError) as caught:
        read_catalogue(tmp_path)

    assert caught.value.code == "assets_damaged"
