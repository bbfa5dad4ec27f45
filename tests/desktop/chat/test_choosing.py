"""Which model answers: the chosen one where it passed here, else the starter, and why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.catalogue.listing import read_listing
from desktop.chat.acceptance import Judged
from desktop.chat.acceptance_report import AcceptanceReport, report_to_mapping
from desktop.chat.acceptance_table import load_acceptance
from desktop.chat.accepting import Trial
from desktop.chat.choosing import choose, kept_report
from desktop.chat.computer import computer_name
from desktop.chat.session import open_session
from desktop.engine.scripted import ScriptedEngine
from desktop.errors import ModelFileError
from desktop.models.shelf import Shelf, ShelvedModel
from desktop.paths import Paths, assets_folder
from desktop.settings import Settings
from tests.support.gate import well_behaved
from tests.support.tiny_gguf import write_tiny_gguf

TABLE = load_acceptance(assets_folder())


@pytest.fixture
def paths(own_home: Path) -> Paths:
    return Paths(own_home, assets_folder())


@pytest.fixture
def shelf(paths: Paths) -> Shelf:
    return Shelf(paths, read_listing(paths.assets))


@pytest.fixture
def model(shelf: Shelf, tmp_path: Path) -> ShelvedModel:
    return shelf.add(write_tiny_gguf(tmp_path / "大 模型.gguf"), copy=False)


def tried(
    paths: Paths, shelf: Shelf, model: ShelvedModel, says: dict[str, str] | None = None
) -> AcceptanceReport:
    trial = Trial(paths, shelf, model, lambda: well_behaved(TABLE, says))
    *_, last = trial.run()
    assert isinstance(last, Judged)
    return last.report


def test_nothing_chosen_is_the_starter(paths: Paths) -> None:
    chosen = choose(paths, "")
    assert (chosen.entry.starter, chosen.notice) == (True, "")


def test_the_starter_by_its_path_needs_no_trial(paths: Paths) -> None:
    path = choose(paths, "").entry.path
    chosen = choose(paths, str(path))
    assert (chosen.entry.starter, chosen.notice) == (True, "")


def test_a_model_answers_once_it_passed(paths: Paths, shelf: Shelf, model: ShelvedModel) -> None:
    assert choose(paths, str(model.path)).notice == "model_not_tried"
    assert choose(paths, str(model.path)).entry.starter
    tried(paths, shelf, model)

    chosen = choose(paths, str(model.path))
    assert (chosen.entry.path, chosen.notice) == (model.path, "")


def test_a_warning_does_not_hold_it_back(paths: Paths, shelf: Shelf, model: ShelvedModel) -> None:
    assert tried(paths, shelf, model, {"safety": "嗯。"}).warned
    assert choose(paths, str(model.path)).entry.path == model.path


def test_a_failed_trial_does(paths: Paths, shelf: Shelf, model: ShelvedModel) -> None:
    tried(paths, shelf, model, {"speaks": ""})
    chosen = choose(paths, str(model.path))
    assert (chosen.entry.starter, chosen.notice) == (True, "model_not_accepted")


@pytest.mark.parametrize("change", [{"machine": "another one"}, {"table": 0}])
def test_a_result_counts_for_one_computer_and_one_set_of_questions(
    paths: Paths, shelf: Shelf, model: ShelvedModel, change: dict[str, object]
) -> None:
    report = replace(tried(paths, shelf, model), **change)  # type: ignore[arg-type]
    shelf.keep_result(model, report_to_mapping(report))

    assert kept_report(paths, shelf, model) is None
    assert choose(paths, str(model.path)).notice == "model_not_tried"


def test_other_bytes_are_another_model(paths: Paths, shelf: Shelf, model: ShelvedModel) -> None:
    tried(paths, shelf, model)
    data = bytearray(model.path.read_bytes())
    data[-1] ^= 1
    model.path.write_bytes(data)
    assert choose(paths, str(model.path)).notice == "model_not_tried"
    found = shelf.find(str(model.path))
    assert found is not None
    with pytest.raises(ModelFileError, match="model_damaged"):
        tried(paths, shelf, found)

    assert choose(paths, str(model.path)).notice == "model_chosen_damaged"
    named = choose(paths, str(model.path), named=True)  # a damaged file is loaded for nobody
    assert (named.entry.starter, named.notice) == (True, "model_chosen_damaged")


def test_a_model_that_is_not_there_is_told(paths: Paths, shelf: Shelf, model: ShelvedModel) -> None:
    tried(paths, shelf, model)
    model.path.unlink()

    assert choose(paths, str(model.path)).notice == "model_chosen_away"
    assert choose(paths, "/nowhere/at all.gguf").notice == "model_chosen_away"


def test_what_is_named_on_the_command_line_is_not_held_back(
    paths: Paths, model: ShelvedModel
) -> None:
    chosen = choose(paths, str(model.path), named=True)
    assert (chosen.entry.path, chosen.notice) == (model.path, "")


def test_what_was_named_stays_until_another_is_chosen(paths: Paths, model: ShelvedModel) -> None:
    paths.home.mkdir(parents=True, exist_ok=True)
    engine = ScriptedEngine()
    session = open_session(paths, lambda: engine, str(model.path))
    try:
        names = []
        for settings in (Settings(), Settings(theme="dark"), Settings(model="/gone.gguf")):
            session.save_settings(settings)
            list(session.load())
            assert engine.loaded is not None
            names.append(engine.loaded.name)
    finally:
        session.close()

    assert names == [model.path.stem, model.path.stem, "xinyu-starter-Q5_K_M"]


def test_nonsense_that_was_kept_counts_as_not_tried(
    paths: Paths, shelf: Shelf, model: ShelvedModel
) -> None:
    shelf.keep_result(model, {"accepted": True, "criteria": 7})

    assert kept_report(paths, shelf, model) is None


def test_the_computer_is_named_without_naming_anybody(tmp_path: Path) -> None:
    info = tmp_path / "cpuinfo"
    info.write_text("processor: 0\nmodel name\t: Some CPU @ 2.00GHz\n", "utf-8")

    assert "Some CPU @ 2.00GHz" in computer_name(info)
    assert "Some CPU" not in computer_name(tmp_path / "none")
