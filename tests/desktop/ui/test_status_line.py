"""The status line tells the plan in a few words, and quietly when it is less than it was."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from desktop.chat.events import ModelReady
from desktop.engine.base import Loaded, Plan
from desktop.ui.status_line import StatusLine

LOADED = Loaded(Plan(37, 8192), "qwen3", "Qwen3 4B", 4, 36, "RTX 4060", 8192, 1.0)


@pytest.mark.parametrize(
    ("loaded", "words"),
    [
        (LOADED, "all on RTX 4060"),
        (replace(LOADED, plan=Plan(12, 4096)), "12 of 36 layers on RTX 4060"),
        (replace(LOADED, plan=Plan(0, 4096), device="CPU"), "on this computer's CPU"),
        (replace(LOADED, adapter="kind"), "all on RTX 4060  ·  with kind"),
        (
            replace(LOADED, plan=Plan(12, 4096), note="plan_lowered"),
            "12 of 36 layers on RTX 4060  ·  slower for now: memory is short",
        ),
        (
            replace(LOADED, note="library_unusable"),
            "all on RTX 4060  ·  with the llama.cpp that came along: the chosen one does not load",
        ),
    ],
)
def test_the_plan_in_words(qtbot: QtBot, loaded: Loaded, words: str) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.resize(2000, 40)
    line.model_ready(ModelReady(loaded, "m", starter=False))
    assert line.accessibleName() == f"Qwen3 4B  ·  {words}"
