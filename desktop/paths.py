"""Where things lie: the person's data folder and the assets that ship with the app.

Knows the operating system's habits and nothing of what is stored. XINYU_HOME moves the data folder.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HOME_VARIABLE = "XINYU_HOME"
SERVER_VARIABLE = "XINYU_SERVER"
SERVER_FILE = "server.toml"


@dataclass(frozen=True)
class Paths:
    """All places the app reads and writes.

    Attributes:
        home: the data folder; everything the app writes lies under it.
        assets: read-only files that ship with the app.
        profile: whose things; "" is the first profile, which lies in the data folder itself, as
            everything did before there were profiles.
    """

    home: Path
    assets: Path
    profile: str = ""

    @property
    def folder(self) -> Path:
        """The folder of the profile; nobody else's things lie in it."""
        return self.profiles / self.profile if self.profile else self.home

    @property
    def profiles(self) -> Path:
        """Folders of all profiles but the first."""
        return self.home / "profiles"

    @property
    def database(self) -> Path:
        return self.folder / "xinyu.db"

    @property
    def keys(self) -> Path:
        """The wrapped key of an encrypted profile; a copy lies beside the backups."""
        return self.folder / "keys.json"

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

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


def server_files(home: Path, environment: Mapping[str, str]) -> list[Path]:
    """Where whoever looks after this computer may name a server; the first that is there counts.

    XINYU_SERVER takes the place of all of them; empty it means none.
    """
    if (moved := environment.get(SERVER_VARIABLE)) is not None:
        return [Path(moved).expanduser().absolute()] if moved else []
    if sys.platform == "win32":
        system = Path(environment.get("PROGRAMDATA", r"C:\ProgramData")) / "xinyu"
    elif sys.platform == "darwin":
        system = Path("/Library/Application Support/xinyu")
    else:
        system = Path("/etc/xinyu")
    return [system / SERVER_FILE, home / SERVER_FILE]


def assets_folder() -> Path:
    """The assets beside a frozen program, inside the installed package, or in the checkout."""
    package = Path(__file__).resolve().parent
    candidates = [package / "_assets", package.parent / "assets"]
    if frozen := getattr(sys, "_MEIPASS", None):
        candidates.insert(0, Path(frozen) / "assets")
    return next((folder for folder in candidates if folder.is_dir()), candidates[-1])
