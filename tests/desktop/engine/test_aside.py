"""A question aside, in the real process: within its grammar, beside the cached talk, cut short."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.engine.base import (
    ChatMessage,
    Done,
    GenerateRequest,
    LoadRequest,
    Plan,
    Reason,
    Sampling,
    Started,
    StructuredRequest,
    Token,
)
from desktop.engine.client import ProcessEngine
from desktop.errors import EngineError
from tests.support.tiny_gguf import write_tiny_gguf

GREEDY = Sampling(temperature=0, repeat_penalty=1.0, maximum_tokens=64)
WORDS = 'root ::= "{" [a-z]{1,5} "}"\n'
ENDLESS = 'root ::= "a"{2,60000}\n'
TALK = [ChatMessage("system", "You listen."), ChatMessage("user", "hi")]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_gguf(tmp_path_factory.mktemp("model") / "tiny.gguf")


@pytest.fixture
def engine(model: Path) -> Iterator[ProcessEngine]:
    made = ProcessEngine()
    made.load(LoadRequest(model, Plan(threads=1)))
    yield made
    made.close()


def talk(engine: ProcessEngine, *more: ChatMessage) -> tuple[Started, str]:
    events = list(engine.generate(GenerateRequest([*TALK, *more], GREEDY)))
    started = events[0]
    assert isinstance(started, Started)
    return started, "".join(event.text for event in events if isinstance(event, Token))


def aside(grammar: str, reply: str, most: int = 64) -> StructuredRequest:
    messages = [*TALK, ChatMessage("assistant", reply), ChatMessage("user", "what is new?")]
    sampling = Sampling(temperature=0, repeat_penalty=1.0, maximum_tokens=most)
    return StructuredRequest(messages, grammar, sampling)


def test_the_answer_keeps_to_the_grammar_and_the_cache_stays(engine: ProcessEngine) -> None:
    first, reply = talk(engine)
    began, *texts, done = engine.generate_structured(aside(WORDS, reply))
    answer = "".join(event.text for event in texts if isinstance(event, Token))
    assert isinstance(began, Started)
    assert isinstance(done, Done)
    assert began.reused_tokens > first.prompt_tokens, "the talk was read again"
    assert done.reason is Reason.END_OF_TURN
    assert (answer[0], answer[-1]) == ("{", "}")
    assert answer[1:-1].islower()

    more = [ChatMessage("assistant", reply), ChatMessage("user", "go on")]
    again, _ = talk(engine, *more)
    assert again.evaluated_tokens == len("go on") + len("\n" + "assistant\n") + 2


def test_cut_short_it_leaves_the_cache_as_it_was(engine: ProcessEngine) -> None:
    _, reply = talk(engine)
    events = engine.generate_structured(aside(ENDLESS, reply, most=900))
    for event in events:
        if isinstance(event, Token):
            engine.cancel()
    assert isinstance(event, Done)
    assert event.reason is Reason.CANCELLED
    more = [ChatMessage("assistant", reply), ChatMessage("user", "go on")]
    again, _ = talk(engine, *more)
    assert again.evaluated_tokens == len("go on") + len("\n" + "assistant\n") + 2


def test_an_answer_that_does_not_end_is_told_as_such(engine: ProcessEngine) -> None:
    _, reply = talk(engine)
    *_, done = engine.generate_structured(aside(ENDLESS, reply, most=5))
    assert isinstance(done, Done)
    assert (done.reason, done.tokens) == (Reason.LENGTH, 5)


def test_without_room_nothing_is_given_up_for_it(engine: ProcessEngine) -> None:
    _, reply = talk(engine)
    with pytest.raises(EngineError, match="aside_no_room"):
        list(engine.generate_structured(aside(WORDS, reply, most=4000)))
    more = [ChatMessage("assistant", reply), ChatMessage("user", "go on")]
    again, _ = talk(engine, *more)
    assert again.reused_tokens > 0


def test_a_grammar_that_is_none_is_refused_and_the_engine_lives(engine: ProcessEngine) -> None:
    _, reply = talk(engine)
    with pytest.raises(EngineError, match="grammar_invalid"):
        list(engine.generate_structured(aside("root ::= (", reply)))
    assert talk(engine)[1] == reply


def test_no_model_is_loaded_for_it() -> None:
    engine = ProcessEngine()
    with pytest.raises(EngineError, match="engine_not_loaded"):
        list(engine.generate_structured(aside(WORDS, "x")))
