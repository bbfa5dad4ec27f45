"""Makes the many ways of writing one sentence into one, before anything is looked for in it.

Width, case, script, quotes, zero-width characters, emoji, spaced-out words, digits for letters and
homophones are settled here, from tables in assets/safety/normalise. Every character of the result
knows the place it came from, so that an explanation can point into what was typed. Knows no rule
and no tier. `Normaliser.one` applied twice gives what it gives once.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.safety.patterns import PatternError, compile_any

CJK = "㐀-䶿一-鿿豈-﫿"
SEPARATORS = r" .,·\-_*/~|+、。&^%$#@!?'\"…"
LONGEST = 3000
MAXIMUM_PASSES = 8
_QUOTES = {"‘": "'", "’": "'", "‛": "'", "´": "'", "`": "'", "ʼ": "'", "＇": "'"}
_DOUBLE_QUOTES = dict.fromkeys("“”„‟「」『』﹁﹂《》〈〉«»", '"')
_LEET = str.maketrans("013457@$!|", "oieastasil")


@dataclass(frozen=True)
class Normalised:
    """A settled text.

    Attributes:
        text: what the rules read.
        origin: for each character of `text`, its index in what was typed.
    """

    text: str
    origin: tuple[int, ...]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters from `start` to `end` stand in what was typed."""
        if not self.origin or start >= len(self.origin):
            return (0, 0)
        inside = self.origin[start : max(end, start + 1)]
        return (min(inside), max(inside) + 1)


@dataclass(frozen=True)
class Substitution:
    """One way to write around a word, and what is read instead."""

    find: re.Pattern[str]
    put: str


@dataclass(frozen=True)
class Tables:
    """What the normaliser needs to know; made by `load_tables`.

    Attributes:
        characters: one character to what is read instead (script, emoji).
        substitutions: in the order they run.
        joined: words that are found even with something between their characters.
        masked_words: English words that are found even with digits or stars for letters.
    """

    characters: Mapping[str, str]
    substitutions: tuple[Substitution, ...]
    joined: tuple[str, ...]
    masked_words: tuple[str, ...]


NO_TABLES = Tables({}, (), (), ())


def load_tables(assets: Path) -> Tables:
    """Read the tables; whatever cannot be read raises OSError or ValueError."""
    folder = assets / "safety" / "normalise"
    raw = tomllib.loads((folder / "substitutions.toml").read_text("utf-8"))
    characters = {**_pairs(folder / "traditional.tsv"), **_pairs(folder / "emoji.tsv")}
    rows = raw.get("substitution", [])
    try:
        found = tuple(
            Substitution(compile_any([row["find"]], {}, whole_words=False), str(row["put"]))
            for row in rows
        )
    except (PatternError, KeyError, TypeError) as error:
        raise ValueError(f"substitutions.toml: {error}") from error
    return Tables(characters, found, tuple(raw["joined"]), tuple(raw["masked_words"]))


def _pairs(path: Path) -> dict[str, str]:
    lines = path.read_text("utf-8").splitlines()[1:]
    return dict(line.split("\t", 1) for line in lines if "\t" in line)


class _Draft:
    """Text on its way, with the origin of each character."""

    def __init__(self, text: str, origin: Sequence[int]) -> None:
        self.text = text
        self.origin = list(origin)

    def put(self, pattern: re.Pattern[str], make: Callable[[re.Match[str]], str]) -> None:
        """Replace every match; each new character points at the start of what it replaces."""
        pieces: list[str] = []
        origin: list[int] = []
        done = 0
        for match in pattern.finditer(self.text):
            new = make(match)
            if new == match.group():
                continue
            start, end = match.span()
            pieces += (self.text[done:start], new)
            origin += self.origin[done:start]
            origin += _spread(self.origin[start:end], len(new))
            done = end
        if pieces:
            self.text = "".join(pieces) + self.text[done:]
            self.origin = origin + self.origin[done:]


def _spread(places: Sequence[int], length: int) -> list[int]:
    """Origins for `length` characters that stand for the characters at `places`."""
    if not places or not length:
        return []
    last = len(places) - 1
    return [places[min(i, last)] for i in range(length - 1)] + [places[last]]


