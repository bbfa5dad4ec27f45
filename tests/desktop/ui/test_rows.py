"""Rules of what stands in the talk."""

from __future__ import annotations

from dataclasses import replace

from desktop.chat.events import Message, State
from desktop.ui.rows import Action, Kind, Notice, Row, build_rows, pending_row

FIRST = Message(1, 1, None, "user", "在吗", State.COMPLETE, None, 1000.0)


def message(number: int, role: str, later: float, text: str = "嗯") -> Message:
    return replace(
        FIRST, id=number, parent_id=number - 1, role=role, text=text, created_at=1000 + later
    )


def test_the_time_stands_above_the_first_message_and_after_an_hour() -> None:
    rows = build_rows([FIRST, message(2, "assistant", 5), message(3, "user", 3605)], [])

    assert [row.timed for row in rows] == [True, False, True]


def test_messages_of_one_speaker_stand_close_together() -> None:
    rows = build_rows([FIRST, message(2, "user", 5), message(3, "assistant", 9)], [])

    assert [row.close for row in rows] == [False, True, False]


def test_a_notice_stands_behind_its_message_and_goes_with_it() -> None:
    notices = [Notice("听不见了", after=1), Notice("不在了", after=99)]

    rows = build_rows([FIRST, message(2, "assistant", 5)], notices)

    assert [row.text for row in rows] == ["在吗", "听不见了", "嗯"]


def test_only_the_last_message_is_the_last() -> None:
    rows = build_rows([FIRST, message(2, "assistant", 5)], [Notice("x", 2, Action.ANSWER)])

    assert [row.last for row in rows] == [False, True, False]


def test_what_is_on_its_way_to_disk_stands_as_it_will_stand() -> None:
    pending = pending_row("在吗", None, 1000.0)

    assert (pending.kind, pending.own, pending.timed) == (Kind.PENDING, True, True)
    assert not pending_row("还在吗", FIRST, 1010.0).timed
    assert pending_row("还在吗", FIRST, 1010.0).close


def test_a_reply_without_text_is_being_waited_for() -> None:
    reply = message(2, "assistant", 5, text="")

    assert Row(Kind.MESSAGE, "", replace(reply, state=State.STREAMING)).waiting
    assert not Row(Kind.MESSAGE, "", reply).waiting


def test_only_a_reply_can_be_broken_off() -> None:
    stopped = replace(message(2, "assistant", 5), state=State.STOPPED)

    assert Row(Kind.MESSAGE, "嗯", stopped).broken
    assert not Row(Kind.MESSAGE, "嗯", message(2, "assistant", 5)).broken
