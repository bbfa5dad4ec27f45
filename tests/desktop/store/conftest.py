"""A store of its own for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.store.database import Store, open_store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database lies: in a folder with a name that a person may have."""
    return tmp_path / "張 庭綱 🌱 100%?#" / "xinyu.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(path) as opened:
        yield opened
