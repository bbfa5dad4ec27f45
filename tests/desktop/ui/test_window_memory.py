"""The memory in the real window: the line under a reply, its page, talks that leave nothing."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from desktop.chat.session import open_session
from desktop.engine.scripted import ScriptedEngine
from desktop.settings import Settings
from desktop.store.database import open_store
from desktop.store.memories import Memories, Memory
from desktop.ui.memory_card import EntryEditor, MemoryCard
from desktop.ui.rows import Kind
from desktop.ui.window import MainWindow
from tests.support.window_desk import WAIT, Desk, said, shown

QUOTE = "我在医院做护士"
CHANGE = {"op": "set", "id": 0, "slot": "user_profile", "text": "在医院做护士。", "quote": QUOTE}
GOOD = json.dumps({"changes": [CHANGE]}, ensure_ascii=False)
ANY = Settings(
    welcomed=True,
    language="zh",
    reduced_motion=True,
    memory_any_model=True,
    model="/models/some.gguf",
)


def open_any(desk: Desk, engine: ScriptedEngine) -> MainWindow:
    """With a model that the catalogue says nothing about, named as at the start."""
    return desk.open(engine, lambda: open_session(desk.paths, lambda: engine, ANY.model))


def kept(desk: Desk) -> list[str]:
    with open_store(desk.paths.database, read_only=True) as store:
        return [entry.text for entry in Memories(store).all()]


def notices(window: MainWindow) -> list[str]:
    return [row.text for row in window.messages.rows() if row.kind is Kind.NOTICE]


def offer(window: MainWindow, name: str) -> None:
    """Press what the last notice offers."""
    row = [row for row in window.messages.rows() if row.kind is Kind.NOTICE][-1]
    number = window.messages.rows().index(row)
    assert name in window.page.view.shape_of(number).zones
    window.page.view._ask(name, row)


def wait_for_notice(desk: Desk, window: MainWindow, words: str) -> None:
    desk.qtbot.waitUntil(lambda: any(words in one for one in notices(window)), timeout=WAIT)


def cards(window: MainWindow) -> list[MemoryCard]:
    page = window.drawer.page("memory")
    return [card for card in page.findChildren(MemoryCard) if not card.isHidden()]


def press(window: MainWindow, words: str, number: int = 0) -> None:
    page = window.drawer.page("memory")
    found = [
        button
        for button in page.findChildren(QPushButton)
        if button.text() == words and button.isVisible()
    ]
    found[number].click()


def write_memory(desk: Desk, *entries: Memory) -> None:
    with open_store(desk.paths.database) as store:
        for entry in entries:
            Memories(store).add(entry)


def test_each_change_is_told_with_its_words_and_can_be_undone(desk: Desk) -> None:
    window = desk.open(ScriptedEngine(["好的，小雨。"]))
    desk.ask(window, "叫我小雨吧")
    assert notices(window) == ["记下了：希望被叫作小雨。\n你的原话：“叫我小雨吧”"]
    offer(window, "memory_undo")
    wait_for_notice(desk, window, "已经撤回")
    assert kept(desk) == []
    assert shown(window) == ["叫我小雨吧", "好的，小雨。", "已经撤回。"]


def test_the_model_proposes_in_the_pause_and_the_composer_is_free(desk: Desk) -> None:
    desk.save(ANY)
    window = open_any(desk, ScriptedEngine(["嗯。"], asides=[GOOD]))
    desk.ask(window, QUOTE)
    wait_for_notice(desk, window, "在医院做护士")
    assert not window.page.view.busy
    assert kept(desk) == ["在医院做护士。"]


def test_a_new_message_comes_before_what_the_model_thinks_of_the_last(desk: Desk) -> None:
    desk.save(ANY)
    engine = ScriptedEngine(["嗯。"], asides=[" " * 4096 * 40 + GOOD])
    window = open_any(desk, engine)
    desk.ask(window, QUOTE)
    desk.ask(window, "还有一件事")
    assert said(window) == [QUOTE, "嗯。", "还有一件事", "嗯。"]


@pytest.mark.parametrize(
    ("press_this", "left"), [("memory_keep", ["在医院做护士。"]), ("memory_drop", [])]
)
def test_asked_first_it_waits_for_a_yes(desk: Desk, press_this: str, left: list[str]) -> None:
    desk.save(Settings(**{**ANY.__dict__, "memory_ask_first": True}))
    window = open_any(desk, ScriptedEngine(["嗯。"], asides=[GOOD]))
    desk.ask(window, QUOTE)
    wait_for_notice(desk, window, "可以记下吗")
    offer(window, press_this)
    desk.qtbot.waitUntil(lambda: kept(desk) == left, timeout=WAIT)
    assert not any("可以记下吗" in one for one in notices(window))


def test_the_page_shows_each_entry_with_its_words_and_where_it_stands(desk: Desk) -> None:
    desk.write(["叫我小雨吧", "好的"])
    with open_store(desk.paths.database) as store:
        entry = Memory("preferences", "希望被叫作小雨。", "叫我小雨吧", 1, 1, "rule")
        Memories(store).add(entry)
    window = desk.open()
    window.show_memory()
    (card,) = cards(window)
    texts = [label.text() for label in card.findChildren(QLabel)]
    assert texts[:2] == ["希望被叫作小雨。", "你的原话：“叫我小雨吧”"]
    press(window, "看出处")
    desk.qtbot.waitUntil(lambda: said(window) == ["叫我小雨吧", "好的"], timeout=WAIT)
    assert window.page.view.current_row().text == "叫我小雨吧"


def test_what_is_written_by_hand_is_kept_changed_pinned_and_deleted(desk: Desk) -> None:
    window = desk.open()
    window.show_memory()
    press(window, "加一条")
    editor = window.drawer.page("memory").findChild(EntryEditor)
    assert editor.field.hasFocus()
    desk.qtbot.keyClicks(editor.field, "abc def ghi")
    desk.qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: kept(desk) == ["abc def ghi"], timeout=WAIT)
    desk.qtbot.waitUntil(lambda: len(cards(window)) == 1, timeout=WAIT)
    press(window, "固定")
    desk.qtbot.waitUntil(lambda: any(card.entry.pinned for card in cards(window)), timeout=WAIT)
    press(window, "删除")
    desk.qtbot.waitUntil(lambda: not cards(window), timeout=WAIT)
    assert kept(desk) == []
    press(window, "撤销")
    desk.qtbot.waitUntil(lambda: kept(desk) == ["abc def ghi"], timeout=WAIT)


def test_what_is_refused_is_said_in_one_sentence_and_the_text_stays(desk: Desk) -> None:
    write_memory(desk, Memory("user_profile", "怕黑。"))
    window = desk.open()
    window.show_memory()
    press(window, "加一条")
    editor = window.drawer.page("memory").findChild(EntryEditor)
    editor.field.setText("怕黑")
    desk.qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    page = window.drawer.page("memory")
    desk.qtbot.waitUntil(
        lambda: any("已经记着了" in label.text() for label in page.findChildren(QLabel)),
        timeout=WAIT,
    )
    assert kept(desk) == ["怕黑。"]
    assert editor.field.text() == "怕黑"


def test_a_talk_without_trace_is_in_no_list_and_gone_when_it_is_left(desk: Desk) -> None:
    desk.write(["甲", "乙"])
    window = desk.open(ScriptedEngine(["嗯。"]))
    window.page.empty.set_temporary(True)
    desk.ask(window, "记住我怕黑")
    assert said(window) == ["记住我怕黑", "嗯。"]
    assert notices(window) == ["这是不留痕迹的对话，没有记。"]
    assert window.conversations.rowCount() == 1
    desk.ask(window, "还在吗")
    assert said(window) == ["记住我怕黑", "嗯。", "还在吗", "嗯。"]
    window.desk.open(1)
    desk.qtbot.waitUntil(lambda: said(window) == ["甲", "乙"], timeout=WAIT)
    assert not window.page.empty.temporary
    assert kept(desk) == []
    assert len(desk.stored(1)) == 2


def test_pausing_and_switching_off_are_kept(desk: Desk) -> None:
    desk.write(["甲", "乙"])
    window = desk.open(ScriptedEngine(["嗯。"]))
    window.desk.open(1)
    window.show_memory()
    page = window.drawer.page("memory")
    page._pause.click()
    desk.qtbot.waitUntil(lambda: page._read().paused, timeout=WAIT)
    desk.ask(window, "叫我小雨吧")
    assert notices(window) == ["这段对话说好了不记，没有记。可以在“我的记忆”里改。"]
    page._on.click()
    assert window.settings.memory_on is False
    assert kept(desk) == []
