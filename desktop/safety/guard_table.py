"""What the companion may not say: reads assets/safety/guard.toml into compiled, frozen rows.

What the rows mean stands at the top of that file, for reviewers who do not program; what is done
with them, in `guard`. When the file cannot be read, `guard_floor` is used instead.
Patterns are compiled with `regex`, which also tells where a hit may still be beginning.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import regex

from desktop.safety.normalise import Normaliser, Substitution, Tables, load_tables
from desktop.safety.patterns import PatternError, WordLists, compile_any, expand

NEVER = regex.compile(r"(?!)")
RULES = tuple(f"G{number}" for number in range(1, 16))
SITUATIONS = (
    "number", "method", "agreement", "delusion", "harm", "minimising", "human", "diagnosis",
    "promise", "romance", "romance_minor", "leaving", "refusal", "name", "drop", "nothing_left",
    "end",
)  # fmt: skip


@dataclass(frozen=True)
class GuardRule:
    """One row.

    Attributes:
        id: "G5.human"; what stands before the point is the rule it is counted under.
        pattern: what is cut, in both languages.
        unless: what in the same sentence makes it right.
        tier: from which tier on it holds.
        kinds: or when one of these was noticed.
        minor: or for everybody under age.
        quotable: the person's own words may be said again without quotation.
        words: the situation whose fixed words stand in its place.
        minor_words: the same for minors, "" for no other.
        minor_ends: with minors the reply ends there.
        allowed: what may be said although the pattern matches it.
    """

    id: str
    pattern: regex.Pattern[str]
    unless: regex.Pattern[str]
    tier: int
    kinds: frozenset[str]
    minor: bool
    quotable: bool
    words: str
    minor_words: str = ""
    minor_ends: bool = False
    allowed: tuple[str, ...] = ()

    def applies(self, level: int, kinds: frozenset[str], minor: bool) -> bool:
        """Whether it holds for this turn."""
        return level >= self.tier or bool(self.kinds & kinds) or (self.minor and minor)


@dataclass(frozen=True)
class Limits:
    """Numbers of the guard."""

    hits_until_end: int = 3
    longest_reply_at_risk: int = 160
    repeated_block: int = 12
    repeated_replies: int = 3


@dataclass(frozen=True)
class Names:
    """What names of private people look like."""

    surnames: str = ""
    titles: tuple[str, ...] = ()
    small: tuple[str, ...] = ()
    titles_en: tuple[str, ...] = ()
    greetings_en: tuple[str, ...] = ()


@dataclass(frozen=True)
class GuardTable:
    """Everything the guard knows.

    Attributes:
        words: situation, then language, to the fixed words.
        asked: how people ask whether anybody is there.
        foreign: Latin words that are at home in Chinese.
    """

    rules: tuple[GuardRule, ...]
    words: Mapping[str, Mapping[str, str]]
    normaliser: Normaliser
    asked: regex.Pattern[str] = NEVER
    limits: Limits = Limits()
    foreign: frozenset[str] = frozenset()
    names: Names = Names()
    is_floor: bool = False

    def say(self, situation: str, language: str) -> str:
        """The fixed words of a situation, "" where something is only left out."""
        return self.words[situation][language]


class GuardTableError(ValueError):
    """The file cannot be used; the message says where."""


def load_guard_table(assets: Path) -> GuardTable:
    """Read guard.toml; GuardTableError says what is wrong with it."""
    try:
        raw = tomllib.loads((assets / "safety" / "guard.toml").read_text("utf-8"))
        return read_guard_table(raw, _tables(assets, raw["disguise"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise GuardTableError(f"guard.toml: {error}") from error


def read_guard_table(raw: Mapping[str, Any], tables: Tables) -> GuardTable:
    """Compile the rows of the file; whatever is missing raises."""
    lists: WordLists = raw["lists"]
    words = {name: {tongue: str(raw["words"][name][tongue]) for tongue in ("zh", "en")}
             for name in SITUATIONS}  # fmt: skip
    rules = tuple(_rule(row, lists) for row in raw["rule"])
    if not {rule.id.split(".")[0] for rule in rules} <= set(RULES):
        raise GuardTableError("a rule without a place among G1 to G15")
    return GuardTable(
        rules=rules,
        words=words,
        normaliser=Normaliser(tables),
        asked=_pattern(raw["asked"], lists),
        limits=Limits(**raw["limits"]),
        foreign=frozenset(raw["foreign"]["allowed"]),
        names=_names(raw["names"]),
    )


def _rule(row: Mapping[str, Any], lists: WordLists) -> GuardRule:
    situations = (row["words"], row.get("minor_words", row["words"]))
    if not set(situations) <= set(SITUATIONS):
        raise GuardTableError(f"{row['id']}: no fixed words {situations}")
    return GuardRule(
        id=row["id"],
        pattern=_pattern(row, lists),
        unless=_compiled(row.get("unless", []), lists),
        tier=int(row.get("tier", 0)),
        kinds=frozenset(row.get("kinds", [])),
        minor=bool(row.get("minor", False)),
        quotable=bool(row.get("quotable", False)),
        words=row["words"],
        minor_words=row.get("minor_words", ""),
        minor_ends=bool(row.get("minor_ends", False)),
        allowed=tuple(row.get("allowed", [])),
    )


def _pattern(row: Mapping[str, Any], lists: WordLists) -> regex.Pattern[str]:
    """One expression of a row's Chinese patterns and its English ones, which match whole words."""
    english = (rf"(?<![a-z])(?:{expand(one, lists)})(?![a-z])" for one in row.get("en", []))
    return _compiled([*row.get("zh", []), *english], lists)


def _compiled(patterns: Sequence[str], lists: WordLists) -> regex.Pattern[str]:
    if not patterns:
        return NEVER
    joined = "|".join(f"(?:{expand(pattern, lists)})" for pattern in patterns)
    try:
        return regex.compile(joined)
    except regex.error as error:
        raise GuardTableError(f"{error}: {joined[:120]}") from error


def _names(raw: Mapping[str, Any]) -> Names:
    lists = {name: tuple(raw[name]) for name in ("titles", "small", "titles_en", "greetings_en")}
    return Names(str(raw["surnames"]), **lists)


def _tables(assets: Path, disguise: Mapping[str, Any]) -> Tables:
    """The screen's characters, without its words: what is disguised in a reply is said in the file.

    Where the screen's tables cannot be read, what unicode itself knows still settles a text.
    """
    try:
        characters = load_tables(assets).characters
    except (OSError, ValueError, KeyError, TypeError):
        characters = {}
    try:
        found = tuple(
            Substitution(compile_any([row["find"]], {}, whole_words=False), str(row["put"]))
            for row in disguise["substitution"]
        )
    except PatternError as error:
        raise GuardTableError(str(error)) from error
    return Tables(characters, found, tuple(disguise["joined"]), tuple(disguise["masked_words"]))
