"""Puts the models page together: shelf, catalogue, fit and kept trials become one view.

Reads small files and asks the system for numbers; changes nothing and knows no window.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from desktop.catalogue.listing import ModelEntry, Quantisation
from desktop.chat.acceptance_report import AcceptanceReport
from desktop.chat.choosing import kept_report
from desktop.chat.graphics_card import graphics_card
from desktop.chat.models_events import FileChoice, ModelCard, ModelsView
from desktop.models.download import Offer
from desktop.models.endpoints import make_endpoint
from desktop.models.fit import (
    NOT,
    SLOWLY,
    SMALLEST_TELLING_SIZE,
    UNKNOWN,
    WELL,
    Choice,
    Machine,
    Measured,
    fits,
    recommended,
)
from desktop.models.machine import read_machine
from desktop.models.shelf import Shelf, ShelvedModel
from desktop.paths import Paths

ORDER = (WELL, SLOWLY, UNKNOWN, NOT)


class ModelsLook:
    """Makes views.

    Args:
        listing: the catalogue.
        graphics: name and free bytes of the GPU; asked once, for it takes a process.
    """

    def __init__(
        self,
        paths: Paths,
        shelf: Shelf,
        listing: Sequence[ModelEntry],
        graphics: Callable[[], tuple[str, int]] = graphics_card,
    ) -> None:
        self._graphics = lru_cache(maxsize=1)(graphics)
        self._paths = paths
        self._shelf = shelf
        self._listing = listing

    def view(self, in_use: str, unfinished: Sequence[Offer] = ()) -> ModelsView:
        """The page as it is now.

        Args:
            in_use: path of the model that was chosen; "" is the starter.
        """
        models = self._shelf.models()
        reports = {m.id: kept_report(self._paths, self._shelf, m) for m in models}
        gpu, free = self._graphics()
        machine = read_machine(
            self._shelf.folder,
            gpu=gpu,
            gpu_free_memory=free,
            measured=_measured(models, reports),
        )
        here = {(model.entry, model.quantisation) for model in models if model.usable}
        best = recommended(machine, self._listing, here)
        endpoint = self._shelf.endpoint
        return ModelsView(
            here=tuple(
                self._here(model, reports[model.id], machine, in_use, best) for model in models
            ),
            others=self._others(machine, models, best, unfinished),
            machine=machine,
            folder=self._shelf.folder,
            own_folder=self._shelf.folder != self._paths.models,
            endpoint=endpoint,
            host=make_endpoint(endpoint).host,
            unfinished=tuple(unfinished),
            told=tuple(self._shelf.told()),
        )

    def _here(
        self,
        model: ShelvedModel,
        report: AcceptanceReport | None,
        machine: Machine,
        in_use: str,
        best: Choice | None,
    ) -> ModelCard:
        entry = self._shelf.entry_of(model) or ModelEntry(model.entry or model.id, model.name, ())
        file = Quantisation(model.quantisation, model.path.name, size=model.size or None)
        verdict = fits(machine, entry, file, here=True)
        is_best = best is not None and (best.entry.id, best.quantisation.name) == (
            model.entry,
            model.quantisation,
        )
        return ModelCard(
            id=model.id,
            name=model.name,
            files=(FileChoice(model.quantisation, model.path.name, model.size or None, verdict),),
            maker=entry.maker,
            licence=entry.licence,
            base=entry.base,
            good_at=entry.good_at,
            starter=entry.starter,
            writes_memory=entry.writes_memory,
            path=model.path,
            state=model.state,
            origin=model.origin,
            sha256=model.sha256,
            report=report,
            in_use=entry.starter if not in_use else Path(in_use) == model.path,
            recommended=is_best,
        )

    def _others(
        self,
        machine: Machine,
        models: Sequence[ShelvedModel],
        best: Choice | None,
        unfinished: Sequence[Offer],
    ) -> tuple[ModelCard, ...]:
        """Of each model that can be fetched: the files that are not here."""
        present = {(model.entry, model.quantisation) for model in models}
        have = {(o.wanted.entry, o.wanted.quantisation): o.have for o in unfinished}
        cards = []
        for entry in self._listing:
            files = [f for f in entry.quantisations if (entry.id, f.name) not in present]
            if entry.bundled or not files:
                continue
            cards.append(self._other(entry, files, machine, best, have))
        return tuple(sorted(cards, key=_rank))

    def _other(
        self,
        entry: ModelEntry,
        files: Sequence[Quantisation],
        machine: Machine,
        best: Choice | None,
        have: dict[tuple[str, str], int],
    ) -> ModelCard:
        choices = [FileChoice(f.name, f.file, f.size, fits(machine, entry, f)) for f in files]
        begun = [n for n, f in enumerate(files) if have.get((entry.id, f.name))]
        number = begun[0] if begun else _best_file(choices)
        is_best = best is not None and best.entry.id == entry.id
        return ModelCard(
            id=entry.id,
            name=entry.name,
            files=tuple(choices),
            best=number,
            maker=entry.maker,
            licence=entry.licence,
            base=entry.base,
            repository=files[number].repository,
            good_at=entry.good_at,
            writes_memory=entry.writes_memory,
            sha256=files[number].sha256,
            recommended=is_best,
            have=have.get((entry.id, files[number].name), 0),
        )


def _best_file(choices: Sequence[FileChoice]) -> int:
    """The largest of those that fit best; where none fits, the smallest."""
    levels = [ORDER.index(choice.verdict.level) for choice in choices]
    if min(levels) >= ORDER.index(NOT):
        return 0
    fitting = [n for n, level in enumerate(levels) if level == min(levels)]
    return max(fitting, key=lambda number: choices[number].size or 0)


def _rank(card: ModelCard) -> tuple[bool, int, int]:
    """The recommended one first, then what fits, the larger the better; then the rest by size."""
    level = ORDER.index(card.file.verdict.level)
    size = card.file.size or 0
    return (not card.recommended, level, size if level == ORDER.index(NOT) else -size)


def _measured(
    models: Sequence[ShelvedModel], reports: dict[str, AcceptanceReport | None]
) -> Measured | None:
    """The speed of the largest model that was tried here and is large enough to tell something."""
    found = [
        Measured(report.tokens_per_second, model.size)
        for model in models
        if (report := reports[model.id]) and report.tokens_per_second > 0
    ]
    telling = [one for one in found if one.size >= SMALLEST_TELLING_SIZE]
    return max(telling, key=lambda one: one.size, default=None)
