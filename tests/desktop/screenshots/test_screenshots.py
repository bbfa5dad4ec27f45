"""Pictures can be taken of every state, and show something."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from desktop.screenshots.__main__ import main
from desktop.screenshots.scenes import scenes


@pytest.mark.parametrize(
    "name", ["first_start", "talk", "search", "help", "help_inline", "help_fixed"]
)
def test_a_picture_shows_something(name: str, tmp_path: Path, qtbot: QtBot) -> None:
    assert main(["--only", name, "--out", str(tmp_path)]) == 0

    picture = QImage(str(tmp_path / f"{name}.png"))
    assert (picture.width(), picture.height()) == (1080, 760)
    colours = {picture.pixel(x, y) for x in range(0, 1080, 7) for y in range(0, 760, 7)}
    assert len(colours) > 20


def test_every_state_of_the_design_has_its_scene() -> None:
    wanted = {"first_start", "empty", "streaming", "stopped", "long_talk", "search", "disk_full"}
    wanted |= {
        "engine_restarted",
        "dark",
        "english",
        "large_200",
        "narrow_480",
        "contrast",
        "emoji",
    }

    assert wanted <= set(scenes())
