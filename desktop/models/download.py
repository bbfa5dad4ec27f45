"""Fetching a model, seen from the app: ask for its size, start after a yes, pause, go on, place it.

The app's own process opens no socket: `desktop.models.fetcher` runs as a child, and ending it is
what a pause is. Bytes gather in the shelf's `.parts`, under a name that nothing loads; only what
was verified is put on the shelf.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from desktop.catalogue.listing import ModelEntry, Quantisation
from desktop.errors import WorldError, XinyuError
from desktop.models import fetch_lines as lines
from desktop.models.endpoints import Endpoint, Token
from desktop.models.events import (
    Checking,
    DownloadEvent,
    Failed,
    Finished,
    Paused,
    Progress,
    Waiting,
)
from desktop.models.fetch_child import FetchChild
from desktop.models.file_bytes import megabytes
from desktop.models.machine import free_disk
from desktop.models.pace import Pace
from desktop.models.shelf import PARTS, Shelf
from desktop.models.shelf_index import Record
from desktop.vault.files import write_durably

log = logging.getLogger(__name__)
DISK_MARGIN = 200_000_000
_OFFER, _DATA = "offer.json", "data.part"
Launch = Callable[[lines.Order], FetchChild]


@dataclass(frozen=True)
class Wanted:
    """Which file of which model.

    Attributes:
        entry, quantisation: of the catalogue.
        repository, file, revision: where it stands; revision "" is the newest.
        size, sha256: what the catalogue knows; None and "" where it does not.
    """

    entry: str
    quantisation: str
    repository: str
    file: str
    revision: str = ""
    size: int | None = None
    sha256: str = ""


@dataclass(frozen=True)
class Offer:
    """What a download would be. Nothing of the file was fetched yet.

    Attributes:
        endpoint: address it would come from.
        revision: the commit it is pinned to.
        size: bytes of the file; what `start` must be given back as confirmed.
        sha256: of the whole file, by the catalogue or else by the hub; "" where nobody says: then
            it is learned at this first download and pinned.
        have: bytes that are here already from an earlier try.
    """

    wanted: Wanted
    endpoint: str
    revision: str
    size: int
    sha256: str = ""
    have: int = 0

    @property
    def left(self) -> int:
        """Bytes that would be fetched."""
        return self.size - self.have


def wanted_file(entry: ModelEntry, file: Quantisation) -> Wanted:
    """This file of this model; raises WorldError("download_bundled") for one that came along."""
    if not file.repository:
        raise WorldError("download_bundled", name=file.file)
    return Wanted(
        entry.id, file.name, file.repository, file.file, file.revision, file.size, file.sha256
    )


class Downloads:
    """All downloads of this machine.

    Args:
        shelf: where models go.
        launch: starts the fetching process with an order.
        patience: seconds of the first wait after a cut.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        shelf: Shelf,
        launch: Launch = FetchChild,
        patience: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._shelf = shelf
        self._launch = launch
        self._patience = patience
        self._clock = clock

    def ask(self, wanted: Wanted, endpoint: Endpoint, token: Token | None = None) -> Offer:
        """Learn the size: some hundred bytes of headers, none of the file. Blocks for seconds.

        Raises WorldError with what kept it; "download_changed" where the repository holds another
        file than the catalogue knows.
        """
        order = lines.Order(
            deed="ask",
            endpoint=endpoint.url,
            repository=wanted.repository,
            file=wanted.file,
            revision=wanted.revision,
            token=token.for_endpoint(endpoint) if token else "",
            patience=self._patience,
        )
        found = self._answer(order)
        for known, told in ((wanted.size, found.size), (wanted.sha256, found.sha256)):
            if known and told and known != told:
                raise WorldError("download_changed", name=wanted.file)
        offer = Offer(
            wanted, endpoint.url, found.revision, found.size, wanted.sha256 or found.sha256
        )
        return self._with_have(offer)

    def start(self, offer: Offer, confirmed: int, token: Token | None = None) -> Download:
        """Begin, or go on where it stopped. Only now are bytes of the file fetched.

        Args:
            confirmed: the size that was shown to the person and said yes to, in bytes.

        Raises WorldError: another size than the offer's ("download_not_confirmed"), no room, or a
        folder that cannot be written.
        """
        if confirmed != offer.size:
            raise WorldError("download_not_confirmed")
        offer = self._with_have(offer)
        folder = self._part_folder(offer)
        free = free_disk(self._shelf.folder)
        if offer.left + DISK_MARGIN > free:
            numbers = megabytes(offer.left + DISK_MARGIN, free)
            raise WorldError("download_no_space", name=offer.wanted.file, **numbers)
        try:
            write_durably(folder / _OFFER, json.dumps(asdict(offer)).encode("utf-8"))
        except OSError as error:
            place = str(self._shelf.folder)
            raise WorldError("models_folder_unusable", folder=place) from error
        endpoint = Endpoint(offer.endpoint)
        order = lines.Order(
            deed="fetch",
            endpoint=offer.endpoint,
            repository=offer.wanted.repository,
            file=offer.wanted.file,
            revision=offer.revision,
            token=token.for_endpoint(endpoint) if token else "",
            part=str(folder / _DATA),
            size=offer.size,
            sha256=offer.sha256,
            patience=self._patience,
        )
        return Download(self._shelf, offer, folder, self._launch(order), self._clock)

    def unfinished(self) -> list[Offer]:
        """Downloads that were paused or cut off, also by an end of the app; `start` goes on."""
        try:
            folders = sorted((self._shelf.folder / PARTS).iterdir())
        except OSError:
            return []
        offers = (_read_offer(folder / _OFFER) for folder in folders)
        return [self._with_have(offer) for offer in offers if offer]

    def discard(self, offer: Offer) -> None:
        """Throw away what arrived of it."""
        shutil.rmtree(self._part_folder(offer), ignore_errors=True)

    def _answer(self, order: lines.Order) -> lines.Offered:
        child = self._launch(order)
        try:
            for report in child.reports():
                if isinstance(report, lines.Offered):
                    return report
                if isinstance(report, lines.Refused):
                    raise WorldError(report.code, **report.details)
            raise WorldError("download_fetcher_died")
        finally:
            child.end()

    def _part_folder(self, offer: Offer) -> Path:
        """One for each file at each commit: parts of two revisions never meet."""
        name = f"{offer.wanted.repository}\n{offer.wanted.file}\n{offer.revision}\n{offer.sha256}"
        key = hashlib.sha256(name.encode("utf-8")).hexdigest()[:16]
        return self._shelf.folder / PARTS / key

    def _with_have(self, offer: Offer) -> Offer:
        try:
            have = (self._part_folder(offer) / _DATA).stat().st_size
        except OSError:
            have = 0
        return replace(offer, have=min(have, offer.size))


