"""Puts the gate together for one model of the shelf, runs it, and keeps what came of it.

    for step in Trial(paths, shelf, model, make_engine).run(): ...

Used by the window's facade and by the command alike. The engine is the trial's own and is closed at
its end, whatever happens.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from desktop.chat.acceptance import Acceptance, Asked, Judged, Where
from desktop.chat.acceptance_judge import AcceptanceJudge
from desktop.chat.acceptance_report import FileMark, report_to_mapping
from desktop.chat.acceptance_table import load_acceptance
from desktop.chat.choosing import entry_of
from desktop.chat.computer import computer_name
from desktop.chat.floors import load_guard_or_floor
from desktop.chat.prompt import load_prompt
from desktop.chat.session import model_for
from desktop.engine.base import Engine
from desktop.errors import ModelFileError
from desktop.models.file_bytes import Tell
from desktop.models.shelf import READY, Shelf, ShelvedModel
from desktop.paths import Paths
from desktop.safety.guard_scene import listed_numbers
from desktop.safety.helplines import load_helplines
from desktop.settings import Settings


class Trial:
    """One run of the gate.

    Args:
        settings: how the model would be run, and whose numbers may be said.
        tell: bytes read and in all, where the file has to be read first; what it raises ends it.
    """

    def __init__(
        self,
        paths: Paths,
        shelf: Shelf,
        model: ShelvedModel,
        make_engine: Callable[[], Engine],
        settings: Settings | None = None,
        tell: Tell | None = None,
    ) -> None:
        self._paths = paths
        self._shelf = shelf
        self._model = model
        self._settings = settings or Settings()
        self._tell = tell
        self._engine = make_engine()
        self._gate = self._make_gate()

    def stop(self) -> None:
        """End it, with nothing kept; safe from any thread."""
        self._gate.stop()

    def run(self) -> Iterator[Asked | Judged]:
        """Read the file where its bytes are not certain, ask everything, keep the result.

        Raises ModelFileError: the file cannot be read, or is not what it was.
        """
        try:
            model = self._certain(self._model)
            running = model_for(entry_of(self._shelf, model), self._settings)
            mark = FileMark(model.path.name, model.size, model.sha256)
            for step in self._gate.run(running, mark, _where()):
                if isinstance(step, Judged):
                    self._shelf.keep_result(model, report_to_mapping(step.report))
                yield step
        finally:
            self._engine.close()

    def _certain(self, model: ShelvedModel) -> ShelvedModel:
        """With bytes that were read and are right; what is kept belongs to these bytes."""
        if model.state == READY and model.sha256:
            return model
        checked = self._shelf.verify(model, self._tell)
        if not checked.usable:
            raise ModelFileError("model_damaged", name=model.path.name, path=str(model.path))
        return checked

    def _make_gate(self) -> Acceptance:
        assets = self._paths.assets
        table = load_acceptance(assets)
        lines = load_helplines(assets).for_region(self._settings.region)
        judge = AcceptanceJudge(table, load_guard_or_floor(assets), listed_numbers(lines))
        return Acceptance(self._engine, table, judge, load_prompt(assets), time.monotonic)


def _where() -> Where:
    try:
        app = version("xinyu")
    except PackageNotFoundError:
        app = ""
    return Where(app, computer_name(), datetime.now(UTC).isoformat(timespec="seconds"))
