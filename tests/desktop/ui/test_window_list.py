"""The list of conversations in the real window: renaming, deleting, searching, folding."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop.engine.scripted import ScriptedEngine
from desktop.ui.window import MainWindow
from tests.support.window_desk import WAIT, Desk, said


def titles(window: MainWindow) -> list[str]:
    model = window.conversations
    return [model.index(row).data() for row in range(model.rowCount())]


def stored_titles(desk: Desk) -> list[str]:
    again = desk.open()
    return titles(again)


def undo_button(window: MainWindow) -> QPushButton:
    return next(
        button for button in window.page.undo_bar.findChildren(QPushButton) if button.isVisible()
    )


def test_the_one_last_talked_in_stands_first(desk: Desk) -> None:
    first = desk.write(["甲", "乙"], "第一段")
    desk.write(["丙", "丁"], "第二段")
    window = desk.open()
    assert titles(window) == ["第二段", "第一段"]

    window.desk.open(first)
    desk.ask(window, "还在")

    assert titles(window) == ["第一段", "第二段"]


def test_a_conversation_gets_another_name(desk: Desk, qtbot: QtBot) -> None:
    desk.write(["甲", "乙"], "旧名字")
    window = desk.open()
    window.sidebar.list.setFocus()
    window.sidebar.list.setCurrentIndex(window.conversations.index(0))

    qtbot.keyClick(window.sidebar.list, Qt.Key.Key_F2)
    editor = window.sidebar.list.findChild(QLineEdit, "titleEditor")
    editor.setText("新名字")
    qtbot.keyClick(editor, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: titles(window) == ["新名字"])
    window.close()
    assert stored_titles(desk) == ["新名字"]


def test_renaming_does_not_wait_for_a_reply(desk: Desk, qtbot: QtBot) -> None:
    window = desk.open(ScriptedEngine(["很长的话" * 100], tokens_per_second=100))
    desk.say(window, "说很多")
    qtbot.waitUntil(lambda: len(said(window)) == 2 and bool(said(window)[1]), timeout=WAIT)

    with qtbot.waitSignal(window.controller.change_done, timeout=1000):
        window.conversations.setData(window.conversations.index(0), "改了名字")

    assert window.controller.turns


def test_deleting_can_be_undone(desk: Desk, qtbot: QtBot) -> None:
    gone = desk.write(["甲", "乙"], "要走的")
    desk.write(["丙", "丁"], "留下的")
    window = desk.open()
    window.desk.open(gone)

    window.desk.delete(gone)
    assert titles(window) == ["留下的"]
    assert said(window) == []
    assert "要走的" in window.page.undo_bar.label.text()

    undo_button(window).click()
    assert titles(window) == ["留下的", "要走的"]
    assert said(window) == ["甲", "乙"]
    window.close()
    assert sorted(stored_titles(desk)) == ["留下的", "要走的"]


def test_what_is_deleted_stays_away(desk: Desk, qtbot: QtBot) -> None:
    gone = desk.write(["甲", "乙"], "要走的")
    window = desk.open()
    with qtbot.waitSignal(window.controller.change_done):
        window.desk.delete(gone)

    window.page.undo_bar.put_away()
    window.close()

    assert stored_titles(desk) == []


def test_deleting_stops_the_reply_in_it(desk: Desk, qtbot: QtBot) -> None:
    window = desk.open(ScriptedEngine(["很长的话" * 300], tokens_per_second=100))
    desk.say(window, "说很多")
    qtbot.waitUntil(lambda: len(said(window)) == 2 and bool(said(window)[1]), timeout=WAIT)

    window.desk.delete(window.talk.conversation_id)
    desk.settle(window)

    assert titles(window) == []
    assert said(window) == []
    assert window.page.empty.isVisible()


def test_a_search_goes_to_the_message(desk: Desk, qtbot: QtBot) -> None:
    desk.write([f"第{number}句平常的话" for number in range(200)], "平常")
    desk.write(["猫走了", "它叫什么", "叫小满，是只橘猫"], "小满")
    desk.write([f"别的第{number}句" for number in range(6)], "别的")
    window = desk.open()

    window.shortcuts.actions["search"].trigger()
    assert window.sidebar.search.hasFocus()
    window.sidebar.search.setText("橘猫")
    qtbot.waitUntil(window.sidebar.hits.isVisible)
    qtbot.keyClick(window.sidebar.search, Qt.Key.Key_Return)

    row = window.page.view.current_row()
    assert row is not None
    assert row.text == "叫小满，是只橘猫"
    assert window.page.view.bubbles.marks.found[1] == (6, 8)
    assert (
        window.page.view.viewport()
        .rect()
        .intersects(window.page.view.visualRect(window.page.view.currentIndex()))
    )


def test_a_search_finds_what_stands_in_another_version(desk: Desk, qtbot: QtBot) -> None:
    window = desk.open(ScriptedEngine(["橘色的猫", "黑色的狗"]))
    desk.ask(window, "养了什么")
    desk.act(window, "again", 1)
    assert said(window)[-1] == "黑色的狗"

    window.sidebar.search.setText("橘色")
    qtbot.keyClick(window.sidebar.search, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: said(window)[-1] == "橘色的猫", timeout=WAIT)


def test_a_search_without_hits_says_so_and_ends_with_escape(desk: Desk, qtbot: QtBot) -> None:
    desk.write(["甲", "乙"])
    window = desk.open()

    window.sidebar.search.setText("没有的字")
    qtbot.waitUntil(lambda: not window.sidebar.list.isVisible())
    qtbot.keyClick(window.sidebar.search, Qt.Key.Key_Escape)

    assert window.sidebar.list.isVisible()
    assert window.sidebar.search.text() == ""


def test_in_a_small_window_the_list_folds_to_icons(desk: Desk, qtbot: QtBot) -> None:
    conversation_id = desk.write(["甲", "乙"])
    window = desk.open()
    assert window.sidebar.isVisible()

    window.resize(480, 560)
    assert not window.sidebar.isVisible()
    assert window.rail.isVisible()

    window.rail.buttons["list"].click()
    assert window.sidebar.isVisible()
    window.sidebar.chosen.emit(conversation_id)
    assert not window.sidebar.isVisible()
    assert said(window) == ["甲", "乙"]

    window.resize(1080, 760)
    assert window.sidebar.isVisible()
