"""Applies the explicit rules to one settled text.

A rule that fires is asked, in this order: is it quoted or fiction, is it denied, is someone else
meant, is it a question about a subject, is it over? Each answer changes what the hit counts for,
and the words it took away are hidden from the learned model, so that both tell the same story.
Knows nothing of conversations and nothing of the learned model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from desktop.safety.table import Benign, Signal, SignalTable

HIDDEN = "\u25a1"
_SENTENCE_END = re.compile(r"[.!?。;\n~]")
_CLAUSE_END = re.compile(r"[.!?。;\n~,:、()—]")
_QUOTE = re.compile(r'"[^"\n]{0,120}"')


@dataclass(frozen=True)
class Hit:
    """A rule that fired.

    Attributes:
        start, end: where, in the settled text.
        tier, kinds: what it counts for here.
        reading: how it was read: "plain", "denied", "third", "quoted", "past", "information".
    """

    rule: str
    start: int
    end: int
    tier: int
    kinds: frozenset[str]
    reading: str


@dataclass(frozen=True)
class Findings:
    """What the rules make of a text.

    Attributes:
        cap: the highest tier that anything but a first-person T3 or T4 may have.
        concepts: weak things that were said, by name.
        rest: the text with harmless and read-away words hidden.
    """

    tier: int
    kinds: frozenset[str]
    hits: tuple[Hit, ...]
    concepts: frozenset[str]
    cap: int
    rest: str
    readings: frozenset[str] = field(default_factory=frozenset)


class Rules:
    """The table at work; holds no state between texts."""

    def __init__(self, table: SignalTable) -> None:
        self._table = table

    @property
    def is_floor(self) -> bool:
        """Whether only the compiled-in words are in use."""
        return self._table.is_floor

    def one(self, text: str) -> Findings:
        """Read one settled text."""
        rest, harmless, cap = self._hide_harmless(text)
        hits = [self._judge(signal, match, rest) for signal, match in self._fired(rest)]
        hits += harmless
        for hit in hits:
            if hit.reading in ("denied", "third", "quoted", "information"):
                rest = _hidden(rest, hit.start, hit.end)
        concepts = self._concepts(rest)
        hits += self._combined(concepts)
        counting = [hit for hit in hits if hit.reading != "harmless"]
        return Findings(
            tier=max((hit.tier for hit in counting), default=0),
            kinds=frozenset().union(*(hit.kinds for hit in counting)),
            hits=tuple(hits),
            concepts=concepts,
            cap=cap,
            rest=rest,
            readings=frozenset(hit.reading for hit in hits),
        )

    def _hide_harmless(self, text: str) -> tuple[str, list[Hit], int]:
        """The text without idioms and titles, what was hidden, and a cap for the whole message."""
        cap, hits = 4, []
        for row in self._table.benign:
            for match in row.pattern.finditer(text):
                hits.append(_harmless(row, match))
                if row.scope == "message":
                    cap = min(cap, row.cap)
                else:
                    text = _hidden(text, *match.span())
        return text, hits, cap

    def _fired(self, text: str) -> Iterator[tuple[Signal, re.Match[str]]]:
        for signal in self._table.signals:
            for number, match in enumerate(signal.pattern.finditer(text)):
                if number == 3 or signal.unless.search(text):
                    break
                yield signal, match

    def _judge(self, signal: Signal, match: re.Match[str], text: str) -> Hit:
        reading = "plain" if signal.plain else self._reading(signal, match, text)
        tier, kinds = signal.tier, signal.kinds
        start = match.start()
        if reading in ("quoted", "information", "gossip"):
            tier, kinds = 0, frozenset[str]()
        elif reading == "denied":
            tier, kinds = 0, frozenset[str]()
            start = _clause_start(text, start)
        elif reading == "third":
            tier, kinds = 0, kinds | {"TP"}
        elif reading == "past":
            tier = min(tier, 1)
        return Hit(signal.id, start, match.end(), tier, kinds, reading)

    def _reading(self, signal: Signal, match: re.Match[str], text: str) -> str:
        around = _Around(text, match)
        if signal.who == "own" and self._is_quoted(around):
            return "quoted"
        if self._is_denied(around):
            return "denied"
        if signal.who == "own" and self._is_third(around):
            return "third" if self._concerns_someone_near(text) else "gossip"
        if signal.tier < 3 and self._is_information(around):
            return "information"
        if self._is_past(around):
            return "past"
        return "plain"

    def _is_quoted(self, around: _Around) -> bool:
        """A film, a book, a song; not when the person says that it is their own story."""
        frames = self._table.frames
        if frames["fiction_undone"].search(around.text):
            return False
        if not frames["fiction"].search(around.before_sentence + around.match):
            return False
        return around.quoted or not frames["own"].search(around.clause_to_end)

    def _is_denied(self, around: _Around) -> bool:
        frames = self._table.frames
        if not frames["negation"].search(around.clause_before):
            return False
        return not frames["negation_undone"].search(around.text)

    def _is_third(self, around: _Around) -> bool:
        """Whether the nearest person named before the hit is someone else."""
        frames = self._table.frames
        if frames["fiction_undone"].search(around.text):
            return False
        if around.quoted:
            said_by = frames["object"].sub("", around.before_quote)
            return bool(frames["reported"].search(said_by)) and _last_is_third(frames, said_by)
        if frames["own"].search(around.match):
            return False
        clause = frames["object"].sub("", around.clause_before)
        if _names_anyone(frames, clause):
            return _last_is_third(frames, clause)
        before = frames["object"].sub("", around.before_sentence)
        return bool(frames["reported"].search(before[-24:])) and _last_is_third(frames, before)

    def _concerns_someone_near(self, text: str) -> bool:
        frames = self._table.frames
        return bool(frames["relation"].search(text)) and not frames["over"].search(text)

    def _is_information(self, around: _Around) -> bool:
        frames = self._table.frames
        if not frames["information"].search(around.text):
            return False
        return not frames["own"].search(around.clause_to_end)

    def _is_past(self, around: _Around) -> bool:
        frames = self._table.frames
        past = frames["past"].search(around.sentence)
        return bool(past) and not frames["again"].search(around.text)

    def _concepts(self, text: str) -> frozenset[str]:
        found = (row.name for row in self._table.concepts if row.pattern.search(text))
        return frozenset(found)

    def _combined(self, concepts: frozenset[str]) -> list[Hit]:
        return [
            Hit(row.id, 0, 0, row.tier, row.kinds, "together")
            for row in self._table.combinations
            if row.needs <= concepts and not row.unless & concepts
        ]


class _Around:
    """The surroundings of a match, cut out once."""

    def __init__(self, text: str, match: re.Match[str]) -> None:
        start, end = match.span()
        self.text = text
        self.match = match.group()
        self.sentence = text[_start(text, start, _SENTENCE_END) : _end(text, end)]
        self.before_sentence = text[_start(text, start, _SENTENCE_END) : start]
        clause = _clause_start(text, start)
        self.clause_before = text[clause:start]
        self.clause_to_end = text[clause:end]
        quote = next((q for q in _QUOTE.finditer(text) if q.start() < start < q.end()), None)
        self.quoted = quote is not None
        self.before_quote = text[max(0, quote.start() - 30) : quote.start()] if quote else ""


def _harmless(row: Benign, match: re.Match[str]) -> Hit:
    return Hit(row.id, match.start(), match.end(), 0, frozenset(), "harmless")


def _hidden(text: str, start: int, end: int) -> str:
    return text[:start] + HIDDEN * (end - start) + text[end:]


def _start(text: str, place: int, boundary: re.Pattern[str]) -> int:
    last = 0
    for match in boundary.finditer(text, 0, place):
        last = match.end()
    return last


def _clause_start(text: str, place: int) -> int:
    return _start(text, place, _CLAUSE_END)


def _end(text: str, place: int) -> int:
    match = _SENTENCE_END.search(text, place)
    return match.start() if match else len(text)


def _names_anyone(frames: Mapping[str, re.Pattern[str]], clause: str) -> bool:
    return bool(frames["third"].search(clause) or frames["own"].search(clause))


def _last_is_third(frames: Mapping[str, re.Pattern[str]], text: str) -> bool:
    """Whether the last person named is someone else; "my friend" is someone else."""
    third = max((match.end() for match in frames["third"].finditer(text)), default=-1)
    own = max((match.end() for match in frames["own"].finditer(text)), default=-1)
    return third > own
