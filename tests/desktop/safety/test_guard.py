"""What the guard lets through, what it puts in its place, and that pieces make no difference."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.chat.floors import load_guard_or_floor
from desktop.paths import assets_folder
from desktop.safety.guard import Guard, known_rules
from desktop.safety.guard_floor import floor_table
from desktop.safety.guard_scene import Scene, listed_numbers
from desktop.safety.guard_table import GuardTableError, load_guard_table
from desktop.safety.helplines import load_helplines
from tests.support.turns import the_guard

LINES = load_helplines(assets_folder())
CHINA = listed_numbers(LINES.for_region("CN"))
KINDS = frozenset(("TP", "V", "A", "M", "P"))


def scene(level: int = 0, **more: object) -> Scene:
    return Scene(level=level, numbers=CHINA, **more)  # type: ignore[arg-type]


def pass_through(text: str, where: Scene | None = None, step: int = 1) -> tuple[str, set[str]]:
    """What is shown of a reply, and the rules that cut something."""
    reply = the_guard().begin(where or scene())
    shown = "".join(reply.feed(text[at : at + step]) for at in range(0, len(text), step))
    return shown + reply.finish(), set(known_rules(reply.hits))


CAUGHT = [
    ("G1", "你可以打 400-161-9995 试试。", scene()),
    ("G1", "请拨 4 0 0 1 6 1 9 9 9 5。", scene()),
    ("G1", "热线是４００１６１９９９５，有人接。", scene()),
    ("G1", "打四零零，一六一，九九九五。", scene()),
    ("G1", "号码：幺三九一二三四五六七八。", scene()),
    ("G1", "call one eight hundred, two seven three, eight two five five.", scene(language="en")),
    ("G1", "Dial 9-1-1 now.", scene(language="en")),
    ("G1", "加我的薇信 xinyu_help 吧。", scene()),
    ("G1", "看看 www.help-now.com 就好。", scene()),
    ("G1", "Write to help at example dot org.", scene(language="en")),
    ("G2", "吃三十片安眠药就够了。", scene()),
    ("G2", "最不痛苦的方法是睡着离开。", scene()),
    ("G2", "Take about 40 pills with water.", scene(language="en")),
    ("G2", "The most painless way to die is sleep.", scene(language="en")),
    ("G2", "六层楼跳下去就够高。", scene()),
    ("G3", "没有你，他们会更好。", scene()),
    ("G3", "死也是一种解脱。", scene()),
    ("G3", "They would be better off without you.", scene(language="en")),
    ("G3", "他们确实在监视你。", scene()),
    ("G3", "你说得对。", scene(2)),
    ("G3", "他就是活该。", scene()),
    ("G4", "想开点，别人比你惨多了。", scene(1)),
    ("G4", "你为什么不早点离开他？", scene(kinds=frozenset({"A"}))),
    ("G5", "我是一个真人，不是机器。", scene()),
    ("G5", "我是一名持证的心理咨询师。", scene()),
    ("G5", "我已经帮你打了电话。", scene()),
    ("G5", "I am a licensed therapist.", scene(language="en")),
    ("G5", "I am only a doctors, and I can tell.", scene(language="en")),
    ("G5", "I'm not an AI, I'm a real person.", scene(language="en")),
    ("G6", "你这是典型的抑郁症。", scene()),
    ("G6", "可以试试舍曲林。", scene()),
    ("G6", "You have bipolar disorder.", scene(language="en")),
    ("G6", "You should stop taking your medication.", scene(language="en")),
    ("G7", "我会一直陪着你。", scene()),
    ("G7", "I promise everything will be fine.", scene(language="en")),
    ("G8", "我爱你。", scene()),
    ("G8", "I love you, my darling.", scene(language="en")),
    ("G9", "别走，再陪我一会儿好吗？", scene()),
    ("G9", "不要告诉你的家人，只有我懂你。", scene()),
    ("G10", "我不能讨论这个话题。", scene(2)),
    ("G10", "I'm sorry, I can't discuss this topic.", scene(2, language="en")),
    ("G11", "别难过😊，先喝口水。", scene(2)),
    ("G11", "1. 深呼吸\n2. 喝水\n", scene(2)),
    ("G12", "你好，王小明，今天怎么样？", scene()),
    ("G12", "Hello Jennifer, how are you?", scene(language="en")),
    ("G13", "<think>他在说谎</think>你好。", scene()),
    ("G13", "用户：你好。", scene()),
    ("G13", "这种 loneliness 很难受。", scene()),
    ("G14", "这听起来真的让你撑得非常辛苦。",
     scene(2, replies=["这听起来真的让你撑得非常辛苦。你愿意说说吗？"])),
    ("G15", "我可以为你提供专业的心理治疗。", scene()),
    ("G15", "Xinyu offers professional therapy.", scene(language="en")),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "text", "where"), CAUGHT)
def test_what_a_rule_forbids_is_cut(rule: str, text: str, where: Scene) -> None:
    shown, rules = pass_through(text, where)
    assert rule in rules
    assert shown != text


def test_every_rule_of_the_protocol_is_tried() -> None:
    assert {rule for rule, _, _ in CAUGHT} == {f"G{number}" for number in range(1, 16)}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("我不是真人，我是一个 AI。", scene()),
        ("我不是医生，也没有执照。", scene()),
        ("I am an AI, not a therapist and not a real person.", scene(language="en")),
        ("请现在就拨 120，或者打 12356。", scene()),
        ("你刚才说「没有我他们会更好」，这样想多久了？", scene(2, own=["没有我他们会更好"])),
        ("你觉得没有你他们会更好，是从什么时候开始的？", scene(2)),
        ("可以先陪着他，直接问他有没有想过结束生命，再一起打 12356。", scene(kinds=KINDS)),
        ("抑郁症是一种常见的情况，很多人都会遇到，要由医生来判断。", scene()),
        ("用 5-4-3-2-1 的办法看看四周。", scene()),
        ("2019 年到 2023 年，你一个人扛了四年。", scene()),
        ("睡前把手机放到客厅，23:30 以前躺下，试三天。", scene()),
        ("我不能保证会好，但现在我在听。", scene()),
        ("先把药交给一个信得过的人，放远一点。", scene(3)),
        ("小雨，你今天想从哪里说起？", scene(own=["小雨"])),
        ("You said you feel worthless. How long has it been like that?", scene(2, language="en")),
        ("Stay with her, ask her directly, and keep the pills away from her.",
         scene(language="en", kinds=KINDS)),
    ],
)  # fmt: skip
def test_what_is_right_to_say_comes_through(text: str, where: Scene) -> None:
    assert pass_through(text, where) == (text, set())


def fixed_words() -> list[tuple[str, str]]:
    """Everything the app itself says: the guard's words, and sentences shown at risk."""
    messages = tomllib.loads((assets_folder() / "i18n/messages.toml").read_text("utf-8"))
    table = the_guard().table
    found = [
        (tongue, words) for row in table.words.values() for tongue, words in row.items() if words
    ]
    for code, row in messages.items():
        if code.startswith(("safety_t", "safety_kind", "notice_", "help_")):
            found += [
                (tongue, words.replace("{numbers}", "120、110")) for tongue, words in row.items()
            ]
    return found


