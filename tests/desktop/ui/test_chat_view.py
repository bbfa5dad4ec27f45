"""The talk as a person meets it: long ones stay light, the end is kept, text can be taken."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from pytestqt.qtbot import QtBot

from desktop.chat.events import Message, State
from desktop.paths import assets_folder
from desktop.ui.chat_view import ChatView
from desktop.ui.icons import Icons
from desktop.ui.models import MessageModel
from desktop.ui.theme import Look

FIRST = Message(1, 1, None, "user", "", State.COMPLETE, None, 1000.0)
TEXTS = (
    "最近总是睡不好",
    "半夜醒来的时候，最先想到的是什么？",
    "工作。\n还有妈妈。",
    "I am listening.",
)
STILL = Look(moving=False)


def messages(count: int) -> list[Message]:
    roles = ("user", "assistant")
    return [
        replace(
            FIRST,
            id=number + 1,
            parent_id=number or None,
            role=roles[number % 2],
            text=TEXTS[number % len(TEXTS)] * (1 + number % 7),
            created_at=1000.0 + number,
        )
        for number in range(count)
    ]


@pytest.fixture
def model(qtbot: QtBot) -> MessageModel:
    return MessageModel()


@pytest.fixture
def view(model: MessageModel, qtbot: QtBot) -> ChatView:
    made = ChatView(model, Icons(assets_folder() / "icons"))
    made.set_look(STILL)
    qtbot.addWidget(made)
    made.resize(720, 500)
    made.show()
    return made


def measured(view: ChatView) -> int:
    return sum(view.offsets.is_exact(row) for row in range(len(view.offsets)))


def place_of(view: ChatView, row: int) -> QPoint:
    """A point in the first letters of a message."""
    corner = view.visualRect(view.messages().index(row)).topLeft()
    return corner + view.shape_of(row).origin.toPoint() + QPoint(3, 8)


def test_of_a_long_talk_only_what_is_seen_is_measured(view: ChatView, model: MessageModel) -> None:
    model.load(messages(5000))

    assert measured(view) < 40
    assert view.is_at_end()


def test_the_estimate_of_a_long_talk_is_near(view: ChatView, model: MessageModel) -> None:
    model.load(messages(400))
    guessed = view.offsets.total

    exact = sum(view.shape_of(row).height for row in range(400))

    assert guessed == pytest.approx(exact, rel=0.2)


def test_a_growing_reply_keeps_the_end_in_sight(view: ChatView, model: MessageModel) -> None:
    model.load(messages(50))
    model.put(replace(FIRST, id=51, parent_id=50, role="assistant", state=State.STREAMING))

    for _ in range(40):
        model.grow(51, "我在听，慢慢说。")

    bar = view.verticalScrollBar()
    assert bar.value() == bar.maximum()
    assert view.visualRect(model.index(50)).bottom() <= view.viewport().height()


def test_who_reads_further_up_is_left_there(
    view: ChatView, model: MessageModel, qtbot: QtBot
) -> None:
    model.load(messages(50))
    with qtbot.waitSignal(view.end_left):
        view.verticalScrollBar().setValue(300)
    seen = view.indexAt(QPoint(100, 100)).row()
    place = view.visualRect(model.index(seen)).top()

    model.put(replace(FIRST, id=51, parent_id=50, role="assistant", state=State.STREAMING))
    model.grow(51, "我在听。" * 60)

    assert view.visualRect(model.index(seen)).top() == place
    with qtbot.waitSignal(view.end_reached):
        view.scroll_to_end()


def test_scrolling_up_by_steps_never_jumps(view: ChatView, model: MessageModel) -> None:
    model.load(messages(300))
    bar = view.verticalScrollBar()
    for _ in range(60):
        row = view.indexAt(QPoint(100, view.viewport().height() // 2)).row()
        before = view.visualRect(model.index(row)).top()
        bar.setValue(bar.value() - 50)
        assert view.visualRect(model.index(row)).top() == pytest.approx(before + 50, abs=2)


def test_another_width_keeps_what_is_read_in_place(view: ChatView, model: MessageModel) -> None:
    model.load(messages(300))
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
    row = view.indexAt(QPoint(100, 5)).row()

    view.resize(420, 500)

    assert abs(view.indexAt(QPoint(100, 5)).row() - row) <= 2


def test_a_found_message_comes_into_sight_marked(view: ChatView, model: MessageModel) -> None:
    model.load(messages(900))

    assert view.show_found(451, 0, 2)

    rect = view.visualRect(model.index(450))
    assert rect.top() >= 0
    assert rect.top() < view.viewport().height()
    assert view.bubbles.marks.found == (451, (0, 2))
    assert not view.show_found(99_999, 0, 2)


def test_text_is_selected_by_mouse_and_copied(
    view: ChatView, model: MessageModel, qtbot: QtBot
) -> None:
    model.load(messages(3))
    start = place_of(view, 0) - QPoint(3, 0)

    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view.viewport(), start + QPoint(31, 0))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=start + QPoint(31, 0))
    assert view.selected_text() == "最近"

    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "最近"


def test_a_double_click_selects_a_word(view: ChatView, model: MessageModel, qtbot: QtBot) -> None:
    model.load([replace(FIRST, text="cannot sleep")])
    place = place_of(view, 0)

    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert view.selected_text() == "cannot"


def test_text_is_selected_by_keyboard(view: ChatView, model: MessageModel, qtbot: QtBot) -> None:
    model.load([replace(FIRST, text="👨‍👩‍👧‍👦家人")])
    view.setFocus(Qt.FocusReason.TabFocusReason)
    view.setCurrentIndex(model.index(0))

    qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view.selected_text() == "👨‍👩‍👧‍👦"
    qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view.selected_text() == "👨‍👩‍👧‍👦家"

    qtbot.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert view.selected_text() == "👨‍👩‍👧‍👦家人"
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.selected_text() == ""


def test_arrows_go_from_message_to_message(
    view: ChatView, model: MessageModel, qtbot: QtBot
) -> None:
    model.load(messages(60))
    view.setCurrentIndex(model.index(59))

    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view.currentIndex().row() == 58
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view.currentIndex().row() == 0
    assert view.visualRect(model.index(0)).top() >= 0
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert view.currentIndex().row() == 59
    assert view.is_at_end()


def test_the_menu_offers_what_fits_the_speaker(view: ChatView, model: MessageModel) -> None:
    model.load(messages(2))
    own = [action.text() for action in view.make_menu(model.row(0)).actions()]
    reply = [action.text() for action in view.make_menu(model.row(1)).actions()]

    assert len(own) == len(reply) == 2
    assert own[0] == reply[0]
    assert own[1] != reply[1]

    view.busy = True
    assert len(view.make_menu(model.row(0)).actions()) == 1


def test_versions_are_pressed_under_the_bubble(
    view: ChatView, model: MessageModel, qtbot: QtBot
) -> None:
    said, reply = messages(2)
    model.load([said, replace(reply, version=2, versions=3)])
    zone = view.shape_of(1).zones["earlier"].center().toPoint()
    place = view.visualRect(model.index(1)).topLeft() + zone

    with qtbot.waitSignal(view.asked) as asked:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert asked.args == ["earlier", 2]


def test_targets_are_large_enough(view: ChatView, model: MessageModel) -> None:
    said, reply = messages(2)
    model.load([said, replace(reply, version=2, versions=3, state=State.STOPPED)])

    zones = view.shape_of(1).zones
    assert set(zones) == {"earlier", "later", "again"}
    assert all(min(zone.width(), zone.height()) >= 32 for zone in zones.values())


def test_a_screen_reader_finds_every_message(view: ChatView, model: MessageModel) -> None:
    model.load(messages(3))

    accessible = QAccessible.queryAccessibleInterface(view)

    assert accessible.role() == QAccessible.Role.List
    names = [accessible.child(row).text(QAccessible.Text.Name) for row in range(3)]
    assert all(text.split("\n")[0] in name for text, name in zip(TEXTS, names, strict=False))


def test_dots_stand_where_a_reply_is_awaited(view: ChatView, model: MessageModel) -> None:
    model.load(messages(1))
    model.put(replace(FIRST, id=2, parent_id=1, role="assistant", state=State.STREAMING))

    assert view.shape_of(1).block is None
    view.grab()
    model.grow(2, "在")
    assert view.shape_of(1).block is not None


def test_what_moves_stops_moving_by_itself(
    view: ChatView, model: MessageModel, qtbot: QtBot
) -> None:
    view.set_look(Look(moving=True))
    model.load(messages(1))

    model.put(replace(FIRST, id=2, parent_id=1, role="assistant", state=State.STREAMING))
    assert view.bubbles.marks.breath is not None
    model.grow(2, "在")

    assert view.bubbles.marks.breath is None
    qtbot.waitUntil(lambda: not view.bubbles.marks.opacity)


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "\n" * 3000, "\u202e反\u200f", "👨‍👩‍👧‍👦" * 500, "\ud83d"]
)
def test_any_text_can_be_shown(view: ChatView, model: MessageModel, text: str) -> None:
    model.load([replace(FIRST, text=text)])

    assert not view.grab().isNull()


@pytest.mark.parametrize("width", [300, 480, 1600])
@pytest.mark.parametrize("scale", [0.8, 2.0])
def test_bubbles_stay_inside(view: ChatView, model: MessageModel, width: int, scale: float) -> None:
    view.set_look(Look(scale=scale, moving=False))
    view.resize(width, 400)
    model.load(messages(4))

    for row in range(4):
        bubble = view.shape_of(row).bubble
        assert bubble.left() >= 0
        assert bubble.right() <= view.viewport().width()
