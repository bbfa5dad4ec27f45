"""Choosing one of a few values."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.paths import assets_folder
from desktop.safety.helplines import load_helplines
from desktop.ui.choice_box import ELSEWHERE, ChoiceBox, RegionBox

# The offscreen platform, which draws into memory, says that it has no window manager.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def words(box: ChoiceBox) -> list[str]:
    return [box.itemText(place) for place in range(box.count())]


def test_a_choice_is_told_and_an_offer_is_not(qtbot: QtBot) -> None:
    box = ChoiceBox()
    qtbot.addWidget(box)
    with qtbot.assertNotEmitted(box.value_chosen):
        box.offer([("a", "First"), ("b", "Second")], "b")
    assert box.currentText() == "Second"
    with qtbot.waitSignal(box.value_chosen) as chosen:
        qtbot.keyClick(box, Qt.Key.Key_Up)
    assert chosen.args == ["a"]


def test_scrolling_over_it_changes_nothing(qtbot: QtBot) -> None:
    box = ChoiceBox()
    qtbot.addWidget(box)
    box.offer([("a", "First"), ("b", "Second")], "a")
    wheel = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(),
        QPoint(0, -240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(box, wheel)
    assert box.value() == "a"


def test_every_region_of_the_table_has_a_name(qtbot: QtBot) -> None:
    regions = load_helplines(assets_folder()).regions()
    box = RegionBox(regions, "CN")
    qtbot.addWidget(box)
    assert box.currentText() == "Mainland China"
    assert words(box)[-1] == "Another place"
    assert not set(words(box)) & set(regions)


def test_a_province_shows_its_country_and_an_unknown_region_another_place(qtbot: QtBot) -> None:
    box = RegionBox(["CN", "GB"], "GB-ENG")
    qtbot.addWidget(box)
    assert box.currentText() == "United Kingdom"
    box.choose("XX")
    assert box.value() == ELSEWHERE
