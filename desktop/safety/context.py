"""What a conversation adds to its last message (tiers.md, section 4.4 to 4.6).

T3 lasts, T4 lasts until someone is there or the means are away, a joke after T2 takes nothing back
for five turns, and weak signs add up. Works on judgements of the person's own turns; knows neither
the counsellor's words nor how a text is judged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from desktop.safety.judge import Judgement, Screening
from desktop.safety.table import KINDS, TIERS, SignalTable

HELD_TURNS = 5
KINDS_LAST = 6
_SAFER = re.compile(
    r"(?:有人|我妈|我爸|朋友|室友|警察|医生|救护车|老公|老婆|家人|他们|同事|邻居)(?:\S{0,4})(?:陪着|在旁边|来了|到了|在我身边|过来了|赶来)"
    r"|(?:药|刀|绳子?|炭|农药|东西)(?:\S{0,6})(?:扔了|丢了|交给|收走|拿走|倒掉|锁起来|冲掉)"
    r"|(?:下来了|离开(?:天台|楼顶|桥)|回到(?:家|屋)|在医院)"
    r"|(?:someone|friend|mum|mom|dad|police|paramedics?|ambulance|neighbou?r|sister|brother)"
    r"(?: \w+){0,3} (?:here|with me|arrived|came)|(?:flushed|threw|gave) (?:them|it|the)"
    r"|i'm (?:in|at) (?:the )?hospital|climbed (?:down|back)"
)


@dataclass(frozen=True)
class _Held:
    """A tier that outlives the message it came with."""

    level: int = 0
    retraction: int = 0
    reasons: tuple[str, ...] = ()


class Context:
    """The rules over turns; holds no state between conversations."""

    def __init__(self, table: SignalTable) -> None:
        self._table = table

    def last(self, judged: Sequence[Judgement], whole: Judgement | None) -> Screening:
        """Screen the last of `judged`; `whole` is the judgement of the latest turns as one text."""
        own = judged[-1].screening
        held = self._held(judged)
        levels = {own.level: own.reasons, held.level: held.reasons}
        combined = self._combined(judged)
        levels[combined[0]] = levels.get(combined[0], ()) + combined[1]
        if whole is not None and whole.screening.level > own.level:
            level = min(whole.screening.level, 3)
            levels[level] = (*levels.get(level, ()), "whole_conversation")
        highest = max(levels)
        reasons = tuple(dict.fromkeys((*own.reasons, *levels[highest])))
        score = max(own.score, (0.0, 0.5, 0.7, 0.85, 0.95)[highest])
        return Screening(TIERS[highest], _kinds(judged), score, reasons)

    def _held(self, judged: Sequence[Judgement]) -> _Held:
        """Go through the turns in order and carry what lasts."""
        held = _Held()
        for before, now in pairwise(judged):
            held = self._next(held, before, now)
        return held

    def _next(self, held: _Held, before: Judgement, now: Judgement) -> _Held:
        level = max(held.level if held.level >= 3 else 0, _lasting(before))
        if level == 4 and _SAFER.search(now.settled.text):
            level = 3
        retraction = max(0, held.retraction - 1)
        recent = max(before.screening.level, held.level)
        if recent >= 2 and self._takes_back(now):
            retraction = HELD_TURNS + 1
        if retraction and level < 2:
            return _Held(2, retraction, ("taken_back",))
        return _Held(level, retraction, ("lasting",) if level else ())

    def _takes_back(self, judgement: Judgement) -> bool:
        return bool(self._table.frames["joke"].search(judgement.settled.text))

    def _combined(self, judged: Sequence[Judgement]) -> tuple[int, tuple[str, ...]]:
        """Weak signs of different turns together."""
        if len(judged) < 2 or "joke" in judged[-1].findings.concepts:
            return 0, ()
        concepts = frozenset().union(*(turn.findings.concepts for turn in judged)) - {"joke"}
        rows = [
            row
            for row in self._table.combinations
            if row.spread and row.needs <= concepts and not row.unless & concepts
        ]
        if not rows or judged[-1].findings.cap == 0:
            return 0, ()
        highest = max(rows, key=lambda row: row.tier)
        return highest.tier, (highest.id,)


def _lasting(judgement: Judgement) -> int:
    level = judgement.screening.level
    return level if level >= 3 else 0


def _kinds(judged: Sequence[Judgement]) -> tuple[str, ...]:
    found = {kind for turn in judged[-KINDS_LAST:] for kind in turn.screening.kinds}
    return tuple(kind for kind in KINDS if kind in found)
