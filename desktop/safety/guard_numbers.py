"""Phone-like strings in a settled text, in every disguise: no number but those of the table.

Digits, Chinese numerals, English number words, spaced, hyphenated, bracketed, with words between.
What stands in the help-line table of the person's region is allowed; counting, dates, times and
amounts are no phone numbers unless the sentence speaks of calling. Knows no rule but this one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

_ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_CHINESE = {
    **{numeral: str(value) for value, numeral in enumerate("零一二三四五六七八九")},
    **{numeral: str(value) for value, numeral in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "幺": "1",
    "两": "2",
    "洞": "0",
    "拐": "7",
    "勾": "9",
}
_VALUES = {**_CHINESE, **{word: str(value) for value, word in enumerate(_ENGLISH)}, "oh": "0"}
# 洞, 拐 and 勾 are read as digits only beside others: they are words too.
_NUMERAL = r"[0-9零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖幺两]"
_RADIO = r"[洞拐勾]"
_WORD = rf"(?<![a-z])(?:{'|'.join(_ENGLISH)})(?![a-z])"
_BETWEEN = (
    r"(?:[\s\-.,、·()\[\]/_*+:;~|#'\"=。—–!?]|然后|接着|再来?|之后|后面|杠|横线|空格|加|转"
    r"|(?<![a-z])(?:and|then|dash|hyphen|space|point|dot|followed by)(?![a-z])){0,6}"
)
_TIMES = r"(?:(?<![a-z])(?:double|triple) )?"
_FIRST = rf"(?:{_TIMES}{_WORD}|{_NUMERAL})"
_LETTER = r"(?<=[0-9ol -])[ol](?![a-z])"
_MORE = rf"(?:{_TIMES}(?:{_WORD}|(?<![a-z])oh(?![a-z]))|{_NUMERAL}|{_RADIO}|{_LETTER})"
RUN = re.compile(rf"{_FIRST}(?:{_BETWEEN}{_MORE})*")
_GOES_ON = regex.compile(rf"{_BETWEEN}{_MORE}")
_PIECE = re.compile(
    rf"(?P<times>double|triple)|(?P<value>{_WORD}|oh|{_NUMERAL}|{_RADIO}|[ol])|(?P<gap>\D)"
)
CALL = re.compile(
    r"拨|电话|热线|号码|手机|来电|短信|致电|专线|座机|客服|传真|微信|qq|联系|发送?到?(?=\s*\d)|呼叫|求助线"
    r"|打(?!算|扰|开|断|击|包|扮|工|车|球|游戏|招呼|字|卡|折|败|动|破|造|架|听|起|滚|发|牌|底|量|个盹|印|扫)"
    r"|(?<![a-z])(?:call|calling|dial|phone|hotline|helpline|lifeline|line|numbers?|text|texting|ring|tel"
    r"|telephone|contact|sms|whatsapp|fax|mobile|reach|try|somebody answers|kind)(?![a-z])"
)
_UNIT = re.compile(
    r"\s*(?:多|来)?(?:%|元|块|字|步|人|次|年|月|日|号(?!码)|天|米|公里|斤|个|岁|分|秒|小时|点|度|页|通|遍|条|层|楼"
    r"|万|千|亿|年代|years?|days?|steps?|minutes?|hours?|seconds?|times|words|people|percent|dollars)"
)
_YEARS = re.compile(r"\s*(?:19|20)\d\d(?:\s*[-~到至、,.年/]{1,2}\s*(?:(?:19|20)\d\d|\d{1,2}))*")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?:\s*[-~到至]\s*\d{1,2}:\d{2})?")
# Numerals that count nothing.
_IDIOM = re.compile(r"三三两两|一五一十|七七八八|三三五五|五五六六|一一|九九|不三不四|一清二楚")
BEFORE, BEHIND = 24, 16
SHORT, LONG, MOST_WITH_UNIT = 3, 5, 6


@dataclass(frozen=True)
class Number:
    """A run of digits: where it stands, and what it says."""

    start: int
    end: int
    digits: str
    groups: tuple[str, ...]


class Numbers:
    """Finds what may not be said.

    Args:
        allowed: digits of the numbers of the person's region.
        own: digits the person said.
    """

    def __init__(self, allowed: Iterable[str], own: Iterable[str] = ()) -> None:
        self._allowed = frozenset(allowed)
        self._own = frozenset(own)

    def found(self, text: str) -> list[Number]:
        """The numbers of a settled sentence that stand in no table."""
        return [number for number in runs(text) if self._is_phone(number, text)]

    def open_from(self, text: str) -> int:
        """Where the first number begins that is a phone number or may still become one."""
        for number in runs(text):
            unfinished = _GOES_ON.fullmatch(text, number.end, partial=True)
            if unfinished or self._is_phone(number, text):
                return number.start
            if len(number.digits) >= SHORT and not self._is_listed(number.digits):
                return number.start
        return len(text)

    def _is_phone(self, number: Number, text: str) -> bool:
        count = len(number.digits)
        if count < SHORT or self._is_listed(number.digits):
            return False
        if _IDIOM.fullmatch(text, number.start, number.end):
            return False
        if _CLOCK.fullmatch(text, number.start, number.end):
            return False
        around = text[max(0, number.start - BEFORE) : number.end + BEHIND]
        behind = _UNIT.match(text, number.end)
        if CALL.search(around):
            return not (behind and count < LONG)
        return count >= LONG and not self._is_harmless(number, text)

    def _is_harmless(self, number: Number, text: str) -> bool:
        """Outside of any talk of calling: counting, years, amounts, the person's own."""
        written = text[number.start : number.end]
        if number.digits in self._own or _is_counting(number.groups):
            return True
        if _YEARS.fullmatch(written):
            return True
        return len(number.digits) <= MOST_WITH_UNIT and bool(_UNIT.match(text, number.end))

    def _is_listed(self, digits: str) -> bool:
        """Whether the digits are numbers of the table, one behind the other, and nothing else."""
        reachable = {0}
        for start in range(len(digits)):
            if start in reachable:
                reachable |= {
                    start + len(number)
                    for number in self._allowed
                    if digits.startswith(number, start)
                }
        return len(digits) in reachable


def runs(text: str) -> list[Number]:
    """All runs of digits, whatever they are."""
    return [_number(match) for match in RUN.finditer(text)]


def digits_of(text: str) -> str:
    """The digits of a text and nothing else, as `Numbers` compares them."""
    return "".join(number.digits for number in runs(text))


def _number(match: re.Match[str]) -> Number:
    groups: list[str] = [""]
    times = 1
    for piece in _PIECE.finditer(match.group()):
        if piece["times"]:
            times = 2 if piece["times"] == "double" else 3
        elif value := piece["value"]:
            groups[-1] += _VALUES.get(value, {"o": "0", "l": "1"}.get(value, value)) * times
            times = 1
        elif groups[-1]:
            groups.append("")
    found = tuple(group for group in groups if group)
    return Number(match.start(), match.end(), "".join(found), found)


def _is_counting(groups: Sequence[str]) -> bool:
    """One, two, three; five, four, three: breathing and grounding count aloud."""
    values = [int(group) for group in groups]
    if len(values) == 1:
        values = [int(digit) for digit in groups[0]]
    steps = {after - before for before, after in pairwise(values)}
    return steps in ({1}, {-1})
