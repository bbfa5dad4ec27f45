"""The conversation in the terminal, with a real store and the scripted engine."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.chat.session import Session, open_session
from desktop.engine.base import ChatMessage, LoadRequest, Sampling
from desktop.engine.scripted import ScriptedEngine
from desktop.errors import EngineError, UsageError, WorldError
from desktop.paths import Paths, assets_folder
from desktop.safety.guard import GuardedReply
from desktop.safety.guard_scene import Scene
from desktop.safety.helplines import load_helplines
from desktop.store.records import EmergencyContact
from desktop.terminal import Terminal, answer_once, print_once, with_seed
from desktop.wording import load_wording
from tests.support.turns import the_guard


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "心屿 💚", assets_folder())


def begin() -> GuardedReply:
    return the_guard().begin(Scene())


def talk(paths: Paths, engine: ScriptedEngine, *lines: str, language: str = "zh") -> str:
    """What the terminal shows while these lines are typed."""
    session = open_session(paths, lambda: engine)
    try:
        return show(session, lines, language)
    finally:
        session.close()


def show(session: Session, lines: tuple[str, ...], language: str) -> str:
    out = io.StringIO()
    typed: Iterator[str] = iter(lines)

    def read_line() -> str:
        try:
            return next(typed)
        except StopIteration as end:
            raise EOFError from end

    wording = load_wording(assets_folder(), language)
    helplines = load_helplines(assets_folder())
    Terminal(session, wording, helplines, "CN", read_line, out).run()
    return out.getvalue()


def test_a_talk_shows_the_reply_and_keeps_it(paths: Paths) -> None:
    shown = talk(paths, ScriptedEngine(["听起来很累。"]), "最近睡不好", "/quit")

    assert "听起来很累。" in shown
    assert "入门小模型" in shown
    again = talk(paths, ScriptedEngine(["第二次"]), "/quit")
    assert "第二次" not in again


def test_the_same_conversation_goes_on_until_new(paths: Paths) -> None:
    engine = ScriptedEngine(["一", "二", "三"])

    talk(paths, engine, "第一句", "第二句", "/new", "第三句")

    lengths = [len(request.messages) for request in engine.requests]
    assert lengths == [2, 4, 2]


def test_help_tells_the_numbers_of_people(paths: Paths) -> None:
    shown = talk(paths, ScriptedEngine(), "/help", language="en")

    assert "110" in shown
    assert "12356" in shown


def test_an_unknown_command_is_not_sent(paths: Paths) -> None:
    engine = ScriptedEngine()

    shown = talk(paths, engine, "/nope")

    assert "/nope" in shown
    assert engine.requests == []


def test_a_fault_is_a_sentence_and_the_talk_goes_on(paths: Paths) -> None:
    engine = ScriptedEngine(["好", "还在"], failures={0: (0, EngineError("engine_died"))})

    shown = talk(paths, engine, "你好", "在吗")

    assert "Traceback" not in shown
    assert "engine_died" not in shown
    assert "还在" in shown


def test_a_second_session_on_the_same_folder_is_refused_in_words(paths: Paths) -> None:
    first = open_session(paths, ScriptedEngine)
    try:
        with pytest.raises(WorldError) as caught:
            open_session(paths, ScriptedEngine)
    finally:
        first.close()

    assert caught.value.code == "already_open"
    open_session(paths, ScriptedEngine).close()


def test_once_gives_one_reply_and_stores_nothing(tmp_path: Path) -> None:
    prompt = [ChatMessage("system", "s"), ChatMessage("user", "你好")]
    out = io.StringIO()

    reply = answer_once(
        ScriptedEngine(["你好呀。"]), LoadRequest(Path("m.gguf")), prompt, Sampling(), begin()
    )
    print_once(reply, True, out)

    assert json.loads(out.getvalue())["reply"] == "你好呀。"
    assert list(tmp_path.iterdir()) == []


def test_once_refuses_nothing_to_say() -> None:
    with pytest.raises(UsageError):
        answer_once(
            ScriptedEngine(),
            LoadRequest(Path("m")),
            [ChatMessage("user", " \n")],
            Sampling(),
            begin(),
        )


def test_a_seed_is_only_set_where_one_is_given() -> None:
    assert with_seed(Sampling(), None).seed is None
    assert with_seed(Sampling(), 7).seed == 7


def test_danger_shows_words_and_numbers_before_the_reply(paths: Paths) -> None:
    shown = talk(paths, ScriptedEngine(["我在。"]), "药我已经攒够了，今晚就吃", "/quit")

    wording = load_wording(assets_folder(), "zh")
    assert shown.index(wording.sentence("safety_t4")) < shown.index("  120  医疗急救")
    assert shown.index("  110  ") < shown.index("  120  ") < shown.index("  12356  ")
    assert shown.index("12356") < shown.index("我在。")


def test_ordinary_talk_shows_no_number(paths: Paths) -> None:
    shown = talk(paths, ScriptedEngine(["辛苦了。"]), "今天累死了", "/quit")

    assert "120" not in shown
    assert "12356" not in shown


def test_soft_words_are_said_once_in_a_conversation(paths: Paths) -> None:
    shown = talk(paths, ScriptedEngine(["嗯"]), "活着好累，没有希望", "活着好累，没有希望")

    assert shown.count(load_wording(assets_folder(), "zh").sentence("safety_t1")) == 1


def test_danger_shows_numbers_without_a_model_too(paths: Paths) -> None:
    engine = ScriptedEngine(["好"], failures={0: (0, EngineError("engine_died"))})

    shown = talk(paths, engine, "我买了绳子，想上吊", language="en")

    assert shown.index("110  Police") < shown.index("The model's process")


def test_plan_and_contact_are_there_without_a_model(paths: Paths) -> None:
    none = ScriptedEngine(["在。"])
    assert "你还没有写安全计划" in talk(paths, none, "/plan", "/quit")
    session = open_session(paths, lambda: ScriptedEngine(["在。"]))
    try:
        session.care.records.save_plan(["整夜睡不着", "", "", "", "", ""])
        session.care.records.save_contact(EmergencyContact("小雨", "010 5555 0199", ""))
        shown = show(session, ("/plan", "/contact", "药我已经攒够了，今晚就吃"), "zh")
    finally:
        session.close()

    assert "1. 我怎么知道难熬的时候要来了\n   整夜睡不着" in shown
    assert shown.count("你选的人：小雨 010 5555 0199") == 2
    assert "/plan 看你的安全计划" in shown
