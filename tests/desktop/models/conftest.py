"""A shelf of its own and a hub on loopback that serves one small file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.benchmarks.hub_server import HubServer, write_model
from desktop.catalogue.listing import read_listing
from desktop.models.download import Download, Downloads, Offer, Wanted
from desktop.models.endpoints import make_endpoint
from desktop.models.events import DownloadEvent
from desktop.models.shelf import Shelf
from desktop.paths import Paths, assets_folder
from tests.support.own_hub import hub

__all__ = ["hub"]

SIZE = 1_500_000
REPOSITORY = "own/noise-GGUF"


@pytest.fixture
def paths(own_home: Path) -> Paths:
    return Paths(own_home, assets_folder())


@pytest.fixture
def shelf(paths: Paths) -> Shelf:
    return Shelf(paths, read_listing(paths.assets))


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """The file that the hub has."""
    (tmp_path / "hub").mkdir()
    return write_model(tmp_path / "hub" / "Noise-Q4_K_M.gguf", SIZE)


@pytest.fixture
def wanted(served: Path) -> Wanted:
    return Wanted("noise", "Q4_K_M", REPOSITORY, served.name)


@pytest.fixture
def offer(hub: HubServer, wanted: Wanted) -> Offer:
    """What asking would have answered."""
    return Offer(wanted, hub.url, hub.commit, SIZE, hub.sha256)


@pytest.fixture
def downloads(shelf: Shelf) -> Downloads:
    return Downloads(shelf, patience=0.02)


@pytest.fixture
def fetch(downloads: Downloads) -> Callable[[Offer], list[DownloadEvent]]:
    """Download to the end; all that happened."""
    return lambda offer: list(downloads.start(offer, offer.size).events())


@pytest.fixture
def begin(downloads: Downloads) -> Callable[[Offer], Download]:
    return lambda offer: downloads.start(offer, offer.size)


@pytest.fixture
def endpoint(hub: HubServer) -> object:
    return make_endpoint(hub.url)
