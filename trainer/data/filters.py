"""The filters a recipe can name: those of `trainer.clean`, and what publishing a dataset adds.

Each is a pure function from a conversation to a conversation, or to the reason for dropping it.
What they look for is data (assets/training/cleaning.toml, scrub.toml).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from trainer import clean, quality
from trainer.clean import Filter, Outcome
from trainer.conversation import Conversation, settle
from trainer.starter.places import TRAINING

NAMES = (
    "turns",
    "excluded",
    "persona",
    "tidy",
    "risk_without_referral",
    "sexual",
    "foreign",
    "language",
    "length",
    "promotion",
    "personal_data",
)
"""In the order in which they run when a recipe names none."""


@dataclass(frozen=True)
class Scrub:
    """scrub.toml: what is replaced by what, what is left alone, what counts as a referral."""

    replacements: tuple[tuple[str, re.Pattern[str], str], ...]
    kept: frozenset[str]
    referral: re.Pattern[str]


def load_scrub(path: Path = TRAINING / "scrub.toml") -> Scrub:
    """Compile scrub.toml; the word SURNAME in a pattern stands for any of its surnames."""
    raw = tomllib.loads(path.read_text("utf-8"))
    surname = f"(?:{raw['surnames']})"
    return Scrub(
        replacements=tuple(
            (name, re.compile(row["pattern"].replace("SURNAME", surname)), row["by"])
            for name, row in raw["replace"].items()
        ),
        kept=frozenset(re.sub(r"\D", "", number) for number in raw["public_numbers"]),
        referral=re.compile(raw["referral"]),
    )


Note = Callable[[str, str, int], None]
"""Told (source, what was mended, how often)."""


def chain(names: tuple[str, ...], excluded: frozenset[str], note: Note) -> tuple[Filter, ...]:
    """The filters a recipe names, in its order."""
    rules = clean.load_rules(TRAINING / "cleaning.toml")
    scrub = load_scrub()
    drops = {drop.name: (drop,) for drop in rules.drops}
    known: dict[str, Filter] = {
        "turns": lambda c: settle_turns(c, note),
        "excluded": lambda c: clean.drop_excluded(c, excluded),
        "persona": clean.drop_persona,
        "tidy": clean.tidy,
        "risk_without_referral": lambda c: drop_risk(c, drops["risk"], scrub.referral),
        "sexual": lambda c: clean.drop_matching(c, drops["sexual"]),
        "foreign": lambda c: clean.drop_matching(c, drops["foreign"]),
        "language": lambda c: drop_other_language(c, rules.minimum_chinese),
        "length": lambda c: clean.drop_long(c, rules.maximum_characters),
        "promotion": lambda c: cut_promotion(c, rules, note),
        "personal_data": lambda c: scrub_personal(c, scrub, note),
    }
    return tuple(known[name] for name in names)


def weigher() -> Filter:
    """Gives counsellor turns their verdicts and weights (`trainer.quality`)."""
    rules = quality.load_rules(TRAINING)
    return lambda conversation: quality.weigh(conversation, rules)


def settle_turns(conversation: Conversation, note: Note) -> Outcome:
    """Person first, counsellor last, none empty, roles in turn; what that takes away is counted."""
    settled = settle(conversation.turns)
    before = conversation.turns
    empty = sum(not turn.content for turn in before)
    joined = sum(a.role == b.role and bool(a.content and b.content) for a, b in pairwise(before))
    trimmed = sum(len(t.content) for t in before) - sum(len(t.content) for t in settled)
    if len(settled) < 2:
        return "no exchange of a person and a counsellor"
    for what, count in (
        ("empty turns left out", empty),
        ("turns of one role joined", joined),
        ("characters before the person's first or after the counsellor's last turn", trimmed),
    ):
        if count > 0:
            note(conversation.source, what, count)
    return conversation.with_turns(settled)


def drop_risk(
    conversation: Conversation, drops: tuple[clean.Drop, ...], referral: re.Pattern[str]
) -> Outcome:
    """Explicit risk in a dialogue whose counsellor refers nowhere."""
    if clean.drop_matching(conversation, drops) is conversation:
        return conversation
    if any(referral.search(text) for text in conversation.texts("assistant")):
        return conversation
    return "risk without referral"


def drop_other_language(conversation: Conversation, minimum: float) -> Outcome:
    """Dialogues that are mostly not in the language their source is said to be in."""
    if conversation.language == "zh":
        return clean.drop_foreign_language(conversation, minimum)
    text = "".join(turn.content for turn in conversation.turns)
    chinese = len(clean.CHINESE.findall(text))
    return "other language" if chinese > (1 - minimum) * len(text) else conversation


def cut_promotion(conversation: Conversation, rules: clean.Rules, note: Note) -> Outcome:
    """Sentences that sell or sign off go; how many characters and turns went is counted."""
    outcome = clean.cut_sentences(conversation, rules)
    if isinstance(outcome, str):
        return outcome
    went = sum(len(t.content) for t in conversation.turns) - sum(
        len(t.content) for t in outcome.turns
    )
    if went > 0:
        note(conversation.source, "characters of promotion and sign-offs cut", went)
        note(conversation.source, "dialogues with promotion or sign-offs cut", 1)
    return outcome


def scrub_personal(conversation: Conversation, scrub: Scrub, note: Note) -> Outcome:
    """Names and contact data are replaced by words that tell nobody's."""

    def tell(what: str) -> None:
        note(conversation.source, f"{what} replaced", 1)

    turns = [replace(t, content=scrubbed(t.content, scrub, tell)) for t in conversation.turns]
    return conversation.with_turns(turns)


def scrubbed(text: str, scrub: Scrub, tell: Callable[[str], Any] = lambda _: None) -> str:
    """A text without names and contact data; help lines stay."""

    def swap(found: re.Match[str], name: str, by: str) -> str:
        if re.sub(r"\D", "", found.group()) in scrub.kept:
            return found.group()
        tell(name)
        return found.expand(by)

    for name, pattern, by in scrub.replacements:
        text = pattern.sub(lambda found, n=name, b=by: swap(found, n, b), text)  # type: ignore[misc]
    return text
