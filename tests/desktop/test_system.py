"""What is said about a missing display or missing libraries, before Qt is touched."""

from __future__ import annotations

import subprocess
import sys

import pytest

from desktop.errors import WorldError
from desktop.paths import assets_folder
from desktop.system import has_display, require_window_libraries, use_one_thread_for_sums


@pytest.mark.parametrize(
    ("environment", "platform", "shown"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", True),
        ({}, "win32", True),
        ({}, "darwin", True),
    ],
)
def test_a_display(environment: dict[str, str], platform: str, shown: bool) -> None:
    assert has_display(environment, platform) is shown


def test_missing_libraries_are_named_with_the_command_that_installs_them() -> None:
    with pytest.raises(WorldError) as caught:
        require_window_libraries(
            assets_folder(),
            {"DISPLAY": ":0"},
            loads=lambda name: name not in ("libEGL.so.1", "libxcb-cursor.so.0"),
            platform="linux",
        )

    assert caught.value.code == "window_libraries_missing"
    assert caught.value.details["libraries"] == "libEGL.so.1, libxcb-cursor.so.0"
    assert "libegl1 libxcb-cursor0" in str(caught.value.details["command"])


def test_x11_libraries_do_not_matter_without_x11() -> None:
    asked: list[str] = []

    def loads(name: str) -> bool:
        asked.append(name)
        return "xcb" not in name

    require_window_libraries(assets_folder(), {}, loads=loads, platform="linux")

    assert "libEGL.so.1" in asked
    assert not any("xcb" in name for name in asked)


def test_all_there_is_silence() -> None:
    asked: list[str] = []

    def loads(name: str) -> bool:
        asked.append(name)
        return True

    require_window_libraries(assets_folder(), {"DISPLAY": ":0"}, loads=loads, platform="linux")

    assert {"libEGL.so.1", "libxcb-cursor.so.0"} <= set(asked)


def test_numpy_gets_one_thread_unless_the_person_chose() -> None:
    environment = {"MKL_NUM_THREADS": "4"}
    use_one_thread_for_sums(environment)

    assert environment["OPENBLAS_NUM_THREADS"] == "1"
    assert environment["MKL_NUM_THREADS"] == "4"


def test_the_command_line_asks_before_numpy_is_there() -> None:
    code = (
        "import sys, desktop.cli, desktop.safety.screen_command\n"
        "raise SystemExit('numpy' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
