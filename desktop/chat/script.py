"""The script a prompt carries at risk: which words, and before which of the person's messages.

Where a script stands depends on the conversation alone and never changes afterwards, so everything
before the newest message stays in the engine's cache. Knows neither engine nor store.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.errors import WorldError

AT_RISK = 2
KINDS = ("M", "A", "V", "P", "TP")
PARTS = ("reminder", "form", "notes", "t2", "t3", "t4", *KINDS)


@dataclass(frozen=True)
class Risk:
    """What the screening said of a message.

    Attributes:
        level: 0 to 4.
        kinds: "TP", "V", "A", "M", "P".
    """

    level: int = 0
    kinds: frozenset[str] = frozenset()

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the scripts that hold; none in ordinary talk."""
        tier = (f"t{self.level}",) if self.level >= AT_RISK else ()
        return (*tier, *(kind for kind in KINDS if kind in self.kinds))


CALM = Risk()


def no_lines(_language: str) -> Sequence[str]:
    """Nothing to pin."""
    return ()


class Script:
    """Chooses what stands before the person's messages.

    Args:
        texts: part, then language, to words.
        again_after: messages of the person after which a script is said again while it holds.
        remind_after: the same for the rules in ordinary talk.
        pinned: lines, in a language, that stand with the newest script: the safety notes.
    """

    def __init__(
        self,
        texts: Mapping[str, Mapping[str, str]],
        again_after: int,
        remind_after: int,
        pinned: Callable[[str], Sequence[str]] = no_lines,
    ) -> None:
        self._texts = texts
        self._again_after = again_after
        self._remind_after = remind_after
        self._pinned = pinned

    def before(self, risks: Sequence[Risk], language: str) -> dict[int, str]:
        """Words to stand before the person's messages, by their number from 0.

        Args:
            risks: what was noticed in each of the person's messages, oldest first.
        """
        places: dict[int, str] = {}
        held: tuple[str, ...] = ()
        since = 0
        for number, risk in enumerate(risks):
            parts = risk.parts
            if parts != held:
                held, since = parts, number
            every = self._again_after if parts else self._remind_after
            if parts and (number - since) % every == 0:
                places[number] = self._words(parts, language)
            elif not parts and number and (number - since) % every == 0 and number != since:
                places[number] = self._texts["reminder"][language]
        return self._with_notes(places, held, language)

    def _words(self, parts: Sequence[str], language: str) -> str:
        return "\n".join(self._texts[part][language] for part in (*parts, "form"))

    def _with_notes(
        self, places: dict[int, str], held: Sequence[str], language: str
    ) -> dict[int, str]:
        """The pinned lines stand with the newest script, and with that one only."""
        lines = list(self._pinned(language)) if held and places else []
        if lines:
            newest = max(places)
            notes = "\n".join([self._texts["notes"][language], *(f"- {line}" for line in lines)])
            places[newest] = f"{places[newest]}\n{notes}"
        return places


def load_script(assets: Path, pinned: Callable[[str], Sequence[str]] = no_lines) -> Script:
    """Read the scripts; raises WorldError("assets_damaged")."""
    try:
        raw = tomllib.loads((assets / "prompts" / "safety.toml").read_text("utf-8"))
        texts = {part: {name: str(raw[part][name]) for name in ("zh", "en")} for part in PARTS}
        return Script(texts, int(raw["again_after"]), int(raw["remind_after"]), pinned)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WorldError("assets_damaged", path=str(assets)) from error
