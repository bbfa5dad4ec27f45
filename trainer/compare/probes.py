"""Identity probes: short questions that are right or wrong by rule, in two languages.

Questions and rules are data. A code without a rule (warmth, staying itself) is for a judge; it is
counted apart and never as right.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from trainer.compare.answers import Question
from trainer.conversation import Turn
from trainer.errors import UsageError

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "evaluation"
PROBES, RULES = FOLDER / "identity_probes.tsv", FOLDER / "identity_rules.toml"
COLUMNS = {"id", "category", "zh", "en", "expect"}


@dataclass(frozen=True)
class Probe:
    """One question in one language, with the codes its answer must meet."""

    id: str
    category: str
    language: str
    text: str
    expect: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """What an answer must hold and must not; either may be missing."""

    needs: re.Pattern[str] | None
    never: re.Pattern[str] | None

    def met(self, answer: str) -> bool:
        """True when the answer keeps the rule."""
        if self.needs is not None and not self.needs.search(answer):
            return False
        return self.never is None or not self.never.search(answer)


def load_probes(path: Path = PROBES) -> list[Probe]:
    """Read a table of probes; UsageError when it is none."""
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream, delimiter="\t"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The probes {path} cannot be read: {error}.") from error
    if not rows or not rows[0].keys() >= COLUMNS:
        raise UsageError(f"The probes {path} need the columns {', '.join(sorted(COLUMNS))}.")
    return [
        Probe(row["id"], row["category"], language, row[language], tuple(row["expect"].split()))
        for row in rows
        for language in ("zh", "en")
    ]


def load_rules(path: Path = RULES) -> dict[str, Rule]:
    """Compile identity_rules.toml."""
    raw = tomllib.loads(path.read_text("utf-8"))
    return {
        code: Rule(_pattern(r.get("needs")), _pattern(r.get("never"))) for code, r in raw.items()
    }


def questions(probes: Sequence[Probe], systems: Mapping[str, str]) -> list[Question]:
    """Each probe as a talk of one turn under the product's system prompt."""
    return [
        Question(f"{p.id}-{p.language}", p.category, (Turn("user", p.text),), "",
                 systems[p.language])
        for p in probes
    ]  # fmt: skip


def score(
    probes: Sequence[Probe], answers: Sequence[str], rules: Mapping[str, Rule]
) -> dict[str, object]:
    """Right answers in all and by category, wrong ones by code, and what no rule can tell."""
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    unscored = 0
    for probe, answer in zip(probes, answers, strict=True):
        known = [code for code in probe.expect if code in rules]
        if not known:
            unscored += 1
            continue
        broken = [code for code in known if not rules[code].met(answer)]
        asked[probe.category] += 1
        right[probe.category] += not broken and bool(answer.strip())
        wrong.update(broken)
    return {
        "right": right.total(),
        "asked": asked.total(),
        "by_category": {name: f"{right[name]}/{asked[name]}" for name in sorted(asked)},
        "broken_rules": dict(wrong.most_common()),
        "not_scored": unscored,
    }


def _pattern(text: str | None) -> re.Pattern[str] | None:
    return re.compile(text, re.IGNORECASE) if text else None
