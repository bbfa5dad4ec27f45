"""Does a model fit this machine, and which one is best for it? Pure: numbers in, a verdict out.

The reason is a code with numbers; the window and the terminal have the words. What was measured on
this machine goes before what is computed, and what cannot be known is said to be unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desktop.catalogue.listing import ModelEntry, Quantisation
from desktop.models.file_bytes import megabytes

WELL, SLOWLY, NOT, UNKNOWN = "well", "slowly", "not", "unknown"
# Room that stays for the system, the window and other programs.
MEMORY_MARGIN = 1_000_000_000
GPU_MARGIN = 512 * 1024 * 1024
DISK_MARGIN = 500_000_000
# Someone reads about five tokens a second; below one nobody waits.
READING_RATE, UNBEARABLE_RATE = 5.0, 1.0
# Weights that an ordinary computer reads a second, until one was measured: two channels of DDR4.
PLAIN_BYTES_PER_SECOND = 20_000_000_000
# A tiny model lives in the processor's caches: its speed says nothing about a large one.
SMALLEST_TELLING_SIZE = 200_000_000
CONTEXT = 4096


@dataclass(frozen=True)
class Measured:
    """A speed found on this machine.

    Attributes:
        tokens_per_second: of a reply.
        size: bytes of the file it was measured with.
    """

    tokens_per_second: float
    size: int


@dataclass(frozen=True)
class Machine:
    """What counts of a computer.

    Attributes:
        memory, free_memory: bytes.
        free_disk: bytes, where models are kept.
        gpu: its name; "" where llama.cpp can use none.
        gpu_free_memory: bytes.
        measured: a speed found here, if any.
    """

    memory: int
    free_memory: int
    free_disk: int
    gpu: str = ""
    gpu_free_memory: int = 0
    measured: Measured | None = None


@dataclass(frozen=True)
class Verdict:
    """How a file fits.

    Attributes:
        level: "well", "slowly", "not" or "unknown".
        reason: "gpu" or "memory" (well); "memory_tight", "speed" (slowly); "memory_small", "speed",
            "disk" (not); "size_unknown". Sentences: code "fit_" + level + "_" + reason.
        needed: bytes of memory at 4,096 tokens; of the disk for the reason "disk"; 0: not known.
        available: bytes there are of it.
        tokens_per_second: expected for a reply; 0: not known.
        guessed: that speed comes from an ordinary computer, not from this one.
    """

    level: str
    reason: str
    needed: int = 0
    available: int = 0
    tokens_per_second: float = 0.0
    guessed: bool = True

    @property
    def code(self) -> str:
        """Of the sentence for the person."""
        return f"fit_{self.level}_{self.reason}"

    @property
    def details(self) -> dict[str, str | int]:
        """What the sentence's placeholders are filled with."""
        return megabytes(self.needed, self.available)


@dataclass(frozen=True)
class Choice:
    """A model to recommend and why."""

    entry: ModelEntry
    quantisation: Quantisation
    verdict: Verdict


def fits(machine: Machine, entry: ModelEntry, file: Quantisation, *, here: bool = False) -> Verdict:
    """How this file of this model fits the machine.

    Args:
        here: it lies on the disk already, so no room is needed for it.
    """
    if file.size is None:
        return Verdict(UNKNOWN, "size_unknown")
    if not here and file.size + DISK_MARGIN > machine.free_disk:
        return Verdict(NOT, "disk", file.size + DISK_MARGIN, machine.free_disk)
    needed = entry.memory(file, CONTEXT) or file.size + file.size // 5
    if machine.gpu and needed + GPU_MARGIN <= machine.gpu_free_memory:
        return Verdict(WELL, "gpu", needed, machine.gpu_free_memory)
    return _on_processor(machine, needed, file.size)


def recommended(
    machine: Machine, listing: Iterable[ModelEntry], here: Iterable[tuple[str, str]] = ()
) -> Choice | None:
    """The one to take: the largest that fits well, else the most bearable, else the starter.

    Args:
        here: (entry, quantisation) of files that are on the disk already.
    """
    present = set(here)
    choices = [
        Choice(entry, file, fits(machine, entry, file, here=_is_here(entry, file, present)))
        for entry in listing
        for file in entry.quantisations
    ]
    well = [choice for choice in choices if choice.verdict.level == WELL]
    if any(not choice.entry.starter for choice in well):
        return max(well, key=lambda choice: choice.quantisation.size or 0)
    slowly = [choice for choice in choices if choice.verdict.level == SLOWLY]
    if slowly:
        return max(slowly, key=_bearable)
    return next((choice for choice in choices if choice.entry.starter), None)


def _bearable(choice: Choice) -> tuple[bool, int]:
    """Slow writing is borne better than a computer out of memory; of those, the smallest."""
    size = choice.quantisation.size or 0
    in_memory = choice.verdict.reason == "speed"
    return in_memory, size if in_memory else -size


def _is_here(entry: ModelEntry, file: Quantisation, present: set[tuple[str, str]]) -> bool:
    return entry.bundled or (entry.id, file.name) in present


def _on_processor(machine: Machine, needed: int, size: int) -> Verdict:
    rate, guessed = _rate(machine, size)
    if needed + MEMORY_MARGIN > machine.memory:
        return Verdict(NOT, "memory_small", needed, machine.memory, rate, guessed)
    if rate < UNBEARABLE_RATE:
        return Verdict(NOT, "speed", needed, machine.free_memory, rate, guessed)
    if needed + MEMORY_MARGIN > machine.free_memory:
        return Verdict(SLOWLY, "memory_tight", needed, machine.free_memory, rate, guessed)
    if rate < READING_RATE:
        return Verdict(SLOWLY, "speed", needed, machine.free_memory, rate, guessed)
    return Verdict(WELL, "memory", needed, machine.free_memory, rate, guessed)


def _rate(machine: Machine, size: int) -> tuple[float, bool]:
    """Tokens a second: every token reads all weights once, so speed goes with one over size."""
    found = machine.measured
    if found is not None and found.size >= SMALLEST_TELLING_SIZE:
        return found.tokens_per_second * found.size / size, False
    return PLAIN_BYTES_PER_SECOND / size, True
