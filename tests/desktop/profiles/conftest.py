"""Profiles in a data folder of their own, with passphrases that cost little."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.paths import Paths, assets_folder
from tests.support.cheap_keys import cheap_keys  # noqa: F401


@pytest.fixture
def paths(own_home: Path, cheap_keys: None) -> Paths:  # noqa: F811
    return Paths(own_home, assets_folder())
