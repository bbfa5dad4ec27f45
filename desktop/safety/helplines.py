"""The numbers of people who can help, by region, from the dated table alone (promise 4).

The table is assets/safety/helplines.json. Should it be broken on the day it is needed, the
emergency numbers compiled in here are shown instead. Knows neither Qt nor any model.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

DEFAULT_REGION = "CN"
KIND_ORDER = ("emergency", "crisis", "youth", "women", "abuse", "men", "information")


@dataclass(frozen=True)
class HelpLine:
    """One number.

    Attributes:
        region: ISO country code, with a province where the line serves only that one ("CN-SH").
        kind: one of KIND_ORDER.
        name, hours: by language, "zh" and "en".
        channels: "call", "text", "chat", "whatsapp", ...
        expires_on: after this day the row has to be verified again.
        languages: ISO codes of the languages that are spoken there.
        note: by language, what one has to know or press; empty for nothing.
    """

    region: str
    kind: str
    number: str
    name: Mapping[str, str]
    hours: Mapping[str, str]
    channels: tuple[str, ...]
    expires_on: date
    languages: tuple[str, ...] = ()
    note: Mapping[str, str] = field(default_factory=dict)

    @property
    def dial_code(self) -> str:
        """What a phone opens to reach the line, as in a QR code; empty where it is no number."""
        digits = "".join(character for character in self.number if character.isdigit())
        if "call" in self.channels:
            return f"tel:{digits}"
        return f"sms:{digits}" if "text" in self.channels else ""

    def is_old(self, today: date) -> bool:
        """Whether the row has to be verified again."""
        return today > self.expires_on


# For the day the table cannot be read: mainland China's police and ambulance, and the national
# psychological aid line (sources in the table).
COMPILED_IN = tuple(
    HelpLine("CN", kind, number, {"zh": zh, "en": en}, {"zh": "", "en": ""}, ("call",), date.max)
    for kind, number, zh, en in (
        ("emergency", "120", "医疗急救", "Ambulance"),
        ("emergency", "110", "公安报警", "Police"),
        ("crisis", "12356", "全国统一心理援助热线", "National psychological aid line"),
    )
)


class HelpLines:
    """The table; asks for a region and gives the lines in the order they are shown."""

    def __init__(self, lines: Sequence[HelpLine]) -> None:
        self._lines = tuple(lines)

    def regions(self) -> list[str]:
        """Countries of the table, as they stand there, each with its provinces behind it."""
        named = dict.fromkeys(line.region for line in self._lines)
        countries = dict.fromkeys(map(_of, named))
        return [
            region
            for country in countries
            for region in (country, *(name for name in named if name.startswith(f"{country}-")))
        ]

    def for_region(self, region: str) -> list[HelpLine]:
        """What answers there: emergency numbers first, then crisis lines, then others.

        A province adds its rows to those of its country, first of their kind.
        """
        found = [line for line in self._country(region) if line.region in (region, _of(region))]
        return sorted(found, key=lambda line: (KIND_ORDER.index(line.kind), "-" not in line.region))

    def in_other_places(self, region: str) -> list[HelpLine]:
        """Rows of the country's provinces that were not chosen: they answer only there."""
        return [line for line in self._country(region) if line.region not in (region, _of(region))]

    def first(self, region: str, kind: str) -> HelpLine | None:
        """The first line of a kind, None where the region has none."""
        return next((line for line in self.for_region(region) if line.kind == kind), None)

    def _country(self, region: str) -> list[HelpLine]:
        return [line for line in self._lines if _of(line.region) == _of(region)]


def load_helplines(assets: Path) -> HelpLines:
    """Read the table; a table that cannot be read gives the compiled-in numbers."""
    try:
        raw = json.loads((assets / "safety" / "helplines.json").read_text("utf-8"))
        return HelpLines([_line(item) for item in raw["entries"]])
    except (OSError, ValueError, KeyError, TypeError):
        return HelpLines(COMPILED_IN)


def _of(region: str) -> str:
    """The country of a region."""
    return region.split("-")[0]


def _line(item: Mapping[str, Any]) -> HelpLine:
    if item["kind"] not in KIND_ORDER:
        raise ValueError(item["kind"])
    return HelpLine(
        region=item["region"],
        kind=item["kind"],
        number=item["number"],
        name=dict(item["name"]),
        hours=dict(item["hours"]),
        channels=tuple(item["channels"]),
        expires_on=date.fromisoformat(item["expires_on"]),
        languages=tuple(item["languages"]),
        note=dict(item.get("note", {})),
    )
