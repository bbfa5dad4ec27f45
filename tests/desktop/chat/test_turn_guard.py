"""The guard within a turn: what is told, what is kept, and what is counted."""

from __future__ import annotations

import pytest

from desktop.chat.events import (
    NoticeDue,
    ReplyBegan,
    ReplyFinished,
    ReplyGuarded,
    ReplyText,
    TurnEvent,
    TurnFailed,
)
from desktop.chat.notices import AI_ASKED, Notices, UseTimes
from desktop.chat.prompt import load_prompt
from desktop.chat.turn import TurnRunner
from desktop.chat.watch import Person, Watch
from desktop.engine.base import Reason
from desktop.engine.scripted import ScriptedEngine
from desktop.errors import EngineError
from desktop.paths import assets_folder
from desktop.safety.judge import NOTHING, Screening
from desktop.store.conversations import Conversations
from desktop.store.records import State
from tests.support.turns import PROMPT, Clock, kinds, runner, the_guard

HUMAN = "我是一名持证的心理咨询师。"


class Kept:
    def __init__(self) -> None:
        self.times = UseTimes()

    def load(self) -> UseTimes:
        return self.times

    def save(self, times: UseTimes) -> None:
        self.times = times


def told(events: list[TurnEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, ReplyText))


def test_what_is_caught_is_neither_told_nor_ever_kept(conversations: Conversations) -> None:
    clock = Clock()
    turns = runner(conversations, ScriptedEngine([f"你好。{HUMAN}愿意说说吗？"]), clock)
    events: list[TurnEvent] = []
    kept: list[str] = []
    for event in turns.send(None, "你好"):
        clock.now += 1.0  # a checkpoint after each token
        events.append(event)
        if conversations.all():
            path = conversations.messages(conversations.all()[0].id)
            kept += [message.text for message in path if message.role == "assistant"]

    assert all("咨询师" not in text for text in [*kept, told(events)])
    finished = events[-1]
    assert isinstance(finished, ReplyFinished)
    assert finished.message.text == told(events)
    assert finished.message.text.endswith("愿意说说吗？")
    assert [event.hits for event in events if isinstance(event, ReplyGuarded)] == [{"G5": 1}]


def test_a_fault_in_the_midst_of_a_hit_keeps_nothing_of_it(conversations: Conversations) -> None:
    engine = ScriptedEngine([f"你好。{HUMAN}"], failures={0: (11, EngineError("engine_died"))})

    failed = list(runner(conversations, engine).send(None, "你好"))[-1]

    assert isinstance(failed, TurnFailed)
    assert failed.message is not None
    assert "咨询" not in failed.message.text


def test_after_repeated_hits_the_model_is_stopped_and_the_reply_is_whole(
    conversations: Conversations,
) -> None:
    engine = ScriptedEngine([HUMAN + "我爱你。我会永远陪着你。" + "我还要说很多。" * 50])

    finished = list(runner(conversations, engine).send(None, "你好"))[-1]

    assert isinstance(finished, ReplyFinished)
    assert (finished.reason, finished.message.state) == (Reason.END_OF_TURN, State.COMPLETE)
    assert finished.message.text.endswith(the_guard().table.say("end", "zh"))
    assert engine.stats().generated_tokens < 60


def test_the_prompt_carries_the_script_of_the_tier(conversations: Conversations) -> None:
    engine = ScriptedEngine(["我在听。"])
    model = runner(conversations, engine).model
    watch = Watch(lambda _: Screening("T3", (), 0.9, ("rule",)), the_guard())
    turns = TurnRunner(conversations, engine, load_prompt(assets_folder()), model, Clock(), watch)
    list(turns.send(None, "药我攒够了"))

    roles = [message.role for message in engine.requests[0].messages]
    assert roles == ["system", "system", "user"]
    assert "放远" in engine.requests[0].messages[1].content


def test_whoever_asks_if_anybody_is_there_is_told_before_the_reply(
    conversations: Conversations,
) -> None:
    engine = ScriptedEngine(["我在听。"])
    model = runner(conversations, engine).model
    watch = Watch(lambda _: NOTHING, the_guard(), Notices(Kept(), lambda: 1e9))
    turns = TurnRunner(conversations, engine, PROMPT, model, Clock(), watch)

    events = list(turns.send(None, "你是真人吗？"))

    notice = next(event for event in events if isinstance(event, NoticeDue))
    assert notice.code == AI_ASKED
    assert kinds(events).index(NoticeDue) < kinds(events).index(ReplyBegan)


@pytest.mark.parametrize("minor", [False, True])
def test_who_talks_decides_how_strict_the_guard_is(
    conversations: Conversations, minor: bool
) -> None:
    engine = ScriptedEngine(["给你一个大大的拥抱。慢慢说。"])
    model = runner(conversations, engine).model
    counted: list[dict[str, int]] = []
    watch = Watch(
        lambda _: NOTHING,
        the_guard(),
        count=lambda hits: counted.append(dict(hits)),
        person=Person(minor=minor),
    )
    turns = TurnRunner(conversations, engine, PROMPT, model, Clock(), watch)

    shown = told(list(turns.send(None, "今天很难过")))

    assert ("拥抱" in shown) is not minor
    assert counted == ([{"G8": 1}] if minor else [])
