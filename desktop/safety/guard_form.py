"""What is judged by form: emoji, lists and length at risk, foreign words, names, repeats.

These are the parts of G11 to G14 that no pattern can say. Works on one sentence at a time; knows
nothing of streams and of fixed words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import regex

from desktop.safety.guard_scene import Scene
from desktop.safety.guard_table import GuardTable, Names

EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2190-\u21ff\u200d\ufe0e\ufe0f\u20e3\u3030\u303d"
    "\u00a9\u00ae\u2122\U000e0020-\U000e007f]"
)
MARKS = re.compile(r"[*`]+|(?<![A-Za-z0-9])#+ ?")
LIST_MARK = re.compile(
    r"\s*(?:\(?\d{1,2}[.、)）]\s?|[-•·▪◦]\s|[一二三四五六七八九十]、|第[一二三四五六七八九十][,，]\s?)"
)
_CHINESE = re.compile("[\u3400-\u9fff]")
_LATIN = regex.compile(r"[A-Za-z][A-Za-z']*")
_OTHER_SCRIPT = re.compile(
    "[\u0400-\u04ff\u0590-\u06ff\u0900-\u0e7f\u1100-\u11ff\u3041-\u3096\u30a1-\u30fa\uac00-\ud7af]{2,}"
)
# A term in its own language behind the Chinese one: 正念（mindfulness）.
_IN_BRACKETS = re.compile(r"[（(][^（()）]*\Z")
LONGEST_INITIALS = 5

Settle = Callable[[str], str]


class Form:
    """Judges the form of a reply's sentences in one scene."""

    def __init__(self, table: GuardTable, scene: Scene, settle: Settle) -> None:
        self._scene = scene
        self._settle = settle
        self._limits = table.limits
        self._allowed = table.foreign
        self._own = " ".join(scene.own)
        self._own_folded = self._own.casefold()
        self._said = [settle(reply) for reply in scene.replies[-table.limits.repeated_replies :]]
        self._names = _name_patterns(table.names)

    def plain(self, text: str, at_start: bool) -> tuple[str, int]:
        """At risk: the text without emoji and list marks, and whether anything was taken away."""
        if not self._scene.at_risk:
            return text, 0
        cleaned = LIST_MARK.sub("", text, count=1) if at_start and LIST_MARK.match(text) else text
        cleaned = MARKS.sub("", EMOJI.sub("", cleaned))
        return cleaned, int(cleaned != text)

    def is_full(self, shown: int) -> bool:
        """At risk: whether the reply has become as long as it may be."""
        return self._scene.at_risk and shown >= self._limits.longest_reply_at_risk

    def foreign_from(self, sentence: str) -> int:
        """Where the first foreign word begins; the length of the sentence where there is none."""
        if self._scene.language != "zh":
            return len(sentence)
        if other := _OTHER_SCRIPT.search(sentence):
            return other.start() if other.group() not in self._own else len(sentence)
        if not _CHINESE.search(sentence):
            return len(sentence)
        for word in _LATIN.finditer(sentence):
            if self._is_foreign(word[0]) and not _IN_BRACKETS.search(sentence, 0, word.start()):
                return word.start()
        return len(sentence)

    def open_word_from(self, sentence: str) -> int:
        """Where a Latin word stands at the very end that may still become a foreign one."""
        last = re.search(r"[A-Za-z][A-Za-z']*\Z", sentence)
        chinese = self._scene.language == "zh"
        return last.start() if last and chinese else len(sentence)

    def name_from(self, sentence: str) -> int:
        """Where a private person's name begins that the person did not bring up."""
        for pattern in self._names:
            for match in pattern.finditer(sentence):
                name = match["name"]
                if name.casefold() not in self._own_folded:
                    return match.start()
        return len(sentence)

    def repeats(self, settled: str) -> bool:
        """At risk: whether this sentence stands in one of the last replies."""
        if not self._scene.at_risk:
            return False
        bare = settled.strip()
        return len(bare) >= self._limits.repeated_block and any(bare in said for said in self._said)

    def may_repeat(self, settled: str) -> bool:
        """Whether the sentence so far is the beginning of such a repeat."""
        bare = settled.strip()
        return self._scene.at_risk and bool(bare) and any(bare in said for said in self._said)

    def _is_foreign(self, word: str) -> bool:
        folded = word.casefold()
        short = len(folded) < 3 or (word.isupper() and len(word) <= LONGEST_INITIALS)
        return not (short or folded in self._allowed or folded in self._own_folded)


def _name_patterns(names: Names) -> Sequence[regex.Pattern[str]]:
    """Called by name at the beginning, with a title, or as somebody's friend."""
    if not names.surnames:
        return ()
    person = rf"(?P<name>[{names.surnames}][\u4e00-\u9fff]{{1,2}})"
    titles, small = "|".join(names.titles), "|".join(names.small)
    greetings = "|".join(names.greetings_en)
    titles_en = "|".join(names.titles_en)
    return (
        regex.compile(rf"^(?:嗨|你好|您好|早上好|晚上好)[,，]?\s?{person}[,，!！:：]"),
        regex.compile(
            rf"(?<![\u4e00-\u9fff])(?P<name>[{names.surnames}][\u4e00-\u9fff]{{0,2}}?(?:{titles}))"
            rf"(?=[,，。!！:：说和的])"
        ),
        regex.compile(rf"(?P<name>{small})(?=[,，。!！:：说的是在也会]|和你)"),
        regex.compile(
            rf"(?i:^(?:{greetings}),? )"
            r"(?P<name>(?!Xinyu|There|Friend|Everyone)[A-Z][a-z]{2,})[,!.:]"
        ),
        regex.compile(rf"\b(?i:{titles_en})\.? (?P<name>(?!Who|Strange|Google)[A-Z][a-z]{{2,}})"),
        regex.compile(
            r"\byour (?:friend|brother|sister|boss|colleague|husband|wife|boyfriend|girlfriend|son"
            r"|daughter|teacher),? (?P<name>[A-Z][a-z]{2,})"
        ),
    )
