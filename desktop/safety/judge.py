"""Brings rules and the learned model together for one text (tiers.md, section 4.1 to 4.3).

The highest tier wins and kinds are added. A harmless message lowers what only the model believes;
nothing lowers a T3 or T4 that a rule read in the first person. Knows nothing of conversations.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from desktop.safety.features import Indexes, indexes
from desktop.safety.model import LearnedModel
from desktop.safety.normalise import Normalised, Normaliser
from desktop.safety.rules import Findings, Rules
from desktop.safety.table import KINDS, TIERS

FLOOR_SCORES = (0.0, 0.5, 0.7, 0.85, 0.95)
NO_ALARM = 0.499
LEFT_OVER = 4


@dataclass(frozen=True)
class Screening:
    """What the screen says.

    Attributes:
        tier: "T0" to "T4".
        kinds: any of "TP", "V", "A", "M", "P", in that order.
        score: 0 to 1, how strongly anything was noticed; never shown to the person.
        reasons: short names of rules and of learned judgements.
    """

    tier: str
    kinds: tuple[str, ...]
    score: float
    reasons: tuple[str, ...]

    @property
    def level(self) -> int:
        return TIERS.index(self.tier)


NOTHING = Screening("T0", (), 0.0, ())


@dataclass(frozen=True)
class Judgement:
    """A text with everything that was found in it."""

    settled: Normalised
    findings: Findings
    probabilities: dict[str, float]
    screening: Screening


class Judge:
    """Normaliser, rules and model at work on one text; holds no state between texts."""

    def __init__(self, normaliser: Normaliser, rules: Rules, model: LearnedModel | None) -> None:
        self.normaliser = normaliser
        self.rules = rules
        self.model = model

    def one(self, text: str) -> Judgement:
        """Judge one text."""
        settled = self.normaliser.one(text)
        findings = self.rules.one(settled.text)
        likely = self.model.probabilities(places(findings), findings.rest) if self.model else {}
        believed = self._believed(likely, language(settled.text))
        return Judgement(settled, findings, likely, self._screening(findings, likely, believed))

    def _screening(
        self, findings: Findings, likely: dict[str, float], believed: list[str]
    ) -> Screening:
        learned = max((TIERS.index(head) for head in believed if head in TIERS), default=0)
        ruled = findings.tier if findings.tier >= 3 else min(findings.tier, findings.cap)
        level = max(ruled, min(learned, findings.cap))
        kinds = findings.kinds | {head for head in believed if head in KINDS}
        if _is_bare_idiom(findings):
            level, kinds = 0, frozenset()
        if findings.cap == 0 and ruled < 3:
            kinds = frozenset()
        reasons = [hit.rule for hit in findings.hits if hit.tier or hit.kinds]
        reasons += [f"learned:{head}" for head in believed] if level or kinds else []
        return Screening(
            TIERS[level],
            tuple(kind for kind in KINDS if kind in kinds),
            self._score(level, bool(kinds), likely),
            tuple(dict.fromkeys(reasons)),
        )

    def _believed(self, likely: dict[str, float], spoken: str) -> list[str]:
        if self.model is None:
            return []
        bounds = self.model.thresholds[spoken]
        return [head for head, value in likely.items() if value >= bounds[head]]

    def _score(self, level: int, kinds: bool, likely: dict[str, float]) -> float:
        """At least .5 exactly where something was noticed."""
        highest = max(likely.values(), default=0.0)
        if level or kinds:
            return round(max(highest, FLOOR_SCORES[max(level, 1)]), 4)
        return round(min(highest, NO_ALARM), 4)


def _is_bare_idiom(findings: Findings) -> bool:
    """Harmless words and next to nothing else: too little for the model to judge."""
    said = [character for character in findings.rest if character.isalnum()]
    only = all(hit.reading == "harmless" for hit in findings.hits)
    return bool(findings.hits) and only and len(said) <= LEFT_OVER


def language(text: str) -> str:
    """ "en" where Latin letters outnumber Chinese characters, else "zh"."""
    latin = sum("a" <= c <= "z" for c in text)
    return "en" if latin > sum(c >= "㐀" for c in text) else "zh"


def places(findings: Findings) -> Indexes:
    """The features of a text the rules have read."""
    return indexes(findings.rest, names(findings))


def names(findings: Findings) -> tuple[str, ...]:
    """What the rules found, as features: the model learns how far each can be trusted."""
    hits = sorted({f"rule:{hit.rule}:{hit.reading}" for hit in findings.hits})
    concepts = sorted(findings.concepts)
    pairs = (f"concepts:{a}+{b}" for a, b in combinations(concepts, 2))
    return (*hits, *(f"concept:{name}" for name in concepts), *pairs, f"highest:{findings.tier}")
