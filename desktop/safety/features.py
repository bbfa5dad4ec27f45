"""What the learned model sees of a settled text: hashed runs of characters, words, and rule names.

Pure numbers from text, the same on every machine and in training (the trainer asks the command
`xinyu screen --features` for them instead of having its own copy). Knows no tier and no weight.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

RUN_BUCKETS = 1 << 17
NAME_BUCKETS = 1 << 15
BUCKETS = RUN_BUCKETS + NAME_BUCKETS
LONGEST_RUN = 5
MOST_WORDS = 500
Indexes = NDArray[np.int64]
_WORD = re.compile(r"[a-z']+|:[a-z]+:|[0-9]+")
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_STEP = np.uint64(1_000_003)
_SHIFT = np.uint64(64 - 17)
_FOLD = np.uint64(29)


def indexes(text: str, names: Iterable[str]) -> Indexes:
    """The places of a text's features, each once, in order."""
    parts = [run for _, run in _runs(text)]
    parts.append(np.array([_word(word) for word in _words(text)], dtype=np.int64))
    parts.append(np.array([_named(name) for name in names], dtype=np.int64))
    return np.unique(np.concatenate(parts))


def described(text: str, names: Sequence[str]) -> dict[int, str]:
    """A feature's place and the words it stands for, for explanations."""
    found: dict[int, str] = {}
    padded = _padded(text)
    for length, run in _runs(text):
        for start, place in enumerate(run.tolist()):
            found[place] = padded[start : start + length]
    found |= {_word(word): word for word in _words(text)}
    return found | {_named(name): name for name in names}


def _padded(text: str) -> str:
    return f"\n{text}\n"


def _runs(text: str) -> Iterator[tuple[int, Indexes]]:
    """Runs of one to five characters, as places in the table."""
    codes = np.frombuffer(_padded(text).encode("utf-32-le", "replace"), dtype="<u4")
    wide = codes.astype(np.uint64)
    rolling = np.zeros_like(wide)
    for length in range(1, LONGEST_RUN + 1):
        if wide.size < length:
            return
        size = wide.size - length + 1
        rolling = rolling[:size] * _STEP + wide[length - 1 :] + np.uint64(1)
        mixed = (rolling + np.uint64(length)) * _MULTIPLIER
        mixed = (mixed ^ (mixed >> _FOLD)) * _MULTIPLIER
        yield length, (mixed >> _SHIFT).astype(np.int64)


def _words(text: str) -> Iterator[str]:
    """Words and neighbours of English writing, and emoji codes."""
    words = _WORD.findall(text)[:MOST_WORDS]
    for size in (1, 2, 3):
        for start in range(len(words) - size + 1):
            yield " ".join(words[start : start + size])


def _word(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "replace")) % RUN_BUCKETS


def _named(name: str) -> int:
    """What the rules found has its own places, so that runs of characters cannot drown it."""
    return RUN_BUCKETS + zlib.crc32(name.encode("utf-8", "replace")) % NAME_BUCKETS
