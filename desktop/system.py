"""What this computer offers the window: a display, and the libraries Qt links to.

Looks before Qt is loaded, because Qt ends the process when a library is missing. Knows no Qt.
"""

from __future__ import annotations

import ctypes
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from pathlib import Path

from desktop.errors import WorldError

HEADLESS_PLATFORMS = ("offscreen", "minimal", "vnc")


# What numpy's sums read when it is first imported: OpenBLAS, Intel's and Apple's library.
SUM_THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def use_one_thread_for_sums(environment: MutableMapping[str, str]) -> None:
    """Keep numpy from spreading small sums over processors that the model is using.

    Threads that wait for a busy processor made one message of the screen thirty times slower.
    Has to be called before numpy is imported; whatever the person has set stays.
    """
    for name in SUM_THREADS:
        environment.setdefault(name, "1")


def has_display(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a window could be shown: always on Windows and macOS, by the session on Linux."""
    if not platform.startswith("linux"):
        return True
    if environment.get("QT_QPA_PLATFORM", "").split(":")[0] in HEADLESS_PLATFORMS:
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def require_window_libraries(
    assets: Path,
    environment: Mapping[str, str],
    loads: Callable[[str], bool] | None = None,
    platform: str = sys.platform,
) -> None:
    """Raise WorldError("window_libraries_missing") naming what is missing and what installs it."""
    if not platform.startswith("linux"):
        return
    table = tomllib.loads((assets / "system_libraries.toml").read_text("utf-8"))
    wanted: dict[str, dict[str, str]] = dict(table["libraries"])
    if "DISPLAY" in environment and not environment.get("QT_QPA_PLATFORM"):
        wanted |= table["x11"]
    missing = [name for name in wanted if not (loads or _loads)(name)]
    if missing:
        command = install_command(table["commands"], [wanted[name] for name in missing])
        raise WorldError("window_libraries_missing", libraries=", ".join(missing), command=command)


def install_command(commands: Mapping[str, str], packages: Iterable[Mapping[str, str]]) -> str:
    """The command of this system's package manager; apt's where none is known."""
    tools = {"apt": "apt-get", "dnf": "dnf", "pacman": "pacman"}
    manager = next((name for name, tool in tools.items() if shutil.which(tool)), "apt")
    names = dict.fromkeys(package[manager] for package in packages)
    return commands[manager].format(packages=" ".join(names))


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
