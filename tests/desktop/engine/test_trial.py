"""The trial in the real process: what it finds is kept, and nobody waits for it."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from desktop.engine.base import (
    Attention,
    CacheType,
    ChatMessage,
    Done,
    GenerateRequest,
    LoadRequest,
    Plan,
    Reason,
    Sampling,
    Token,
)
from desktop.engine.client import ProcessEngine
from tests.support.tiny_gguf import write_tiny_gguf

ASK = GenerateRequest([ChatMessage("user", "hi")], Sampling(temperature=0, repeat_penalty=1.0))
REPLY = "我听好😀👩\u200d👧。"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_gguf(tmp_path_factory.mktemp("m") / "tiny.gguf", layers=12)


def say(engine: ProcessEngine) -> str:
    return "".join(event.text for event in engine.generate(ASK) if isinstance(event, Token))


def test_it_is_made_on_demand_and_used_from_the_next_load(model: Path, tmp_path: Path) -> None:
    engine = ProcessEngine(plans=tmp_path / "plans.json")
    try:
        engine.load(LoadRequest(model))
        assert say(engine) == REPLY
        tuned = engine.tune(8.0)
        assert tuned is not None
        assert tuned.threads >= 1
        assert tuned.batch in (32, 64, 128, 256)
        assert 0 < tuned.seconds <= tuned.default_seconds
        assert say(engine) == REPLY  # what was cached is still there
        plan = engine.load(LoadRequest(model)).plan
        assert (plan.threads, plan.batch) == (tuned.threads, tuned.batch)
        assert plan.attention is tuned.attention
        assert say(engine) == REPLY
    finally:
        engine.close()


def test_it_is_made_by_itself_once_nothing_is_asked(model: Path, tmp_path: Path) -> None:
    engine = ProcessEngine(plans=tmp_path / "plans.json", tune=True)
    try:
        engine.load(LoadRequest(model))
        assert say(engine) == REPLY
        child = engine._host.child
        assert child is not None
        until = time.monotonic() + 60
        while child.trial is None and time.monotonic() < until:
            time.sleep(0.1)
        assert child.trial is not None
        assert say(engine) == REPLY
    finally:
        engine.close()


def test_what_was_asked_for_is_not_overruled(model: Path, tmp_path: Path) -> None:
    engine = ProcessEngine(plans=tmp_path / "plans.json")
    try:
        engine.load(LoadRequest(model, Plan(threads=1)))
        engine.tune(4.0)
        assert engine.load(LoadRequest(model, Plan(threads=1))).plan.threads == 1
    finally:
        engine.close()


def test_a_message_ends_it_at_once(model: Path) -> None:
    engine = ProcessEngine()
    try:
        engine.load(LoadRequest(model))
        say(engine)
        child = engine._host.child
        assert child is not None
        trial = threading.Thread(target=engine.tune, args=(60.0,))
        trial.start()
        time.sleep(0.4)
        # Past the engine, which has one owner: as a message does that comes in idle time.
        from desktop.engine import protocol

        child.send(protocol.Generate(10_000, tuple(ASK.messages), ASK.sampling))
        began = time.monotonic()
        trial.join(20)
        assert not trial.is_alive()
        assert time.monotonic() - began < 10
    finally:
        engine.close()


@pytest.mark.parametrize(
    "plan",
    [Plan(threads=1, attention=Attention.OFF), Plan(threads=1, attention=Attention.ON),
     Plan(threads=1, attention=Attention.ON, cache=CacheType.Q8_0)],
    ids=["off", "on", "q8_0"],
)  # fmt: skip
def test_every_attention_and_cache_says_the_same(model: Path, plan: Plan) -> None:
    engine = ProcessEngine()
    try:
        assert engine.load(LoadRequest(model, plan)).plan == Plan(
            0, 2048, 1, 256, plan.attention, plan.cache
        )
        events = list(engine.generate(ASK))
        assert isinstance(events[-1], Done)
        assert events[-1].reason is Reason.END_OF_TURN
    finally:
        engine.close()
