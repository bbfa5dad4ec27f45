"""Near-duplicates are found, different texts are not, held-out questions leave."""

from __future__ import annotations

from trainer import duplicates
from trainer.conversation import Conversation, Turn
from trainer.starter.places import TRAINING

THRESHOLDS = duplicates.load_thresholds(TRAINING / "cleaning.toml")
LONG = "最近公司里的事情越来越多，我每天都要加班到很晚，回到家里也睡不好，心里总是悬着。"
REPLY = "事情一件接一件，连睡觉的时候心都放不下来，难怪会累。最放不下的是哪一件？"


def talk(opener: str, reply: str) -> Conversation:
    return Conversation("1", "smile", "CC0-1.0", (Turn("user", opener), Turn("assistant", reply)))


def test_shingles_are_runs_of_characters() -> None:
    assert len(duplicates.shingles("一二三四五六", 5)) == 2
    assert len(duplicates.shingles("一二", 5)) == 1
    assert len(duplicates.shingles("啊" * 50, 5)) == 1


def test_a_near_duplicate_leaves_and_another_dialogue_stays() -> None:
    finder = duplicates.Finder(THRESHOLDS, [])
    assert finder.reason(talk(LONG, REPLY)) is None
    assert finder.reason(talk(LONG, REPLY + "嗯。")) == "near-duplicate"
    assert finder.reason(talk("我家的猫走丢了。", "它走丢多久了？")) is None


def test_held_out_questions_openers_and_dialogues_leave() -> None:
    finder = duplicates.Finder(THRESHOLDS, [talk(LONG, REPLY)])
    same_question = talk(LONG[:14] + "别的话完全不同了", "好的，你说说看。")
    assert finder.reason(same_question) == "question of a held-out dialogue"
    assert finder.reason(talk("唉，" + LONG, "换一种回答。")) == "opener near a held-out one"
    assert finder.reason(talk("说件事。", LONG + REPLY)) == "near a held-out dialogue"
    assert finder.reason(talk("我想养一只猫。", "为什么是猫？")) is None
