"""What is done in the window before a picture of help, plan, calm and notes is taken."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QTimer

from desktop.store.database import Store
from desktop.store.records import EmergencyContact
from desktop.store.safety import SafetyRecords
from desktop.ui.calm_page import CalmPage
from desktop.ui.help_card import HelpLineCard
from desktop.ui.help_dialog import HelpButton
from desktop.ui.settings_dialog import SettingsDialog
from desktop.ui.window import MainWindow

Act = Callable[[MainWindow], None]


def after(first: Act, then: Act) -> Act:
    def act(window: MainWindow) -> None:
        first(window)
        then(window)

    return act


def open_page(name: str) -> Act:
    def act(window: MainWindow) -> None:
        window.drawer.open(name)
        wait_for(100)

    return act


def press_help(window: MainWindow) -> None:
    window.help_button.click()


def fold(window: MainWindow) -> None:
    view = window.page.view
    last = next(row for row in window.messages.rows() if row.notice is not None)
    assert last.notice is not None
    view.asked.emit("fold", last.notice.message_id)


def show_code(window: MainWindow) -> None:
    window.show_help()
    panel = window.extras.help
    assert panel is not None
    card = panel.findChildren(HelpLineCard)[0]
    assert card.code_button is not None
    card.code_button.click()


def breathe(window: MainWindow) -> None:
    window.drawer.open("calm")
    page = window.drawer.page("calm")
    assert isinstance(page, CalmPage)
    page.breathing.start()
    page.grounding.button.click()
    wait_for(2500)


def leave(window: MainWindow) -> None:
    window.care.quick_leave.leave()
    window.showNormal()


def help_in_settings(window: MainWindow) -> None:
    window.show_settings()
    wait_for(200)
    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    dialog.findChildren(HelpButton)[0].click()
    wait_for(200)


def write_own(store: Store, clock: Callable[[], float] = time.time) -> None:
    records = SafetyRecords(store, clock)
    records.save_plan(
        [
            "整夜睡不着，一遍遍想同一件事\n不回别人的消息",
            "下楼走一圈\n洗个热水澡，听那张老唱片",
            "楼下的面馆，小区的猫\n表弟",
            "姐姐 小雨",
            "社区医院的刘医生",
            "药交给姐姐保管",
        ]
    )
    records.save_contact(EmergencyContact("小雨（姐姐）", "010 5555 0199", ""))


def write_old(store: Store) -> None:
    write_own(store, lambda: time.time() - 40 * 86_400)


def wait_for(milliseconds: int) -> None:
    """Let the window live; unlike QTest.qWait this lets the conversation thread live too."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
