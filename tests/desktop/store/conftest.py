"""A store of its own for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.store.conversations import Conversations
from desktop.store.database import Store, open_store


class Clock:
    """A clock that goes one second further each time it is read."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database lies: in a folder with a name that a person may have."""
    return tmp_path / "張 庭綱 🌱 100%?#" / "xinyu.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(path) as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def conversations(store: Store, clock: Clock) -> Conversations:
    return Conversations(store, clock)
