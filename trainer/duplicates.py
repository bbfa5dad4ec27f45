"""Near-duplicates by MinHash (datasketch): inside the training set and against held-out dialogues.

Shingles are runs of characters, hashed here with numpy so that sixty thousand dialogues take about
a minute. Knows nothing of cleaning rules; the caller counts what `Finder` reports.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from datasketch import MinHash, MinHashLSH

from trainer.conversation import Conversation

NOT_CHINESE = re.compile("[^\u4e00-\u9fff]")
GREETING = re.compile("^(老师|你好|您好|医生|咨询师|心理|我|最近|请问|想问)+")
MULTIPLIER = np.uint32(0x01000193)


@dataclass(frozen=True)
class Thresholds:
    """The [near_duplicates] table of cleaning.toml: Jaccard indices, shingle and key lengths."""

    shingle: int
    permutations: int
    dialogue: float
    heldout_dialogue: float
    heldout_opener: float
    question_key: int


def load_thresholds(path: Path) -> Thresholds:
    """Read the thresholds from cleaning.toml."""
    return Thresholds(**tomllib.loads(path.read_text("utf-8"))["near_duplicates"])


def shingles(text: str, length: int) -> npt.NDArray[np.uint32]:
    """Different hashes of all runs of `length` characters; a shorter text is one run."""
    points = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    size = max(1, len(points) - length + 1)
    hashes = np.full(size, 0x811C9DC5, dtype=np.uint32)
    for offset in range(min(length, len(points))):
        hashes = (hashes ^ points[offset : offset + size]) * MULTIPLIER
    return np.unique(hashes ^ (hashes >> np.uint32(15)))


def signature(text: str, thresholds: Thresholds) -> MinHash:
    """MinHash of a text's shingles."""
    made = MinHash(num_perm=thresholds.permutations, hashfunc=int)
    made.update_batch(shingles(text, thresholds.shingle).tolist())
    return made


def question_key(conversation: Conversation, length: int) -> str:
    """The first Chinese characters of the opener, which dialogues of one forum question share."""
    letters = NOT_CHINESE.sub("", conversation.turns[0].content)
    return GREETING.sub("", letters)[:length]


def whole_text(conversation: Conversation) -> str:
    """All utterances joined."""
    return "\n".join(turn.content for turn in conversation.turns)


class Index:
    """Signatures by number; the hash tables' candidates are confirmed by estimated Jaccard."""

    def __init__(self, threshold: float, permutations: int) -> None:
        self._threshold = threshold
        self._tables = MinHashLSH(threshold, permutations)
        self._signatures: list[MinHash] = []

    def add(self, made: MinHash) -> None:
        """Remember a signature."""
        self._tables.insert(len(self._signatures), made)
        self._signatures.append(made)

    def knows(self, made: MinHash) -> bool:
        """True when a remembered signature is at least as near as the threshold."""
        near = (self._signatures[number] for number in self._tables.query(made))
        return any(made.jaccard(other) >= self._threshold for other in near)


class Finder:
    """Says why a conversation must leave because of one met before, or nothing.

    Held-out dialogues are given first; every conversation that stays is remembered.
    """

    def __init__(self, thresholds: Thresholds, heldout: Iterable[Conversation]) -> None:
        self._thresholds = thresholds
        permutations = thresholds.permutations
        self._seen = Index(thresholds.dialogue, permutations)
        self._heldout = Index(thresholds.heldout_dialogue, permutations)
        self._openers = Index(thresholds.heldout_opener, permutations)
        self._keys: set[str] = set()
        for conversation in heldout:
            self._heldout.add(signature(whole_text(conversation), thresholds))
            self._openers.add(signature(conversation.turns[0].content, thresholds))
            self._keys.add(question_key(conversation, thresholds.question_key))

    def reason(self, conversation: Conversation) -> str | None:
        """Why the conversation must leave; None remembers it and lets it stay."""
        length = self._thresholds.question_key
        key = question_key(conversation, length)
        if len(key) == length and key in self._keys:
            return "question of a held-out dialogue"
        if self._openers.knows(signature(conversation.turns[0].content, self._thresholds)):
            return "opener near a held-out one"
        whole = signature(whole_text(conversation), self._thresholds)
        if self._heldout.knows(whole):
            return "near a held-out dialogue"
        if self._seen.knows(whole):
            return "near-duplicate"
        self._seen.add(whole)
        return None
