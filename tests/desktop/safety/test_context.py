"""What a conversation adds: lasting, taking back, weak signs together."""

from __future__ import annotations

import pytest

from desktop.paths import assets_folder
from desktop.safety.screen import Screen, load_screen

QUIET = "今天吃了面条"


@pytest.fixture(scope="module")
def screen() -> Screen:
    return load_screen(assets_folder())


def test_no_turns_are_nothing(screen: Screen) -> None:
    assert screen.conversation([]).tier == "T0"


def test_one_turn_is_as_by_itself(screen: Screen) -> None:
    assert screen.conversation(["我想自杀"]) == screen.one("我想自杀")


@pytest.mark.parametrize("risk", ["我不想活了", "我想自杀", "I want to kill myself"])
@pytest.mark.parametrize("joke", ["哈哈骗你的", "开玩笑的", "just kidding", "当我没说"])
def test_a_joke_takes_nothing_back_for_five_turns(screen: Screen, risk: str, joke: str) -> None:
    turns = [risk, joke]
    for _ in range(5):
        assert screen.conversation(turns).level >= 2, turns
        turns.append(QUIET)


def test_t4_lasts_until_someone_is_there_and_then_is_t3(screen: Screen) -> None:
    turns = ["我准备今晚自杀,药都在手边"]
    assert screen.conversation(turns).tier == "T4"
    turns += [QUIET] * 8
    assert screen.conversation(turns).tier == "T4"
    turns.append("我妈来了,她陪着我")
    assert screen.conversation(turns).level == 3
    turns.append(QUIET)
    assert screen.conversation(turns).level == 3


def test_t3_lasts_for_the_conversation(screen: Screen) -> None:
    assert screen.conversation(["我想跳楼", *[QUIET] * 20]).level >= 3


def test_weak_signs_of_different_turns_add_up(screen: Screen) -> None:
    turns = ["谢谢你一直陪我,照顾好自己", "猫我送给室友了,密码也写给我妈了"]

    assert screen.conversation(turns).level >= 3


def test_a_quiet_conversation_stays_quiet(screen: Screen) -> None:
    assert screen.conversation(["你好", QUIET, "周末去爬山"]).tier == "T0"


def test_kinds_of_the_latest_turns_stay(screen: Screen) -> None:
    assert "A" in screen.conversation(["我爸又打我了", "他现在睡了"]).kinds
