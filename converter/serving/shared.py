"""What the desktop and a server must agree on, read from assets: one place for both.

Knows no server program.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from converter.errors import ConverterError

ASSETS = Path(__file__).resolve().parent.parent.parent / "assets"
SHOWN = ("emergency", "crisis")


@dataclass(frozen=True)
class Shared:
    """The shared data.

    Attributes:
        table: assets/serving.toml.
        slots: assets/slots.toml, with its limits.
        persona: the system prompt of a server, by language.
        template: the chat template of training and desktop.
        helplines: rows of the table of numbers.
    """

    table: dict[str, Any]
    slots: dict[str, Any]
    persona: dict[str, str]
    template: str
    helplines: list[dict[str, Any]]

    def numbers(self, region: str, language: str) -> str:
        """The first numbers of a region, in a line."""
        found = []
        for kind in SHOWN:
            rows = [r for r in self.helplines if r["region"] == region and r["kind"] == kind]
            found += [f"{row['name'][language]} {row['number']}" for row in rows[:2]]
        return "；".join(found) if language == "zh" else "; ".join(found)


def read_shared(assets: Path = ASSETS) -> Shared:
    """Read it all; raises ConverterError where the installation is damaged."""
    try:
        prompts = _toml(assets / "prompts" / "server.toml")
        return Shared(
            table=_toml(assets / "serving.toml"),
            slots=_toml(assets / "slots.toml"),
            persona={language: prompts[language]["text"] for language in ("zh", "en")},
            template=(assets / "chat_template.jinja").read_text("utf-8"),
            helplines=json.loads((assets / "safety" / "helplines.json").read_text("utf-8"))[
                "entries"
            ],
        )
    except (OSError, ValueError, KeyError) as error:
        raise ConverterError(f"The shared data in {assets} cannot be read ({error}).") from error


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))
