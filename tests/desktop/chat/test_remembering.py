"""The memory in a turn and in the pause after it, on a real store with the scripted engine."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.chat.events import (
    ConversationChanged,
    MemoryChanged,
    MemoryFaded,
    MemoryRefused,
    ReplyFinished,
    TurnEvent,
)
from desktop.chat.session import Session, open_session
from desktop.engine.scripted import ScriptedEngine
from desktop.paths import Paths, assets_folder
from desktop.settings import Settings
from desktop.store.database import open_store
from desktop.store.memories import Memories, Memory
from desktop.store.preferences import Preferences

QUOTE = "我在医院做护士"
CHANGE = {"op": "set", "id": 0, "slot": "user_profile", "text": "在医院做护士。", "quote": QUOTE}
GOOD = json.dumps({"changes": [CHANGE]}, ensure_ascii=False)
ANY_MODEL = Settings(memory_any_model=True, model="/models/some.gguf")
Open = Callable[..., Session]


@pytest.fixture
def paths(own_home: Path) -> Paths:
    own_home.mkdir(parents=True)
    return Paths(own_home, assets_folder())


@pytest.fixture
def open_with(paths: Paths) -> Iterator[Open]:
    opened: list[Session] = []

    def make(engine: ScriptedEngine, settings: Settings | None = None) -> Session:
        if settings is not None:
            with open_store(paths.database) as store:
                Preferences(store).save(settings)
        named = settings.model if settings is not None else ""
        opened.append(open_session(paths, lambda: engine, named))
        return opened[-1]

    yield make
    for session in opened:
        session.close()


def talk(session: Session, text: str, **how: bool) -> tuple[int, list[TurnEvent]]:
    events = list(session.send(None, text, **how))
    began = next(event for event in events if isinstance(event, ConversationChanged))
    return began.conversation.id, events


def about_memory(events: list[TurnEvent]) -> list[TurnEvent]:
    kinds = (MemoryChanged, MemoryRefused, MemoryFaded)
    return [event for event in events if isinstance(event, kinds)]


def on_disk(paths: Paths) -> list[Memory]:
    with open_store(paths.database, read_only=True) as store:
        return Memories(store).all()


def test_what_is_asked_for_is_told_behind_the_reply(open_with: Open, paths: Paths) -> None:
    session = open_with(ScriptedEngine(["好的，小雨。"]))
    _, events = talk(session, "叫我小雨吧")
    assert isinstance(events[-1], MemoryChanged)
    finished = next(event for event in events if isinstance(event, ReplyFinished))
    assert events[-1].after == finished.message.id
    assert [entry.text for entry in on_disk(paths)] == ["希望被叫作小雨。"]


def test_it_stands_in_the_prompt_of_the_next_conversation_behind_the_system_text(
    open_with: Open,
) -> None:
    engine = ScriptedEngine()
    session = open_with(engine)
    conversation_id, _ = talk(session, "叫我小雨吧")
    list(session.send(conversation_id, "在吗"))
    talk(session, "你好")
    systems = [request.messages[0].content for request in engine.requests]
    assert systems[0] == systems[1], "the cached beginning changed within a conversation"
    assert systems[2].startswith(systems[0])
    assert systems[2].endswith("- 希望被叫作小雨。")


def test_answering_again_asks_the_memory_nothing(open_with: Open) -> None:
    session = open_with(ScriptedEngine())
    _, events = talk(session, "叫我小雨吧")
    reply = next(event for event in events if isinstance(event, ReplyFinished)).message
    assert about_memory(list(session.regenerate(reply.id))) == []


class TestPause:
    def test_the_model_proposes_and_the_person_is_told(self, open_with: Open, paths: Paths) -> None:
        engine = ScriptedEngine(asides=[GOOD])
        session = open_with(engine, ANY_MODEL)
        conversation_id, _ = talk(session, QUOTE)
        (event,) = session.remember(conversation_id, threading.Event())
        assert isinstance(event, MemoryChanged)
        assert event.change.memory.quote == QUOTE
        (request,) = engine.structured_requests
        assert list(request.messages[: len(engine.requests[0].messages)]) == list(
            engine.requests[0].messages
        ), "the question does not branch off the cached prompt"
        assert [entry.text for entry in on_disk(paths)] == ["在医院做护士。"]

    def test_the_starter_is_never_asked(self, open_with: Open) -> None:
        engine = ScriptedEngine(asides=[GOOD])
        session = open_with(engine, Settings(memory_any_model=True))
        conversation_id, _ = talk(session, QUOTE)
        assert list(session.remember(conversation_id, threading.Event())) == []
        assert engine.structured_requests == []

    def test_stopped_before_it_began_nothing_is_written(
        self, open_with: Open, paths: Paths
    ) -> None:
        session = open_with(ScriptedEngine(asides=[GOOD]), ANY_MODEL)
        conversation_id, _ = talk(session, QUOTE)
        stopped = threading.Event()
        stopped.set()
        assert list(session.remember(conversation_id, stopped)) == []
        assert on_disk(paths) == []

    def test_cut_short_nothing_of_it_counts(self, open_with: Open, paths: Paths) -> None:
        engine = ScriptedEngine(asides=[GOOD + " " * 9000])
        session = open_with(engine, ANY_MODEL)
        conversation_id, _ = talk(session, QUOTE)
        stopped = threading.Event()
        events = engine.generate_structured

        def stopping(request: object) -> object:
            made = events(request)  # type: ignore[arg-type]
            yield next(made)
            stopped.set()
            yield from made

        engine.generate_structured = stopping  # type: ignore[method-assign, assignment]
        assert list(session.remember(conversation_id, stopped)) == []
        assert on_disk(paths) == []

    @pytest.mark.parametrize("answer", ["", "{", "[]", '{"changes":[1]}', "x" * 20_000])
    def test_whatever_it_says_talking_goes_on(self, open_with: Open, answer: str) -> None:
        session = open_with(ScriptedEngine(asides=[answer]), ANY_MODEL)
        conversation_id, _ = talk(session, QUOTE)
        assert list(session.remember(conversation_id, threading.Event())) == []
        events = list(session.send(conversation_id, "在吗"))
        assert isinstance(events[-1], ReplyFinished)


class TestWhereNothingIsKept:
    def test_paused(self, open_with: Open, paths: Paths) -> None:
        session = open_with(ScriptedEngine(asides=[GOOD]), ANY_MODEL)
        conversation_id, _ = talk(session, "你好")
        session.pause_memory(conversation_id, True)
        (told,) = about_memory(list(session.send(conversation_id, "叫我小雨吧")))
        assert isinstance(told, MemoryRefused)
        assert told.code == "memory_paused"
        assert list(session.remember(conversation_id, threading.Event())) == []
        assert on_disk(paths) == []

    def test_switched_off(self, open_with: Open, paths: Paths) -> None:
        session = open_with(ScriptedEngine(), Settings(memory_on=False))
        (told,) = about_memory(talk(session, "叫我小雨吧")[1])
        assert isinstance(told, MemoryRefused)
        assert told.code == "memory_off"
        assert on_disk(paths) == []

    def test_a_temporary_conversation_leaves_no_byte(self, open_with: Open, paths: Paths) -> None:
        session = open_with(ScriptedEngine(["独特的回话OKAPI"], asides=[GOOD]), ANY_MODEL)
        conversation_id, events = talk(session, "独特的话ZEBRA，记住我怕黑", temporary=True)
        list(session.send(conversation_id, "我不想活了"))
        (told,) = about_memory(events)
        assert isinstance(told, MemoryRefused)
        assert told.code == "memory_temporary"
        assert list(session.remember(conversation_id, threading.Event())) == []
        session.forget_temporary()
        session.close()
        left = b"".join(one.read_bytes() for one in paths.home.rglob("*") if one.is_file())
        for words in ("ZEBRA", "OKAPI", "怕黑", "不想活"):
            assert words.encode() not in left, words
        with open_store(paths.database, read_only=True) as store:
            counts = [
                store.row(f"SELECT count(*) FROM {table}")
                for table in ("conversations", "messages", "memories", "memory_refusals")
            ]
        assert counts == [(0,)] * 4


def test_what_has_faded_is_asked_about_once(open_with: Open, paths: Paths) -> None:
    with open_store(paths.database) as store:
        Memories(store).add(Memory("ongoing_context", "下周三要考试。", expires_at=1.0))
    session = open_with(ScriptedEngine())
    _, first = talk(session, "你好")
    _, second = talk(session, "又是我")
    assert [type(event) for event in about_memory(first)] == [MemoryFaded]
    assert about_memory(second) == []
