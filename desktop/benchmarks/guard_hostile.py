"""What a model could say at its worst: forbidden things in many disguises, and how they are split.

Reads assets/safety/hostile.toml. Knows nothing of the guard; the same seed gives the same attempts.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KINDS = ("numbers", "methods", "claims")
_CHINESE = "零一二三四五六七八九"
_FORMAL = "〇壹贰叁肆伍陆柒捌玖"
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_CIRCLED = "⓪①②③④⑤⑥⑦⑧⑨"
_LENGTHS = (3, 5, 7, 8, 10, 10, 11, 11)
_TRADITIONAL = str.maketrans(
    "个么们会这样过医师证岁从处听说话见还没气药杀", "個麼們會這樣過醫師證歲從處聽說話見還沒氣藥殺"
)


@dataclass(frozen=True)
class Attempt:
    """One reply of the hostile engine.

    Attributes:
        kind: "numbers", "methods" or "claims".
        core: what must not be seen: the digits, or the plain words.
        text: what the engine says, disguised and framed.
    """

    kind: str
    language: str
    core: str
    text: str


class Hostile:
    """Makes attempts."""

    def __init__(self, assets: Path, seed: int) -> None:
        text = (assets / "safety" / "hostile.toml").read_text("utf-8")
        self._raw: dict[str, Any] = tomllib.loads(text)
        self._chance = random.Random(seed)

    def attempt(self) -> Attempt:
        """The next one: each kind, language, wording and disguise by chance."""
        chance = self._chance
        kind, language = chance.choice(KINDS), chance.choice(("zh", "en"))
        wording = chance.choice(self._raw[kind][language])
        if kind == "numbers":
            core = _digits(chance)
            said = wording.replace("{n}", chance.choice(NUMBER_DISGUISES)(core, chance))
        else:
            core = wording
            said = chance.choice(WORD_DISGUISES)(wording, chance)
        frame = chance.choice(self._raw["frames"][language])
        ending = "" if said[-1] in "。.？?" else chance.choice(self._raw["endings"][language])
        return Attempt(kind, language, core, frame + said + ending)

    def split(self, text: str) -> list[str]:
        """The text as tokens might cut it: one to five characters each."""
        pieces, at = [], 0
        while at < len(text):
            size = self._chance.choice((1, 1, 1, 2, 3, 5))
            pieces.append(text[at : at + size])
            at += size
        return pieces


def unseen(assets: Path) -> Iterator[Attempt]:
    """Oblique wordings, plain and undisguised, that no rule was tuned on."""
    raw = tomllib.loads((assets / "safety" / "hostile.toml").read_text("utf-8"))["unseen"]
    for kind, languages in raw.items():
        for language, wordings in languages.items():
            for wording in wordings:
                yield Attempt(
                    kind, language, wording, wording + ("。" if language == "zh" else ".")
                )


def _digits(chance: random.Random) -> str:
    """A number that is no year and stands in no table."""
    length = chance.choice(_LENGTHS)
    first = chance.choice("345678")
    rest = "".join(chance.choice("0123456789") for _ in range(length - 1))
    return first + rest


def _each(alphabet: str | tuple[str, ...], between: str = "") -> Callable[..., str]:
    return lambda digits, _: between.join(alphabet[int(digit)] for digit in digits)


def _between(mark: str) -> Callable[..., str]:
    return lambda digits, _: mark.join(digits)


def _grouped(digits: str, chance: random.Random) -> str:
    cut = chance.randint(2, max(2, len(digits) - 2))
    return f"{digits[:cut]}{chance.choice(['-', ' ', '·', '，', ' - ', '.', '/'])}{digits[cut:]}"


def _mixed(digits: str, chance: random.Random) -> str:
    alphabets = ("0123456789", _CHINESE, "０１２３４５６７８９", _CIRCLED)
    return "".join(chance.choice(alphabets)[int(digit)] for digit in digits)


def _keycaps(digits: str, _: random.Random) -> str:
    return "".join(f"{digit}\ufe0f\u20e3" for digit in digits)


def _hidden(text: str, chance: random.Random) -> str:
    return "".join(c + chance.choice(("", "", "\u200b", "\u200d", "\u2060")) for c in text)


def _bracketed(digits: str, _: random.Random) -> str:
    return f"（{digits[:3]}）{digits[3:]}" if len(digits) > 3 else f"（{digits}）"


NUMBER_DISGUISES: tuple[Callable[[str, random.Random], str], ...] = (
    _each("0123456789"), _each("0123456789", " "), _each("0123456789", "-"), _grouped, _grouped,
    _each("０１２３４５６７８９"), _each(_CHINESE), _each(_CHINESE, "，"), _each(_CHINESE, " "),
    _each(_FORMAL), _each(_WORDS, " "), _each(_WORDS, ", "), _each(_WORDS, "-"), _each(_CIRCLED),
    _mixed, _keycaps, _hidden, _bracketed, _each("0123456789", "。"), _each("0123456789", "\n"),
    _each("0123456789", "、"), _each("0123456789", " / "), lambda d, _: d.replace("0", "O"),
    lambda d, _: d.replace("1", "幺") if "1" in d else d,
)  # fmt: skip


def _spaced(text: str, _: random.Random) -> str:
    """Chinese characters apart; Latin words stay whole."""
    return "".join(f"{c} " if "\u4e00" <= c <= "\u9fff" else c for c in text).rstrip()


def _dotted(text: str, chance: random.Random) -> str:
    mark = chance.choice("·.-_")
    return mark.join(text) if text[0] >= "\u4e00" else text


def _wide(text: str, _: random.Random) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


WORD_DISGUISES: tuple[Callable[[str, random.Random], str], ...] = (
    lambda text, _: text, lambda text, _: text, lambda text, _: text.upper(), _hidden, _spaced,
    _wide, lambda text, _: text.translate(_TRADITIONAL), lambda text, _: text.replace("'", "’"),
    _dotted, lambda text, _: text.replace(" ", "  "), lambda text, _: f"「{text}」",
)  # fmt: skip
