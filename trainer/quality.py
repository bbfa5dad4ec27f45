"""How much each counsellor turn of a public corpus may teach, and which dialogues are curated.

A turn that answers what was never said, sells, tells of the writer's own life or promises too much
is not dropped (the dialogue needs it) but gets a verdict; recipes weigh verdicts. Patterns and
limits are data (assets/training/quality.toml, concepts.toml). Pure functions; knows no tokens and
no model.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from trainer.conversation import Conversation, Turn

SENTENCES = re.compile("(?<=[。！？\n])")
NOT_CHINESE = re.compile("[^\u4e00-\u9fff]+")
VERDICTS = (
    "good", "invented", "own_life", "forum", "promotion", "long", "sign_off", "promise",
    "greeting_by_name", "template", "own",
)  # fmt: skip


@dataclass(frozen=True)
class Concept:
    """A thing a counsellor may assert only when the person mentioned it."""

    asserted: re.Pattern[str]
    mentioned: re.Pattern[str]


@dataclass(frozen=True)
class Curated:
    """When a dialogue is fit for the curated mix."""

    receives: re.Pattern[str]
    exclude_opener: re.Pattern[str]
    late_verdicts: frozenset[str]
    opener_characters: int
    reply_characters: tuple[int, int]
    good_share: float
    vague_characters: int


@dataclass(frozen=True)
class Rules:
    """quality.toml and concepts.toml, compiled."""

    patterns: dict[str, re.Pattern[str]]
    long: int
    claimed_overlap: int
    curated: Curated
    concepts: tuple[Concept, ...]
    any_asserted: re.Pattern[str]
    asking: re.Pattern[str]
    claiming: re.Pattern[str]
    claim: re.Pattern[str]
    emphasis: dict[str, float]


def load_rules(folder: Path) -> Rules:
    """Compile the two files of assets/training."""
    raw = tomllib.loads((folder / "quality.toml").read_text("utf-8"))
    known = tomllib.loads((folder / "concepts.toml").read_text("utf-8"))
    concepts = known["concepts"].values()
    return Rules(
        patterns={name: re.compile(pattern) for name, pattern in raw["verdicts"].items()},
        long=raw["limits"]["long"],
        claimed_overlap=raw["limits"]["claimed_overlap"],
        curated=_curated(raw["curated"]),
        concepts=tuple(
            Concept(re.compile(c["asserted"]), re.compile(c["mentioned"])) for c in concepts
        ),
        any_asserted=re.compile("|".join(c["asserted"] for c in concepts)),
        asking=re.compile(known["asking"]),
        claiming=re.compile(known["claiming"]),
        claim=re.compile(known["claim"]),
        emphasis=raw["emphasis"],
    )


def _curated(raw: dict[str, Any]) -> Curated:
    low, high = raw.pop("reply_characters")
    return Curated(
        receives=re.compile(raw.pop("receives")),
        exclude_opener=re.compile(raw.pop("exclude_opener")),
        late_verdicts=frozenset(raw.pop("late_verdicts")),
        reply_characters=(low, high),
        **raw,
    )


def bigrams(text: str) -> set[str]:
    """Different pairs of neighbouring Chinese characters."""
    runs = NOT_CHINESE.split(text)
    return {run[i : i + 2] for run in runs for i in range(len(run) - 1)}


def invents(reply: str, earlier: str, rules: Rules, *, strict: bool) -> bool:
    """True when the reply asserts a concept nobody mentioned before.

    Unless strict, sentences that only ask or give examples are let off.
    """
    if not rules.any_asserted.search(reply):
        return False
    for sentence in SENTENCES.split(reply):
        lenient = not strict and rules.asking.search(sentence)
        if lenient and not rules.claiming.search(sentence):
            continue
        if not rules.any_asserted.search(sentence):
            continue
        for concept in rules.concepts:
            if concept.asserted.search(sentence) and not concept.mentioned.search(earlier):
                return True
    return False


def misquotes(reply: str, earlier: str, rules: Rules) -> bool:
    """True when a "you said ..." sentence shares almost nothing with what was said."""
    for sentence in SENTENCES.split(reply):
        if rules.claim.search(sentence) and "？" not in sentence and len(sentence) > 18:
            words = bigrams(rules.claim.sub("", sentence))
            if len(words & bigrams(earlier)) < rules.claimed_overlap:
                return True
    return False


def judge(reply: str, earlier: str, rules: Rules, *, first: bool) -> str:
    """The verdict on one counsellor turn, given all earlier text of the dialogue."""
    for name in ("promotion", "own_life"):
        if rules.patterns[name].search(reply):
            return name
    if invents(reply, earlier, rules, strict=first) or misquotes(reply, earlier, rules):
        return "invented"
    for name in ("greeting_by_name", "forum", "promise", "template"):
        if rules.patterns[name].search(reply):
            return name
    if len(reply) > rules.long:
        return "long"
    return "sign_off" if rules.patterns["sign_off"].search(reply) else "good"


def fit(reply: str, last: str) -> float:
    """How much a good reply fits the person's last words, 0 to 1: length, and words taken up."""
    length = len(reply)
    by_length = 0.15 if length < 18 else 0.4 if length < 30 else 0.8 if length < 40 else 1.0
    if length > 150:
        by_length = 0.7
    said = bigrams(last)
    taken_up = len(said & bigrams(reply))
    by_words = 1.0 if len(said) < 6 or taken_up > 1 else 0.55 if taken_up == 0 else 0.8
    return round(by_length * by_words, 2)


