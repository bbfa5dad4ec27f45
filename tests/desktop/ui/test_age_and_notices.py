"""How old somebody is, asked once; what is said about the AI; a pause; leaving in one press."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.chat.kept import StoredTimes
from desktop.chat.notices import UseTimes
from desktop.engine.scripted import ScriptedEngine
from desktop.paths import assets_folder
from desktop.safety.helplines import load_helplines
from desktop.settings import Settings
from desktop.store.database import open_store
from desktop.ui.age_question import AgeQuestion
from desktop.ui.help_panel import HelpLineCard
from desktop.ui.rows import Kind
from desktop.ui.window import MainWindow
from desktop.wording import load_wording
from tests.support.window_desk import WELCOMED, Desk

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
WORDING = load_wording(assets_folder(), "zh")


def notices(window: MainWindow) -> list[str]:
    return [row.text for row in window.messages.rows() if row.kind is Kind.NOTICE]


def test_the_youngest_need_a_guardians_word_before_they_start(
    fresh_desk: Desk, qtbot: QtBot
) -> None:
    fresh_desk.save(Settings(language="zh"))
    window = fresh_desk.open()
    question = window.findChild(AgeQuestion)
    start = window.findChild(QPushButton, "startTalking")
    assert question.band() == "unsaid"
    assert start.isEnabled()

    qtbot.keyClick(question.box, Qt.Key.Key_Down)

    assert question.band() == "child"
    assert not start.isEnabled()
    assert window.help_button.isEnabled()
    question.consent.setFocus()
    qtbot.keyClick(question.consent, Qt.Key.Key_Space)
    assert start.isEnabled()
    start.click()
    assert window.settings.age_band == "child"
    assert window.settings.is_minor


def test_the_age_can_be_changed_in_the_settings(qtbot: QtBot) -> None:
    question = AgeQuestion("teen")
    qtbot.addWidget(question)
    question.show()
    heard: list[str] = []
    question.answered.connect(heard.append)

    qtbot.keyClick(question.box, Qt.Key.Key_Up)  # under 14: not without consent
    assert heard == []
    question.consent.click()
    qtbot.keyClick(question.box, Qt.Key.Key_End)

    assert heard == ["child", "adult"]


def test_youth_lines_stand_right_behind_the_crisis_line(desk: Desk) -> None:
    lines = load_helplines(assets_folder()).for_region("CN-SH")
    youth = [line.number for line in lines if line.kind == "youth"]
    crisis = [line.number for line in lines if line.kind == "crisis"]
    assert youth
    assert len(crisis) > 1
    desk.save(replace(WELCOMED, age_band="teen", region="CN-SH"))
    window = desk.open()

    window.show_help()

    panel = window.extras.help
    assert panel is not None
    shown = [card.line.number for card in panel.findChildren(HelpLineCard)]
    assert shown.index(youth[0]) == shown.index(crisis[0]) + 1
    assert shown.index(youth[0]) < shown.index(crisis[1])


def test_asking_if_anybody_is_there_gets_a_quiet_line(desk: Desk) -> None:
    window = desk.open()
    desk.ask(window, "你是真人吗？")
    assert notices(window) == [WORDING.sentence("notice_ai_asked")]


def test_after_two_hours_a_pause_is_offered_and_one_press_leaves(desk: Desk) -> None:
    with open_store(desk.paths.database) as store:
        StoredTimes(store).save(UseTimes(time.time() - 60, 60, 7200))
    window = desk.open(ScriptedEngine(["我在听。"]))
    desk.ask(window, "还有一件事")
    assert notices(window) == [WORDING.sentence("notice_break")]
    number = next(n for n, row in enumerate(window.messages.rows()) if row.kind is Kind.NOTICE)
    zone = window.page.view.shape_of(number).zones["leave"].center().toPoint()
    place = window.page.view.visualRect(window.messages.index(number)).topLeft() + zone

    desk.qtbot.mouseClick(window.page.view.viewport(), Qt.MouseButton.LeftButton, pos=place)

    desk.qtbot.waitUntil(lambda: not window.isVisible())


def test_the_window_closes_in_the_midst_of_a_reply_and_asks_nothing(desk: Desk) -> None:
    window = desk.open(ScriptedEngine(["慢慢说。" * 200], tokens_per_second=20))
    window.page.composer.set_text("你好")
    window.page.composer.action_button.click()
    desk.qtbot.waitUntil(lambda: window.messages.rowCount() > 1)

    assert window.close()
    assert not window.isVisible()


def test_after_a_week_the_window_says_first_that_this_is_an_ai(desk: Desk) -> None:
    with open_store(desk.paths.database) as store:
        StoredTimes(store).save(UseTimes(1_000_000.0))
    window = desk.open()
    assert WORDING.sentence("notice_ai") in window.page.banner.label.text()
