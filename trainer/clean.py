"""Small pure filters over conversations, counted and sampled by reason.

A filter takes a conversation and returns it (perhaps shortened) or the reason for dropping it. What
they look for is data (assets/training/cleaning.toml). Near-duplicates are another module's
business.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from trainer.conversation import Conversation, Turn, settle
from trainer.normalise import normalise

SENTENCES = re.compile("(?<=[。！？!?\n])")
ROLE_PLAY = (
    (r"（[^（）]*）|\([^()]*\)", ""),
    ("艾薇(医生|姐姐|姐)?|艾仁医生", ""),
    ("^ *(嗨|你好|嗯)?[，,]?(亲爱的|医生)[^，,！!。～~]{0,4}[，,！!。～~…]+", ""),
    ("[，,]?(亲爱的(朋友|你|宝贝|病人)?|医生)(?=[。！？，,…])", ""),
)
COUNSELLOR = "(心理咨询师|咨询师|医生|老师)"
ROLE_WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "emollm_aiwei": ROLE_PLAY,
    "emollm_data": ROLE_PLAY,
    "cpsycound": (
        (f"^(您好|你好)?[，,！!]?{COUNSELLOR}(您好|你好)?[，,！!。：:]+", r"\1\3，"),
        (f"[，,]{COUNSELLOR}(?=[。！？])", ""),
    ),
}
LETTER = re.compile(r"[^\W\d_]")
CHINESE = re.compile("[\u4e00-\u9fff]")
SAMPLES = 5
SAMPLE_CHARACTERS = 120

Outcome = Conversation | str
Filter = Callable[[Conversation], Outcome]


@dataclass(frozen=True)
class Drop:
    """A pattern that throws a dialogue out when it matches on the given side."""

    name: str
    side: str
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Rules:
    """cleaning.toml, compiled. Lengths are characters, shares lie between 0 and 1."""

    drops: tuple[Drop, ...]
    cuts: dict[str, re.Pattern[str]]
    minimum_reply: int
    promotional_share: float
    maximum_characters: int
    minimum_chinese: float


@dataclass
class Ledger:
    """Per source how many dialogues were read, kept and dropped why, with a few samples of each."""

    read: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    dropped: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    samples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def drop(self, conversation: Conversation, reason: str) -> None:
        """Count one dropped dialogue and keep its first words as a sample."""
        self.dropped[conversation.source][reason] += 1
        if len(self.samples[reason]) < SAMPLES:
            words = " / ".join(turn.content for turn in conversation.turns)
            self.samples[reason].append(f"{conversation.id}: {words[:SAMPLE_CHARACTERS]}")

    def balanced(self) -> bool:
        """True when kept + dropped = read for every source."""
        return all(
            self.kept[source] + self.dropped.get(source, Counter()).total() == count
            for source, count in self.read.items()
        )


def load_rules(path: Path) -> Rules:
    """Compile cleaning.toml."""
    raw = tomllib.loads(path.read_text("utf-8"))
    drops = tuple(Drop(n, d["side"], re.compile(d["pattern"])) for n, d in raw["drop"].items())
    cuts = {name: re.compile(cut["pattern"]) for name, cut in raw["cut"].items()}
    return Rules(drops=drops, cuts=cuts, **raw["limits"])


def filters(rules: Rules, excluded: frozenset[str]) -> tuple[Filter, ...]:
    """All filters in their order; `excluded` are ids in the form `source:id`."""
    return (
        lambda c: drop_excluded(c, excluded),
        drop_persona,
        tidy,
        lambda c: drop_matching(c, rules.drops),
        lambda c: drop_foreign_language(c, rules.minimum_chinese),
        lambda c: drop_long(c, rules.maximum_characters),
        lambda c: cut_sentences(c, rules),
    )


def clean(
    conversations: Iterable[Conversation], chain: Iterable[Filter], ledger: Ledger
) -> Iterator[Conversation]:
    """Yield what passes every filter; the ledger counts what does not. `kept` is counted later."""
    steps = tuple(chain)
    for conversation in conversations:
        ledger.read[conversation.source] += 1
        outcome = apply(conversation, steps)
        if isinstance(outcome, str):
            ledger.drop(conversation, outcome)
        else:
            yield outcome


def apply(conversation: Conversation, steps: Iterable[Filter]) -> Outcome:
    """The conversation after every filter, or the first reason for dropping it."""
    for step in steps:
        outcome = step(conversation)
        if isinstance(outcome, str):
            return outcome
        conversation = outcome
    return conversation


def drop_excluded(conversation: Conversation, excluded: frozenset[str]) -> Outcome:
    """Ids that share a source with evaluation data."""
    return "excluded id" if f"{conversation.source}:{conversation.id}" in excluded else conversation


def drop_persona(conversation: Conversation) -> Outcome:
    """The flattering persona teaches people-pleasing."""
    return "flattering persona" if conversation.source == "emollm_tiangou" else conversation


def tidy(conversation: Conversation) -> Outcome:
    """Write every turn in the one way, without stage directions and addresses of role play."""
    steps = [(re.compile(p), by) for p, by in ROLE_WORDS.get(conversation.source, ())]
    turns = (replace(t, content=_tidy(t.content, steps)) for t in conversation.turns)
    settled = settle(turns)
    return conversation.with_turns(settled) if len(settled) > 1 else "empty after tidying"


def _tidy(text: str, steps: Sequence[tuple[re.Pattern[str], str]]) -> str:
    for pattern, by in steps:
        text = pattern.sub(by, text)
    return normalise(text.lstrip(" ，。、！～,.!~") if steps else text)


def drop_matching(conversation: Conversation, drops: Iterable[Drop]) -> Outcome:
    """The first pattern that matches on its side gives the reason."""
    for drop in drops:
        turns = (t for t in conversation.turns if drop.side in ("both", t.role))
        if any(drop.pattern.search(turn.content) for turn in turns):
            return drop.name
    return conversation


def drop_foreign_language(conversation: Conversation, minimum: float) -> Outcome:
    """Dialogues marked zh that are mostly not Chinese."""
    text = "".join(turn.content for turn in conversation.turns)
    letters = len(LETTER.findall(text))
    if conversation.language != "zh" or len(CHINESE.findall(text)) >= minimum * letters:
        return conversation
    return "other language"


def drop_long(conversation: Conversation, maximum: int) -> Outcome:
    """Dialogues of more characters than people type."""
    total = sum(len(turn.content) for turn in conversation.turns)
    return "too long" if total > maximum else conversation


def cut_sentences(conversation: Conversation, rules: Rules) -> Outcome:
    """Take promotion and sign-offs out of the counsellor's turns.

    A turn that is left too short ends the dialogue before it, since what follows answers it.
    """
    turns: list[Turn] = []
    promoted = 0
    for turn in conversation.turns:
        if turn.role == "assistant":
            content, reasons = _cut(turn.content, rules.cuts)
            promoted += "promotion" in reasons
            if reasons and len(content) < rules.minimum_reply:
                break
            turn = replace(turn, content=content)
        turns.append(turn)
    if promoted > rules.promotional_share * len(conversation.texts("assistant")):
        return "promotion"
    settled = settle(turns)
    return conversation.with_turns(settled) if settled else "nothing but promotion or sign-off"


def _cut(text: str, cuts: dict[str, re.Pattern[str]]) -> tuple[str, set[str]]:
    """The text without matching sentences, and the names of the patterns that matched."""
    if not any(pattern.search(text) for pattern in cuts.values()):
        return text, set()
    kept: list[str] = []
    reasons: set[str] = set()
    for sentence in SENTENCES.split(text):
        found = {name for name, pattern in cuts.items() if pattern.search(sentence)}
        reasons |= found
        if not found:
            kept.append(sentence)
    return "".join(kept).strip(), reasons
