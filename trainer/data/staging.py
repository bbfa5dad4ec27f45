"""First pass: read every source, clean, and put what is left on disk with what choosing needs.

In memory stay about 40 bytes a dialogue; texts go to one file of lines, signatures to others.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from trainer.clean import SAMPLES, Filter, Ledger, apply
from trainer.conversation import Conversation, from_line, to_line
from trainer.data.sketches import Sketches
from trainer.duplicates import question_key, whole_text
from trainer.sources.reading import Record, Unreadable

KEY = 10
"""Chinese characters of the opener that tell a forum question."""
LEAST_OPENER = 12
"""Shorter first words, such as a greeting, tell no question."""
NAMED = 20
"""Unreadable records that are named; all are counted."""


@dataclass
class Account:
    """What became of every record, by source; `mended` counts what filters changed."""

    ledger: Ledger = field(default_factory=Ledger)
    records: Counter[str] = field(default_factory=Counter)
    unreadable: Counter[str] = field(default_factory=Counter)
    named: list[Unreadable] = field(default_factory=list)
    mended: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def refuse(self, source: str, record: Unreadable) -> None:
        """Count an unreadable record and name the first ones."""
        self.records[source] += 1
        self.unreadable[source] += 1
        if len(self.named) < NAMED:
            self.named.append(record)

    def note(self, source: str, what: str, count: int) -> None:
        """A filter mended something."""
        self.mended[source][what] += count

    def balanced(self) -> bool:
        """True when kept + dropped + unreadable = records, for every source."""
        return self.ledger.balanced() and all(
            self.ledger.read[source] + self.unreadable[source] == count
            for source, count in self.records.items()
        )

    def figures(self) -> dict[str, Any]:
        """Everything counted, for the report."""
        ledger = self.ledger
        return {
            "records": dict(self.records),
            "unreadable": dict(self.unreadable),
            "unreadable_named": [asdict(u) for u in self.named],
            "read": dict(ledger.read),
            "kept": dict(ledger.kept),
            "dropped": {s: dict(r) for s, r in ledger.dropped.items()},
            "mended": {s: dict(r) for s, r in self.mended.items()},
            "samples": {reason: rows[:SAMPLES] for reason, rows in ledger.samples.items()},
        }


class Staged:
    """Cleaned dialogues on disk, numbered from 0, and what choosing needs to know of each."""

    def __init__(self, folder: Path) -> None:
        self._stream = (folder / "staged.jsonl").open("w+b")
        self.whole, self.openers = Sketches(folder, "whole"), Sketches(folder, "openers")
        self.names: dict[str, int] = {}
        self.strata: dict[tuple[str, str | None], int] = {}
        self.origin, self.source, self.stratum = array("H"), array("H"), array("I")
        self.question, self.key, self.opener = array("Q"), array("Q"), array("I")
        self.origins: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.source)

    def add(self, conversation: Conversation, origin: str) -> None:
        """Remember one dialogue of the recipe's source `origin`."""
        number = len(self)
        source, names = conversation.source, self.names
        self._stream.write(to_line(conversation).encode() + b"\n")
        self.source.append(names.setdefault(source, len(names)))
        self.origin.append(self.origins.setdefault(origin, len(self.origins)))
        stratum = (origin, conversation.topic)
        self.stratum.append(self.strata.setdefault(stratum, len(self.strata)))
        question = conversation.question
        self.question.append(_hash(f"{source}\0{question}") if question else 0)
        key = question_key(conversation, KEY)
        self.key.append(_hash(key) if len(key) == KEY else 0)
        self.whole.add(whole_text(conversation))
        if len(conversation.turns[0].content) >= LEAST_OPENER:
            self.openers.add(conversation.turns[0].content)
            self.opener.append(number)

    def __iter__(self) -> Iterator[Conversation]:
        self._stream.flush()
        self._stream.seek(0)
        for line in self._stream:
            yield from_line(line.decode())

    def close(self) -> None:
        """Remove what stands on disk."""
        with suppress(OSError):  # a full disk: what waits to be written is not needed
            self._stream.close()
        Path(self._stream.name).unlink(missing_ok=True)
        self.whole.close()
        self.openers.close()


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little") | 1


def stage(
    records: Iterator[tuple[Record, str, int]],
    origin: str,
    steps: tuple[Filter, ...],
    staged: Staged,
    account: Account,
    tick: Callable[[], None],
) -> int:
    """Read one source to its end; returns how many records there were."""
    count = 0
    for record, _, _ in records:
        count += 1
        tick()
        if isinstance(record, Unreadable):
            account.refuse(origin, record)
            continue
        account.records[record.source] += 1
        account.ledger.read[record.source] += 1
        outcome = _whole(record) or apply(record, steps)
        if isinstance(outcome, str):
            account.ledger.drop(record, outcome)
        else:
            staged.add(outcome, origin)
    return count


def _whole(conversation: Conversation) -> str | None:
    """Half a character (a lone surrogate from a bad escape) can be written by no file."""
    torn = any("\ud800" <= c <= "\udfff" for t in conversation.turns for c in t.content)
    return "half a character" if torn else None
