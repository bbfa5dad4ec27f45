"""What the way a process ended says: which signal, whether less memory would have helped.

Pure: numbers in, words out. POSIX tells a signal as a negative number, Windows an NTSTATUS.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass

_WINDOWS = {
    0xC000001D: "SIGILL",
    0xC0000005: "SIGSEGV",
    0xC0000409: "SIGABRT",
    0xC0000017: "SIGKILL",
    3: "SIGABRT",
}
# Exit statuses of our own worker: a fault of ours, a computation that llama.cpp gave up.
EXIT_FAULT, EXIT_COMPUTE = 70, 71


@dataclass(frozen=True)
class ExitCause:
    """How a process ended.

    Attributes:
        name: "SIGKILL", "exit 70", or "hung" where we ended it.
        status: as the system told it.
    """

    name: str
    status: int

    @property
    def illegal_instruction(self) -> bool:
        return self.name == "SIGILL"

    @property
    def surely_memory(self) -> bool:
        """llama.cpp aborts when the GPU has no memory left, and gives up computing."""
        return self.name == "SIGABRT" or self.status == EXIT_COMPUTE

    @property
    def perhaps_memory(self) -> bool:
        """The system kills who takes too much, but so may a person."""
        return self.surely_memory or self.name in ("SIGKILL", "SIGSEGV", "SIGBUS")


def exit_cause(status: int) -> ExitCause:
    """From `Popen.returncode`."""
    if status < 0:
        try:
            return ExitCause(signal.Signals(-status).name, status)
        except ValueError:
            return ExitCause(f"signal {-status}", status)
    return ExitCause(_WINDOWS.get(status & 0xFFFFFFFF, f"exit {status}"), status)
