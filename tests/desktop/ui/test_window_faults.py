"""When the world fails: a plain sentence, nothing lost, a way on."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.chat.session import Session, open_session
from desktop.engine.scripted import ScriptedEngine
from desktop.errors import EngineError, ModelFileError, StoreError
from desktop.store.backup import back_up_if_due
from desktop.ui.window import MainWindow
from tests.support.window_desk import WAIT, Desk, said, shown

DIED = EngineError("engine_died", cause="SIGKILL")


def banner_button(window: MainWindow, words: str) -> QPushButton:
    buttons = window.page.banner.findChildren(QPushButton)
    return next(button for button in buttons if button.text() == words)


def fails_once(desk: Desk, error: Exception) -> Callable[[], Session]:
    errors = [error]

    def attempt() -> Session:
        if errors:
            raise errors.pop()
        return open_session(desk.paths, ScriptedEngine)

    return attempt


def test_an_engine_that_dies_midway_keeps_what_was_said(desk: Desk) -> None:
    engine = ScriptedEngine(["我在听，慢慢说。", "我回来了。"], failures={0: (4, DIED)})
    window = desk.open(engine)

    desk.ask(window, "睡不着")

    assert said(window) == ["睡不着", "我在听，"]
    assert any("模型的进程" in text for text in shown(window))
    assert window.page.view.shape_of(1).note_text == "没有说完"

    desk.act(window, "again", 1)
    assert said(window) == ["睡不着", "我回来了。"]


def test_an_engine_that_dies_at_once_offers_to_answer_now(desk: Desk) -> None:
    engine = ScriptedEngine(["没说出来", "现在说。"], failures={0: (0, DIED)})
    window = desk.open(engine)

    desk.ask(window, "睡不着")
    assert said(window) == ["睡不着"]
    assert "answer" in window.page.view.shape_of(1).zones

    desk.act(window, "answer", 0)
    assert shown(window) == ["睡不着", "现在说。"]


def test_a_model_that_cannot_be_loaded_is_told_and_can_be_tried_again(desk: Desk) -> None:
    engine = ScriptedEngine(load_error=ModelFileError("model_missing", path="小模型.gguf"))
    window = desk.open(engine)

    assert window.page.banner.isVisible()
    assert "小模型.gguf" in window.page.banner.label.text()

    engine.load_error = None
    banner_button(window, "再试一次").click()
    desk.settle(window)
    assert not window.page.banner.isVisible()
    assert "CPU" in window.page.status.text()


def test_a_full_disk_gives_the_words_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    window = desk.open()
    desk.ask(window, "在吗")

    def refuse(self: Session, *_: object, **__: object) -> None:
        raise StoreError("store_disk_full")

    monkeypatch.setattr(Session, "send", refuse)
    desk.ask(window, "这句话很要紧")

    assert window.page.composer.text() == "这句话很要紧"
    assert said(window) == ["在吗", "我在听。愿意多说一点吗？"]
    assert "磁盘满了" in window.page.banner.label.text()


def test_words_given_back_never_replace_newer_ones(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = desk.open()
    desk.ask(window, "在吗")

    def refuse(self: Session, *_: object, **__: object) -> None:
        raise StoreError("store_disk_full")

    monkeypatch.setattr(Session, "send", refuse)
    desk.say(window, "旧的话")
    window.page.composer.set_text("新的话")
    desk.settle(window)

    assert window.page.composer.text() == "旧的话\n新的话"


def test_a_store_that_cannot_be_opened_is_told_and_tried_again(desk: Desk, qtbot: QtBot) -> None:
    error = StoreError("store_locked")
    window = desk.open(open_session_with=fails_once(desk, error), ready=False)
    qtbot.waitUntil(window.page.banner.isVisible, timeout=WAIT)
    assert "占用" in window.page.banner.label.text()
    assert not window.page.composer.isEnabled()

    with qtbot.waitSignal(window.ready, timeout=WAIT):
        banner_button(window, "再试一次").click()
    desk.ask(window, "在吗")

    assert said(window)[0] == "在吗"


def damage(desk: Desk) -> None:
    """What a failing disk leaves of the database."""
    size = desk.paths.database.stat().st_size
    desk.paths.database.write_bytes(b"\x5a" * size)


def test_a_damaged_store_goes_back_to_its_backup(desk: Desk, qtbot: QtBot) -> None:
    desk.write(["还在吗", "在"], "以前的话")
    back_up_if_due(desk.paths.database, desk.paths.backups)
    damage(desk)
    window = desk.open(ready=False)
    qtbot.waitUntil(window.page.banner.isVisible, timeout=WAIT)

    words = f"换上 {date.today().isoformat()} 的备份"
    with qtbot.waitSignal(window.ready, timeout=WAIT):
        banner_button(window, words).click()

    assert window.conversations.item(0).title == "以前的话"
    assert "2 条" in window.page.banner.label.text()


def test_a_damaged_store_without_a_backup_is_set_aside(desk: Desk, qtbot: QtBot) -> None:
    damage(desk)
    window = desk.open(ready=False)
    qtbot.waitUntil(window.page.banner.isVisible, timeout=WAIT)

    with qtbot.waitSignal(window.ready, timeout=WAIT):
        banner_button(window, "放到一边，重新开始").click()

    assert window.conversations.rowCount() == 0
    assert list(desk.paths.home.glob("*damaged*"))


def test_help_is_there_even_without_a_store(desk: Desk, qtbot: QtBot) -> None:
    error = StoreError("store_locked")
    window = desk.open(open_session_with=fails_once(desk, error), ready=False)
    qtbot.waitUntil(window.page.banner.isVisible, timeout=WAIT)

    window.help_button.click()

    assert window.extras.help is not None
    assert window.extras.help.isVisible()


def test_a_fault_of_ours_gets_the_general_sentence(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    window = desk.open()

    def break_down(self: Session, *_: object, **__: object) -> None:
        raise sqlite3.ProgrammingError("a fault of ours")

    monkeypatch.setattr(Session, "send", break_down)
    desk.ask(window, "在吗")

    assert window.page.banner.isVisible()
    assert "Error" not in window.page.banner.label.text()
    assert window.page.composer.text() == "在吗"


def test_closing_without_a_store_ends_in_peace(desk: Desk, qtbot: QtBot) -> None:
    error = StoreError("store_locked")
    window = desk.open(open_session_with=fails_once(desk, error), ready=False)
    qtbot.waitUntil(window.page.banner.isVisible, timeout=WAIT)

    window.close()

    assert not window.isVisible()
