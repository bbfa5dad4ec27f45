"""The window's hand to models: what is here, fetching, adding, checking, trying out.

Every deed returns at once and is done in a thread of its own lane; what comes of it is told as an
event, from that thread. So the window never waits for a disk, a network or a model. A download goes
on while the page is closed. No Qt.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from desktop.catalogue.listing import ModelEntry, find_entry, read_listing
from desktop.chat.acceptance import Judged
from desktop.chat.accepting import Trial
from desktop.chat.graphics_card import graphics_card
from desktop.chat.models_events import (
    Changed,
    Downloading,
    Found,
    ModelsEvent,
    Offered,
    Reading,
    Refused,
    Seen,
    TrialStopped,
    Tried,
    Trying,
)
from desktop.chat.models_look import ModelsLook
from desktop.engine.base import Engine
from desktop.engine.client import ProcessEngine
from desktop.errors import WorldError, XinyuError
from desktop.models.download import Download, Downloads, Offer, wanted_file
from desktop.models.endpoints import make_endpoint
from desktop.models.events import Paused
from desktop.models.shelf import Shelf, ShelvedModel
from desktop.paths import Paths
from desktop.settings import Settings

LANES = ("look", "line", "download", "work")
_log = logging.getLogger(__name__)


class _StoppedError(Exception):
    """The person ended what was being read."""


class ModelsDesk:
    """All deeds; safe to be asked from one thread, the window's.

    Args:
        tell: called from the lanes' threads with each event.
        make_engine: for trials.
        make_downloads: given the shelf.
    """

    def __init__(
        self,
        paths: Paths,
        tell: Callable[[ModelsEvent], object],
        make_engine: Callable[[], Engine] = ProcessEngine,
        make_downloads: Callable[[Shelf], Downloads] = Downloads,
    ) -> None:
        self._paths = paths
        self._make_engine = make_engine
        self._tell_whom = tell
        self._listing: list[ModelEntry] = read_listing(paths.assets)
        self._shelf = Shelf(paths, self._listing)
        self._downloads = make_downloads(self._shelf)
        self._look = ModelsLook(
            paths, self._shelf, self._listing, partial(graphics_card, make_engine)
        )
        self._lanes = {name: ThreadPoolExecutor(1, f"models-{name}") for name in LANES}
        self._closing = threading.Event()
        self._stopped = threading.Event()
        self._download: Download | None = None
        self._discard = False
        self._trial: Trial | None = None

    # What is here

    def look(self, in_use: str) -> None:
        """Read everything anew; Seen tells."""

        def read() -> None:
            unfinished = self._downloads.unfinished()
            self._tell(Seen(self._look.view(in_use, unfinished)))

        self._do("look", "look", read)

    def use_folder(self, folder: Path | None) -> None:
        """Keep new models elsewhere, for everybody on this computer; None: in the usual place."""
        self._change("folder", lambda: self._shelf.use_folder(folder))

    def use_endpoint(self, text: str) -> None:
        """Fetch from "official", "mirror" or an address."""

        def change() -> None:
            make_endpoint(text)
            self._shelf.use_endpoint("" if text == "official" else text)

        self._change("endpoint", change)

    # Fetching

    def ask(self, entry: str, quantisation: str) -> None:
        """Ask the source for the size; Offered tells. Only this reaches out, and only for that."""

        def ask() -> None:
            model = find_entry(self._listing, entry)
            file = model.quantisation(quantisation) if model else None
            if model is None or file is None:
                raise WorldError("model_unknown", name=entry)
            endpoint = make_endpoint(self._shelf.endpoint)
            offer = self._downloads.ask(wanted_file(model, file), endpoint)
            self._tell(Offered(offer, endpoint.host))

        self._do("line", "ask", ask)

    def fetch(self, offer: Offer) -> None:
        """The person said yes to this offer; Downloading tells, until Finished, Paused, Failed."""

        def fetch() -> None:
            self._discard = False
            self._download = download = self._downloads.start(offer, offer.size)
            try:
                if self._closing.is_set():
                    download.pause()
                for event in download.events():
                    if self._discard and isinstance(event, Paused):
                        self._downloads.discard(offer)
                        self._tell(Changed("discard", offer.wanted.entry))
                        return
                    self._tell(Downloading(offer.wanted.entry, event))
            finally:
                self._download = None

        self._do("download", "fetch", fetch)

    def pause(self) -> None:
        """Stop fetching; what arrived stays."""
        if (download := self._download) is not None:
            download.pause()

    def discard(self, entry: str) -> None:
        """Give a download up, running or paused; what arrived of it is thrown away."""
        if (download := self._download) is not None and download.offer.wanted.entry == entry:
            self._discard = True
            download.pause()
            return

        def discard() -> None:
            for offer in self._downloads.unfinished():
                if offer.wanted.entry == entry:
                    self._downloads.discard(offer)

        self._change("discard", discard, "download")

    # Files that are here

    def verify(self, model: str) -> None:
        """Read a whole file; Reading and Changed tell."""
        self._change(
            "verify", lambda: self._shelf.verify(self._found(model), self._reader("verify"))
        )

    def inspect(self, path: Path) -> None:
        """Look at a file that might be added; Found tells."""
        self._do("work", "inspect", lambda: self._tell(Found(self._shelf.inspect(path))))

    def add(self, path: Path, *, copy: bool) -> None:
        """Take a file in; Reading and Changed tell."""
        self._change("add", lambda: self._shelf.add(path, copy, self._reader("add")))

    def remove(self, model: str, in_use: str) -> None:
        """Take a model away; the one that is in use and those that came along stay."""

        def remove() -> None:
            found = self._found(model)
            if in_use and Path(in_use) == found.path:
                raise WorldError("model_in_use", name=found.path.name)
            self._shelf.remove(found)

        self._change("remove", remove)

    # Trying out

    def try_out(self, model: str, settings: Settings) -> None:
        """Ask a model everything; Trying, and at the end Tried or TrialStopped tell."""

        def run() -> None:
            found = self._found(model)
            self._trial = trial = Trial(
                self._paths, self._shelf, found, self._make_engine, settings, self._reader("try")
            )
            try:
                self._tell(self._ended(found, trial))
            except _StoppedError:
                self._tell(TrialStopped(model))
            finally:
                self._trial = None

        self._do("work", "try", run)

    def _ended(self, model: ShelvedModel, trial: Trial) -> Tried | TrialStopped:
        if self._stopped.is_set():
            trial.stop()
        for step in trial.run():
            if isinstance(step, Judged):
                entry = self._shelf.entry_of(model)
                starter = entry is not None and entry.starter
                return Tried(model.id, model.path, starter, step.report)
            self._tell(Trying(model.id, step))
        return TrialStopped(model.id)

    def stop(self) -> None:
        """End a trial, or the reading of a file."""
        self._stopped.set()
        if (trial := self._trial) is not None:
            trial.stop()

    def close(self) -> None:
        """End everything; a download is paused and can be gone on with. Safe to call twice."""
        self._closing.set()
        self.stop()
        self.pause()
        for lane in self._lanes.values():
            lane.shutdown(wait=True, cancel_futures=True)

    # Inside

    def _found(self, wanted: str) -> ShelvedModel:
        model = self._shelf.find(wanted)
        if model is None:
            raise WorldError("model_unknown", name=wanted)
        return model

    def _reader(self, deed: str) -> Callable[[int, int], None]:
        def tell(done: int, total: int) -> None:
            if self._stopped.is_set() or self._closing.is_set():
                raise _StoppedError
            self._tell(Reading(deed, done, total))

        return tell

    def _change(self, deed: str, work: Callable[[], object], lane: str = "work") -> None:
        def change() -> None:
            done = work()
            self._tell(Changed(deed, done.id if isinstance(done, ShelvedModel) else ""))

        self._do(lane, deed, change)

    def _do(self, lane: str, deed: str, work: Callable[[], object]) -> None:
        if self._closing.is_set():
            return
        if lane == "work":
            self._stopped.clear()
        self._lanes[lane].submit(self._guarded, deed, work)

    def _guarded(self, deed: str, work: Callable[[], object]) -> None:
        try:
            work()
        except _StoppedError:
            self._tell(Changed("stopped"))
        except XinyuError as error:
            _log.warning("models, %s: %s", deed, error)
            self._tell(Refused(deed, error))
        except Exception as error:
            _log.error("a fault of ours", exc_info=error)
            self._tell(Refused(deed, XinyuError("unexpected")))

    def _tell(self, event: ModelsEvent) -> None:
        if not self._closing.is_set():
            self._tell_whom(event)
