"""The guard between a model's words and everything that shows or keeps them; no model, no network.

    reply = Guard(load_guard_table(assets)).begin(scene)
    shown = reply.feed("...")        # what may be shown of it now
    shown += reply.finish()

A sentence is judged whole, at its end. Until then only that part of it is let through which no rule
can still cut: the last clause, and whatever may be the beginning of a hit, waits. So a hit is cut
before a character of it is seen. When something is judged depends on the text alone and never on
the pieces it comes in: any pieces give the same words. Knows neither engine nor store.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from desktop.safety.guard_form import Form
from desktop.safety.guard_numbers import Numbers, runs
from desktop.safety.guard_scene import Scene
from desktop.safety.guard_table import GuardRule, GuardTable
from desktop.safety.normalise import Normalised

STEP = 8
HELD_CLAUSE = 16
LONGEST_SENTENCE = 160
_ENDS = "。！？!?\n"
_CLAUSE_MARKS = '，、；：,;:—…（）()「」“”"'
_CLAUSE_END = re.compile(f"[{re.escape(_CLAUSE_MARKS)}]")
_STOP = re.compile(r"(?<!\b[A-Z])(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!Mrs)\.[\"')\]]?\s\Z")
_DIGIT_LAST = re.compile(
    r"(?:[0-9零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖幺]|zero|one|two|three|four|five|six|seven|eight"
    r"|nine|oh)[^\w]*\Z",
    re.IGNORECASE,
)
_MAY_COUNT_ON = re.compile(
    "[0-9０-９零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖幺zotfsen(（\\-]", re.IGNORECASE
)
_SAID = re.compile(
    r"(?:你|您)(?:刚才|刚刚|之前|也|还|总|一直)?"
    r"(?:说|提到|讲|写|问|觉得|感到|形容|想|担心|害怕|听到)[^。!?]{0,8}$"
    r"|you (?:just |also |have )?(?:said|say|mentioned|told me|wrote|asked|feel|felt|described"
    r"|heard|think|are afraid|worry)[^.!?]{0,16}$"
)
_TO_YOU = str.maketrans({"我": "你"})
_TO_YOU_EN = re.compile(r"(?<![a-z'])(i'm|i am|i've|my|me|i|myself)(?![a-z'])")
_YOU_FOR = {"i'm": "you're", "i am": "you are", "i've": "you've", "my": "your", "me": "you",
            "i": "you", "myself": "yourself"}  # fmt: skip


@dataclass(frozen=True)
class Hit:
    """What a rule found in a sentence.

    Attributes:
        rule: "G5.human".
        start: where it begins, in what the model wrote.
        words: the situation whose fixed words stand in its place.
        ends: the reply ends here.
    """

    rule: str
    start: int
    words: str
    ends: bool = False


class Guard:
    """Makes a guard for each reply; holds the table only."""

    def __init__(self, table: GuardTable) -> None:
        self.table = table

    @property
    def notices(self) -> tuple[str, ...]:
        """Codes of sentences to tell: the file of rules could not be read."""
        return ("guard_rules_floor",) if self.table.is_floor else ()

    def begin(self, scene: Scene) -> GuardedReply:
        """The guard of one reply."""
        return GuardedReply(self.table, scene)

    def asks_who_is_there(self, text: str) -> bool:
        """Whether the person asks if they talk with a human or with a machine."""
        return bool(self.table.asked.search(self.table.normaliser.one(text[:2_000]).text))


class SentenceJudge:
    """Says what is wrong with a sentence, and up to where one in the making is safe."""

    def __init__(self, table: GuardTable, scene: Scene) -> None:
        self._scene = scene
        self._normaliser = table.normaliser
        self._rules = [
            rule for rule in table.rules if rule.applies(scene.level, scene.kinds, scene.minor)
        ]
        own = "\n".join(self.settle(text).text for text in scene.own)
        self._own = own + "\n" + _said_to_you(own)
        self._numbers = Numbers(scene.numbers, {number.digits for number in runs(own)})
        self.form = Form(table, scene, lambda text: self.settle(text).text)

    def settle(self, text: str) -> Normalised:
        return self._normaliser.one(text)

    def hits(self, sentence: str) -> list[Hit]:
        """Everything that is wrong with a whole sentence, the first first."""
        settled = self.settle(sentence)
        found = [hit for rule in self._rules if (hit := self._hit(rule, settled))]
        found += [
            Hit("G1.number", settled.place(number.start, number.end)[0], "number")
            for number in self._numbers.found(settled.text)
        ]
        if self.form.repeats(settled.text):
            found.append(Hit("G14.repeat", 0, "drop"))
        for rule, place in (("G13.foreign", self.form.foreign_from(sentence)),
                            ("G12.name", self.form.name_from(sentence))):  # fmt: skip
            if place < len(sentence):
                found.append(Hit(rule, 0, "drop"))
        return sorted(found, key=lambda hit: (hit.words == "drop", hit.start, hit.rule))

    def open_from(self, sentence: str, since: int = 0) -> int:
        """Where in an unfinished sentence a hit begins, or what may become one.

        Args:
            since: what stands before this place was found clean already.
        """
        settled = self.settle(sentence)
        if self.form.may_repeat(settled.text):
            return 0
        start = bisect_left(settled.origin, since)
        opens = [self._opens(rule, settled.text, start) for rule in self._rules]
        opens.append(self._numbers.open_from(settled.text))
        first = min(opens)
        place = settled.place(first, first + 1)[0] if first < len(settled.text) else len(sentence)
        forms = (self.form.foreign_from(sentence), self.form.open_word_from(sentence))
        name = 0 if self.form.name_from(sentence) < len(sentence) else len(sentence)
        return min(place, name, *forms)

    def _hit(self, rule: GuardRule, settled: Normalised) -> Hit | None:
        text = settled.text
        for match in rule.pattern.finditer(text):
            if self._is_quotation(rule, text, match.start(), match.end()):
                continue
            if rule.unless.search(text):
                return None
            minor = self._scene.minor
            words = rule.minor_words if minor and rule.minor_words else rule.words
            start = settled.place(match.start(), match.end())[0]
            return Hit(rule.id, start, words, minor and rule.minor_ends)
        return None

    def _opens(self, rule: GuardRule, text: str, start: int) -> int:
        """The first place from `start` on where the rule matches, or may with more text."""
        while match := rule.pattern.search(text, start, partial=True):
            if match.partial or not self._is_quotation(rule, text, match.start(), match.end()):
                return match.start()
            start = match.start() + 1
        return len(text)

    def _is_quotation(self, rule: GuardRule, text: str, start: int, end: int) -> bool:
        """What is expressly allowed, or the person's own words, said to be theirs."""
        if text[start:end] in rule.allowed:
            return True
        if end - start < 2 or text[start:end] not in self._own:
            return False
        before = text[:start]
        return rule.quotable or before.count('"') % 2 == 1 or bool(_SAID.search(before))


