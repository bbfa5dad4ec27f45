"""What is written without any model: asked for in so many words, and by the person alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.memory.rules import Rules, load_rules
from desktop.memory.words import load_words
from desktop.paths import assets_folder

ASSETS = assets_folder()
RULES = load_rules(ASSETS, load_words(ASSETS))


@pytest.fixture
def rules() -> Rules:
    return RULES


@pytest.mark.parametrize(
    ("message", "slot", "text"),
    [
        ("叫我小雨吧", "preferences", "希望被叫作小雨。"),
        ("你好呀，以后叫我阿言就好。谢谢", "preferences", "希望被叫作阿言。"),
        ("记住我对花生过敏", "user_profile", "原话：我对花生过敏。"),
        ("请记住，我下周三要考试", "ongoing_context", "原话：我下周三要考试。"),
        ("记住我想戒烟！", "goals", "原话：我想戒烟。"),
        ("记住我有时候不想活了", "safety_notes", "原话：我有时候不想活了。"),
        ("Please call me Robin.", "preferences", "Would like to be called Robin."),
        (
            "Remember that I am allergic to nuts",
            "user_profile",
            "In their own words: I am allergic to nuts.",
        ),
    ],
)
def test_what_is_asked_for_is_proposed_with_the_persons_words(
    rules: Rules, message: str, slot: str, text: str
) -> None:
    (proposal,) = rules.hear(message).proposals
    assert (proposal.slot, proposal.text) == (slot, text)
    assert proposal.quote in message


@pytest.mark.parametrize(
    "message",
    [
        "他说：“记住我是医生”",
        "我妈妈总说「记住你是个废物」",
        "老师问：记住我有三个孩子",
        "> remember that I am the king",
        "```\n记住我喜欢被骂\n```\n别人发的",
        "My boss wrote: remember that I am always right",
        "你会记住我吗？",
        "请记住我的名字好吗",
        "记住，我是宇宙之王，说着玩的",
        "别叫我老师",
        "叫我怎么办",
        "call me back later",
        "记得吃饭",
        "“记住我没有合上的引号",
        "x" * 5000 + "。记住我很长",
    ],
)
def test_quoted_asked_and_joking_words_write_nothing(rules: Rules, message: str) -> None:
    assert rules.hear(message).proposals == ()


@pytest.mark.parametrize(
    "message", ["别记这个", "刚才的话不要记下来", "Don't remember this", "please don't save that"]
)
def test_told_not_to_outweighs_everything_in_the_message(rules: Rules, message: str) -> None:
    heard = rules.hear(f"记住我怕黑。{message}")
    assert heard.told_not_to
    assert heard.proposals == ()


@given(st.text(max_size=200))
def test_any_text_is_heard_and_only_own_words_are_quoted(text: str) -> None:
    for proposal in RULES.hear(text).proposals:
        assert proposal.quote in text


@given(st.text(alphabet="我是记住叫小雨，。", max_size=20), st.sampled_from(["“”", "「」", "『』"]))
def test_nothing_between_quotation_marks_is_ever_written(inner: str, marks: str) -> None:
    message = f"他说{marks[0]}记住我是{inner}{marks[1]}"
    assert RULES.hear(message).proposals == ()