class Download:
    """One running download; made by `Downloads.start`.

    `events` is read by one thread; `pause` may be called from any.
    """

    def __init__(
        self,
        shelf: Shelf,
        offer: Offer,
        folder: Path,
        child: FetchChild,
        clock: Callable[[], float],
    ) -> None:
        self.offer = offer
        self._shelf = shelf
        self._folder = folder
        self._child = child
        self._pace = Pace(clock, offer.have)
        self._paused = False
        self._host = Endpoint(offer.endpoint).host

    @property
    def pid(self) -> int:
        """Of the fetching process."""
        return self._child.pid

    def pause(self) -> None:
        """Stop fetching; what arrived stays. `events` then ends with Paused."""
        self._paused = True
        self._child.end()

    def events(self) -> Iterator[DownloadEvent]:
        """What happens, until Finished, Paused or Failed; blocks between events."""
        try:
            for report in self._child.reports():
                event = self._event(report)
                if event is not None:
                    yield event
                if isinstance(event, Finished | Failed):
                    return
        finally:
            self._child.end()
        if self._paused:
            yield Paused(self._have(), self.offer.size)
        else:
            yield Failed(WorldError("download_fetcher_died"), resumable=True)

    def _event(self, report: lines.Report) -> DownloadEvent | None:
        match report:
            case lines.Got(have, size):
                return self._progress(have, size)
            case lines.Held():
                return self._waiting(report)
            case lines.Hashing(have, size):
                return Checking(have, size)
            case lines.Fetched(sha256, size):
                return self._place(sha256, size)
            case lines.Refused(code, resumable, details):
                return Failed(WorldError(code, **details), resumable)
            case _:
                return None

    def _waiting(self, held: lines.Held) -> Waiting:
        code = "download_waiting" + ("_asked" if held.code == "download_too_many" else "")
        host = str(held.details.get("host") or self._host)
        seconds = max(1, round(held.seconds))
        return Waiting(WorldError(code, host=host, seconds=seconds), held.seconds, held.code)

    def _progress(self, have: int, size: int) -> Progress:
        rate = self._pace.arrived(have)
        left = (size - have) / rate if rate > 0 else None
        return Progress(have, size, rate, left, self._pace.is_slow(size - have))

    def _place(self, sha256: str, size: int) -> Finished | Failed:
        """The child's word for the hash; the file goes onto the shelf under its own name."""
        wanted = self.offer.wanted
        record = Record(
            path=wanted.file,
            origin="downloaded",
            entry=wanted.entry,
            quantisation=wanted.quantisation,
            size=size,
            sha256=sha256,
            repository=wanted.repository,
            revision=self.offer.revision,
        )
        try:
            model = self._shelf.adopt(self._folder / _DATA, record)
        except XinyuError as error:
            return Failed(error, resumable=True)
        shutil.rmtree(self._folder, ignore_errors=True)
        log.info("model placed: %s, %d bytes", model.id, size)
        return Finished(model)

    def _have(self) -> int:
        try:
            return (self._folder / _DATA).stat().st_size
        except OSError:
            return 0


def _read_offer(path: Path) -> Offer | None:
    try:
        raw = json.loads(path.read_text("utf-8"))
        return Offer(**{**raw, "wanted": Wanted(**raw["wanted"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None
