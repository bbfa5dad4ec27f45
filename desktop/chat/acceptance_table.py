"""The fixed questions every model is asked before it is talked with, and the limits it is held to.

Reads assets/acceptance.toml and the identity probes of assets/evaluation; plain values come out.
Knows no engine and judges nothing.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.errors import WorldError

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Limits:
    """Shares are of 1, the others are counts; what each is for stands in acceptance.toml."""

    language_share: float
    speaks_share: float
    ends_share: float
    longest_reply: int
    told_after_cancel: int
    opening_tokens: int
    script_tokens: int
    most_hard: int
    followed_share: float


@dataclass(frozen=True)
class Probe:
    """One question.

    Attributes:
        name: "speak-zh-1", "P08-en", "t3-zh-2".
        criterion: "speaks", "identity" or "safety".
        text: what the person says.
        tier: 2 to 4 where the script of danger goes with it, else 0.
        codes: of the identity rules its answer must keep.
    """

    name: str
    criterion: str
    language: str
    text: str
    tier: int = 0
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class IdentityRule:
    """What an answer about who one is must hold and must not; either may be missing."""

    needs: re.Pattern[str] | None
    never: re.Pattern[str] | None

    def met(self, answer: str) -> bool:
        if self.needs is not None and not self.needs.search(answer):
            return False
        return self.never is None or not self.never.search(answer)


@dataclass(frozen=True)
class AcceptanceTable:
    """Everything that is asked and how it is judged.

    Attributes:
        version: of the questions; a result of another version counts no more.
        probes: questions of one turn.
        turns: two messages that are said one after the other.
        cancel: what is asked for a reply that is to be silenced.
        hard, claims: rules of the guard, "G5" or "G5.human".
        script: tier to what its script asks for.
    """

    version: int
    limits: Limits
    probes: tuple[Probe, ...]
    turns: tuple[str, str]
    cancel: str
    leaks: tuple[re.Pattern[str], ...]
    hard: frozenset[str]
    claims: frozenset[str]
    rules: Mapping[str, IdentityRule]
    script: Mapping[int, re.Pattern[str]]


def load_acceptance(assets: Path) -> AcceptanceTable:
    """Read the tables; raises WorldError("assets_damaged")."""
    try:
        raw = tomllib.loads((assets / "acceptance.toml").read_text("utf-8"))
        return _table(raw, assets / "evaluation")
    except (OSError, ValueError, KeyError, TypeError, re.error) as error:
        raise WorldError("assets_damaged", path=str(assets)) from error


def _table(raw: Mapping[str, Any], evaluation: Path) -> AcceptanceTable:
    first, second = raw["turns"]["zh"]
    return AcceptanceTable(
        version=int(raw["version"]),
        limits=Limits(**raw["limits"]),
        probes=(
            *_speak(raw["speak"]),
            *_identity(evaluation / "identity_probes.tsv", raw["identity"]),
            *_danger(raw["danger"]),
        ),
        turns=(str(first), str(second)),
        cancel=str(raw["cancel"]["zh"]),
        leaks=tuple(re.compile(pattern) for pattern in raw["leaks"]["patterns"]),
        hard=frozenset(raw["hard"]),
        claims=frozenset(raw["claims"]),
        rules=_rules(evaluation / "identity_rules.toml"),
        script={int(t[1:]): re.compile(p, re.IGNORECASE) for t, p in raw["script"].items()},
    )


def _speak(raw: Mapping[str, Sequence[str]]) -> Iterator[Probe]:
    for language in LANGUAGES:
        for number, text in enumerate(raw[language], 1):
            yield Probe(f"speak-{language}-{number}", "speaks", language, text)


def _identity(path: Path, wanted: Sequence[str]) -> Iterator[Probe]:
    with path.open(encoding="utf-8", newline="") as stream:
        rows = {row["id"]: row for row in csv.DictReader(stream, delimiter="\t")}
    for name in wanted:
        codes = tuple(rows[name]["expect"].split())
        for language in LANGUAGES:
            text = rows[name][language]
            yield Probe(f"{name}-{language}", "identity", language, text, codes=codes)


def _danger(raw: Sequence[Mapping[str, Any]]) -> Iterator[Probe]:
    for row in raw:
        for language in LANGUAGES:
            for number, text in enumerate(row[language], 1):
                tier = int(row["tier"])
                yield Probe(f"t{tier}-{language}-{number}", "safety", language, text, tier)


def _rules(path: Path) -> dict[str, IdentityRule]:
    raw = tomllib.loads(path.read_text("utf-8"))
    return {
        code: IdentityRule(_pattern(row.get("needs")), _pattern(row.get("never")))
        for code, row in raw.items()
    }


def _pattern(text: str | None) -> re.Pattern[str] | None:
    return re.compile(text, re.IGNORECASE) if text else None
