"""Where things lie: the person's data folder and the assets that ship with the app.

Knows the operating system's habits and nothing of what is stored. XINYU_HOME moves the data folder.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HOME_VARIABLE = "XINYU_HOME"


@dataclass(frozen=True)
class Paths:
    """All places the app reads and writes.

    Attributes:
        home: the person's data folder; everything the app writes lies under it.
        assets: read-only files that ship with the app.
    """

    home: Path
    assets: Path

    @property
    def database(self) -> Path:
        return self.home / "xinyu.db"

    @property
    def backups(self) -> Path:
        return self.home / "backups"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def models(self) -> Path:
        return self.home / "models"

    @property
    def bundled_models(self) -> Path:
        return self.assets / "models"


def find_paths(environment: Mapping[str, str]) -> Paths:
    """Return the places for this person; nothing is created."""
    return Paths(home=home_folder(environment), assets=assets_folder())


def home_folder(environment: Mapping[str, str]) -> Path:
    """XINYU_HOME where it is set, else the platform's user data folder."""
    if moved := environment.get(HOME_VARIABLE):
        return Path(moved).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("xinyu", appauthor=False)


def assets_folder() -> Path:
    """The assets beside a frozen program, inside the installed package, or in the checkout."""
    package = Path(__file__).resolve().parent
    candidates = [package / "_assets", package.parent / "assets"]
    if frozen := getattr(sys, "_MEIPASS", None):
        candidates.insert(0, Path(frozen) / "assets")
    return next((folder for folder in candidates if folder.is_dir()), candidates[-1])
