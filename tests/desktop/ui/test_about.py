"""The about box says honestly what answers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop.ui.about import AboutDialog, installed_version

# The offscreen platform, which draws into memory, says that it has no window manager.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def said(dialog: AboutDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def test_what_it_is_and_whose_work(qtbot: QtBot) -> None:
    dialog = AboutDialog("0.1.0", "starter", starter=True)
    qtbot.addWidget(dialog)
    words = said(dialog)
    parts = ("心屿 🌱", "0.1.0", "Apache-2.0", "an AI", "no therapy", "says wrong things")
    for part in (*parts, "llama.cpp: MIT", "LGPL-3.0"):
        assert part in words


def test_another_model_is_not_called_the_starter(qtbot: QtBot) -> None:
    dialog = AboutDialog("0.1.0", "Qwen3-8B")
    qtbot.addWidget(dialog)
    assert "The model that answers now is Qwen3-8B. It can be wrong." in said(dialog)
    without = AboutDialog("0.1.0")
    qtbot.addWidget(without)
    assert "No model is loaded at the moment." in said(without)


def test_it_closes_by_keyboard(qtbot: QtBot) -> None:
    dialog = AboutDialog("0.1.0")
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.keyClick(dialog.findChild(QPushButton), Qt.Key.Key_Space)
    assert not dialog.isVisible()


def test_the_version_is_a_plain_text() -> None:
    assert isinstance(installed_version(), str)


def test_its_words_can_be_selected(qtbot: QtBot) -> None:
    dialog = AboutDialog("0.1.0")
    qtbot.addWidget(dialog)
    flags = dialog.findChildren(QLabel)[0].textInteractionFlags()
    assert flags & Qt.TextInteractionFlag.TextSelectableByMouse