class Normaliser:
    """Settles texts; made once, holds tables and compiled patterns only."""

    def __init__(self, tables: Tables) -> None:
        self._characters = dict(tables.characters)
        self._substitutions = tables.substitutions
        self._joined = _joined_pattern(tables.joined)
        self._masked = tables.masked_words
        self._known: dict[str, str] = {}

    def one(self, text: str) -> Normalised:
        """Settle a text; long ones are read at the beginning, the end and around risk words."""
        draft = _cut(text)
        for _ in range(MAXIMUM_PASSES):
            before = draft.text
            draft = self._pass(draft)
            if draft.text == before:
                break
        return Normalised(draft.text, tuple(draft.origin))

    def _pass(self, draft: _Draft) -> _Draft:
        draft = self._settle_characters(draft)
        draft.put(_SPACES, lambda match: "\n" if "\n" in match.group() else " ")
        draft.put(_SPACED_CJK, lambda match: _without_separators(match.group()))
        draft.put(_CJK_SPACE, _close_or_comma)
        if self._joined is not None:
            draft.put(self._joined, lambda match: _without_separators(match.group()))
        draft.put(_SPACED_LETTERS, _join_letters)
        draft.put(_DISGUISED, self._unmask)
        for row in self._substitutions:
            draft.put(row.find, _constant(row.put))
        return draft

    def _settle_characters(self, draft: _Draft) -> _Draft:
        pieces: list[str] = []
        origin: list[int] = []
        known = self._known
        for character, place in zip(draft.text, draft.origin, strict=True):
            new = known.get(character)
            if new is None:
                new = self._learn(character)
            if new:
                pieces.append(new)
                origin.extend([place] * len(new))
        return _Draft("".join(pieces), origin)

    def _learn(self, character: str) -> str:
        """What one character becomes; remembered, for there are few different ones."""
        new = _settled(character, self._characters)
        if len(self._known) < 20_000:
            self._known[character] = new
        return new

    def _unmask(self, match: re.Match[str]) -> str:
        word = match.group()
        plain = word.translate(_LEET) if re.search(r"[a-z]", word) else word
        if plain in self._masked:
            return plain
        if "*" in word and len(word.replace("*", "")) >= 2:
            shape = re.compile(word.replace("*", "[a-z]"))
            return next((known for known in self._masked if shape.fullmatch(known)), word)
        return word


def _constant(put: str) -> Callable[[re.Match[str]], str]:
    return lambda _match: put


def _settled(character: str, table: Mapping[str, str]) -> str:
    if character in "\n\t\r\v\f\x85\u2028\u2029":
        return "\n" if character in "\n\r\x85\u2028\u2029" else " "
    if quote := _QUOTES.get(character) or _DOUBLE_QUOTES.get(character):
        return quote
    if character in table:
        return table[character]
    if unicodedata.category(character) in ("Cf", "Cc", "Mn", "Me", "Cs", "Co", "Cn"):
        return ""
    wide = unicodedata.normalize("NFKC", character).casefold()
    return "".join(table.get(part, part) for part in wide)


def _joined_pattern(words: Sequence[str]) -> re.Pattern[str] | None:
    """The words with one to three separators allowed between their characters."""
    if not words:
        return None
    gap = f"[{SEPARATORS}]{{0,3}}"
    return re.compile("|".join(gap.join(map(re.escape, word)) for word in words))


_SPACES = re.compile(r"\s{2,}")
# A run of single Chinese characters with the same separators between them: 不 想 活 了.
_SPACED_CJK = re.compile(rf"(?<![{CJK}])[{CJK}](?:[ .·\-_*/~|+]{{1,2}}[{CJK}](?![{CJK}]))+")
_CJK_SPACE = re.compile(rf"(?<=([{CJK}])) (?=([{CJK}]))")
_SPACED_LETTERS = re.compile(
    r"(?<![a-z0-9])[a-z0-9](?:([ .\-_*])[a-z0-9])(?:\1[a-z0-9])+(?![a-z0-9])"
)
_DISGUISED = re.compile(
    r"(?<![a-z0-9])(?=[a-z0-9@$!|*]*[a-z])(?=[a-z0-9@$!|*]*[0-9@$!|*])[a-z0-9@$|*!]{3,12}(?![a-z0-9])"
)
_SEPARATOR = re.compile(f"[{SEPARATORS}]")


def _without_separators(text: str) -> str:
    return _SEPARATOR.sub("", text)


def _close_or_comma(match: re.Match[str]) -> str:
    """A space between Chinese words is a pause; beside a lone character it hides a word."""
    text, at = match.string, match.start()
    lone_before = at < 2 or not _is_cjk(text[at - 2])
    lone_after = at + 2 >= len(text) or not _is_cjk(text[at + 2])
    return "" if lone_before or lone_after else ","


def _is_cjk(character: str) -> bool:
    return "㐀" <= character <= "鿿" or "豈" <= character <= "\ufaff"


def _join_letters(match: re.Match[str]) -> str:
    joined = re.sub(r"[ .\-_*]", "", match.group())
    return joined if sum(c.isalpha() for c in joined) >= 3 else match.group()


# What a long text is searched for before it is read only in part.
_WORTH_READING = re.compile(
    "死|杀|殺|自残|自殘|割腕|跳楼|跳樓|不想活|活不下|遗书|遺書|安眠|了结|了結|解脱|解脫|轻生|輕生"
    "|砍|捅|强奸|強姦|打我|suicid|kill|want to die|end it|overdose|hurt myself|cut myself",
    re.IGNORECASE,
)


def _cut(text: str) -> _Draft:
    """The whole text, or of a long one the two ends and what stands around risk words."""
    if len(text) <= LONGEST:
        return _Draft(text, range(len(text)))
    third = LONGEST // 3
    kept = set(range(third)) | set(range(len(text) - third, len(text)))
    found = [match.start() for match in _WORTH_READING.finditer(text, third, len(text) - third)]
    step = max(1, len(found) // (third // 50) + 1)
    for place in found[::step]:
        kept.update(range(max(0, place - 25), min(len(text), place + 25)))
    places = sorted(kept)
    pieces: list[str] = []
    origin: list[int] = []
    previous = -1
    for place in places:
        if place != previous + 1:
            pieces.append("\n")
            origin.append(place)
        pieces.append(text[place])
        origin.append(place)
        previous = place
    return _Draft("".join(pieces), origin)
