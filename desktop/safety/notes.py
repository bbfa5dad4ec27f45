"""What is noted when risk was noticed, and the neutral lines a prompt may carry because of it.

A note holds tier, kinds, names of rules and what was shown (tiers.md, section 11), never what was
typed: nothing here is given a text. Knows neither the store nor the window.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.safety.judge import Screening
from desktop.safety.respond import Reaction, is_echo
from desktop.store.records import SafetyNote

REMEMBERED_DAYS = 14
_DAY = 86_400.0


@dataclass(frozen=True)
class Noted:
    """The parts of a note; see desktop.store.records.SafetyNote."""

    tier: str
    kinds: tuple[str, ...]
    rules: tuple[str, ...]
    shown: tuple[str, ...]


def noted(screening: Screening, shown: Reaction) -> Noted | None:
    """What is to be noted: T2 and above and every kind, unless nothing new was noticed."""
    if (screening.level < 2 and not screening.kinds) or is_echo(screening):
        return None
    what = (f"card:{shown.card.name.lower()}", *shown.messages)
    lines = tuple(f"line:{kind}" for kind in shown.lines)
    return Noted(screening.tier, screening.kinds, screening.reasons, (*what, *lines))


def counted(screening: Screening, shown: Reaction) -> tuple[str, ...]:
    """The names that count in this month: how help was shown, and each kind."""
    if is_echo(screening):
        return ()
    kinds = (f"kind:{kind}" for kind in screening.kinds)
    return (f"card:{shown.card.name.lower()}", *kinds)


class PinnedLines:
    """Neutral sentences for the prompt, that never say what was typed, whom, or which number.

    Args:
        sentences: by language, the texts of assets/prompts/safety_notes.toml.
    """

    def __init__(self, sentences: Mapping[str, Mapping[str, str]]) -> None:
        self._sentences = sentences

    def lines(
        self,
        language: str,
        notes: Sequence[SafetyNote],
        now: float,
        *,
        has_plan: bool,
        has_contact: bool,
    ) -> list[str]:
        """At most three lines; none where nothing was noticed lately.

        Args:
            language: "zh" or "en".
            notes: the newest notes.
            now: seconds since 1970.
        """
        recent = [note for note in notes if now - note.created_at < REMEMBERED_DAYS * _DAY]
        if not any(note.tier in ("T2", "T3", "T4") for note in recent):
            return []
        said = self._sentences[language]
        names = ["hard_lately", *["has_plan"] * has_plan, *["has_contact"] * has_contact]
        return [said[name] for name in names]


def load_pinned_lines(assets: Path) -> PinnedLines:
    """Read the sentences; raises OSError, ValueError or KeyError for a damaged file."""
    raw = tomllib.loads((assets / "prompts" / "safety_notes.toml").read_text("utf-8"))
    return PinnedLines({language: raw[language] for language in ("zh", "en")})
