"""One stage of an export, for those who plan it and those who show it. Knows nothing else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    """Its name, the bytes it writes (0: none), the seconds it may take."""

    name: str
    size: int
    seconds: float