def weigh(conversation: Conversation, rules: Rules) -> Conversation:
    """Give every counsellor turn its verdict and weight, and the conversation its priority."""
    turns: list[Turn] = []
    earlier = ""
    for turn in conversation.turns:
        if turn.role == "assistant" and turn.verdict != "own":
            verdict = judge(turn.content, earlier, rules, first=len(turns) == 1)
            turn = replace(turn, verdict=verdict, weight=fit(turn.content, turns[-1].content))
        turns.append(turn)
        earlier += "\n" + turn.content
    if conversation.priority == 0.0:
        weighed = conversation.with_turns(turns)
        return replace(weighed, priority=priority(weighed, rules))
    return conversation.with_turns(turns)


def priority(conversation: Conversation, rules: Rules) -> float:
    """How often the curated mix should take this dialogue (0: never), from its opening exchange."""
    curated = rules.curated
    opener, reply = conversation.turns[0].content, conversation.turns[1]
    verdicts = [turn.verdict for turn in conversation.turns if turn.role == "assistant"]
    usable = curated.late_verdicts | {"good"}
    low, high = curated.reply_characters
    if (
        reply.verdict != "good"
        or not low <= len(reply.content) <= high
        or len(opener) > curated.opener_characters
        or not curated.receives.search(reply.content)
        or curated.exclude_opener.search(opener)
        or sum(v in usable for v in verdicts) < curated.good_share * len(verdicts)
    ):
        return 0.0
    return _rank(opener, reply, rules)


def _rank(opener: str, reply: Turn, rules: Rules) -> float:
    """Replies that fit, ask, and meet a vague opener come more often (0.2 to 3)."""
    asks = "？" in reply.content
    vague = len(opener) <= rules.curated.vague_characters and not rules.any_asserted.search(opener)
    value = 1.7 * reply.weight * (1.4 if asks else 0.8) * (1.3 if len(opener) <= 60 else 0.8)
    return round(min(3.0, max(0.2, value * (1.5 if vague and asks else 1.0))), 2)


def emphasise(conversation: Conversation, rules: Rules) -> Conversation:
    """One of our own dialogues with its topic's priority (how often it is taken, times the mix)."""
    return replace(
        conversation, priority=rules.emphasis.get(conversation.topic or "", rules.emphasis["other"])
    )
