"""The screening and the guard as they are read at the start; what cannot be read is replaced by its
built-in floor, and said. Knows no session.
"""

from __future__ import annotations

import logging
from pathlib import Path

from desktop.safety.guard import Guard
from desktop.safety.guard_floor import floor_table
from desktop.safety.guard_table import GuardTableError, load_guard_table
from desktop.safety.screen import Screen, floor_screen, load_screen

_log = logging.getLogger(__name__)


def load_screen_or_floor(assets: Path) -> Screen:
    """The screen for risk; whatever is wrong with its files, the built-in words stay."""
    try:
        return load_screen(assets)
    except Exception as error:
        _log.error("no screen but the built-in floor: %s", type(error).__name__)
        return floor_screen()


def load_guard_or_floor(assets: Path) -> Guard:
    """The guard over replies; whatever is wrong with its file, the built-in rules stay."""
    try:
        return Guard(load_guard_table(assets))
    except GuardTableError as error:
        _log.error("no guard but the built-in floor: %s", error)
        return Guard(floor_table())
