"""Which model answers: the one that was chosen, where it passed the gate here; else the starter.

The one place that decides it, for window and terminal alike. A file that is named on the command
line is a maintainer's own decision and is not held back. Knows no engine process.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.catalogue.entries import CatalogueEntry, choose_entry
from desktop.catalogue.listing import read_listing
from desktop.chat.acceptance_report import AcceptanceReport, report_from_mapping
from desktop.chat.acceptance_table import load_acceptance
from desktop.chat.answering import Server
from desktop.chat.computer import computer_name
from desktop.errors import XinyuError
from desktop.models.shelf import AWAY, DAMAGED, UNVERIFIED, Shelf, ShelvedModel
from desktop.paths import Paths


@dataclass(frozen=True)
class Chosen:
    """The model that answers.

    Attributes:
        notice: code of a sentence that says why it is not the one that was asked for; "" else.
    """

    entry: CatalogueEntry
    notice: str = ""


def who_answers(server: Server | None, paths: Paths, wanted: str, *, named: bool = False) -> Chosen:
    """The server where one is set for this computer, else what `choose` says."""
    return choose(paths, wanted, named=named) if server is None else Chosen(server.entry())


def choose(paths: Paths, wanted: str, *, named: bool = False) -> Chosen:
    """The model for a path or id; the starter for "".

    Args:
        named: on the command line; it is not asked whether it passed the gate, but one that is
            known to be damaged is never loaded.
    """
    if not wanted:
        return Chosen(choose_entry(paths.assets, ""))
    shelf = Shelf(paths, read_listing(paths.assets))
    model = shelf.find(wanted)
    if named and model is not None and model.state == DAMAGED:
        return Chosen(choose_entry(paths.assets, ""), "model_chosen_damaged")
    if named:
        return Chosen(entry_of(shelf, model) if model else choose_entry(paths.assets, wanted))
    if model is not None and model.origin == "bundled":
        return Chosen(entry_of(shelf, model))
    notice = _held_back(paths, shelf, model)
    if model is None or notice:
        return Chosen(choose_entry(paths.assets, ""), notice)
    return Chosen(entry_of(shelf, model))


def entry_of(shelf: Shelf, model: ShelvedModel) -> CatalogueEntry:
    """How a model of the shelf is run: as its catalogue entry says, where it has one."""
    known = shelf.entry_of(model)
    if known is None:
        return CatalogueEntry(id=model.id, path=model.path, name=model.name)
    return CatalogueEntry(
        id=known.id,
        path=model.path,
        name=known.name,
        starter=known.starter,
        writes_memory=known.writes_memory,
        sampling=known.sampling,
    )


def kept_report(paths: Paths, shelf: Shelf, model: ShelvedModel) -> AcceptanceReport | None:
    """What came of the gate for these bytes, on this computer, with the questions of now."""
    found = shelf.result(model)
    if found is None:
        return None
    try:
        report = report_from_mapping(found)
        questions = load_acceptance(paths.assets).version
    except (ValueError, XinyuError):
        return None
    counts = report.machine == computer_name() and report.table == questions
    return report if counts else None


def _held_back(paths: Paths, shelf: Shelf, model: ShelvedModel | None) -> str:
    if model is None or model.state == AWAY or not Path(model.path).is_file():
        return "model_chosen_away"
    if model.state == DAMAGED:
        return "model_chosen_damaged"
    report = kept_report(paths, shelf, model)
    if report is None or model.state == UNVERIFIED:  # other bytes may lie there by now
        return "model_not_tried"
    return "" if report.accepted else "model_not_accepted"
