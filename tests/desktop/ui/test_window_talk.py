"""Talking in the real window: what is sent, streamed, stopped, said again, and kept on disk."""

from __future__ import annotations

import threading
import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QInputMethodEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.engine.scripted import ScriptedEngine
from desktop.ui.window import MainWindow
from tests.support.window_desk import WAIT, Desk, said, shown

LONG_REPLY = "听起来你这阵子一直绷着，连睡觉都没有真正放松下来。" * 8


def slow() -> ScriptedEngine:
    return ScriptedEngine([LONG_REPLY, "嗯，我在听。"], tokens_per_second=150)


def written(window: MainWindow) -> int:
    """Letters of the reply that can be seen."""
    last = window.messages.last_message()
    return 0 if last is None or last.role == "user" else len(said(window)[-1])


def test_what_is_said_is_answered_and_kept(desk: Desk) -> None:
    window = desk.open()

    desk.ask(window, "最近睡不好")

    assert said(window) == ["最近睡不好", "我在听。愿意多说一点吗？"]
    assert window.page.composer.text() == ""
    assert window.conversations.item(0).title == "最近睡不好"
    assert window.sidebar.list.currentIndex().row() == 0
    conversation_id = window.conversations.item(0).id
    window.close()
    assert [text for _, text, _ in desk.stored(conversation_id)] == said(window)


def test_an_opener_begins_the_talk(desk: Desk) -> None:
    window = desk.open()
    opener = window.page.empty.openers[0]
    assert opener.isVisible()

    opener.click()
    desk.settle(window)

    assert said(window)[0] == "最近睡不好"
    assert not opener.isVisible()


def test_text_appears_while_it_is_written(desk: Desk, qtbot: QtBot) -> None:
    window = desk.open(slow())
    desk.say(window, "睡不着")

    qtbot.waitUntil(lambda: 10 < written(window) < len(LONG_REPLY), timeout=WAIT)
    seen = said(window)[-1]

    assert LONG_REPLY.startswith(seen)
    assert window.page.composer.action_button.accessibleName() == "停下"
    desk.settle(window)
    assert said(window)[-1] == LONG_REPLY


def test_stop_keeps_what_was_said_and_offers_another_answer(desk: Desk, qtbot: QtBot) -> None:
    window = desk.open(slow())
    desk.say(window, "睡不着")
    qtbot.waitUntil(lambda: written(window) > 10, timeout=WAIT)

    window.page.composer.action_button.click()
    desk.settle(window)

    kept = said(window)[-1]
    assert 10 < len(kept) < len(LONG_REPLY)
    shape = window.page.view.shape_of(1)
    assert shape.note_text == "停下了"
    assert "again" in shape.zones


def test_speaking_up_cuts_the_reply_short(desk: Desk, qtbot: QtBot) -> None:
    window = desk.open(slow())
    desk.say(window, "睡不着")
    qtbot.waitUntil(lambda: written(window) > 10, timeout=WAIT)

    desk.say(window, "等一下")
    desk.settle(window)

    assert said(window)[0] == "睡不着"
    assert len(said(window)[1]) < len(LONG_REPLY)
    assert said(window)[2:] == ["等一下", "嗯，我在听。"]


def test_two_messages_in_quick_succession_are_both_kept(desk: Desk, qtbot: QtBot) -> None:
    window = desk.open(slow())
    desk.ask(window, "在吗")

    desk.say(window, "第一句")
    desk.say(window, "第二句")
    desk.settle(window)

    words = [text for role, text, _ in desk.stored(1) if role == "user"]
    assert words == ["在吗", "第一句", "第二句"]


def test_another_answer_keeps_the_first_as_a_version(desk: Desk) -> None:
    window = desk.open(ScriptedEngine(["第一个回答", "第二个回答"]))
    desk.ask(window, "睡不着")

    desk.act(window, "again", 1)
    assert said(window) == ["睡不着", "第二个回答"]
    reply = window.messages.last_message()
    assert reply is not None
    assert (reply.version, reply.versions) == (2, 2)

    window.page.view.asked.emit("earlier", window.messages.row(1).message_id)
    desk.qtbot.waitUntil(lambda: said(window)[-1] == "第一个回答", timeout=WAIT)
    window.page.view.asked.emit("later", window.messages.row(1).message_id)
    desk.qtbot.waitUntil(lambda: said(window)[-1] == "第二个回答", timeout=WAIT)


def test_saying_it_again_in_other_words(desk: Desk) -> None:
    window = desk.open(ScriptedEngine(["甲", "乙", "丙"]))
    desk.ask(window, "我很好")
    desk.ask(window, "真的")
    window.page.composer.set_text("写了一半")

    window.page.view.asked.emit("edit", window.messages.row(0).message_id)
    assert window.page.composer.text() == "我很好"
    desk.ask(window, "我不好")

    assert said(window) == ["我不好", "丙"]
    assert window.messages.row(0).message.versions == 2
    assert window.page.composer.text() == "写了一半"
    window.page.view.asked.emit("earlier", window.messages.row(0).message_id)
    desk.qtbot.waitUntil(lambda: said(window) == ["我很好", "甲", "真的", "乙"], timeout=WAIT)