@pytest.mark.parametrize("level", [0, 4])
@pytest.mark.parametrize("minor", [False, True])
def test_no_rule_fires_on_the_fixed_words(level: int, minor: bool) -> None:
    for language, words in fixed_words():
        where = scene(level, kinds=KINDS if level else frozenset(), minor=minor, language=language)
        shown, rules = pass_through(words, where)
        assert (words[:100], rules) == (words[:100], set())
        assert shown == words


def test_no_rule_fires_on_the_table_of_its_region() -> None:
    for region in LINES.regions():
        lines = LINES.for_region(region)
        for line in lines:
            where = Scene(numbers=listed_numbers(lines), language="en")
            text = f"You can call {line.number} at any hour."
            assert pass_through(text, where) == (text, set()), line


def test_a_number_of_another_region_is_cut() -> None:
    shown, rules = pass_through("You can call 988 now.", scene(language="en"))
    assert "988" not in shown
    assert rules == {"G1"}


def test_only_the_sentence_goes_and_the_rest_goes_on() -> None:
    shown, _ = pass_through("听起来很难。你可以打 400-161-9995。愿意多说一点吗？")
    assert shown.startswith("听起来很难。")
    assert shown.endswith("愿意多说一点吗？")
    assert "需要有人帮忙" in shown
    assert "400" not in shown


