"""Text reaches the window in small phrases, some thirty times a second."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.chat.events import ModelLoading, ReplyText, TurnEvent
from desktop.ui.worker import Batch


class Clock:
    """A clock that the tokens move."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def stream(clock: Clock, pieces: list[str], every: float) -> Iterator[TurnEvent]:
    for piece in pieces:
        clock.now += every
        yield ReplyText(1, piece)


def told(pieces: list[str], every: float) -> list[str]:
    clock = Clock()
    lists = Batch(clock).gather(stream(clock, pieces, every))
    return ["".join(event.text for event in events) for events in lists]  # type: ignore[union-attr]


def test_quick_tokens_come_together() -> None:
    assert len(told(list("睡不着" * 100), 0.001)) <= 11


def test_nothing_is_lost_or_changed_in_order() -> None:
    text = "最近总是睡不好，半夜醒来。" * 9

    assert "".join(told(list(text), 0.007)) == text


def test_a_phrase_waits_for_its_end_but_not_long() -> None:
    assert told(list("我在听。嗯"), 0.04)[0] == "我在听"
    assert told(["我"], 0.5) == ["我"]


def test_other_events_are_told_at_once_behind_the_text_before_them() -> None:
    events: list[TurnEvent] = [ReplyText(1, "我"), ModelLoading(), ReplyText(1, "在")]

    lists = list(Batch(Clock()).gather(iter(events)))

    assert lists == [[ReplyText(1, "我"), ModelLoading()], [ReplyText(1, "在")]]
