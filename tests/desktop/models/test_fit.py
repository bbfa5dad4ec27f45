"""What fits a machine, with sentences a person can follow; and what this machine has."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.catalogue.listing import find_entry, read_listing
from desktop.models.fit import Machine, Measured, fits, recommended
from desktop.models.machine import free_disk, read_machine
from desktop.paths import assets_folder
from desktop.wording import load_wording

GB = 1_000_000_000
LISTING = read_listing(assets_folder())
LAPTOP = Machine(memory=16 * GB, free_memory=11 * GB, free_disk=100 * GB)
OLD = Machine(memory=4 * GB, free_memory=2 * GB, free_disk=100 * GB)
GAMER = Machine(32 * GB, 24 * GB, 500 * GB, "GeForce", 12 * GB)


def verdict(machine: Machine, name: str, kind: str = "") -> tuple[str, str]:
    entry = find_entry(LISTING, name)
    assert entry is not None
    file = entry.quantisation(kind)
    assert file is not None
    found = fits(machine, entry, file)
    return found.level, found.reason


def test_a_laptop_talks_well_with_four_billion_and_slowly_with_eight() -> None:
    assert verdict(LAPTOP, "qwen3-4b", "Q4_K_M") == ("well", "memory")
    assert verdict(LAPTOP, "qwen3-8b", "Q4_K_M") == ("slowly", "speed")


def test_a_card_makes_the_large_one_quick() -> None:
    assert verdict(GAMER, "qwen3-14b", "Q4_K_M") == ("well", "gpu")


def test_a_card_that_is_full_does_not_help() -> None:
    full = replace(GAMER, gpu_free_memory=2 * GB)

    assert verdict(full, "qwen3-14b", "Q4_K_M") == ("slowly", "speed")


def test_an_old_machine_is_told_what_is_missing() -> None:
    assert verdict(OLD, "qwen3-8b", "Q4_K_M") == ("not", "memory_small")
    assert verdict(OLD, "qwen3-0.6b") == ("slowly", "memory_tight")


def test_a_full_disk_goes_before_everything() -> None:
    assert verdict(replace(LAPTOP, free_disk=2 * GB), "qwen3-4b", "Q4_K_M") == ("not", "disk")


def test_a_model_that_is_here_needs_no_room() -> None:
    entry = find_entry(LISTING, "qwen3-4b")
    assert entry is not None

    found = fits(replace(LAPTOP, free_disk=0), entry, entry.quantisations[0], here=True)

    assert found.level == "well"


def test_an_unknown_size_is_no_verdict() -> None:
    assert verdict(LAPTOP, "qwen3-4b", "Q8_0") == ("unknown", "size_unknown")


def test_what_was_measured_goes_before_what_is_guessed() -> None:
    quick = replace(LAPTOP, measured=Measured(20.0, 2_497_280_256))
    crawling = replace(LAPTOP, measured=Measured(0.5, 2_497_280_256))

    assert verdict(quick, "qwen3-8b", "Q4_K_M") == ("well", "memory")
    assert verdict(crawling, "qwen3-4b", "Q4_K_M") == ("not", "speed")


def test_the_speed_of_a_tiny_model_says_nothing_about_a_large_one() -> None:
    misled = replace(LAPTOP, measured=Measured(300.0, 34_000_000))

    assert verdict(misled, "qwen3-8b", "Q4_K_M") == verdict(LAPTOP, "qwen3-8b", "Q4_K_M")


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        (LAPTOP, "qwen3-4b"),
        (GAMER, "qwen3-14b"),
        (OLD, "qwen3-0.6b"),
        (replace(LAPTOP, free_disk=0), "xinyu-starter"),
        (Machine(GB, GB // 2, 100 * GB), "xinyu-starter"),
    ],
)
def test_one_is_recommended_and_it_fits(machine: Machine, expected: str) -> None:
    choice = recommended(machine, LISTING)

    assert choice is not None
    assert choice.entry.id == expected


def test_what_is_here_already_is_counted_without_the_disk() -> None:
    here = [("qwen3-1.7b", "Q8_0")]

    choice = recommended(replace(LAPTOP, free_disk=0), LISTING, here)

    assert choice is not None
    assert choice.entry.id == "qwen3-1.7b"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("machine", [LAPTOP, OLD, GAMER, replace(LAPTOP, free_disk=0)])
def test_every_verdict_is_a_sentence(machine: Machine, language: str) -> None:
    wording = load_wording(assets_folder(), language)

    for entry in LISTING:
        for file in entry.quantisations:
            found = fits(machine, entry, file)
            sentence = wording.sentence(found.code, found.details)
            assert found.code not in sentence
            assert "…" not in sentence


def test_this_machine_tells_its_memory_and_disk(tmp_path: Path) -> None:
    machine = read_machine(tmp_path / "not" / "yet" / "there", gpu="Card", gpu_free_memory=5)

    assert machine.memory > machine.free_memory > 0
    assert machine.free_disk == pytest.approx(free_disk(tmp_path), rel=0.2)
    assert (machine.gpu, machine.gpu_free_memory) == ("Card", 5)