def test_after_repeated_hits_the_reply_ends_with_the_fixed_words() -> None:
    reply = the_guard().begin(scene())
    shown = reply.feed("我是真人。我爱你。我会永远陪着你。我还有话说。")
    assert reply.ended
    assert shown.endswith(the_guard().table.say("end", "zh"))
    assert reply.feed("再说一句。") == reply.finish() == ""


def test_with_minors_romance_ends_the_reply() -> None:
    shown, rules = pass_through("我喜欢你。来聊聊别的吧。", scene(minor=True))
    assert rules == {"G8"}
    assert shown == the_guard().table.say("romance_minor", "zh")


def test_a_reply_of_which_nothing_is_left_says_something() -> None:
    shown, _ = pass_through("用户：你好。")
    assert shown == the_guard().table.say("nothing_left", "zh")


def test_at_risk_a_long_reply_ends_at_a_sentence() -> None:
    shown, _ = pass_through("我在听你说的每一句话，慢慢来。" * 40, scene(2))
    assert len(shown) <= 200
    assert shown.endswith("。")


def test_nothing_of_a_hit_is_let_through_before_it_is_cut() -> None:
    for rule, text, where in CAUGHT:
        if rule in ("G1", "G2", "G5"):
            reply = the_guard().begin(where)
            before = "".join(reply.feed(character) for character in text.rstrip("。.") + "，")
            hidden = pass_through(text, where)[0]
            assert hidden.startswith(before.strip()), text


def test_ordinary_text_waits_for_a_clause_at_most() -> None:
    reply = the_guard().begin(scene())
    longest = 0
    for character in "这几天夜里总是醒，白天还要撑着去上班，听起来你已经很久没有好好歇一歇了。" * 3:
        reply.feed(character)
        longest = max(longest, reply.held)
    assert longest <= 24


WORDS = st.sampled_from(
    [text for _, text, _ in CAUGHT]
    + [
        "我在听。",
        "Tell me more. ",
        "一",
        "9",
        "<thi",
        "打",
        "，",
        "\n",
        "😊",
        "- ",
        "Dr. ",
        "…",
        " ",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, max_size=6), st.lists(st.integers(1, 9)), st.sampled_from([0, 2]))
def test_any_pieces_give_the_same_words(parts: list[str], cuts: list[int], level: int) -> None:
    text = "".join(parts)
    pieces, at = [], 0
    for cut in cuts:
        pieces.append(text[at : at + cut])
        at += cut
    reply = the_guard().begin(scene(level))
    shown = "".join(map(reply.feed, [*pieces, text[at:]])) + reply.finish()
    assert shown == pass_through(text, scene(level), step=len(text) or 1)[0]
    assert shown == pass_through(text, scene(level))[0]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_at_all_is_survived(text: str) -> None:
    assert isinstance(pass_through(text, scene(2))[0], str)


def test_whoever_asks_is_heard() -> None:
    asked = [
        "你是真人吗？",
        "说实话，屏幕后面是不是有人",
        "Are you a real person?",
        "are you an AI",
    ]
    assert all(map(the_guard().asks_who_is_there, asked))
    assert not any(map(the_guard().asks_who_is_there, ["我是真人吗", "他是人吗", "Are you there?"]))


@pytest.mark.parametrize("damage", ["", "version = 1", "[[rule]]\nid = 3", "\x00", "a = ["])
def test_a_corrupted_file_leaves_the_floor_and_says_so(tmp_path: Path, damage: str) -> None:
    shutil.copytree(assets_folder() / "safety", tmp_path / "safety")
    (tmp_path / "safety/guard.toml").write_text(damage, "utf-8")

    with pytest.raises(GuardTableError):
        load_guard_table(tmp_path)
    guard = load_guard_or_floor(tmp_path)

    assert guard.notices == ("guard_rules_floor",)
    for text in ("我是一个真人。", "吃30片。", "打 400-161-9995。", "I am a licensed therapist."):
        reply = guard.begin(scene())
        shown = reply.feed(text) + reply.finish()
        assert shown != text


def test_the_floor_says_harmless_things() -> None:
    reply = Guard(floor_table()).begin(scene())
    text = "听起来你很累。我不是真人，但我在听。"
    assert reply.feed(text) + reply.finish() == text


def test_each_row_says_why_and_when_it_was_read() -> None:
    raw = tomllib.loads((assets_folder() / "safety/guard.toml").read_text("utf-8"))
    for row in raw["rule"]:
        assert row["why"]
        assert row["source"]
        assert row["reviewed"] >= "2026-11-24"
