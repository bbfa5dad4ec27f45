"""A hub on loopback for a test, reached without any proxy that this computer has set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.benchmarks.hub_server import HubServer

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


def without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what is set, in either way of writing it."""
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def hub(served: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    """Serves the file of the test's own fixture `served`."""
    without_proxies(monkeypatch)
    with HubServer(served) as server:
        yield server
