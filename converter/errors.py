"""What can go wrong in a conversion, in the words the person at the terminal reads.

Must not know any stage: a stage raises one of these, `cli` prints it and exits with its code.

    ConverterError            exit 1: the world failed; one plain sentence
    |-- InputError            exit 2: what was given cannot be converted as it is; reason and remedy
    |-- EngineError           exit 1: llama.cpp would not load, quantise or compute
    `-- ProofError            exit 1: the file was made but is not equal to its source
"""

from __future__ import annotations


class ConverterError(Exception):
    """The world failed. `str(error)` is one sentence for a person."""

    exit_code = 1


class InputError(ConverterError):
    """The folder, file or option given cannot be used; says why and what to do instead."""

    exit_code = 2

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason = reason
        self.remedy = remedy


class EngineError(ConverterError):
    """llama.cpp reported a failure; the sentence carries its last error line."""


class ProofError(ConverterError):
    """A check that decides was missed, so nothing is handed on."""
