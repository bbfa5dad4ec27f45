"""The drawer at the right: pages by name, a way out, and what stood there before."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.drawer import Drawer, DrawerPage
from desktop.ui.shell import Shell

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


class Page(DrawerPage):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.shown_times = name, 0
        self.button = QPushButton("press")
        QVBoxLayout(self).addWidget(self.button)

    def title(self) -> str:
        return f"title of {self.name}"

    def show_now(self) -> None:
        self.shown_times += 1

    def focus_first(self) -> None:
        self.button.setFocus()


@pytest.fixture
def shell(qtbot: QtBot) -> Shell:
    made = Shell(QWidget(), QWidget(), QWidget())
    qtbot.addWidget(made)
    made.resize(1080, 700)
    made.show()
    made.activateWindow()
    return made


def test_a_page_is_made_when_first_wanted_and_shown_with_its_title(shell: Shell) -> None:
    drawer, made = Drawer(shell), []
    drawer.add("a", lambda: made.append(Page("a")) or made[-1])
    assert made == []

    drawer.open("a")
    drawer.open("a")

    assert [page.shown_times for page in made] == [2]
    assert "title of a" in [label.text() for label in drawer.findChildren(QLabel)]
    assert drawer.shown == "a"
    assert made[0].button.hasFocus()


def test_escape_closes_it_and_tells(shell: Shell, qtbot: QtBot) -> None:
    drawer = Drawer(shell)
    drawer.add("a", lambda: Page("a"))
    drawer.open("a")

    with qtbot.waitSignal(drawer.closed):
        qtbot.keyClick(drawer.page("a"), Qt.Key.Key_Escape)

    assert drawer.shown == ""
    assert shell.drawer is None


def test_what_stood_there_before_comes_back(shell: Shell) -> None:
    drawer, before = Drawer(shell), QWidget()
    drawer.add("a", lambda: Page("a"))
    drawer.add("b", lambda: Page("b"))
    shell.set_drawer(before)

    drawer.open("a")
    assert drawer.close_button.text() == "Back"
    drawer.page("a").page_wanted.emit("b")
    assert drawer.shown == "b"
    drawer.close_button.click()

    assert shell.drawer is before
    assert before.isVisible()


def test_a_new_language_reaches_title_and_button(shell: Shell) -> None:
    drawer = Drawer(shell)
    drawer.add("a", lambda: Page("a"))
    drawer.open("a")
    page = drawer.page("a")
    assert isinstance(page, Page)
    page.name = "changed"

    drawer.changeEvent(QEvent(QEvent.Type.LanguageChange))

    assert drawer.accessibleName() == "title of changed"


def test_it_is_wide_enough_for_its_widest_button(shell: Shell) -> None:
    drawer = Drawer(shell)
    drawer.add("a", lambda: Page("a"))
    page = drawer.page("a")
    assert isinstance(page, Page)
    page.button.setText("x" * 80)

    drawer.open("a")

    assert drawer.width() >= page.button.minimumSizeHint().width()
