"""The explicit rules as data: reads assets/safety/signals.toml into compiled, frozen rows.

What the rows mean is said at the top of that file, for reviewers who do not program; what is done
with them stands in `rules`. Knows no text of a person. When the file cannot be read, FLOOR is used:
a few words compiled in, so that the plainest sentences are noticed on the worst day.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.safety.patterns import PatternError, WordLists, compile_any, expand

TIERS = ("T0", "T1", "T2", "T3", "T4")
KINDS = ("TP", "V", "A", "M", "P")
FRAMES = (
    "negation", "negation_undone", "third", "own", "object", "reported", "relation", "past",
    "again", "fiction", "fiction_undone", "information", "over", "joke",
)  # fmt: skip
NEVER = re.compile(r"(?!)")


@dataclass(frozen=True)
class Signal:
    """One explicit rule.

    Attributes:
        tier: 0 to 4, what it means when a person says it of themselves, now.
        who: "own" when it counts only for the person who writes, "any" when it stands as it is.
        plain: not read for negation, past, fiction or questions (the pattern says it all).
        unless: what in the same message makes it harmless.
    """

    id: str
    tier: int
    kinds: frozenset[str]
    pattern: re.Pattern[str]
    who: str
    plain: bool
    unless: re.Pattern[str]


@dataclass(frozen=True)
class Concept:
    """A thing that is weak alone and counts together with others."""

    name: str
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Combination:
    """Concepts that mean something together.

    Attributes:
        needs: every one of these concepts must be there.
        unless: none of these concepts may be there.
        spread: whether they may stand in different turns of a conversation.
    """

    id: str
    needs: frozenset[str]
    unless: frozenset[str]
    tier: int
    kinds: frozenset[str]
    spread: bool


@dataclass(frozen=True)
class Benign:
    """Harmless words.

    Attributes:
        scope: "words" hides the words themselves, "message" caps the whole message at `cap`.
    """

    id: str
    pattern: re.Pattern[str]
    scope: str
    cap: int


@dataclass(frozen=True)
class SignalTable:
    """Everything the rules look for."""

    signals: tuple[Signal, ...]
    concepts: tuple[Concept, ...]
    combinations: tuple[Combination, ...]
    benign: tuple[Benign, ...]
    frames: Mapping[str, re.Pattern[str]]
    is_floor: bool = False


class TableError(ValueError):
    """The table of signals cannot be used; the message says where."""


def load_table(assets: Path) -> SignalTable:
    """Read signals.toml; TableError says what is wrong with it."""
    try:
        raw = tomllib.loads((assets / "safety" / "signals.toml").read_text("utf-8"))
        return read_table(raw)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise TableError(f"signals.toml: {error}") from error


def read_table(raw: Mapping[str, Any]) -> SignalTable:
    """Compile the rows of the file."""
    words: WordLists = raw["words"]
    return SignalTable(
        signals=tuple(_signal(row, words) for row in raw["signal"]),
        concepts=tuple(_concept(row, words) for row in raw["concept"]),
        combinations=tuple(_combination(row) for row in raw["combination"]),
        benign=tuple(_benign(row, words) for row in raw["benign"]),
        frames={name: _frame(raw["frames"], name, words) for name in FRAMES},
    )


def _signal(row: Mapping[str, Any], words: WordLists) -> Signal:
    return Signal(
        id=row["id"],
        tier=TIERS.index(row["tier"]),
        kinds=_kinds(row),
        pattern=_both_languages(row, "", words),
        who=row.get("who", "own"),
        plain=bool(row.get("plain", False)),
        unless=_optional(row.get("unless", []), words),
    )


def _concept(row: Mapping[str, Any], words: WordLists) -> Concept:
    return Concept(row["name"], _both_languages(row, "", words))


def _combination(row: Mapping[str, Any]) -> Combination:
    return Combination(
        id=row["id"],
        needs=frozenset(row["needs"]),
        unless=frozenset(row.get("unless", [])),
        tier=TIERS.index(row["tier"]),
        kinds=_kinds(row),
        spread=bool(row.get("spread", False)),
    )


def _benign(row: Mapping[str, Any], words: WordLists) -> Benign:
    scope = row.get("scope", "words")
    if scope not in ("words", "message"):
        raise TableError(f"{row['id']}: scope {scope!r}")
    cap = TIERS.index(row.get("cap", "T0"))
    return Benign(row["id"], _both_languages(row, "", words), scope, cap)


def _kinds(row: Mapping[str, Any]) -> frozenset[str]:
    kinds = frozenset(row.get("kinds", []))
    if not kinds <= set(KINDS):
        raise TableError(f"{row.get('id')}: kinds {sorted(kinds)}")
    return kinds


def _both_languages(row: Mapping[str, Any], prefix: str, words: WordLists) -> re.Pattern[str]:
    """One expression of the row's Chinese patterns (`zh`) and its English ones (`en`)."""
    return _joined(row.get(f"{prefix}zh", []), row.get(f"{prefix}en", []), words)


def _frame(frames: Mapping[str, Mapping[str, Any]], name: str, words: WordLists) -> re.Pattern[str]:
    return _joined(frames[name].get("zh", []), frames[name].get("en", []), words)


def _joined(chinese: Sequence[str], english: Sequence[str], words: WordLists) -> re.Pattern[str]:
    if not chinese and not english:
        raise TableError("a row without patterns")
    parts = [expand(pattern, words) for pattern in chinese]
    parts += [rf"(?<![a-z])(?:{expand(pattern, words)})(?![a-z])" for pattern in english]
    return compile_any(parts, {}, whole_words=False)


def _optional(patterns: Sequence[str], words: WordLists) -> re.Pattern[str]:
    return compile_any(patterns, words, whole_words=False) if patterns else NEVER


def _floor_signal(name: str, tier: int, pattern: str) -> Signal:
    return Signal(name, tier, frozenset(), re.compile(pattern), "any", True, NEVER)


# Compiled in, plain, and on the loud side: used only when signals.toml cannot be read.
FLOOR = SignalTable(
    signals=(
        _floor_signal(
            "floor_wish_to_die",
            2,
            "自杀|自残|自殘|想死|去死|不想活|不想活了|轻生|輕生|寻死|割腕|跳楼|跳樓|结束生命|結束生命"
            "|活不下去|唔想活|suicid|kill myself|want to die|end my life|end it all|hurt myself"
            "|cut myself|better off dead",
        ),
        _floor_signal(
            "floor_plan",
            4,
            "遗书写好|遺書寫好|药攒够|今晚就(?:死|走|跳|吃)|吞了一?(?:整)?(?:瓶|盒)"
            "|took all (?:the|my) pills|wrote (?:the|a|my) (?:suicide )?note",
        ),
        _floor_signal("floor_hopeless", 1, "不想醒|睡过去就不用醒|not wake up|no point in living"),
    ),
    concepts=(),
    combinations=(),
    benign=(),
    frames=dict.fromkeys(FRAMES, NEVER),
    is_floor=True,
)

__all__ = ["FLOOR", "Benign", "Concept", "PatternError", "Signal", "SignalTable", "load_table"]
