"""Every filter alone, and the ledger: kept + dropped = read for every source."""

from __future__ import annotations

import pytest

from trainer import clean, quality
from trainer.conversation import Conversation, Turn, from_line, settle, to_line
from trainer.normalise import normalise
from trainer.starter.places import TRAINING

RULES = clean.load_rules(TRAINING / "cleaning.toml")


def talk(*texts: str, source: str = "smile", identity: str = "1") -> Conversation:
    turns = tuple(Turn("assistant" if i % 2 else "user", text) for i, text in enumerate(texts))
    return Conversation(identity, source, "CC0-1.0", turns)


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("您好,我睡不着?", "你好，我睡不着？"),
        ("我 很 累。。。。", "我很累……"),
        ("**好**的！！！", "好的！"),
        ("平常的一句话。", "平常的一句话。"),
        ("emo了😭  真的", "emo了😭 真的"),
    ],
)
def test_normalise(raw: str, wanted: str) -> None:
    assert normalise(raw) == wanted
    assert normalise(wanted) == wanted


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        (("我不想活了", "听起来很痛苦"), "risk"),
        (("我很难过", "想没想过自杀？"), "risk"),
        (("他猥亵我", "那很可怕"), "sexual"),
        (("你是谁", "我是一个语言模型"), "foreign"),
    ],
)
def test_dialogues_that_match_are_dropped_with_their_reason(
    texts: tuple[str, str], reason: str
) -> None:
    assert clean.drop_matching(talk(*texts), RULES.drops) == reason


@pytest.mark.parametrize("text", ["累死我了", "吵死了，睡不着", "笑死", "我家的猫老死了"])
def test_everyday_exaggeration_stays(text: str) -> None:
    conversation = talk(text, "听起来真不容易")
    assert clean.drop_matching(conversation, RULES.drops) is conversation


def test_promotion_and_sign_offs_are_cut_and_the_rest_stays() -> None:
    made = clean.cut_sentences(
        talk(
            "我很累",
            "听起来你撑了很久。欢迎关注我的公众号！",
            "嗯",
            "先歇一歇也很好。祝好！",
            "好",
            "那今晚早点睡吧。",
        ),
        RULES,
    )
    assert isinstance(made, Conversation)
    assert made.texts("assistant") == ("听起来你撑了很久。", "先歇一歇也很好。", "那今晚早点睡吧。")


def test_a_reply_of_nothing_but_promotion_ends_the_dialogue_before_it() -> None:
    made = clean.cut_sentences(
        talk("我很累", "听起来你撑了很久。", "嗯", "你觉得呢？慢慢说。", "好", "预约我吧。"), RULES
    )
    assert isinstance(made, Conversation)
    assert len(made.turns) == 4


def test_mostly_promotional_dialogues_are_dropped() -> None:
    texts = ("我很累", "听起来很难受，欢迎私信。这样的日子不好过吧。")
    assert clean.cut_sentences(talk(*texts), RULES) == "promotion"


def test_other_filters() -> None:
    assert clean.drop_excluded(talk("a", "b"), frozenset({"smile:1"})) == "excluded id"
    assert clean.drop_persona(talk("a", "b", source="emollm_tiangou")) == "flattering persona"
    assert clean.drop_long(talk("长" * 50, "长" * 60), 100) == "too long"
    english = talk("all of this is written in English", "and this too")
    assert clean.drop_foreign_language(english, 0.5) == "other language"


def test_role_play_is_tidied() -> None:
    made = clean.tidy(talk("（低头）艾薇，我很累", "（微笑）累了多久？", source="emollm_aiwei"))
    assert isinstance(made, Conversation)
    assert [t.content for t in made.turns] == ["我很累", "累了多久？"]
    made = clean.tidy(talk("心理咨询师，您好，我很累", "累了多久？", source="cpsycound"))
    assert isinstance(made, Conversation)
    assert made.turns[0].content == "你好，我很累"


def test_the_ledger_adds_up() -> None:
    ledger = clean.Ledger()
    given = [
        talk("我很累", "听起来不容易。", identity="1"),
        talk("我不想活了", "听起来很痛苦。", identity="2"),
        talk("在吗", "（笑）我在的，你说。", source="emollm_data"),
        talk("哄我", "好呀", source="emollm_tiangou"),
    ]
    chain = clean.filters(RULES, frozenset({"smile:1"}))
    kept = list(clean.clean(given, chain, ledger))
    ledger.kept.update(c.source for c in kept)
    assert ledger.balanced()
    assert ledger.read.total() == 4
    assert {s: dict(r) for s, r in ledger.dropped.items()} == {
        "smile": {"excluded id": 1, "risk": 1},
        "emollm_tiangou": {"flattering persona": 1},
    }
    assert "我不想活了" in ledger.samples["risk"][0]


def test_settle_and_lines_round_trip() -> None:
    turns = [
        Turn("assistant", "先说"),
        Turn("user", "我"),
        Turn("user", "很累😮‍💨"),
        Turn("assistant", ""),
        Turn("assistant", "嗯", weight=0.5, verdict="own", strategy="other"),
        Turn("user", "好"),
    ]
    settled = settle(turns)
    assert [t.content for t in settled] == ["我\n很累😮‍💨", "嗯"]
    conversation = Conversation("1", "own", "Apache-2.0", settled, "zh", "work", 1.0)
    assert from_line(to_line(conversation)) == conversation


QUALITY = quality.load_rules(TRAINING)


@pytest.mark.parametrize(
    ("reply", "earlier", "verdict"),
    [
        ("听起来你这阵子很难受，最难的是什么时候？", "我很难受", "good"),
        ("你的男朋友这样对你，你一定很委屈。", "我很难受", "invented"),
        ("你的男朋友这样对你，你一定很委屈。", "对象吼我", "good"),
        ("我也经历过这样的日子，后来好了。", "我很难受", "own_life"),
        ("欢迎关注我的公众号。", "我很难受", "promotion"),
        ("我会一直陪着你的。", "我很难受", "promise"),
        ("我能理解你的心情，真的不好过。", "我很难受", "template"),
        ("小明，我听到你很难受。", "我很难受", "greeting_by_name"),
        ("弗洛伊德说过这种情况。", "我很难受", "forum"),
        ("不客气，再见。", "谢谢", "sign_off"),
        ("慢" * 230, "我很难受", "long"),
    ],
)
def test_verdicts(reply: str, earlier: str, verdict: str) -> None:
    assert quality.judge(reply, earlier, QUALITY, first=True) == verdict


def test_weigh_marks_turns_and_priority() -> None:
    good = quality.weigh(
        talk("我好累", "听起来你真的很累，是从什么时候开始这样累的呢？愿意说说看是什么最耗你吗？"),
        QUALITY,
    )
    assert good.turns[1].verdict == "good"
    assert 0 < good.turns[1].weight <= 1
    assert good.priority > 1
    bad = quality.weigh(talk("我好累", "你的老公让你辛苦了，我能感受到你的委屈和难过。"), QUALITY)
    assert bad.priority == 0


def test_every_verdict_of_the_data_file_is_known() -> None:
    assert set(QUALITY.patterns) < set(quality.VERDICTS)
