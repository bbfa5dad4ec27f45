"""One turn, on a real store with the scripted engine: what is told and kept, in which order."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from desktop.chat.events import (
    ConversationChanged,
    ModelLoading,
    ModelReady,
    PersonSaid,
    PromptShortened,
    Reason,
    ReplyBegan,
    ReplyFinished,
    ReplyText,
    State,
    TurnEvent,
    TurnFailed,
)
from desktop.chat.turn import Model
from desktop.engine.base import (
    GenerateRequest,
    GenerationEvent,
    Loaded,
    LoadRequest,
    Sampling,
)
from desktop.engine.scripted import ScriptedEngine
from desktop.errors import EngineError
from desktop.store.conversations import Conversations
from desktop.store.database import open_store
from tests.support.turns import Clock, kinds, runner


def test_a_first_turn_tells_everything_in_order(conversations: Conversations) -> None:
    turns = runner(conversations, ScriptedEngine(["我在听。"]))

    events = list(turns.send(None, "这段时间我不开心"))

    assert kinds(events) == [
        ConversationChanged,
        PersonSaid,
        ReplyBegan,
        ModelLoading,
        ModelReady,
        ReplyText,
        ReplyFinished,
    ]
    assert "".join(e.text for e in events if isinstance(e, ReplyText)) == "我在听。"
    (conversation,) = conversations.all()
    assert conversation.title == "这段时间我不开心"
    kept = [(m.role, m.text, m.state) for m in conversations.messages(conversation.id)]
    assert kept == [
        ("user", "这段时间我不开心", State.COMPLETE),
        ("assistant", "我在听。", State.COMPLETE),
    ]


def test_the_message_is_on_disk_before_the_engine_is_asked(
    conversations: Conversations, tmp_path: Path
) -> None:
    engine = ScriptedEngine()
    turn = runner(conversations, engine).send(None, "先存下来")

    for event in turn:
        if isinstance(event, PersonSaid):
            break

    assert engine.loaded is None
    assert engine.requests == []
    with open_store(tmp_path / "xinyu.db", read_only=True) as other:
        reader = Conversations(other)
        assert [m.text for m in reader.messages(reader.all()[0].id)] == ["先存下来"]


def test_the_engine_reads_the_whole_path_with_the_system_prompt(
    conversations: Conversations,
) -> None:
    engine = ScriptedEngine(["一", "二"])
    turns = runner(conversations, engine)
    list(turns.send(None, "你好"))
    conversation = conversations.all()[0]

    list(turns.send(conversation.id, "还在吗"))

    asked = [(m.role, m.content) for m in engine.requests[1].messages]
    assert asked == [("system", "系统"), ("user", "你好"), ("assistant", "一"), ("user", "还在吗")]


def test_stopping_keeps_what_was_written(conversations: Conversations) -> None:
    turns = runner(conversations, ScriptedEngine(["在。听着。慢慢说。"]))
    events: list[TurnEvent] = []

    for event in turns.send(None, "你好"):
        events.append(event)
        if isinstance(event, ReplyText) and event.text == "听着。":
            turns.stop()

    finished = events[-1]
    assert isinstance(finished, ReplyFinished)
    assert finished.reason is Reason.CANCELLED
    assert (finished.message.text, finished.message.state) == ("在。听着。", State.STOPPED)
    reply = conversations.messages(conversations.all()[0].id)[-1]
    assert (reply.text, reply.state) == ("在。听着。", State.STOPPED)


def test_a_fault_in_mid_reply_keeps_the_text_and_says_so(conversations: Conversations) -> None:
    engine = ScriptedEngine(["在听着呢"], failures={0: (3, EngineError("engine_died"))})

    events = list(runner(conversations, engine).send(None, "你好"))

    failed = events[-1]
    assert isinstance(failed, TurnFailed)
    assert failed.error.code == "engine_died"
    assert failed.message is not None
    assert (failed.message.text, failed.message.state) == ("在听着", State.INTERRUPTED)


def test_a_fault_before_any_text_leaves_no_empty_reply(conversations: Conversations) -> None:
    engine = ScriptedEngine(load_error=EngineError("engine_start_failed"))
    turns = runner(conversations, engine)

    failed = list(turns.send(None, "你好"))[-1]

    assert isinstance(failed, TurnFailed)
    assert failed.message is None
    (said,) = conversations.messages(conversations.all()[0].id)
    engine.load_error = None
    again = list(turns.answer(said))[-1]
    assert isinstance(again, ReplyFinished)
    assert len(conversations.messages(said.conversation_id)) == 2


def test_abandoning_a_turn_keeps_what_was_written(conversations: Conversations) -> None:
    turn = runner(conversations, ScriptedEngine(["在。听着。"])).send(None, "你好")
    for event in turn:
        if isinstance(event, ReplyText):
            break

    turn.close()  # type: ignore[attr-defined]

    reply = conversations.messages(conversations.all()[0].id)[-1]
    assert (reply.text, reply.state) == ("在。", State.INTERRUPTED)


def test_streamed_text_reaches_the_disk_while_it_streams(conversations: Conversations) -> None:
    clock = Clock()
    turns = runner(conversations, ScriptedEngine(["在。听着。说。"]), clock)
    seen: list[str] = []
    for event in turns.send(None, "你好"):
        if isinstance(event, ReplyText):
            seen.append(conversations.message(event.message_id).text)
            clock.now += 1.0

    assert seen == ["", "在。", "在。听着。"]


def test_regenerating_keeps_the_earlier_version(conversations: Conversations) -> None:
    turns = runner(conversations, ScriptedEngine(["第一版", "第二版"]))
    list(turns.send(None, "你好"))
    conversation_id = conversations.all()[0].id
    first = conversations.messages(conversation_id)[-1]

    list(turns.regenerate(first))

    shown = conversations.messages(conversation_id)[-1]
    assert (shown.text, shown.version, shown.versions) == ("第二版", 2, 2)
    conversations.select_version(first.id)
    assert conversations.messages(conversation_id)[-1].text == "第一版"


def test_a_failed_regeneration_shows_the_earlier_version_again(
    conversations: Conversations,
) -> None:
    engine = ScriptedEngine(["好的"], failures={1: (0, EngineError("engine_died"))})
    turns = runner(conversations, engine)
    list(turns.send(None, "你好"))
    conversation_id = conversations.all()[0].id

    list(turns.regenerate(conversations.messages(conversation_id)[-1]))

    assert [m.text for m in conversations.messages(conversation_id)] == ["你好", "好的"]


def test_editing_branches_and_keeps_both(conversations: Conversations) -> None:
    turns = runner(conversations, ScriptedEngine(["回答一", "回答二"]))
    list(turns.send(None, "我很烦"))
    conversation_id = conversations.all()[0].id
    first = conversations.messages(conversation_id)[0]

    list(turns.edit(first, "我有点烦"))

    assert [m.text for m in conversations.messages(conversation_id)] == ["我有点烦", "回答二"]
    conversations.select_version(first.id)
    assert [m.text for m in conversations.messages(conversation_id)] == ["我很烦", "回答一"]


def test_a_shortened_prompt_is_told(conversations: Conversations) -> None:
    turns = runner(conversations, ScriptedEngine(dropped_messages=4))

    events = list(turns.send(None, "你好"))

    assert PromptShortened(4) in events


def test_a_message_too_long_for_the_model_is_still_kept(conversations: Conversations) -> None:
    turns = runner(conversations, ScriptedEngine(refuse_over=1000))
    text = "很长" * 50_000

    failed = list(turns.send(None, text))[-1]

    assert isinstance(failed, TurnFailed)
    assert failed.error.code == "message_too_long"
    assert conversations.messages(conversations.all()[0].id)[0].text == text


class SlowLoad(ScriptedEngine):
    """An engine whose load ends only when it is let go."""

    def __init__(self) -> None:
        super().__init__(["我在。"])
        self.let_go = threading.Event()

    def load(self, request: LoadRequest) -> Loaded:
        self.let_go.wait(10)
        return super().load(request)


def test_a_message_is_on_disk_while_the_model_still_loads(conversations: Conversations) -> None:
    engine = SlowLoad()
    turns = runner(conversations, engine)
    ahead = turns.load()
    next(ahead)
    ahead.close()  # type: ignore[attr-defined]

    turn = turns.send(None, "等不及了")
    began = [next(turn) for _ in range(5)]

    assert [type(event) for event in began[:3]] == [ConversationChanged, PersonSaid, ReplyBegan]
    assert isinstance(began[4], ModelLoading)
    assert conversations.messages(conversations.all()[0].id)[0].text == "等不及了"
    engine.let_go.set()
    assert isinstance(list(turn)[-1], ReplyFinished)


def test_closing_while_the_model_loads_ends_the_load(conversations: Conversations) -> None:
    engine = SlowLoad()
    turns = runner(conversations, engine)
    next(turns.load())
    engine.let_go.set()

    turns.close()

    assert engine.closed
    assert not any(thread.name == "loading" for thread in threading.enumerate())


def test_another_model_is_loaded_before_the_next_reply(conversations: Conversations) -> None:
    engine = ScriptedEngine()
    turns = runner(conversations, engine)
    list(turns.send(None, "你好"))
    turns.model = Model("other", LoadRequest(Path("other.gguf")), Sampling(), starter=False)

    ready = [e for e in turns.send(None, "在吗") if isinstance(e, ModelReady)]

    assert [(event.loaded.name, event.model_id) for event in ready] == [("other", "other")]


class ComesBackWithLess(ScriptedEngine):
    """Dies between two turns and starts again by itself with a smaller plan, as the real one."""

    def generate(self, request: GenerateRequest) -> Iterator[GenerationEvent]:
        if self.requests and self._loaded is not None:
            plan = replace(self._loaded.plan, context=2048)
            self._loaded = replace(self._loaded, plan=plan, note="plan_lowered")
        return super().generate(request)


def test_a_plan_that_was_lowered_meanwhile_is_told_once(conversations: Conversations) -> None:
    turns = runner(conversations, ComesBackWithLess(["一", "二", "三"]))
    told = [
        [event.loaded.note for event in turns.send(None, "你好") if isinstance(event, ModelReady)]
        for _ in range(3)
    ]
    assert told == [[""], ["plan_lowered"], []]
