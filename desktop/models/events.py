"""What happens in a download, as small frozen events; the window and the terminal show them."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.errors import XinyuError
from desktop.models.shelf import ShelvedModel


@dataclass(frozen=True)
class Progress:
    """Bytes have arrived.

    Attributes:
        have, size: bytes on the disk and in all.
        rate: bytes a second, smoothed; 0.0 at the beginning.
        seconds_left: at that rate; None: cannot be said yet.
        slow: below what would end within hours; said once in words ("download_slow").
    """

    have: int
    size: int
    rate: float = 0.0
    seconds_left: float | None = None
    slow: bool = False


@dataclass(frozen=True)
class Waiting:
    """The line was cut or the server asked to wait; it goes on by itself.

    Attributes:
        error: its sentence, "download_waiting" or "download_waiting_asked".
        seconds: until the next try.
        cause: the code that it would have been told with, had it ended here.
    """

    error: XinyuError
    seconds: float
    cause: str = ""


@dataclass(frozen=True)
class Checking:
    """All is here; the bytes on the disk are being held against their hash."""

    have: int
    size: int


@dataclass(frozen=True)
class Finished:
    """Verified and on the shelf. The last event."""

    model: ShelvedModel


@dataclass(frozen=True)
class Paused:
    """Stopped by the person; what is here stays and is gone on with later. The last event."""

    have: int
    size: int


@dataclass(frozen=True)
class Failed:
    """It ended; the error's sentence says what is safe and what to do. The last event.

    Attributes:
        resumable: what arrived is kept, and starting again goes on from there.
    """

    error: XinyuError
    resumable: bool


DownloadEvent = Progress | Waiting | Checking | Finished | Paused | Failed
