"""All emoji with their names and keywords in Chinese and English, and the search among them.

Reads assets/emoji.json (made by packaging/build_emoji_table.py). Knows no widget.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GROUPS = (
    "smileys",
    "people",
    "nature",
    "food",
    "travel",
    "activities",
    "objects",
    "symbols",
    "flags",
)
_TONES = {chr(0x1F3FB + place): place for place in range(5)}
_TONE_NAMES = {
    "zh": ("较浅肤色", "中等偏浅肤色", "中等肤色", "中等偏深肤色", "较深肤色"),
    "en": ("light", "medium-light", "medium", "medium-dark", "dark"),
}


@dataclass(frozen=True, slots=True)
class Emoji:
    """One emoji.

    Attributes:
        text: the sequence to insert.
        group: one of GROUPS.
        version: of Unicode's emoji list that brought it.
        names: by language, "zh" and "en".
        keywords: by language.
        variants: the same with skin tones.
    """

    text: str
    group: str
    version: float
    names: Mapping[str, str]
    keywords: Mapping[str, tuple[str, ...]]
    variants: tuple[str, ...] = ()


class EmojiTable:
    """The emoji in Unicode's order; finds them by group, text and words."""

    def __init__(self, emoji: Sequence[Emoji]) -> None:
        self._emoji = tuple(emoji)
        self._by_text = {item.text: item for item in emoji}
        self._by_bare = {_folded(item.text): item for item in emoji}
        self._bases = {variant: item for item in emoji for variant in item.variants}
        self._haystacks = [_haystack(item) for item in emoji]

    def __len__(self) -> int:
        return len(self._emoji)

    def all(self) -> tuple[Emoji, ...]:
        """Every emoji."""
        return self._emoji

    def group(self, name: str) -> list[Emoji]:
        """The emoji of one of GROUPS."""
        return [item for item in self._emoji if item.group == name]

    def get(self, text: str) -> Emoji | None:
        """The emoji of this text, a skin tone included; None where it is unknown."""
        return self._by_text.get(text) or self._by_bare.get(_folded(text)) or self._tone(text)

    def variants(self, emoji: Emoji) -> list[Emoji]:
        """The same emoji with each skin tone, named."""
        found = (self.get(text) for text in self._by_text[emoji.text].variants)
        return [item for item in found if item is not None]

    def up_to(self, version: float) -> EmojiTable:
        """The emoji a face of that version can draw."""
        return EmojiTable([item for item in self._emoji if item.version <= version])

    def samples(self) -> dict[float, str]:
        """An emoji of each version, to try what a face draws."""
        return {item.version: item.text for item in self._emoji}

    def search(self, words: str, most: int = 200) -> list[Emoji]:
        """Emoji whose names or keywords hold every word, the closest first."""
        wanted = _folded(words).split()
        if not wanted:
            return []
        if exact := self.get(words.strip()):
            return [exact]
        ranked = []
        for place, haystack in enumerate(self._haystacks):
            ranks = [_rank(word, haystack) for word in wanted]
            if all(rank is not None for rank in ranks):
                ranked.append((sum(rank for rank in ranks if rank is not None), place))
        return [self._emoji[place] for _rank_sum, place in sorted(ranked)[:most]]

    def _tone(self, text: str) -> Emoji | None:
        base = self._bases.get(text)
        if base is None:
            return None
        names = {language: _tone_name(base, text, language) for language in base.names}
        return Emoji(text, base.group, base.version, names, base.keywords)


def _tone_name(base: Emoji, text: str, language: str) -> str:
    tones = [_TONE_NAMES[language][_TONES[part]] for part in text if part in _TONES]
    if language == "zh":
        return f"{base.names['zh']}：{'、'.join(tones)}"
    return f"{base.names['en']}: {', '.join(tones)} skin tone"


@dataclass(frozen=True, slots=True)
class _Haystack:
    """What is searched: folded names, their words, keywords, and all of it in one text."""

    names: frozenset[str]
    keywords: frozenset[str]
    words: frozenset[str]
    all: str


def _haystack(emoji: Emoji) -> _Haystack:
    names = frozenset(map(_folded, emoji.names.values()))
    keywords = frozenset(_folded(word) for words in emoji.keywords.values() for word in words)
    parts = frozenset(part for text in names | keywords for part in text.split())
    return _Haystack(names, keywords, parts, "\n".join(sorted(names | keywords)))


def _rank(word: str, haystack: _Haystack) -> int | None:
    """0: the name itself, 1: a keyword itself, 2 to 4: a beginning, 5: inside; None: nowhere."""
    if word not in haystack.all:
        return None
    if word in haystack.names:
        return 0
    if word in haystack.keywords:
        return 1
    for rank, texts in enumerate((haystack.names, haystack.keywords, haystack.words), start=2):
        if any(text.startswith(word) for text in texts):
            return rank
    return 5


def _folded(text: str) -> str:
    """Full width, capitals and the presentation selector make no difference."""
    return unicodedata.normalize("NFKC", text).casefold().replace("\ufe0f", "")


def load_emoji(assets: Path) -> EmojiTable:
    """Read the table; one that cannot be read gives an empty one: the window works without."""
    try:
        raw = json.loads((assets / "emoji.json").read_text("utf-8"))
        return EmojiTable([_emoji(row) for row in raw["emoji"]])
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return EmojiTable([])


def _emoji(row: Sequence[Any]) -> Emoji:
    text, group, version, zh, en, words_zh, words_en, variants = row
    keywords = {"zh": _split(words_zh), "en": _split(words_en)}
    names = {"zh": zh, "en": en}
    return Emoji(text, GROUPS[group], float(version), names, keywords, tuple(variants))


def _split(words: str) -> tuple[str, ...]:
    return tuple(words.split("|")) if words else ()


def recent_first(chosen: str, recent: Iterable[str], most: int = 32) -> tuple[str, ...]:
    """`recent` with `chosen` in front, each once."""
    return tuple(dict.fromkeys((chosen, *recent)))[:most]
