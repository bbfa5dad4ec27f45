"""What a turn tells of risk: before anything is generated, model or no model."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import pytest

from desktop.chat import floors
from desktop.chat.events import (
    ConversationChanged,
    PersonSaid,
    ReplyBegan,
    ReplyFinished,
    Screened,
    TurnFailed,
)
from desktop.engine.scripted import ScriptedEngine
from desktop.errors import EngineError
from desktop.paths import assets_folder
from desktop.safety.judge import Screening
from desktop.store.conversations import Conversations
from tests.support.turns import kinds, runner


class Watchful:
    """A screen that keeps what it was asked and always says the same."""

    def __init__(self, tier: str = "T3", kinds: tuple[str, ...] = ()) -> None:
        self.asked: list[list[str]] = []
        self._says = Screening(tier, kinds, 0.9, ("rule",))

    def __call__(self, turns: Sequence[str]) -> Screening:
        self.asked.append(list(turns))
        return self._says


def test_risk_is_told_before_anything_is_loaded_or_generated(conversations: Conversations) -> None:
    engine = ScriptedEngine(["我在听。"])
    turn = runner(conversations, engine, screen=Watchful()).send(None, "很难受")

    began = [next(turn) for _ in range(3)]

    assert kinds(began) == [ConversationChanged, PersonSaid, Screened]
    assert engine.loaded is None
    assert engine.requests == []
    assert [m.text for m in conversations.messages(conversations.all()[0].id)] == ["很难受"]
    assert kinds(list(turn))[0] is ReplyBegan


@pytest.mark.parametrize(("tier", "kind"), [("T1", ()), ("T0", ("TP",)), ("T4", ("M",))])
def test_a_tier_or_a_kind_is_told_with_or_without_a_model(
    conversations: Conversations, tier: str, kind: tuple[str, ...]
) -> None:
    engine = ScriptedEngine(load_error=EngineError("engine_start_failed"))

    events = list(runner(conversations, engine, screen=Watchful(tier, kind)).send(None, "你好"))

    assert isinstance(events[-1], TurnFailed)
    assert kinds(events).index(Screened) < kinds(events).index(ReplyBegan)


def test_nothing_noticed_is_not_told(conversations: Conversations) -> None:
    events = list(runner(conversations, ScriptedEngine()).send(None, "你好"))

    assert Screened not in kinds(events)


def test_only_the_persons_turns_of_the_active_path_are_screened(
    conversations: Conversations,
) -> None:
    screen = Watchful()
    turns = runner(conversations, ScriptedEngine(["一"]), screen=screen)
    list(turns.send(None, "甲"))
    conversation_id = conversations.all()[0].id
    list(turns.send(conversation_id, "乙"))
    path = conversations.messages(conversation_id)
    list(turns.edit(path[2], "丙"))
    list(turns.regenerate(path[1]))
    list(turns.answer(path[0]))

    assert screen.asked == [["甲"], ["甲", "乙"], ["甲", "丙"], ["甲"], ["甲"]]


def test_a_fault_of_the_screening_never_stops_the_turn_and_logs_no_words(
    conversations: Conversations, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(turns: Sequence[str]) -> Screening:
        raise RuntimeError(turns[-1])

    with caplog.at_level(logging.DEBUG):
        events = list(runner(conversations, ScriptedEngine(), screen=broken).send(None, "不可外传"))

    assert isinstance(events[-1], ReplyFinished)
    assert Screened not in kinds(events)
    assert "RuntimeError" in caplog.text
    assert "不可外传" not in caplog.text


def test_a_screen_that_cannot_be_made_leaves_the_built_in_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(floors, "load_screen", broken)

    screen = floors.load_screen_or_floor(assets_folder())

    assert screen.notices == ("safety_rules_floor",)
    assert screen.conversation(["你好", "我想自杀"]).level >= 2
