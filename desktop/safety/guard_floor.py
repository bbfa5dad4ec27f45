"""The gravest rules of the guard and their words, compiled in: for the day its file cannot be read.

Plain and few. The app says that only these are in use (`guard_rules_floor` in messages.toml).
"""

from __future__ import annotations

import regex

from desktop.safety.guard_table import NEVER, SITUATIONS, GuardRule, GuardTable
from desktop.safety.normalise import NO_TABLES, Normaliser


def floor_table() -> GuardTable:
    """The gravest rules and their words, compiled in: for the day the file cannot be read."""
    return GuardTable(
        rules=tuple(_floor_rule(*row) for row in _FLOOR_RULES),
        words={name: _FLOOR_WORDS.get(name, _FLOOR_DEFAULT) for name in SITUATIONS},
        normaliser=Normaliser(NO_TABLES),
        is_floor=True,
    )


def _floor_rule(name: str, words: str, pattern: str) -> GuardRule:
    return GuardRule(name, regex.compile(pattern), NEVER, 0, frozenset(), False, False, words)


_FLOOR_RULES = (
    ("G1.address", "number", r"https?:|www\.|[a-z0-9-]+\.(?:com|cn|org|net)|微信号|qq号"),
    ("G2.dose", "method",
     r"(?:吃|服|吞|喝)(?:\d+|[一二三四五六七八九十几]+)(?:片|粒|颗|瓶)"
     r"|\d+ ?(?:mg|毫克|pills|tablets)|(?:致死|致命)(?:的)?剂量|lethal dose"),
    ("G2.method", "method",
     r"最?(?:不痛|无痛|没有痛苦)的(?:方法|方式|死法)|painless (?:way|method|death)"
     r"|(?:jump|fall) from|(?:tie|hang) (?:the |a )?(?:rope|noose)"),
    ("G3.death", "agreement",
     r"死(?:是|就是|才是)(?:一种)?(?:解脱|出路)|(?:就|那就)去死|better off without you"
     r"|kill yourself"),
    ("G5.human", "human",
     r"(?<!不)我(?:就|也)?是(?:一?个|一名|一位)?(?:真人|人类|(?:心理)?(?:咨询师|医生|治疗师))"
     r"|我不是(?:ai|机器|程序)|i(?:'m| am) not an? ai"
     r"|i(?:'m| am) a (?:real |licensed )?(?:human|person|therapist|doctor|psychologist)"),
    ("G7.promise", "promise", r"(?:永远|一直)(?:在|陪)|我保证|i promise|always be here"),
    ("G8.romance", "romance", r"我爱你|i love you|做你的(?:女朋友|男朋友)"),
    ("G13.leak", "drop", r"</?think|<\|im_"),
)  # fmt: skip
_FLOOR_DEFAULT = {
    "zh": "我在听。可以慢慢说。",
    "en": "I am listening. There is no hurry.",
}
_FLOOR_WORDS = {
    "number": {
        "zh": "号码我不报，右上角「需要有人帮忙」里的都核对过。",
        "en": 'The checked numbers are behind "I need a person".',
    },
    "method": {
        "zh": "这些细节我不说，我更在意你此刻是不是安全。",
        "en": "Details like that I leave out; what matters is whether you are safe right now.",
    },
    "human": {
        "zh": "说实话，我是一个 AI，在你的电脑里运行。",
        "en": "To be honest, I am an AI that runs on your computer.",
    },
    "name": {"zh": "", "en": ""},
    "drop": {"zh": "", "en": ""},
}
