"""The rows of a conversation, checked by Qt's own model tester."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from desktop.chat.events import Message, State
from desktop.ui.models import MessageModel
from desktop.ui.rows import Action, Notice

SAID = Message(1, 1, None, "user", "睡不着", State.COMPLETE, None, 1000.0)
REPLY = Message(2, 1, 1, "assistant", "", State.STREAMING, "starter", 1001.0)


@pytest.fixture
def model(qtbot: QtBot) -> Iterator[MessageModel]:
    made = MessageModel()
    tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Warning)
    yield made
    tester.deleteLater()


def texts(model: MessageModel) -> list[str]:
    return [model.index(row).data() for row in range(model.rowCount())]


def test_a_reply_grows_and_is_replaced_by_what_was_kept(model: MessageModel) -> None:
    model.put(SAID)
    model.put(REPLY)
    model.grow(2, "我在")
    model.grow(2, "听")
    assert texts(model) == ["睡不着", "我在听"]

    model.put(replace(REPLY, text="我在听。", state=State.COMPLETE))

    assert texts(model) == ["睡不着", "我在听。"]


def test_another_version_takes_the_place_of_all_that_followed(model: MessageModel) -> None:
    model.load([SAID, replace(REPLY, text="嗯"), replace(SAID, id=3, parent_id=2, text="那")])

    model.put(replace(REPLY, id=4, text="换一句", version=2, versions=2))
    assert texts(model) == ["睡不着", "换一句"]

    model.put(replace(SAID, id=5, text="重新说"))
    assert texts(model) == ["重新说"]


def test_what_is_on_its_way_stands_last_until_it_is_on_disk(model: MessageModel) -> None:
    model.load([SAID, replace(REPLY, text="嗯")])

    model.set_pending("那")
    assert texts(model)[-1] == "那"

    model.put(replace(SAID, id=3, parent_id=2, text="那"))
    assert texts(model) == ["睡不着", "嗯", "那"]


def test_a_notice_stands_behind_its_message(model: MessageModel) -> None:
    model.load([SAID, replace(REPLY, text="嗯")])

    model.add_notice(Notice("较早的没有读", after=1))
    model.add_notice(Notice("还有一条", after=1, action=Action.ANSWER))

    assert texts(model) == ["睡不着", "较早的没有读", "还有一条", "嗯"]


def test_only_one_row_is_the_last_message(model: MessageModel) -> None:
    model.put(SAID)
    model.put(REPLY)

    assert [model.row(number).last for number in range(2)] == [False, True]


def test_a_screen_reader_hears_who_spoke(model: MessageModel) -> None:
    model.load([SAID, replace(REPLY, text="嗯", state=State.COMPLETE)])

    role = Qt.ItemDataRole.AccessibleTextRole
    spoken = [model.index(row).data(role) for row in range(2)]
    assert "睡不着" in spoken[0]
    assert spoken[0].split(",")[0].split("，")[0] != spoken[1].split(",")[0].split("，")[0]
