"""The gate and the talk together: choosing, locking, unlocking, protecting, erasing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.chat.library import open_library
from desktop.chat.session import Session, open_session
from desktop.engine.scripted import ScriptedEngine
from desktop.paths import Paths, assets_folder
from desktop.profiles.access import Access, is_protected
from desktop.profiles.create import create_profile
from desktop.profiles.profile import list_profiles
from desktop.settings import Settings
from desktop.store.database import open_store
from desktop.store.preferences import Preferences
from desktop.ui import here
from desktop.ui.front import Front
from desktop.ui.front_door import build_front
from desktop.ui.privacy_dialog import PrivacyDialog
from desktop.ui.window import MainWindow
from desktop.vault.key import Key
from tests.support.cheap_keys import cheap_keys  # noqa: F401
from tests.support.window_desk import said

WAIT = 20_000
WELCOMED = Settings(welcomed=True, language="zh", reduced_motion=True, region="HK")
SECRET = "只在这里说的话"


class House:
    """The front with scripted engines, and what a test does with it."""

    def __init__(self, qtbot: QtBot, home: Path) -> None:
        self.qtbot = qtbot
        self.paths = Paths(home, assets_folder())
        self.engines: list[ScriptedEngine] = []
        self.fronts: list[Front] = []

    def session(self, paths: Paths, key: Key | None, check: bool) -> Session:
        self.engines.append(ScriptedEngine(["我在听。"]))
        return open_session(paths, lambda: self.engines[-1], key=key, check=check)

    def person(self, name: str, passphrase: str | None) -> Paths:
        profile, protected = create_profile(self.paths, name, passphrase=passphrase)
        key = protected.key if protected else None
        with open_store(profile.paths.database, key=key) as store:
            Preferences(store).save(WELCOMED)
        return profile.paths

    def begin(self) -> Front:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        front = build_front(
            application,
            self.paths,
            self.session,
            lambda paths, key: open_library(paths.database, key),
            {"LANG": "zh_CN.UTF-8"},
        )
        self.fronts.append(front)
        self.qtbot.addWidget(front.gate)
        front.begin()
        return front

    def ready(self, front: Front) -> MainWindow:
        self.qtbot.waitUntil(
            lambda: front.window is not None and front.window._library is not None, timeout=WAIT
        )
        window = front.window
        assert window is not None
        self.qtbot.waitUntil(lambda: not window.controller.turns, timeout=WAIT)
        return window

    def unlock(self, front: Front, words: str) -> MainWindow:
        self.type_passphrase(front, words)
        return self.ready(front)

    def type_passphrase(self, front: Front, words: str) -> None:
        page = front.gate.unlock
        assert front.gate.page is page
        page.field.setText(words)
        QTest.keyClick(page.field, Qt.Key.Key_Return)

    def say(self, window: MainWindow, text: str) -> None:
        window.page.composer.set_text(text)
        window.page.composer.action_button.click()
        self.qtbot.waitUntil(lambda: not window.controller.turns, timeout=WAIT)

    def close(self) -> None:
        for front in self.fronts:
            if front.window is not None:
                front.window.close()
            front._aside.wait()
            front.gate.close()
            front._translations.remove()
            front.deleteLater()


@pytest.fixture
def house(qtbot: QtBot, own_home: Path, cheap_keys: None) -> Iterator[House]:  # noqa: F811
    made = House(qtbot, own_home)
    yield made
    made.close()


def words_of(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_one_profile_without_a_passphrase_opens_as_ever(house: House) -> None:
    window = house.ready(house.begin())

    house.say(window, "在吗")

    assert window.messages.last_message() is not None
    assert (house.paths.home / "xinyu.db").exists()


def test_locked_unlocked_and_talked_again(house: House) -> None:
    house.person("阿青", "密码")
    front = house.begin()
    assert front.window is None
    window = house.unlock(front, "密码")
    house.say(window, SECRET)

    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)

    assert front.window is None
    assert front.gate.isVisible()
    again = house.unlock(front, "密码")
    again.desk.open(again.conversations.item(0).id)
    assert said(again) == [SECRET, "我在听。"]


def test_a_locked_window_shows_nothing_and_ends_the_engine(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The offscreen platform cannot tell who copied; X11, Wayland, Windows and macOS can.
    monkeypatch.setattr(here, "copied_here", lambda: True)
    house.person("阿青", "密码")
    front = house.begin()
    window = house.unlock(front, "密码")
    house.say(window, SECRET)
    QGuiApplication.clipboard().setText(SECRET)

    front.lock()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    assert house.engines[-1].closed
    assert QGuiApplication.clipboard().text() == ""
    for widget in QApplication.topLevelWidgets():
        assert not widget.isVisible() or widget is front.gate
        assert SECRET not in widget.windowTitle()
        assert SECRET not in words_of(widget)
    assert "阿青" in words_of(front.gate)


def test_help_works_while_locked_and_knows_the_region(house: House) -> None:
    house.person("阿青", "密码")
    front = house.begin()
    house.unlock(front, "密码")
    front.lock()

    assert front.gate._help_key.shortcut().toString() == "F1"
    front.gate._help_key.trigger()

    panel = front.gate._help
    assert panel is not None
    assert panel.isVisible()
    assert panel._region == "HK"
    assert "999" in words_of(panel)


def test_a_wrong_passphrase_says_so_and_each_costs_more(house: House) -> None:
    house.person("阿青", "密码")
    front = house.begin()
    for _ in range(4):
        house.type_passphrase(front, "不对")
        house.qtbot.waitUntil(lambda: not front._aside.busy, timeout=WAIT)

    assert "密码不对" in words_of(front.gate)
    assert "秒" in front.gate.unlock.unlock_button.text()
    assert not front.gate.unlock.unlock_button.isEnabled()
    assert front.gate.unlock.field.text() == ""


def test_a_draft_is_there_after_unlocking(house: House) -> None:
    house.person("阿青", "密码")
    front = house.begin()
    window = house.unlock(front, "密码")
    window.page.composer.set_text("还没有说完的")

    front.lock()

    assert house.unlock(front, "密码").page.composer.text() == "还没有说完的"


def test_it_locks_by_itself_and_when_the_system_does(house: House) -> None:
    house.person("阿青", "密码")
    front = house.begin()
    house.unlock(front, "密码")
    assert front._idle._timer.interval() == 10 * 60_000

    front._idle.set_minutes(0.002)
    house.qtbot.waitUntil(lambda: front.window is None, timeout=WAIT)

    house.unlock(front, "密码")
    front._system.locked.emit()
    assert front.window is None


def test_a_touch_puts_the_lock_off(house: House) -> None:
    house.person("阿青", "密码")
    front = house.begin()
    window = house.unlock(front, "密码")
    front._idle.set_minutes(1)
    front._idle._timer.stop()
    move = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(5, 5),
        QPointF(5, 5),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window, move)
    assert front._idle._timer.isActive()
    front._idle.set_minutes(0)
    QApplication.sendEvent(window, move)
    assert not front._idle._timer.isActive()


def test_several_people_are_asked_who_is_here(house: House) -> None:
    house.person("阿青", "密码")
    house.person("Bo", None)
    front = house.begin()
    page = front.gate.choice
    assert front.gate.page is page
    names = [made.text() for made, _ in page._buttons]
    assert names == ["Bo", "阿青"]

    page._buttons[0][0].click()
    window = house.ready(front)
    house.say(window, "Bo's words")

    front.leave()  # no lock, so somebody else may come in
    assert front.gate.page is page
    page._buttons[1][0].click()
    own = house.unlock(front, "密码")
    assert own.conversations.rowCount() == 0


def test_a_new_person_makes_a_place_and_keeps_the_recovery_key(house: House) -> None:
    house.ready(house.begin())
    front = house.fronts[0]
    front.make_new()
    page = front.gate.making
    page.name.setText("小林")
    assert not page.create_button.isEnabled()
    page.fields.first.setText("密码一二三四五六")
    page.fields.second.setText("密码")
    assert not page.create_button.isEnabled()
    page.fields.second.setText("密码一二三四五六")
    page.create_button.click()
    house.qtbot.waitUntil(lambda: front.gate.page is front.gate.recovery, timeout=WAIT)

    printed = front.gate.recovery.key.text()
    assert not front.gate.recovery.go_button.isEnabled()
    front.gate.recovery.have.click()
    front.gate.recovery.go_button.click()

    house.ready(front)
    assert front.gate.recovery.key.text() == ""
    own = next(p for p in list_profiles(house.paths) if p.name == "小林")
    assert Access(own.paths).unlock_with_recovery_key(printed) is not None


def test_without_a_passphrase_is_told_plainly(house: House) -> None:
    front = house.begin()
    house.ready(front)
    front.make_new()
    page = front.gate.making
    page.name.setText("小林")
    page.without.click()
    assert "读" in page._open_words.text()
    assert page._open_words.isVisible()
    page.create_button.click()
    house.ready(front)
    assert [p.name for p in list_profiles(house.paths)] == ["", "小林"]


def test_the_recovery_key_opens_and_asks_for_a_new_passphrase(house: House) -> None:
    profile, protected = create_profile(house.paths, "阿青", passphrase="忘记了")
    assert protected is not None
    front = house.begin()
    page = front.gate.unlock
    page._way.click()
    house.type_passphrase(front, protected.recovery_key.lower())
    house.qtbot.waitUntil(lambda: front.gate.page is front.gate.renew, timeout=WAIT)
    fields = front.gate.renew.fields
    fields.first.setText("新的密码")
    fields.second.setText("新的密码")
    front.gate.renew.keep_button.click()

    house.ready(front)
    assert Access(profile.paths).unlock("新的密码") == protected.key


def test_protecting_from_the_window(house: House) -> None:
    front = house.begin()
    window = house.ready(front)
    house.say(window, SECRET)

    front.protect("新的密码")
    house.qtbot.waitUntil(lambda: front.gate.page is front.gate.recovery, timeout=WAIT)
    front.gate.recovery.have.click()
    front.gate.recovery.go_button.click()

    again = house.ready(front)
    assert is_protected(house.paths)
    again.desk.open(again.conversations.item(0).id)
    assert said(again)[0] == SECRET
    for path in house.paths.home.rglob("*"):
        assert path.is_dir() or SECRET.encode() not in path.read_bytes()


def privacy(house: House, front: Front) -> PrivacyDialog:
    window = house.ready(front)
    window.show_settings()
    dialogs = window.findChildren(QWidget, "settingsDialog")
    dialogs[-1]._privacy.click()  # type: ignore[attr-defined]
    dialog = window.findChildren(PrivacyDialog)[-1]
    assert dialog.isVisible()
    return dialog


def test_backups_from_the_settings(house: House) -> None:
    house.person("阿青", "密码")
    front = house.begin()
    window = house.unlock(front, "密码")
    house.say(window, SECRET)
    dialog = privacy(house, front)
    dialog._back_up()
    house.qtbot.waitUntil(lambda: "备份做好了" in dialog.told.text(), timeout=WAIT)
    dialog.backups.setCurrentRow(0)
    dialog._restore(replace=True)

    again = house.ready(front)
    house.qtbot.waitUntil(lambda: again.page.banner.isVisible(), timeout=WAIT)
    assert "xinyu.earlier-" in again.page.banner.label.text()
    assert again.conversations.rowCount() == 1


def test_export_and_import_from_the_settings(house: House, tmp_path: Path) -> None:
    house.person("阿青", "密码")
    front = house.begin()
    window = house.unlock(front, "密码")
    house.say(window, SECRET)
    dialog = privacy(house, front)
    target = tmp_path / "书.md"
    dialog._exchange.ask_target = lambda *_: str(target)
    dialog._exchange.export_conversation()
    assert SECRET in target.read_text("utf-8")
    assert "没有加密" in dialog.told.text()

    broken = tmp_path / "broken.json"
    broken.write_text("[{")
    dialog._exchange.ask_source = lambda _: str(broken)
    dialog._exchange.import_file()
    again = house.ready(front)
    house.qtbot.waitUntil(lambda: again.page.banner.isVisible(), timeout=WAIT)
    assert "损坏" in again.page.banner.label.text()
    assert again.conversations.rowCount() == 1


def test_a_wrong_old_passphrase_changes_nothing(house: House) -> None:
    paths = house.person("阿青", "密码")
    front = house.begin()
    house.unlock(front, "密码")
    dialog = privacy(house, front)
    before = paths.keys.read_bytes()
    dialog._do(lambda: Access(paths).unlock("不对"), lambda _: None)
    house.qtbot.waitUntil(lambda: "密码不对" in dialog.told.text(), timeout=WAIT)
    assert paths.keys.read_bytes() == before


def test_erasing_the_profile_leaves_the_others(house: House) -> None:
    house.person("阿青", "密码")
    house.person("Bo", None)
    front = house.begin()
    front.gate.choice._buttons[1][0].click()
    house.unlock(front, "密码")

    front.erase(everything=False)

    house.ready(front)  # only Bo is left, without a passphrase
    assert [p.name for p in list_profiles(house.paths)] == ["Bo"]


def test_damage_met_in_the_talk_leads_to_the_backup(house: House) -> None:
    paths = house.person("阿青", "密码")
    front = house.begin()
    window = house.unlock(front, "密码")
    house.say(window, SECRET)
    front.lock()  # makes the backup after use
    content = paths.database.read_bytes()
    middle = len(content) // 2
    paths.database.write_bytes(content[:middle] + b"\xff" * 4096 + content[middle + 4096 :])
    house.type_passphrase(front, "密码")
    house.qtbot.waitUntil(lambda: front.window is not None, timeout=WAIT)
    window = front.window
    assert window is not None
    house.qtbot.waitUntil(lambda: window.page.banner.isVisible(), timeout=WAIT)
    if "回到" not in words_of_buttons(window):
        window.damage_met.emit()
        house.qtbot.waitUntil(lambda: front.window is not window, timeout=WAIT)
        window = front.window
        assert window is not None
        house.qtbot.waitUntil(lambda: window.page.banner.isVisible(), timeout=WAIT)
    assert "损坏" in window.page.banner.label.text()
    assert "备份" in words_of_buttons(window)


def words_of_buttons(window: MainWindow) -> str:
    return " ".join(made.text() for made in window.page.banner._buttons)
