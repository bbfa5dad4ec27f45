"""What is done in the window before a picture of talk, lists and settings is taken."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea

from desktop.errors import StoreError
from desktop.screenshots.care import wait_for
from desktop.ui.age_question import AgeQuestion
from desktop.ui.window import MainWindow


def open_first(window: MainWindow) -> None:
    window.desk.open(window.conversations.item(0).id)


def show_memory(window: MainWindow) -> None:
    open_first(window)
    wait_for(50)
    window.show_memory()


def begin_temporary(window: MainWindow) -> None:
    window.page.empty.set_temporary(True)


def say(text: str, wait: int) -> Callable[[MainWindow], None]:
    def act(window: MainWindow) -> None:
        open_first(window)
        window.page.composer.set_text(text)
        window.page.composer.action_button.click()
        wait_for(wait)

    return act


def stop_midway(window: MainWindow) -> None:
    say("还是老样子，躺下就开始想。", 800)(window)
    window.page.composer.action_button.click()
    wait_for(200)


def answer_twice(window: MainWindow) -> None:
    say("还是老样子，躺下就开始想。", 600)(window)
    reply = window.messages.last_message()
    assert reply is not None
    window.page.view.asked.emit("again", reply.id)
    wait_for(600)


def scroll_up(window: MainWindow) -> None:
    open_first(window)
    bar = window.page.view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)


def search(words: str) -> Callable[[MainWindow], None]:
    def act(window: MainWindow) -> None:
        window.desk.start_search()
        window.sidebar.search.setText(words)
        wait_for(300)
        QTest.keyClick(window.sidebar.search, Qt.Key.Key_Return)

    return act


def hover(window: MainWindow) -> None:
    open_first(window)
    wait_for(50)
    view = window.page.view
    index = window.messages.index(3)
    QTest.mouseMove(view.viewport(), view.visualRect(index).center() - QPoint(150, -10))


def move_by_keyboard(window: MainWindow) -> None:
    open_first(window)
    window.page.view.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(window.page.view, Qt.Key.Key_Up)
    QTest.keyClick(window.page.view, Qt.Key.Key_Up)


def edit(window: MainWindow) -> None:
    open_first(window)
    window.page.view.asked.emit("edit", window.messages.rows()[4].message_id)


def delete(window: MainWindow) -> None:
    window.desk.delete(window.conversations.item(1).id)


def disk_full(window: MainWindow) -> None:
    open_first(window)
    window.page.composer.set_text("今天又没睡好。")
    window.talk.failed.emit(StoreError("store_disk_full"), None)


def show_help(window: MainWindow) -> None:
    open_first(window)
    window.show_help()


def show_settings(window: MainWindow) -> None:
    window.show_settings()
    wait_for(200)


def show_age(window: MainWindow) -> None:
    show_settings(window)
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    box = dialog.findChild(AgeQuestion)
    assert box is not None
    scroll = next(area for area in dialog.findChildren(QScrollArea) if area.isAncestorOf(box))
    scroll.ensureWidgetVisible(box)
    wait_for(100)


def choose_child(window: MainWindow) -> None:
    question = window.findChild(AgeQuestion)
    assert question is not None
    question.box.setFocus()
    QTest.keyClick(question.box, Qt.Key.Key_Down)
    wait_for(100)
    scroll = next(s for s in window.findChildren(QScrollArea) if s.isAncestorOf(question))
    scroll.ensureWidgetVisible(question)
    wait_for(100)


def show_picker(window: MainWindow) -> None:
    open_first(window)
    window.show_picker()
    wait_for(300)


def open_list(window: MainWindow) -> None:
    open_first(window)
    window.rail.buttons["list"].click()