class GuardedReply:
    """One reply on its way from the model to the person.

    Attributes:
        hits: how often which rule cut something.
        ended: nothing more of this reply is let through; the model may be stopped.
    """

    def __init__(self, table: GuardTable, scene: Scene) -> None:
        self.hits: Counter[str] = Counter()
        self.ended = False
        self._table = table
        self._scene = scene
        self._judge = SentenceJudge(table, scene)
        self._sentence = ""
        self._let_through = 0
        self._judged_at = 0
        self._shown = 0
        self._cuts = 0
        self._said: set[str] = set()

    @property
    def held(self) -> int:
        """How many characters wait."""
        return len(self._sentence) - self._let_through

    def feed(self, text: str) -> str:
        """Take more of the model's words; returns what may be shown now."""
        out = []
        for character in text:
            if self.ended:
                break
            if self._ended_before(character):
                out.append(self._close())
            self._sentence += character
            if self._is_whole():
                out.append(self._close())
            elif character in _CLAUSE_MARKS or len(self._sentence) - self._judged_at >= STEP:
                out.append(self._let_go())
        return self._count("".join(out))

    def finish(self) -> str:
        """What waited, judged as it stands; safe to call twice."""
        out = "" if self.ended or not self._sentence else self._close()
        if not out and not self._shown and self.hits:
            out = self._words("nothing_left")
        self.ended = True
        return self._count(out)

    def _count(self, shown: str) -> str:
        self._shown += len(shown)
        return shown

    def _ended_before(self, character: str) -> bool:
        """Whether a full stop behind digits was the end of the sentence after all."""
        sentence = self._sentence
        if not sentence or sentence[-1] not in _ENDS or character in _ENDS:
            return False
        return not (character.isspace() or _MAY_COUNT_ON.match(character))

    def _is_whole(self) -> bool:
        """Whether a sentence ends here; digits may go on behind a full stop."""
        sentence = self._sentence
        if len(sentence) >= LONGEST_SENTENCE:
            return True
        last = sentence[-1]
        if last not in _ENDS and not (last.isspace() and _STOP.search(sentence[-8:])):
            return False
        return not _DIGIT_LAST.search(sentence[-12:])

    def _let_go(self) -> str:
        """What is certain to be clean of a sentence that goes on."""
        sentence = self._sentence
        self._judged_at = len(sentence)
        clause = max((match.end() for match in _CLAUSE_END.finditer(sentence)), default=0)
        settled = max(clause, len(sentence) - HELD_CLAUSE)
        if settled <= self._let_through:
            return ""
        return self._release(
            min(settled, self._clause_of(self._judge.open_from(sentence, self._let_through)))
        )

    def _clause_of(self, place: int) -> int:
        """Where the clause begins that holds this place of the sentence."""
        if place >= len(self._sentence):
            return place
        marks = _CLAUSE_END.finditer(self._sentence, 0, place)
        return max((match.end() for match in marks), default=0)

    def _release(self, until: int) -> str:
        start, self._let_through = self._let_through, max(self._let_through, until)
        shown, changed = self._judge.form.plain(self._sentence[start:until], start == 0)
        if changed:
            self.hits["G11.form"] += 1
        return shown

    def _close(self) -> str:
        """Judge the sentence and begin the next."""
        hits = self._judge.hits(self._sentence)
        shown = self._replace(hits) if hits else self._release(len(self._sentence))
        self._sentence, self._let_through, self._judged_at = "", 0, 0
        if self._judge.form.is_full(self._shown + len(shown)):
            self.ended = True
        return shown

    def _replace(self, hits: list[Hit]) -> str:
        """The clauses before the first hit, and the fixed words of the gravest."""
        for rule in {hit.rule for hit in hits}:
            self.hits[rule] += 1
        first = 0 if hits[0].words == "drop" else min(hit.start for hit in hits)
        before = self._release(max(self._let_through, self._clause_of(first)))
        self._cuts += 1
        begun = bool(self._sentence[: self._let_through].strip())
        words = self._words(hits[0].words)
        if any(hit.ends for hit in hits):
            self.ended = True
        elif self._cuts >= self._table.limits.hits_until_end:
            self.ended = True
            words = _joined(words, self._words("end"), self._scene.language)
        if not words:
            return before + ("……" if begun and self._scene.language == "zh" else "… " * begun)
        opened = before or begun or self._shown
        space = " " if self._scene.language == "en" else ""
        gap = "… " if begun and space else (space if opened else "")
        return before.rstrip() * bool(before) + gap + words + space

    def _words(self, situation: str) -> str:
        """The fixed words, once in a reply."""
        if situation in self._said:
            return ""
        self._said.add(situation)
        return self._table.say(situation, self._scene.language)


def _joined(first: str, second: str, language: str) -> str:
    return (" " if language == "en" else "").join(part for part in (first, second) if part)


def _said_to_you(own: str) -> str:
    """The person's words as somebody else would say them to them."""
    return _TO_YOU_EN.sub(lambda match: _YOU_FOR[match.group()], own.translate(_TO_YOU))


def known_rules(hits: Mapping[str, int]) -> dict[str, int]:
    """Hits by the rules of the protocol: "G5.human" and "G5.licence" are both G5."""
    counted: Counter[str] = Counter()
    for rule, count in hits.items():
        counted[rule.split(".")[0]] += count
    return dict(counted)
