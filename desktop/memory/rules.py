"""Plain rules: what a person asks to be remembered in so many words, without any model.

Patterns are data, in assets/memory/rules.toml. A passage that is quoted, pasted or asked is never
looked at, so that somebody else's "remember that I..." does nothing. Pure: knows no store.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.errors import WorldError
from desktop.memory.proposals import Kind, Proposal
from desktop.memory.slots import SAFETY
from desktop.memory.words import Words

DEFAULT_SLOT = "user_profile"
_FLAGS = re.IGNORECASE
_SENTENCE = re.compile(r"[^。！？!?；;\n]*(?:[。！？!?；;\n]|$)")
_CLAUSE = re.compile(r"[，,、]")
_QUESTION = re.compile(r"(?:[?？]|[吗么])[。\s]*$")


@dataclass(frozen=True)
class Heard:
    """What a message asks of the memory.

    Attributes:
        proposals: to be written, with the words they rest on.
        erase: what is to be forgotten, in the person's words.
        joke: what was said before was not meant.
        told_not_to: nothing of this message, and of the one before, is to be remembered.
    """

    proposals: tuple[Proposal, ...] = ()
    erase: tuple[str, ...] = ()
    told_not_to: bool = False
    joke: bool = False


@dataclass(frozen=True)
class _Rule:
    pattern: re.Pattern[str]
    refuse: re.Pattern[str] | None
    slot: str = ""
    text: str = ""
    key: str = ""

    def match(self, passage: str) -> str:
        """The words that are meant, or ""."""
        found = self.pattern.match(passage)
        what = found.group("what").strip() if found else ""
        return "" if self.refuse and self.refuse.match(what) else what


class Rules:
    """Reads messages.

    Args:
        raw: assets/memory/rules.toml.
        words: tells what of a message is the person's own.
    """

    def __init__(self, raw: Mapping[str, Any], words: Words) -> None:
        self._words = words
        self._longest = int(raw["limits"]["longest_message"])
        self._longest_what = int(raw["limits"]["longest_what"])
        self._write = [_rule(item) for item in raw["write"]]
        self._erase = [_rule(item) for item in raw["erase"]]
        self._forget = [re.compile(item["pattern"], _FLAGS) for item in raw["forget"]]
        self._slots = [(re.compile(i["pattern"], _FLAGS), i["slot"]) for i in raw["slot_words"]]

    def hear(self, message: str) -> Heard:
        """What a message of the person's asks for."""
        if len(message) > self._longest:
            return Heard()
        own = self._words.own_words(message)
        sentences = list(_sentences(own))
        if any(pattern.search(sentence) for sentence in sentences for pattern in self._forget):
            return Heard(told_not_to=True)
        if self._words.has("joke", own):
            return Heard(joke=True)
        proposals = [found for sentence in sentences if (found := self._proposal(sentence))]
        erase = [what for sentence in sentences if (what := self._erasure(sentence))]
        return Heard(tuple(proposals[:3]), tuple(erase[:3]))

    def has_key(self, text: str, key: str) -> bool:
        """Whether an entry was written by a rule of this key, whatever its words."""
        frames = (rule.text.split("{what}") for rule in self._write if rule.key == key)
        return any(text.startswith(start) and text.endswith(end) for start, end in frames)

    def _erasure(self, sentence: str) -> str:
        return next((what for rule in self._erase if (what := rule.match(sentence))), "")

    def _proposal(self, sentence: str) -> Proposal | None:
        """The first rule that fits the sentence, or one of its clauses to its end."""
        for start in _starts(sentence):
            for rule in self._write:
                passage = sentence[start:]
                if rule.key:  # a name ends with its clause
                    passage = _CLAUSE.split(passage, maxsplit=1)[0]
                passage = passage.strip().rstrip(".。 ")
                what = rule.match(passage)
                if what and len(what) <= self._longest_what:
                    return self._made(rule, what, passage)
        return None

    def _made(self, rule: _Rule, what: str, quote: str) -> Proposal:
        what = what.rstrip(".。,，~～ ")
        slot = rule.slot or self._slot_of(what)
        return Proposal(Kind.SET, slot, rule.text.format(what=what), quote, key=rule.key)

    def _slot_of(self, what: str) -> str:
        if self._words.has("sensitive", what):
            return SAFETY
        found = (slot for pattern, slot in self._slots if pattern.search(what))
        return next(found, DEFAULT_SLOT)


def load_rules(assets: Path, words: Words) -> Rules:
    """Read assets/memory/rules.toml; raises WorldError("assets_damaged")."""
    try:
        raw = tomllib.loads((assets / "memory" / "rules.toml").read_text("utf-8"))
        return Rules(raw, words)
    except (OSError, ValueError, KeyError, re.error) as error:
        raise WorldError("assets_damaged", path=str(assets)) from error


def _rule(raw: Mapping[str, str]) -> _Rule:
    refuse = re.compile(raw["refuse"], _FLAGS) if raw.get("refuse") else None
    pattern = re.compile(raw["pattern"], _FLAGS)
    return _Rule(pattern, refuse, raw.get("slot", ""), raw.get("text", ""), raw.get("key", ""))


def _sentences(own: str) -> Iterator[str]:
    """Sentences that are wholly the person's own and ask nothing."""
    for found in _SENTENCE.finditer(own):
        sentence = found.group().strip()
        if sentence and "\0" not in sentence and not _QUESTION.search(sentence):
            yield sentence.rstrip("。！？!?；; \n")


def _starts(sentence: str) -> list[int]:
    """Where a clause begins."""
    return [0, *(found.end() for found in _CLAUSE.finditer(sentence))]
