"""`xinyu bench download`: cuts at random places of a large download, and flipped bytes.

The real fetching process and shelf against a hub on loopback. Lines are closed, torn, and the
process killed, in turns; what is counted is what the storage handed to the line, so bytes that a
cut threw away count twice. Nothing that is loadable may lie in the models folder before it was
verified. Exit status 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from desktop.benchmarks.figures import Figure, report
from desktop.benchmarks.hub_server import Act, Break, HubServer, write_model
from desktop.models.download import Download, Downloads, Offer, Wanted
from desktop.models.endpoints import make_endpoint
from desktop.models.events import Failed, Finished
from desktop.models.shelf import Shelf
from desktop.paths import Paths, assets_folder

DEEDS = ("close", "reset", "stop")
MOST_STARTS = 200
FLIPPED_SIZE = 48_000_000


@dataclass
class Found:
    """What came of one large download."""

    sent: int = 0
    size: int = 0
    right: bool = False
    starts: int = 0
    seconds: float = 0.0
    loadable_early: int = 0
    breaks: list[str] = field(default_factory=list)


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="xinyu bench download", description=__doc__)
    parser.add_argument("--size", type=int, default=2_000_000_000, help="bytes")
    parser.add_argument("--cuts", type=int, default=20)
    parser.add_argument("--flips", type=int, default=20, help="downloads with one flipped byte")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    return report(measure(options.size, options.cuts, options.flips, options.seed), options.json)


def measure(size: int, cuts: int, flips: int, seed: int) -> list[Figure]:
    """All figures."""
    with tempfile.TemporaryDirectory(prefix="xinyu-bench-") as folder:
        cut = download_with_cuts(Path(folder) / "cuts", size, cuts, seed)
        missed, early = flipped_bytes(Path(folder) / "flips", flips, seed)
    return [
        Figure("size of the file", size / 1e6, "MB"),
        Figure("cuts", len(cut.breaks), ""),
        Figure("of these the process was killed", cut.breaks.count("stop"), ""),
        Figure("bytes fetched over size", cut.sent / size, "x", 1.02),
        Figure("file not right", int(not cut.right), "", 0),
        Figure("time", cut.seconds, "s"),
        Figure("rate with all cuts", size / 1e6 / cut.seconds, "MB/s"),
        Figure("downloads with one flipped byte", flips, ""),
        Figure("flipped bytes not found", missed, "", 0),
        Figure("loadable before it was verified", cut.loadable_early + early, "", 0),
    ]


def download_with_cuts(folder: Path, size: int, cuts: int, seed: int) -> Found:
    """One download whose line breaks at `cuts` random places."""
    chance = random.Random(seed)
    served = _serve(folder, size, seed)
    places = sorted(chance.sample(range(100_000, size - 1), cuts))
    breaks = [Break(place, DEEDS[n % len(DEEDS)]) for n, place in enumerate(places)]
    with HubServer(served) as hub:
        hub.breaks.extend(breaks)
        desk = _Desk(folder / "home", hub)
        found = desk.fetch()
    found.breaks = [one.deed for one in breaks]
    return found


def flipped_bytes(folder: Path, flips: int, seed: int) -> tuple[int, int]:
    """(downloads in which the flipped byte was not found, times something was loadable)."""
    chance = random.Random(seed + 1)
    served = _serve(folder, FLIPPED_SIZE, seed)
    missed = early = 0
    with HubServer(served) as hub:
        for number in range(flips):
            hub.always = Act(flip=chance.randrange(FLIPPED_SIZE))
            desk = _Desk(folder / f"home-{number}", hub)
            missed += desk.fetch(once=True).right
            early += bool(desk.loadable())
    return missed, early


class _Desk:
    """A shelf of its own that fetches what the hub serves."""

    def __init__(self, home: Path, hub: HubServer) -> None:
        self._hub = hub
        self._shelf = Shelf(Paths(home, assets_folder()), [])
        self._downloads = Downloads(self._shelf, patience=0.05)
        self._running: Download | None = None
        hub.on_stop = self._kill

    def fetch(self, once: bool = False) -> Found:
        """Until the file is on the shelf, starting again whenever the process was killed."""
        began = time.monotonic()
        wanted = Wanted("bench", "", "bench/model-GGUF", self._hub.file.name)
        offer = self._downloads.ask(wanted, make_endpoint(self._hub.url))
        found = Found(size=offer.size)
        while not found.right and found.starts < (1 if once else MOST_STARTS):
            found.starts += 1
            self._one_start(offer, found)
        found.sent = self._hub.sent
        found.seconds = time.monotonic() - began
        return found

    def loadable(self) -> list[Path]:
        """Everything that has a model's name."""
        return list(self._shelf.folder.rglob("*.gguf"))

    def _one_start(self, offer: Offer, found: Found) -> None:
        self._running = self._downloads.start(offer, offer.size)
        for event in self._running.events():
            if isinstance(event, Finished):
                found.right = _same(event.model.path, self._hub.file)
            elif not isinstance(event, Failed):
                found.loadable_early += bool(self.loadable())

    def _kill(self) -> None:
        if self._running is not None:
            with suppress(ProcessLookupError):
                os.kill(self._running.pid, signal.SIGKILL)


def _serve(folder: Path, size: int, seed: int) -> Path:
    (folder / "hub").mkdir(parents=True)
    return write_model(folder / "hub" / "bench.gguf", size, seed)


def _same(one: Path, other: Path) -> bool:
    """Byte for byte; hashes are what is being tested."""
    with one.open("rb") as left, other.open("rb") as right:
        while True:
            a, b = left.read(1 << 22), right.read(1 << 22)
            if a != b:
                return False
            if not a:
                return True
