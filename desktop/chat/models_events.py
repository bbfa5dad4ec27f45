"""What the models page shows and is told, as small frozen values.

Types from below are handed on from here, so that the window needs no other package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop.chat.acceptance import Asked
from desktop.chat.acceptance_report import AcceptanceReport, Criterion, Outcome
from desktop.errors import XinyuError
from desktop.models.download import Offer
from desktop.models.events import Checking, DownloadEvent, Finished, Paused, Progress, Waiting
from desktop.models.events import Failed as DownloadFailed
from desktop.models.fit import Machine, Verdict
from desktop.models.shelf import Candidate

__all__ = [
    "AcceptanceReport",
    "Asked",
    "Candidate",
    "Changed",
    "Checking",
    "Criterion",
    "DownloadEvent",
    "DownloadFailed",
    "Downloading",
    "FileChoice",
    "Finished",
    "Found",
    "Machine",
    "ModelCard",
    "ModelsEvent",
    "ModelsView",
    "Offer",
    "Offered",
    "Outcome",
    "Paused",
    "Progress",
    "Reading",
    "Refused",
    "Seen",
    "TrialStopped",
    "Tried",
    "Trying",
    "Verdict",
    "Waiting",
]


@dataclass(frozen=True)
class FileChoice:
    """One file of a model that may be fetched.

    Attributes:
        quantisation: its technical name, for whoever asks.
        size: bytes; None where nobody knows before the source is asked.
    """

    quantisation: str
    file: str
    size: int | None
    verdict: Verdict


@dataclass(frozen=True)
class ModelCard:
    """One model of the page.

    Attributes:
        id: of the shelf for one that is here, else of the catalogue.
        name: by language.
        good_at: of "chat", "memory", "languages".
        files: what may be fetched of it, the smallest first; one for a model that is here.
        best: number of the file that suits this computer best.
        path: where it lies; None for one that is not here.
        state, origin: of the shelf; "" for one that is not here.
        report: what came of its trial on this computer, if there was one.
        have: bytes of it that arrived in a download that was not finished.
    """

    id: str
    name: Mapping[str, str]
    files: tuple[FileChoice, ...]
    best: int = 0
    maker: str = ""
    licence: str = ""
    base: str = ""
    repository: str = ""
    good_at: tuple[str, ...] = ()
    starter: bool = False
    writes_memory: bool = False
    path: Path | None = None
    state: str = ""
    origin: str = ""
    sha256: str = ""
    report: AcceptanceReport | None = None
    in_use: bool = False
    recommended: bool = False
    have: int = 0

    @property
    def file(self) -> FileChoice:
        return self.files[self.best]

    @property
    def is_here(self) -> bool:
        return self.path is not None


@dataclass(frozen=True)
class ModelsView:
    """Everything the page shows.

    Attributes:
        here, others: models on this computer, and those that could be fetched.
        folder: where new ones go.
        own_folder: it was chosen by somebody.
        endpoint, host: what was chosen ("official", "mirror" or an address), and whom it reaches.
        unfinished: downloads that were paused or cut off.
        told: what is to be said of the list itself.
    """

    here: tuple[ModelCard, ...]
    others: tuple[ModelCard, ...]
    machine: Machine
    folder: Path
    own_folder: bool
    endpoint: str
    host: str
    unfinished: tuple[Offer, ...] = ()
    told: tuple[XinyuError, ...] = ()


@dataclass(frozen=True)
class Seen:
    """The page as it is now."""

    view: ModelsView


@dataclass(frozen=True)
class Offered:
    """What a download would be; it begins with a yes to this."""

    offer: Offer
    host: str


@dataclass(frozen=True)
class Downloading:
    """Something happened in the download of a model of the catalogue."""

    entry: str
    event: DownloadEvent


@dataclass(frozen=True)
class Reading:
    """A file is being read or copied: "verify", "add" or "try"; bytes done and in all."""

    deed: str
    done: int
    total: int


@dataclass(frozen=True)
class Found:
    """A file that may be added."""

    candidate: Candidate


@dataclass(frozen=True)
class Changed:
    """A deed is done: "verify", "add", "remove", "discard", "folder", "endpoint"; or "stopped".

    Attributes:
        model: id of the shelf that it was done to; "" where there is none.
    """

    deed: str
    model: str = ""


@dataclass(frozen=True)
class Trying:
    """The trial of a model has come so far."""

    model: str
    step: Asked


@dataclass(frozen=True)
class Tried:
    """The trial of a model is over."""

    model: str
    path: Path
    starter: bool
    report: AcceptanceReport


@dataclass(frozen=True)
class TrialStopped:
    """The person ended it; nothing is kept."""

    model: str


@dataclass(frozen=True)
class Refused:
    """A deed failed: one of Changed's, "look", "ask", "inspect" or "try"."""

    deed: str
    error: XinyuError


ModelsEvent = (
    Seen
    | Offered
    | Downloading
    | Reading
    | Found
    | Changed
    | Trying
    | Tried
    | TrialStopped
    | Refused
)
