"""What the app and its fetching process say to each other: JSON lines over pipes.

One order goes in, reports come out until one that ends it. Every line is checked field by field;
what is not a report is skipped. The token goes through this pipe alone: a command line or an
environment could be read by other programs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

LONGEST_LINE = 64 * 1024


@dataclass(frozen=True)
class Order:
    """What is to be done.

    Attributes:
        deed: "ask" (learn size, commit and hash; no part of the file is fetched) or "fetch".
        endpoint: address of the hub.
        token: for that endpoint, or "".
        repository, file, revision: what; "" is the newest revision, only for "ask".
        part: where the bytes go; a file that is there is gone on with.
        size, sha256: what was learned by asking; "" where the hub tells no hash.
        patience: seconds of the first wait after a cut; later ones are longer.
    """

    deed: str
    endpoint: str
    repository: str
    file: str
    revision: str = ""
    token: str = field(default="", repr=False)
    part: str = ""
    size: int = 0
    sha256: str = ""
    patience: float = 1.0


@dataclass(frozen=True)
class Offered:
    """The hub's word: the commit, bytes, and the hash of the whole file ("" where it has none)."""

    revision: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Got:
    """So many bytes are on the disk."""

    have: int
    size: int


@dataclass(frozen=True)
class Held:
    """Nothing comes for a moment: why, and for how many seconds."""

    code: str
    seconds: float
    details: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Hashing:
    """The finished file is read again; so far so many bytes of it."""

    have: int
    size: int


@dataclass(frozen=True)
class Fetched:
    """All bytes are there and right; the hash of what lies on the disk. Ends the order."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Refused:
    """It failed; the code of its sentence. Ends the order."""

    code: str
    resumable: bool
    details: Mapping[str, str | int] = field(default_factory=dict)


Report = Offered | Got | Held | Hashing | Fetched | Refused
_KINDS = {kind.__name__: kind for kind in (Offered, Got, Held, Hashing, Fetched, Refused)}


def write_line(message: Order | Report) -> str:
    """One ASCII line with its newline."""
    return json.dumps({"kind": type(message).__name__, **asdict(message)}) + "\n"


def read_order(line: str) -> Order:
    """Raises ValueError or TypeError."""
    raw = json.loads(line)
    if raw.pop("kind", "") != "Order":
        raise ValueError("order")
    return Order(**raw)


def read_report(line: bytes) -> Report | None:
    """The report of a line; None for what is none."""
    try:
        raw = json.loads(line)
        kind = _KINDS[raw.pop("kind")]
        report = kind(**raw)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return report if _well_formed(asdict(report)) else None


def _well_formed(values: Mapping[str, Any]) -> bool:
    """Fields of one name have one type, whatever the kind."""
    whole = all(type(values.get(name, 0)) is int for name in ("have", "size"))
    words = all(isinstance(values.get(name, ""), str) for name in ("code", "sha256", "revision"))
    rest = isinstance(values.get("seconds", 0.0), int | float) and isinstance(
        values.get("details", {}), dict
    )
    return whole and words and rest
