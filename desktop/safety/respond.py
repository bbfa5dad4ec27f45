"""What each tier and kind asks the app to show: pure data, no window, no model, no number.

The window and the terminal read a `Reaction` and show it before anything is generated. Numbers come
from `helplines` alone, by the kinds of lines named here; words from assets/i18n/messages.toml.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

from desktop.safety.helplines import HelpLine
from desktop.safety.judge import Screening


class Card(IntEnum):
    """How loudly help is offered; the higher, the louder."""

    NONE = 0
    QUIET_LINE = 1
    INLINE = 2
    FIXED = 3
    FIRST = 4


@dataclass(frozen=True)
class Reaction:
    """What the app shows for one message.

    Attributes:
        messages: codes of the fixed words, in the order they are shown.
        lines: kinds of help lines (`helplines.KIND_ORDER`), the first is the largest.
        can_fold: whether the person may put the card away.
        plan_in_reach: whether the safety plan is one click away.
        show_contact: whether the person's emergency contact is shown.
    """

    card: Card
    messages: tuple[str, ...]
    lines: tuple[str, ...]
    can_fold: bool
    plan_in_reach: bool
    show_contact: bool


_CARDS = MappingProxyType(
    {"T0": Card.NONE, "T1": Card.QUIET_LINE, "T2": Card.INLINE, "T3": Card.FIXED, "T4": Card.FIRST}
)
_KIND_CARDS: Mapping[str, Card] = MappingProxyType(
    {"TP": Card.INLINE, "V": Card.INLINE, "A": Card.INLINE, "M": Card.FIRST, "P": Card.INLINE}
)
_TIER_LINES = MappingProxyType(
    {"T0": (), "T1": ("crisis",), "T2": ("crisis", "emergency"), "T3": ("crisis", "emergency"),
     "T4": ("emergency", "crisis")}
)  # fmt: skip
_KIND_LINES = MappingProxyType(
    {"M": ("emergency",), "V": ("emergency", "crisis"),
     "A": ("emergency", "women", "abuse", "youth"),
     "TP": ("crisis", "emergency"), "P": ("emergency", "crisis")}
)  # fmt: skip
_FROM_BEFORE = frozenset({"lasting", "taken_back", "whole_conversation"})
# Whose words and numbers come first when several hold: what is nearest to the body.
_KIND_ORDER = ("M", "A", "V", "P", "TP")


def reaction(screening: Screening, is_minor: bool = False) -> Reaction:
    """What to show; the louder of tier and kinds, their words and numbers together."""
    kinds = [kind for kind in _KIND_ORDER if kind in screening.kinds]
    card = max([_CARDS[screening.tier], *(_KIND_CARDS[kind] for kind in kinds)])
    return Reaction(
        card=card,
        messages=_messages(screening, kinds),
        lines=_lines(screening, kinds, is_minor),
        can_fold=card <= Card.INLINE,
        plan_in_reach=screening.level >= 3,
        show_contact=screening.level >= 3,
    )


def is_echo(screening: Screening) -> bool:
    """Whether nothing is in the last message itself, and only what was said before lasts."""
    return _FROM_BEFORE.issuperset(screening.reasons)


def words_to_say(screening: Screening, shown: Reaction, told: Collection[str]) -> tuple[str, ...]:
    """Codes of the words to say now: soft ones once, those of danger each time it is there anew."""
    if shown.card >= Card.FIXED and not is_echo(screening):
        return shown.messages
    return tuple(code for code in shown.messages if code not in told)


def named_lines(shown: Reaction, region_lines: Sequence[HelpLine]) -> list[HelpLine]:
    """The lines of a region that a reaction names, in its order; the ambulance first for M and P.

    For P too, because a doctor is what is needed; where violence is near as well, the police. A
    fire brigade that does nothing else stands last.
    """
    found = [line for line in region_lines if line.kind in shown.lines]
    kinds = {code.removeprefix("safety_kind_") for code in shown.messages}
    medical = "m" in kinds or ("p" in kinds and not kinds & {"v", "a"})

    def place(line: HelpLine) -> tuple[bool, int, bool]:
        name = line.name.get("en", "").lower()
        fire_alone = "fire" in name and "ambulance" not in name and "police" not in name
        return fire_alone, shown.lines.index(line.kind), medical and "ambulance" not in name

    return sorted(found, key=place)


def _messages(screening: Screening, kinds: list[str]) -> tuple[str, ...]:
    tier = [f"safety_{screening.tier.lower()}"] if screening.level else []
    return (*tier, *(f"safety_kind_{kind.lower()}" for kind in kinds))


def _lines(screening: Screening, kinds: list[str], is_minor: bool) -> tuple[str, ...]:
    found = [line for kind in kinds for line in _KIND_LINES[kind]]
    tier = list(_TIER_LINES[screening.tier])
    youth = ["youth"] if is_minor and (screening.level >= 2 or "A" in kinds) else []
    ordered = [*tier, *youth, *found] if screening.level >= 3 else [*found, *tier, *youth]
    if "M" in kinds:
        ordered.insert(0, "emergency")
    return tuple(dict.fromkeys(ordered))
