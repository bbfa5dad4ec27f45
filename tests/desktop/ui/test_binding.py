"""The Qt binding itself: a version that loses references ends the app after an hour of talk."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

CALLS = 500


class Speaker(QObject):
    """Something with a signal."""

    spoken = Signal(object)


def references_lost(call: Callable[[], object], value: object) -> int:
    """References to `value` that CALLS calls took away without owning them."""
    call()
    before = sys.getrefcount(value)
    for _ in range(CALLS):
        call()
    return before - sys.getrefcount(value)


@pytest.mark.parametrize("value", [None, True, False])
def test_calls_that_return_nothing_lose_no_reference(qtbot: QtBot, value: object) -> None:
    label, timer, speaker = QLabel(), QTimer(), Speaker()
    qtbot.addWidget(label)
    speaker.spoken.connect(lambda _: None)

    for call in (
        lambda: label.setText("我在听"),
        label.update,
        timer.stop,
        lambda: speaker.spoken.emit(1),
    ):
        assert references_lost(call, value) < CALLS // 10
