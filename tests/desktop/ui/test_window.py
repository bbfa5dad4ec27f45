"""The window as a whole: first start, keyboard, languages, looks, names for a screen reader."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.ui.settings_dialog import SettingsDialog
from desktop.ui.theme import DARK
from desktop.ui.welcome import WelcomePage
from desktop.ui.window import MainWindow
from tests.support.window_desk import WELCOMED, Desk, said

INTERACTIVE = (QAbstractButton, QLineEdit, QPlainTextEdit, QListView)


def test_the_first_start_leads_straight_to_talking(fresh_desk: Desk, qtbot: QtBot) -> None:
    window = fresh_desk.open()
    welcome = window.findChild(WelcomePage)
    assert welcome.isVisible()
    assert window.help_button.isVisible()
    assert not window.sidebar.isVisible()

    welcome.findChild(QPushButton, "startTalking").click()
    fresh_desk.ask(window, "我来了")

    assert said(window)[0] == "我来了"
    assert window.sidebar.isVisible()
    window.close()
    again = fresh_desk.open()
    assert again.page.isVisible()


def test_everything_can_be_done_by_keyboard(desk: Desk, qtbot: QtBot) -> None:
    window = desk.open()
    window.activateWindow()
    field = window.page.composer.field
    qtbot.waitUntil(field.hasFocus)

    qtbot.keyClicks(field, "hello")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    desk.settle(window)

    reached = walk(window, qtbot)
    assert {field, window.page.view, window.help_button, window.sidebar.list} <= reached
    assert {
        window.sidebar.new_button,
        window.sidebar.search,
        window.sidebar.settings_button,
    } <= reached
    assert {window.page.composer.emoji_button} <= reached


def walk(window: MainWindow, qtbot: QtBot) -> set[QWidget]:
    """Press Tab until the focus has been everywhere."""
    reached: set[QWidget] = set()
    for _ in range(40):
        focused = QApplication.focusWidget()
        if focused is None or focused in reached:
            break
        reached.add(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    return reached


def test_what_can_be_used_has_a_name(desk: Desk) -> None:
    desk.write(["甲", "乙"])
    window = desk.open()
    window.show_help()

    nameless = [
        (type(widget).__name__, widget.objectName())
        for kind in INTERACTIVE
        for widget in window.findChildren(kind)
        if not (widget.accessibleName() or getattr(widget, "text", str)())
        and not widget.objectName().startswith("qt_")
        and type(widget.parent()).__name__ != "QComboBoxPrivateContainer"
        and widget.window() is window
    ]

    assert nameless == []


def test_targets_are_at_least_32_pixels(desk: Desk) -> None:
    window = desk.open()

    small = [
        (widget.accessibleName() or widget.text(), widget.size())
        for widget in window.findChildren(QAbstractButton)
        if widget.isVisible()
        and min(widget.width(), widget.height()) < 32
        and not isinstance(widget.parent(), QLineEdit)
    ]

    assert small == []


def test_the_language_changes_while_the_window_is_open(desk: Desk) -> None:
    desk.write(["甲", "乙"])
    window = desk.open()
    assert window.help_button.text() == "需要有人帮忙"

    window.extras.settings_changed.emit(replace(window.settings, language="en"))
    QApplication.processEvents()

    assert window.help_button.text() == "I need a person"
    assert window.page.empty.openers[0].text() == "I have not been sleeping well"
    assert "Enter" in window.page.composer.field.accessibleDescription()
    assert window.shortcuts.actions["new"].text() == "New conversation"
    chinese = [
        widget.text()
        for widget in window.findChildren(QAbstractButton)
        if any("\u4e00" <= letter <= "\u9fff" for letter in widget.text())
    ]
    assert chinese == []


def test_the_theme_and_the_size_of_type_change_at_once(desk: Desk) -> None:
    window = desk.open()
    before = window.page.composer.field.height()

    changed = replace(window.settings, theme="dark", font_scale=2.0)
    window.extras.settings_changed.emit(changed)
    QApplication.processEvents()

    assert window.page.view.look.colours is DARK
    assert window.page.composer.field.height() > 1.5 * before
    assert DARK.paper in QApplication.instance().styleSheet()
    window.extras.settings_changed.emit(WELCOMED)


def test_settings_are_kept(desk: Desk) -> None:
    window = desk.open()
    window.show_settings()
    dialog = window.findChild(SettingsDialog)

    dialog.settings_changed.emit(replace(window.settings, enter_sends=False))
    dialog.close()
    window.close()

    again = desk.open()
    assert not again.settings.enter_sends
    assert not again.page.composer.field.enter_sends


def test_the_window_opens_as_it_was_left(desk: Desk) -> None:
    window = desk.open()
    assert (window.width(), window.height()) == (1080, 760)
    window.resize(700, 620)
    window.close()

    again = desk.open()

    assert (again.width(), again.height()) == (700, 620)


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.0])
def test_nothing_is_cut_off_in_the_smallest_window(desk: Desk, scale: float) -> None:
    desk.save(replace(WELCOMED, font_scale=scale))
    window = desk.open()
    window.resize(480, 560)
    QApplication.processEvents()

    assert (window.width(), window.height()) == (480, 560)
    for widget in (window.help_button, window.page.composer.action_button):
        corner = widget.mapTo(window, widget.rect().bottomRight())
        assert corner.x() < 480
        assert corner.y() < 560
        assert widget.width() >= widget.minimumSizeHint().width()
    window.extras.settings_changed.emit(WELCOMED)


def test_help_opens_with_a_key_and_gives_the_focus_back(desk: Desk, qtbot: QtBot) -> None:
    window = desk.open()
    window.activateWindow()

    window.shortcuts.actions["help"].trigger()
    assert window.extras.help is not None
    assert window.extras.help.isVisible()
    qtbot.keyClick(window.extras.help, Qt.Key.Key_Escape)

    assert not window.extras.help.isVisible()
    assert window.help_button.hasFocus()


def test_an_emoji_goes_into_the_text_and_is_remembered(desk: Desk, qtbot: QtBot) -> None:
    window = desk.open()
    window.page.composer.set_text("今天")

    window.show_picker()
    window.extras.emoji_chosen.emit("🌱")
    window.extras.recent_changed.emit(("🌱",))
    window.close()

    assert window.page.composer.text() == "今天🌱"
    assert desk.open().settings.recent_emoji == ("🌱",)


def test_the_small_model_is_named_honestly(desk: Desk) -> None:
    window = desk.open()

    assert "入门小模型" in window.page.status.text()
    assert window.page.starter_bar.isVisible()
    window.page.starter_bar.close_button.click()
    assert not window.page.starter_bar.isVisible()
    desk.ask(window, "在吗")
    window.desk.new()
    assert not window.page.starter_bar.isVisible()


def test_a_long_conversation_opens_at_its_end(desk: Desk) -> None:
    conversation_id = desk.write([f"第{number}句" for number in range(1200)])
    window = desk.open()

    window.desk.open(conversation_id)

    assert window.page.view.is_at_end()
    assert not window.page.latest_button.isVisible()
    bar = window.page.view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    assert window.page.latest_button.isVisible()
    window.page.latest_button.click()
    assert not window.page.latest_button.isVisible()
