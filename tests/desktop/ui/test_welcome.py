"""First start: what is said, what is asked, and that it is no obstacle."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QScrollArea
from pytestqt.qtbot import QtBot

from desktop.paths import assets_folder
from desktop.safety.helplines import load_helplines
from desktop.ui.choice_box import RegionBox
from desktop.ui.welcome import WelcomeAnswers, WelcomePage
from desktop.wording import LANGUAGES, load_wording

# The offscreen platform, which draws into memory, says that it has no window manager.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def page(qtbot: QtBot) -> WelcomePage:
    assets = assets_folder()
    wordings = {language: load_wording(assets, language) for language in LANGUAGES}
    made = WelcomePage(load_helplines(assets), wordings, "en")
    qtbot.addWidget(made)
    made.resize(480, 560)
    made.show()
    return made


def said(page: WelcomePage) -> str:
    return "\n".join(label.accessibleName() or label.text() for label in page.findChildren(QLabel))


def start_button(page: WelcomePage) -> QPushButton:
    return page.findChild(QPushButton, "startTalking")


def test_it_says_what_this_is_and_is_not(page: WelcomePage) -> None:
    words = said(page)
    for part in ("an AI", "not a person", "no therapy", "not for emergencies", "stays on this"):
        assert part in words
    assert "first call 110, 120 or 119" in words
    assert "!" not in words


def test_one_key_is_enough_to_start(page: WelcomePage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.finished) as finished:
        qtbot.keyClick(start_button(page), Qt.Key.Key_Space)
    assert finished.args == [WelcomeAnswers("en", "CN", "")]
    assert page.focusWidget() is start_button(page)


def test_name_and_region_are_handed_over(page: WelcomePage, qtbot: QtBot) -> None:
    name = page.findChild(QLineEdit)
    name.setText("  小  雨 ")
    with qtbot.waitSignal(page.region_chosen) as region:
        qtbot.keyClick(page.findChild(RegionBox), Qt.Key.Key_Down)
    assert region.args == ["CN-SH"]
    qtbot.keyClick(page.findChild(RegionBox), Qt.Key.Key_Down)
    assert page.answers().region == "HK"
    assert "first call 999" in said(page)
    with qtbot.waitSignal(page.finished) as finished:
        qtbot.keyClick(name, Qt.Key.Key_Return)
    assert finished.args == [WelcomeAnswers("en", "HK", "小 雨")]


def test_a_long_name_is_held_to_what_settings_take(page: WelcomePage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.findChild(QLineEdit), "x" * 60)
    assert len(page.answers().called_by) == 40


def test_the_language_is_switched_at_once(page: WelcomePage, qtbot: QtBot) -> None:
    chinese = next(b for b in page.findChildren(QPushButton) if b.text() == "中文")
    with qtbot.waitSignal(page.language_chosen) as chosen:
        chinese.click()
    assert chosen.args == ["zh"]
    assert "先打 110、120 或 119" in said(page)
    assert page.answers().language == "zh"


def test_the_region_is_in_plain_sight_in_a_small_window(page: WelcomePage) -> None:
    box = page.findChild(RegionBox)
    assert page.rect().contains(
        box.geometry().translated(box.parentWidget().mapTo(page, box.rect().topLeft()))
    )
    scroll = page.findChild(QScrollArea)
    assert scroll.horizontalScrollBar().maximum() == 0
    assert scroll.widget().width() <= page.width()


def test_fields_are_named_for_a_screen_reader(page: WelcomePage) -> None:
    assert page.findChild(QLineEdit).accessibleName() == "What would you like to be called?"
    assert page.findChild(RegionBox).accessibleName()
    assert "an AI" in start_button(page).accessibleDescription()
