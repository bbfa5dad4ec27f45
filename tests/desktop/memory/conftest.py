"""A memory of its own for each test, on a real store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desktop.benchmarks.memory_dialogues import Desk, open_desk
from desktop.paths import assets_folder


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk(assets_folder()) as opened:
        yield opened