def test_an_edit_can_be_given_up(desk: Desk, qtbot: QtBot) -> None:
    window = desk.open()
    desk.ask(window, "我很好")
    window.page.composer.set_text("草稿")

    window.page.view.asked.emit("edit", window.messages.row(0).message_id)
    qtbot.keyClick(window.page.composer.field, Qt.Key.Key_Escape)

    assert window.page.composer.text() == "草稿"
    assert said(window)[0] == "我很好"


def test_drafts_stay_with_their_conversation(desk: Desk) -> None:
    first = desk.write(["甲", "乙"])
    second = desk.write(["丙", "丁"])
    window = desk.open()
    window.desk.open(first)
    window.page.composer.set_text("给第一段的")

    window.desk.open(second)
    assert window.page.composer.text() == ""
    window.page.composer.set_text("给第二段的")
    window.desk.open(first)

    assert window.page.composer.text() == "给第一段的"
    window.desk.open(second)
    assert window.page.composer.text() == "给第二段的"


def test_going_away_and_back_while_a_reply_is_written_loses_no_letter(
    desk: Desk, qtbot: QtBot
) -> None:
    other = desk.write(["甲", "乙"])
    window = desk.open(slow())
    desk.say(window, "睡不着")
    qtbot.waitUntil(lambda: written(window) > 10, timeout=WAIT)
    here = window.talk.conversation_id

    window.desk.open(other)
    assert said(window) == ["甲", "乙"]
    qtbot.wait(60)
    window.desk.open(here)

    assert len(said(window)[-1]) > 10
    desk.settle(window)
    assert said(window) == ["睡不着", LONG_REPLY]


def test_composition_is_never_sent_in_the_real_window(desk: Desk, qtbot: QtBot) -> None:
    window = desk.open()
    field = window.page.composer.field
    QApplication.sendEvent(field, QInputMethodEvent("shui bu zhao", []))

    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert shown(window) == []

    event = QInputMethodEvent("", [])
    event.setCommitString("睡不着")
    QApplication.sendEvent(field, event)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    desk.settle(window)
    assert said(window)[0] == "睡不着"


def test_a_finished_reply_is_announced_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def hear(event: QAccessibleAnnouncementEvent) -> None:
        told.append(event.message())

    window = desk.open()
    monkeypatch.setattr(QAccessible, "updateAccessibility", hear)
    desk.ask(window, "在吗")
    monkeypatch.undo()

    assert len(told) == 1
    assert "我在听" in told[0]


def test_closing_while_a_reply_is_written_keeps_what_was_said(desk: Desk, qtbot: QtBot) -> None:
    window = desk.open(slow())
    desk.say(window, "睡不着")
    qtbot.waitUntil(lambda: written(window) > 20, timeout=WAIT)
    seen = said(window)[-1]

    window.close()

    (_, first, _), (_, reply, state) = desk.stored(1)
    assert first == "睡不着"
    assert reply.startswith(seen)
    assert state in ("stopped", "interrupted")


def test_closing_right_after_sending_keeps_the_message(desk: Desk) -> None:
    window = desk.open(slow())
    desk.say(window, "这句不能丢")

    window.close()

    assert desk.stored(1)[0][1] == "这句不能丢"


def test_closing_keeps_a_message_that_still_waits_for_its_turn(desk: Desk, qtbot: QtBot) -> None:
    def without_hearing(_: threading.Event, seconds: float) -> bool:
        time.sleep(seconds)
        return False

    engine = ScriptedEngine([LONG_REPLY], tokens_per_second=4, wait=without_hearing)
    window = desk.open(engine)
    desk.say(window, "第一句")
    qtbot.waitUntil(lambda: written(window) > 0, timeout=WAIT)

    desk.say(window, "第二句")
    window.close()

    assert [text for role, text, _ in desk.stored(1) if role == "user"] == ["第一句", "第二句"]


def test_what_was_left_unanswered_can_be_answered_later(desk: Desk) -> None:
    conversation_id = desk.write(["有人吗"])
    window = desk.open()
    window.desk.open(conversation_id)
    assert shown(window) == ["有人吗", "这句话还没有得到回答。"]

    desk.act(window, "answer", 0)

    assert shown(window) == ["有人吗", "我在听。愿意多说一点吗？"]


def test_messages_that_left_the_prompt_are_told_once(desk: Desk) -> None:
    window = desk.open(ScriptedEngine(["嗯", "嗯嗯"], dropped_messages=12))

    desk.ask(window, "一")
    desk.ask(window, "二")

    notices = [text for text in shown(window) if "12" in text]
    assert len(notices) == 1
    assert said(window) == ["一", "嗯", "二", "嗯嗯"]
