"""Writing: what sends, what never sends, and how the field keeps what was written."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.paths import assets_folder
from desktop.ui.composer import Composer
from desktop.ui.icons import Icons
from desktop.ui.theme import Look

ENTER, SHIFT = Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def composer(qtbot: QtBot) -> Composer:
    made = Composer(Icons(assets_folder() / "icons"))
    made.set_look(Look())
    qtbot.addWidget(made)
    made.resize(500, 60)
    made.show()
    return made


@pytest.fixture
def sent(composer: Composer) -> list[str]:
    texts: list[str] = []
    composer.sent.connect(texts.append)
    return texts


def compose(composer: Composer, preedit: str, commit: str = "") -> None:
    event = QInputMethodEvent(preedit, [])
    event.setCommitString(commit)
    QApplication.sendEvent(composer.field, event)


def test_enter_sends_and_shift_enter_breaks_the_line(
    composer: Composer, sent: list[str], qtbot: QtBot
) -> None:
    qtbot.keyClicks(composer.field, "one")
    qtbot.keyClick(composer.field, ENTER, SHIFT)
    qtbot.keyClicks(composer.field, "two")
    assert sent == []

    qtbot.keyClick(composer.field, ENTER)

    assert sent == ["one\ntwo"]


def test_text_under_composition_is_never_sent(
    composer: Composer, sent: list[str], qtbot: QtBot
) -> None:
    composer.set_text("我")
    compose(composer, "shui bu zhao")

    qtbot.keyClick(composer.field, ENTER)
    assert sent == []

    compose(composer, "", "睡不着")
    qtbot.keyClick(composer.field, ENTER)
    assert sent == ["我睡不着"]


def test_with_the_other_habit_ctrl_enter_sends(
    composer: Composer, sent: list[str], qtbot: QtBot
) -> None:
    composer.set_enter_sends(False)
    qtbot.keyClicks(composer.field, "a")
    qtbot.keyClick(composer.field, ENTER)
    qtbot.keyClicks(composer.field, "b")
    assert sent == []

    qtbot.keyClick(composer.field, ENTER, Qt.KeyboardModifier.ControlModifier)

    assert sent == ["a\nb"]


def test_nothing_and_blanks_are_not_sent(composer: Composer, sent: list[str], qtbot: QtBot) -> None:
    qtbot.keyClick(composer.field, ENTER)
    composer.set_text(" \n ")
    qtbot.keyClick(composer.field, ENTER)

    assert sent == []
    assert not composer.action_button.isEnabled()


def test_the_field_grows_with_the_lines_and_not_for_ever(composer: Composer) -> None:
    heights = []
    for lines in (1, 3, 8, 40):
        composer.set_text("\n".join(["嗯"] * lines))
        heights.append(composer.field.height())

    assert heights[0] < heights[1] < heights[2] == heights[3]


def test_the_length_is_told_only_when_it_is_long(composer: Composer) -> None:
    counter = composer.findChild(QLabel, "counter")
    composer.set_text("字" * 4000)
    assert counter.isHidden()

    composer.set_text("字" * 4213)

    assert not counter.isHidden()
    assert "4213" in counter.text().replace(",", "")


def test_pasting_takes_only_words(composer: Composer, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("一\r\n二\0三")

    composer.field.paste()

    assert composer.text() == "一\n二三"


def test_while_a_reply_is_written_the_button_stops_it(composer: Composer, qtbot: QtBot) -> None:
    composer.set_streaming(True)
    stop = composer.action_button.accessibleName()

    with qtbot.waitSignal(composer.stop_pressed):
        composer.action_button.click()

    composer.set_text("等一下")
    assert composer.action_button.accessibleName() != stop
    composer.set_text("")
    with qtbot.waitSignal(composer.stop_pressed):
        qtbot.keyClick(composer.field, Qt.Key.Key_Escape)


def test_escape_gives_up_an_edit(composer: Composer, qtbot: QtBot) -> None:
    composer.set_editing(True)

    with qtbot.waitSignal(composer.edit_given_up):
        qtbot.keyClick(composer.field, Qt.Key.Key_Escape)
