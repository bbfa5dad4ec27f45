"""Choosing an emoji with the mouse, with the keyboard alone, and by ear."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.paths import assets_folder
from desktop.ui.emoji_grid import EmojiListModel, EmojiView
from desktop.ui.emoji_picker import EmojiPicker
from desktop.ui.emoji_table import EmojiTable, load_emoji

RECENT = ("🌱", "👍🏽")
# The offscreen platform, which draws into memory, says that it has no window manager.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture(scope="module")
def table() -> EmojiTable:
    return load_emoji(assets_folder())


@pytest.fixture
def english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_US"))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def anchor(qtbot: QtBot) -> Iterator[QPushButton]:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(480, 560)
    button = QPushButton("emoji", host)
    button.move(20, 500)
    host.show()
    yield button
    host.close()


@pytest.fixture
def picker(english: None, table: EmojiTable, anchor: QPushButton) -> EmojiPicker:
    made = EmojiPicker(table, RECENT, anchor.parentWidget())
    made.open_at(anchor)
    return made


def search_field(picker: EmojiPicker) -> QLineEdit:
    field = picker.findChild(QLineEdit)
    assert field is not None
    return field


def view_of(picker: EmojiPicker) -> EmojiView:
    view = picker.findChild(EmojiView)
    assert view is not None
    return view


def shown(picker: EmojiPicker) -> list[str]:
    model = view_of(picker).model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def described(picker: EmojiPicker) -> str:
    return picker.findChildren(QLabel)[-1].text()


def group(picker: EmojiPicker, words: str) -> QPushButton:
    return next(b for b in picker.findChildren(QPushButton) if b.text() == words)


def test_it_opens_on_what_was_used_last(picker: EmojiPicker) -> None:
    assert picker.isVisible()
    assert shown(picker) == list(RECENT)
    assert group(picker, "Recent").isChecked()
    assert described(picker) == "seedling"


def test_it_opens_on_faces_the_first_time(
    english: None, table: EmojiTable, anchor: QPushButton
) -> None:
    picker = EmojiPicker(table, (), anchor.parentWidget())
    picker.open_at(anchor)
    assert group(picker, "Faces").isChecked()
    assert shown(picker)[0] == "😀"


def test_every_group_is_within_reach(picker: EmojiPicker, table: EmojiTable) -> None:
    seen = set()
    for button in picker.findChildren(QPushButton):
        if button.text() != "Recent":
            button.click()
            seen |= set(shown(picker))
    assert seen == {emoji.text for emoji in table.all()}


def test_typing_searches_and_enter_chooses_the_first(picker: EmojiPicker, qtbot: QtBot) -> None:
    field = search_field(picker)
    qtbot.keyClicks(field, "seedling")
    assert shown(picker) == ["🌱"]
    with qtbot.waitSignal(picker.emoji_chosen) as chosen:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert chosen.args == ["🌱"]
    assert not picker.isVisible()


def test_it_searches_in_chinese_too(picker: EmojiPicker) -> None:
    search_field(picker).setText("加油")
    assert "💪" in shown(picker)


def test_nothing_found_is_said(picker: EmojiPicker, qtbot: QtBot) -> None:
    search_field(picker).setText("qqqq")
    assert shown(picker) == []
    assert described(picker) == "Nothing found. Try another word."
    with qtbot.assertNotEmitted(picker.emoji_chosen):
        qtbot.keyClick(search_field(picker), Qt.Key.Key_Return)


def test_arrows_move_and_enter_chooses(picker: EmojiPicker, qtbot: QtBot) -> None:
    group(picker, "Faces").click()
    qtbot.keyClick(search_field(picker), Qt.Key.Key_Down)
    view = view_of(picker)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert described(picker) == "grinning face with big eyes"
    qtbot.keyClick(view, Qt.Key.Key_Down)
    below = view.currentIndex().row()
    assert below > 4
    qtbot.keyClick(view, Qt.Key.Key_Up)
    qtbot.keyClick(view, Qt.Key.Key_Left)
    with (
        qtbot.waitSignal(picker.emoji_chosen) as chosen,
        qtbot.waitSignal(picker.recent_changed) as recent,
    ):
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert chosen.args == ["😀"]
    assert recent.args == [("😀", *RECENT)]


def test_right_goes_on_into_the_next_row(picker: EmojiPicker, qtbot: QtBot) -> None:
    group(picker, "Faces").click()
    view = view_of(picker)
    view.enter()
    for _press in range(30):
        qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.currentIndex().row() == 30


def test_up_from_the_first_row_and_letters_lead_back_to_the_search(
    picker: EmojiPicker, qtbot: QtBot
) -> None:
    view, field = view_of(picker), search_field(picker)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert picker.focusWidget() is field
    view.enter()
    qtbot.keyClick(view, "c")
    assert picker.focusWidget() is field
    assert field.text() == "c"


def test_escape_leaves_the_search_and_then_the_picker(picker: EmojiPicker, qtbot: QtBot) -> None:
    field = search_field(picker)
    qtbot.keyClicks(field, "cat")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert picker.isVisible()
    assert shown(picker) == list(RECENT)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not picker.isVisible()


def test_a_click_chooses(picker: EmojiPicker, qtbot: QtBot) -> None:
    view = view_of(picker)
    middle = view.visualRect(view.model().index(0, 0)).center()
    with qtbot.waitSignal(picker.emoji_chosen) as chosen:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert chosen.args == ["🌱"]


def thumb_place(picker: EmojiPicker) -> QPoint:
    search_field(picker).setText("👍")
    view = view_of(picker)
    return view.visualRect(view.model().index(0, 0)).center()


def test_a_long_press_offers_skin_tones(picker: EmojiPicker, qtbot: QtBot) -> None:
    place, view = thumb_place(picker), view_of(picker)
    assert described(picker) == "thumbs up (hold for skin tones)"
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: len(shown(picker)) == 6, timeout=2000)
    with qtbot.assertNotEmitted(picker.emoji_chosen):
        QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert shown(picker) == ["👍", "👍🏻", "👍🏼", "👍🏽", "👍🏾", "👍🏿"]
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert described(picker) == "thumbs up: light skin tone"
    with qtbot.waitSignal(picker.emoji_chosen) as chosen:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert chosen.args == ["👍🏻"]


def test_the_menu_offers_skin_tones_and_escape_goes_back(picker: EmojiPicker, qtbot: QtBot) -> None:
    place, view = thumb_place(picker), view_of(picker)
    view.customContextMenuRequested.emit(place)
    assert len(shown(picker)) == 6
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert picker.isVisible()
    assert shown(picker) == list(RECENT)


def test_an_emoji_without_tones_stays_where_it_is(picker: EmojiPicker) -> None:
    view = view_of(picker)
    view.customContextMenuRequested.emit(view.visualRect(view.model().index(0, 0)).center())
    assert shown(picker) == list(RECENT)


def test_it_is_read_out_in_the_windows_language(picker: EmojiPicker) -> None:
    index = view_of(picker).model().index(0, 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "seedling"
    interface = QAccessible.queryAccessibleInterface(view_of(picker))
    assert interface.text(QAccessible.Text.Name) == "Emoji"
    assert interface.child(0).text(QAccessible.Text.Name) == "seedling"
    assert search_field(picker).accessibleName() == "Search emoji"


def test_names_are_chinese_in_a_chinese_window(
    english: None, table: EmojiTable, anchor: QPushButton
) -> None:
    QLocale.setDefault(QLocale("zh_CN"))
    picker = EmojiPicker(table, RECENT, anchor.parentWidget())
    picker.open_at(anchor)
    assert described(picker) == "幼苗"


def test_unknown_recent_emoji_are_left_out(
    english: None, table: EmojiTable, anchor: QPushButton
) -> None:
    picker = EmojiPicker(table, ("nonsense", "🌱"), anchor.parentWidget())
    picker.open_at(anchor)
    assert shown(picker) == ["🌱"]


def test_targets_are_large_enough_and_it_stays_on_the_screen(picker: EmojiPicker) -> None:
    assert view_of(picker).cell() >= 32
    assert all(button.height() >= 32 for button in picker.findChildren(QPushButton))
    assert picker.screen().availableGeometry().contains(picker.geometry())


def test_it_opens_in_under_50_milliseconds(picker: EmojiPicker, anchor: QPushButton) -> None:
    group(picker, "People").click()
    took = []
    for _time in range(3):
        picker.hide()
        started = time.perf_counter()
        picker.open_at(anchor)
        picker.grab()
        took.append(time.perf_counter() - started)
    assert min(took) < 0.05


def test_the_list_model_keeps_qts_rules(qtmodeltester: ModelTester, table: EmojiTable) -> None:
    model = EmojiListModel()
    model.show(table.group("food"))
    qtmodeltester.check(model)
