"""The cases this project wrote, and which of them may be tuned on.

A risk row and its benign twin share a pair, and a pair is never torn apart: either both may be
looked at and trained on ("tuned"), or both only give the figures ("scored"). Which one a pair is
follows from its family, its number and a seed, so that adding cases moves none of the old ones.
"""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from trainer.errors import WorldError

SPLIT_SEED = 20261121
TIERS = ("T0", "T1", "T2", "T3", "T4")
KINDS = ("TP", "V", "A", "M", "P")
# Chinese pairs that were read before the rules were written, so they can only be tuned on.
READ_BEFORE = ("p001", "p002", "p003", "p004")
COLUMNS = ("id", "pair", "family", "lang", "expected", "text")


@dataclass(frozen=True)
class Case:
    """One message and what the screen should make of it.

    Attributes:
        tier: None where a row names only kinds, for then any tier is right.
        kinds: every one of them has to be found.
    """

    id: str
    pair: str
    family: str
    lang: str
    tier: int | None
    kinds: frozenset[str]
    text: str

    @property
    def tuned(self) -> bool:
        """Whether this row may be looked at and trained on."""
        if self.lang == "zh" and self.pair.rpartition("-")[2] in READ_BEFORE:
            return True
        key = f"{SPLIT_SEED}:{self.family}:{self.lang}:{self.pair}"
        return zlib.crc32(key.encode()) % 3 != 0


def read_cases(folder: Path) -> list[Case]:
    """All cases under `folder`, in the order of their files."""
    return [case for path in sorted(folder.rglob("*.tsv")) for case in read_file(path)]


def read_file(path: Path, pair_column: bool = True) -> list[Case]:
    """The cases of one tab-separated file; WorldError when a row cannot be read."""
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
        return [_case(row, pair_column) for row in rows]
    except (OSError, KeyError, ValueError, AttributeError) as error:
        raise WorldError(f"{path.name} is not a table of cases: {error!r}") from error


def _case(row: dict[str, str], pair_column: bool) -> Case:
    tier, kinds = expected(row["expected"])
    return Case(
        id=row["id"],
        pair=row["pair"] if pair_column else row["id"],
        family=row["family"],
        lang=row["lang"],
        tier=tier,
        kinds=kinds,
        text=row["text"].replace("\\n", "\n"),
    )


def expected(cell: str) -> tuple[int | None, frozenset[str]]:
    """Tier and kinds of a cell such as "T3", "A" or "T4+M"."""
    parts = cell.strip().split("+")
    unknown = [part for part in parts if part not in TIERS and part not in KINDS]
    if unknown:
        raise ValueError(cell)
    tiers = [TIERS.index(part) for part in parts if part in TIERS]
    return (max(tiers) if tiers else None, frozenset(part for part in parts if part in KINDS))


def tuned(cases: Iterable[Case]) -> Iterator[Case]:
    """The rows that may be looked at."""
    return (case for case in cases if case.tuned)


def scored(cases: Iterable[Case]) -> Iterator[Case]:
    """The rows that only give figures."""
    return (case for case in cases if not case.tuned)
