"""The list of conversations and what a search found."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from desktop.chat.events import Conversation, SearchHit
from desktop.ui.list_models import ConversationModel, HitModel, snippet


@pytest.fixture
def model(qtbot: QtBot) -> Iterator[ConversationModel]:
    made = ConversationModel()
    tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Warning)
    made.load([Conversation(number, f"第{number}段", 0.0, 0.0, 2) for number in (3, 2, 1)])
    yield made
    tester.deleteLater()


def titles(model: ConversationModel) -> list[str]:
    return [model.index(row).data() for row in range(model.rowCount())]


def test_the_one_talked_in_goes_to_the_top(model: ConversationModel) -> None:
    model.put(Conversation(1, "第1段", 0.0, 9.0, 4))
    assert titles(model) == ["第1段", "第3段", "第2段"]

    model.put(Conversation(4, "新的", 0.0, 9.0, 1))
    assert titles(model)[0] == "新的"


def test_what_was_taken_away_comes_back_where_it_was(model: ConversationModel) -> None:
    taken = model.take(2)

    assert taken is not None
    assert titles(model) == ["第3段", "第1段"]
    model.give_back(*taken)
    assert titles(model) == ["第3段", "第2段", "第1段"]
    assert model.take(99) is None


def test_a_new_title_is_told_once_and_an_empty_one_never(
    model: ConversationModel, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(model.renamed) as told:
        assert model.setData(model.index(0), "  夜里\n醒来 ")
    assert told.args == [3, "夜里 醒来"]

    assert not model.setData(model.index(0), "   ")
    assert titles(model)[0] == "夜里 醒来"


def test_a_snippet_shows_the_words_around_a_hit() -> None:
    text = "前面有很多话说了很久，后来\n还是睡不着，就这样到天亮。"
    hit = SearchHit(1, 2, "夜", "user", text, text.index("睡不着"), 3, 0.0)

    before, found, after = snippet(hit)

    assert found == "睡不着"
    assert before.startswith("…")
    assert "\n" not in before + after


def test_hits_are_rows(qtbot: QtBot) -> None:
    model = HitModel()
    model.load([SearchHit(1, 2, "夜", "user", "睡不着", 0, 3, 0.0)])

    assert model.rowCount() == 1
    assert "睡不着" in model.index(0).data()
    assert model.hit(0).message_id == 2
