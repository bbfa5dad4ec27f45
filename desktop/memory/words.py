"""Words by which a proposal is judged: negation, jokes, quoted passages, names, guesses.

Patterns are data, in assets/memory/words.toml. Pure: text in, answers out.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from desktop.errors import WorldError

_FLAGS = re.IGNORECASE
_LETTERS = re.compile(r"[\u3400-\u9fff]|[a-z0-9]+")
_SENTENCE_ENDS = re.compile(r"[。！？!?；;\n]+|(?<=[a-z0-9)])\.(?=\s|$)", re.IGNORECASE)


class Words:
    """Answers questions about texts.

    Args:
        raw: assets/memory/words.toml.
    """

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._patterns = {
            name: re.compile(part["pattern"], _FLAGS)
            for name, part in raw.items()
            if "pattern" in part
        }
        quoted = raw["quoted"]
        self._pairs = [tuple(pair) for pair in quoted["pairs"]]
        self._starts = tuple(quoted["line_starts"])
        self._fences = tuple(quoted["fences"])
        self._pasted = re.compile(quoted["pasted"], _FLAGS)
        self._names = _Names(raw["names"])
        self._frame = frozenset(raw["frame"]["zh"]) | frozenset(raw["frame"]["en"].split())

    def has(self, what: str, text: str) -> bool:
        """Whether the text holds anything of `what`, e.g. "joke" or "speculation"."""
        return self._patterns[what].search(text) is not None

    def is_passing(self, text: str) -> bool:
        return self._patterns["passing"].match(text.strip()) is not None

    def negated(self, text: str) -> bool:
        """Whether a text says that something is not so: an odd number of negations."""
        return len(self._patterns["negation"].findall(text)) % 2 == 1

    def own_words(self, text: str) -> str:
        """The text with everything that is somebody else's blanked out; places stay as they are."""
        characters = list(text)
        for start, end in self._foreign(text):
            characters[start:end] = "\0" * (end - start)
        return "".join(characters)

    def names_others(self, text: str, said: Iterable[str]) -> bool:
        """Whether the text names a person who is not the one who speaks in `said`."""
        messages = list(said)
        return self._names.others(text, self._names.own(messages), messages)

    def support(self, text: str, said: str) -> float:
        """Share of what `text` says that stands in `said`; frame words do not count.

        Chinese by characters, Latin by the beginnings of words; numbers must be the same.
        """
        wanted = [part for part in _letters(text) if part not in self._frame]
        if not wanted:
            return 1.0
        there = {_stem(part) for part in _letters(said)}
        if any(part.isdigit() and part not in there for part in wanted):
            return 0.0
        return sum(_stem(part) in there for part in wanted) / len(wanted)

    def _foreign(self, text: str) -> list[tuple[int, int]]:
        spans = [*self._between_marks(text), *self._marked_lines(text)]
        for found in self._pasted.finditer(text):
            end = text.find("\n\n", found.end())
            spans.append((found.end(), len(text) if end < 0 else end))
        return spans

    def _between_marks(self, text: str) -> Iterable[tuple[int, int]]:
        for opening, closing in self._pairs:
            start = text.find(opening)
            while start >= 0:
                end = text.find(closing, start + 1)
                # A mark that is never closed may quote all that follows: it counts so.
                end = len(text) if end < 0 else end + 1
                yield start, end
                start = text.find(opening, end)

    def _marked_lines(self, text: str) -> Iterable[tuple[int, int]]:
        start, fenced = 0, False
        for line in text.splitlines(keepends=True):
            bare = line.strip()
            fence = bare.startswith(self._fences)
            if fenced or fence or bare.startswith(self._starts):
                yield start, start + len(line)
            fenced ^= fence
            start += len(line)


class _Names:
    """Finds names of people, where one is introduced; surnames alone are ordinary words."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        def made(name: str, flags: int = 0) -> re.Pattern[str]:
            return re.compile(raw[name].replace("{surnames}", raw["surnames"]), flags)

        given = raw["given"].replace("{surnames}", raw["surnames"])
        self._introduced = re.compile(f"{raw['introduced']}(?P<name>{given})")
        self._shapes = [made("nick"), made("titled")]
        self._pets = made("pets")
        self._own = made("own", _FLAGS)
        self._english = made("english_introduced")
        self._fine = frozenset(raw["english_fine"])
        self._given = frozenset(raw["english_given"])
        self._not_names = tuple(raw["not_names"])

    def own(self, said: Iterable[str]) -> set[str]:
        """What the person calls themselves."""
        found = (match for text in said for match in self._own.finditer(text))
        return {match.group("name") or match.group("english") for match in found}

    def others(self, text: str, own: set[str], said: Iterable[str]) -> bool:
        if self._pets.search(text):
            return False
        introduced = (name for message in said for name in self._chinese(message))
        chinese = [*self._chinese(text), *(name for name in introduced if name[:2] in text)]
        english = {match.group(1) for match in self._english.finditer(text)} - self._fine
        english |= set(re.findall(r"[A-Z][a-z]+", text)) & self._given
        return any(not _is_own(name, own) for name in [*chinese, *english])

    def _chinese(self, text: str) -> list[str]:
        found = [match.group("name") for match in self._introduced.finditer(text)]
        found += [match.group() for shape in self._shapes for match in shape.finditer(text)]
        return [name for name in found if not name.startswith(self._not_names)]


def _is_own(name: str, own: set[str]) -> bool:
    return any(name in mine or mine.startswith(name[:2]) for mine in own)


def load_words(assets: Path) -> Words:
    """Read assets/memory/words.toml; raises WorldError("assets_damaged")."""
    try:
        return Words(tomllib.loads((assets / "memory" / "words.toml").read_text("utf-8")))
    except (OSError, ValueError, KeyError, re.error) as error:
        raise WorldError("assets_damaged", path=str(assets)) from error


def _letters(text: str) -> list[str]:
    """Chinese characters one by one, Latin words whole; without case and width."""
    return _LETTERS.findall(unicodedata.normalize("NFKC", text).lower())


def normalised(text: str) -> str:
    """A text without case, width, marks and blanks: two entries that read alike are alike."""
    return "".join(_letters(text))


def sentences(text: str) -> list[str]:
    return [part.strip() for part in _SENTENCE_ENDS.split(text) if part.strip()]


def pieces(text: str) -> set[str]:
    """Pairs of neighbouring Chinese characters and whole Latin words: what two texts share."""
    letters = _letters(text)
    pairs = {a + b for a, b in pairwise(letters) if not (a + b).isascii()}
    return pairs | {_stem(word) for word in letters if word.isascii()}


def likeness(one: str, other: str) -> float:
    """Share of pieces that two texts have in common, 0 to 1."""
    a, b = pieces(one), pieces(other)
    return len(a & b) / len(a | b) if a and b else 0.0


def _stem(word: str) -> str:
    return word[:4] if word.isascii() and not word.isdigit() else word
