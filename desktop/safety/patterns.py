"""The small pattern language of the safety tables: regular expressions with three conveniences.

    {want}     one of the words of the list `want`
    …          at most ten characters of the same sentence;  …… at most forty
    (?<=a|bb)  "after one of these", also where the words differ in length (and (?<!...) for "not")

English patterns match whole words only. Knows nothing of tiers, kinds or texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

SHORT_GAP = r"[^.!?。;\n]{0,10}?"
LONG_GAP = r"[^.!?。;\n]{0,40}?"
_BEHIND = re.compile(r"\(\?<([=!])([^()]*\|[^()]*)\)")
_LIST = re.compile(r"\{([a-z_]+)\}")

WordLists = Mapping[str, Sequence[str]]


class PatternError(ValueError):
    """A pattern of a table that cannot be used; the message names it."""


def expand(pattern: str, words: WordLists) -> str:
    """The plain regular expression a pattern stands for."""
    for _ in range(4):  # lists may name lists
        pattern = _LIST.sub(lambda match: _alternatives(match.group(1), words), pattern)
    pattern = pattern.replace("……", LONG_GAP).replace("…", SHORT_GAP)
    return _BEHIND.sub(_behind, pattern)


def compile_any(patterns: Sequence[str], words: WordLists, whole_words: bool) -> re.Pattern[str]:
    """One regular expression for all of `patterns`."""
    joined = "|".join(f"(?:{expand(pattern, words)})" for pattern in patterns)
    if whole_words:
        joined = f"(?<![a-z])(?:{joined})(?![a-z])"
    try:
        return re.compile(joined)
    except re.error as error:
        raise PatternError(f"{error}: {joined[:120]}") from error


def _alternatives(name: str, words: WordLists) -> str:
    if name not in words:
        raise PatternError(f"no word list {name!r}")
    # The longest first, so that a word is not cut short by its own beginning.
    ordered = sorted(words[name], key=len, reverse=True)
    return "(?:" + "|".join(ordered) + ")"


def _behind(match: re.Match[str]) -> str:
    kind, words = match.groups()
    parts = [f"(?<{kind}{word})" for word in words.split("|")]
    return "(?:" + "|".join(parts) + ")" if kind == "=" else "".join(parts)
