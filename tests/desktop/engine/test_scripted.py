"""The scripted engine keeps to the seam: what it is told, at the pace it is told, and no more."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from desktop.engine.base import (
    ChatMessage,
    Done,
    Engine,
    GenerateRequest,
    LoadRequest,
    Reason,
    Sampling,
    Started,
    Token,
)
from desktop.engine.scripted import ScriptedEngine
from desktop.errors import EngineError, ModelFileError

ASK = GenerateRequest([ChatMessage("user", "hi")])


def text_of(engine: Engine, request: GenerateRequest = ASK) -> str:
    return "".join(e.text for e in engine.generate(request) if isinstance(e, Token))


def test_replies_come_in_turn_and_begin_again() -> None:
    engine = ScriptedEngine(["你好👩\u200d👧！", "two words"])
    assert [text_of(engine) for _ in range(3)] == [
        "你好👩\u200d👧！",
        "two words",
        "你好👩\u200d👧！",
    ]
    assert len(engine.requests) == 3


def test_events_come_in_the_order_of_the_seam() -> None:
    events = list(ScriptedEngine(["好。"]).generate(ASK))
    assert [type(event) for event in events] == [Started, Token, Token, Done]
    assert isinstance(events[-1], Done)
    assert (events[-1].reason, events[-1].tokens) == (Reason.END_OF_TURN, 2)


def test_it_fails_where_it_is_told_and_goes_on() -> None:
    engine = ScriptedEngine(["好的呀"], failures={0: (2, EngineError("engine_died", cause="x"))})
    events = engine.generate(ASK)
    assert [next(events) for _ in range(3)][1:] == [Token("好"), Token("的")]
    with pytest.raises(EngineError, match="engine_died"):
        next(events)
    assert text_of(engine) == "好的呀"


def test_cancel_ends_the_reply() -> None:
    engine = ScriptedEngine(["一二三四五六"])
    text = ""
    for event in engine.generate(ASK):
        if isinstance(event, Token):
            text += event.text
            if len(text) == 2:
                engine.cancel()
    assert text == "一二"
    assert isinstance(event, Done)
    assert event.reason is Reason.CANCELLED


def test_the_pace_is_kept_without_really_waiting() -> None:
    waits: list[float] = []

    def wait(_event: threading.Event, seconds: float) -> bool:
        waits.append(seconds)
        return False

    text_of(ScriptedEngine(["一二三"], tokens_per_second=100, wait=wait))
    assert waits == [0.01] * 3


def test_length_limit_long_messages_and_load_errors() -> None:
    engine = ScriptedEngine(["一二三四"], refuse_over=5, load_error=ModelFileError("model_missing"))
    few = GenerateRequest([ChatMessage("user", "hi")], Sampling(maximum_tokens=2))
    assert text_of(engine, few) == "一二"
    with pytest.raises(EngineError, match="message_too_long"):
        text_of(engine, GenerateRequest([ChatMessage("user", "x" * 6)]))
    with pytest.raises(ModelFileError):
        engine.load(LoadRequest(Path("a.gguf")))
    engine.load_error = None
    assert engine.load(LoadRequest(Path("a.gguf"))).name == "a"
    engine.close()
    assert engine.loaded is None


def test_only_one_reply_at_a_time() -> None:
    engine = ScriptedEngine(["一二"])
    first = engine.generate(ASK)
    next(first)
    with pytest.raises(EngineError, match="generation_busy"):
        next(engine.generate(ASK))
