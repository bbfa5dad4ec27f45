"""The real window on a real store, with the scripted engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.support.own_hub import hub
from tests.support.window_desk import WELCOMED, Desk

__all__ = ["hub"]


@pytest.fixture
def fresh_desk(qtbot: QtBot, own_home: Path) -> Iterator[Desk]:
    """Nobody has been here before."""
    made = Desk(qtbot, own_home)
    yield made
    for window in made.windows:
        window.close()


@pytest.fixture
def desk(fresh_desk: Desk) -> Desk:
    """The first page was seen before; Chinese, and nothing moves."""
    fresh_desk.save(WELCOMED)
    return fresh_desk
