"""What came of a model's acceptance: plain values that are kept, as JSON, with the model.

A report counts for one file, one computer and one version of the questions. It holds what the model
answered to the fixed questions and never a word of a person's. Knows no engine and no window.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

CRITERIA = ("loads", "speaks", "stops", "template", "identity", "safety")


class Outcome(StrEnum):
    """What follows from a criterion."""

    PASSED = "passed"
    TOLD = "told"
    REFUSED = "refused"


@dataclass(frozen=True)
class ProbeResult:
    """One question and its answer.

    Attributes:
        passed: nothing is wrong with it.
        found: what is: identity codes, rules of the guard, "leak", "language", "script".
        reason: why the reply ended, as `desktop.engine.base.Reason`.
    """

    name: str
    criterion: str
    passed: bool
    found: tuple[str, ...]
    reason: str
    tokens: int
    reply: str


@dataclass(frozen=True)
class Criterion:
    """One of CRITERIA.

    Attributes:
        code: of the sentence in assets/i18n/messages.toml that says what was found.
    """

    name: str
    outcome: Outcome
    code: str
    details: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class FileMark:
    """Which bytes were tried.

    Attributes:
        sha256: "" while it is not known.
    """

    name: str
    size: int
    sha256: str = ""


@dataclass(frozen=True)
class AcceptanceReport:
    """All of it.

    Attributes:
        model: id of the catalogue's entry, or the file's stem.
        table: version of the questions.
        app: version of Xinyu.
        machine: where it ran, see `desktop.chat.computer`.
        device: "CPU" or the GPU's own name; "" where it did not load.
        date: ISO, UTC.
        load_seconds, tokens_per_second: as measured meanwhile; 0 where there is nothing to measure.
    """

    model: str
    file: FileMark
    table: int
    app: str
    machine: str
    device: str
    date: str
    load_seconds: float
    tokens_per_second: float
    criteria: tuple[Criterion, ...]
    probes: tuple[ProbeResult, ...]

    @property
    def accepted(self) -> bool:
        """Whether the model may be talked with."""
        return all(one.outcome is not Outcome.REFUSED for one in self.criteria)

    @property
    def warned(self) -> bool:
        """It may, and there is something to know about it."""
        return self.accepted and any(one.outcome is Outcome.TOLD for one in self.criteria)

    def criterion(self, name: str) -> Criterion:
        """Raises LookupError for one that was not come to."""
        for one in self.criteria:
            if one.name == name:
                return one
        raise LookupError(name)


def report_to_mapping(report: AcceptanceReport) -> dict[str, Any]:
    """As JSON keeps it, with `accepted` for whoever reads it without this module."""
    return {"accepted": report.accepted, **asdict(report)}


def report_from_mapping(found: Mapping[str, Any]) -> AcceptanceReport:
    """Raises ValueError for anything that is no report."""
    try:
        raw = {name: value for name, value in found.items() if name != "accepted"}
        criteria = tuple(_criterion(one) for one in raw.pop("criteria"))
        probes = tuple(_probe(one) for one in raw.pop("probes"))
        mark = FileMark(**raw.pop("file"))
        report = AcceptanceReport(file=mark, criteria=criteria, probes=probes, **raw)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no acceptance report") from error
    if [one.name for one in criteria] != list(CRITERIA[: len(criteria)]) or not criteria:
        raise ValueError("no acceptance report")
    return report


def _criterion(raw: dict[str, Any]) -> Criterion:
    return Criterion(**{**raw, "outcome": Outcome(raw["outcome"])})


def _probe(raw: dict[str, Any]) -> ProbeResult:
    return ProbeResult(**{**raw, "found": tuple(raw["found"])})
