"""The one tree of errors a person may meet.

    XinyuError
    +-- UsageError        wrong arguments: exit 2
    +-- WorldError        the world failed, not we: a plain sentence, exit 1
        +-- ModelFileError    the model file is missing, damaged or of a kind we cannot run
        +-- EngineError       the engine process died, hangs, or could not do what was asked
        +-- StoreError        the data folder or the database cannot be used
        +-- VaultError        a profile stays locked: passphrase, recovery key, keys or keyring

An error carries a code and details, never a sentence: sentences in both languages stand in
assets/i18n/messages.toml and are made by `desktop.wording`. Anything that is not a XinyuError is a
fault of ours. Nothing here may know any other module.
"""

from __future__ import annotations


class XinyuError(Exception):
    """Base of every expected failure.

    Attributes:
        code: key of the sentence in assets/i18n/messages.toml, e.g. "model_missing".
        details: what the sentence's placeholders are filled with.
    """

    exit_status = 1

    def __init__(self, code: str, **details: str | int) -> None:
        super().__init__(code, details)
        self.code = code
        self.details: dict[str, str | int] = dict(details)

    def __str__(self) -> str:
        """For the log: the code and the details, no words a person typed."""
        shown = ", ".join(f"{name}={value}" for name, value in self.details.items())
        return f"{self.code}({shown})"


class UsageError(XinyuError):
    """The command line was used in a way it does not offer."""

    exit_status = 2


class WorldError(XinyuError):
    """Something outside the program failed."""


class ModelFileError(WorldError):
    """A model file that cannot be run: missing, truncated, not GGUF, unknown architecture."""


class EngineError(WorldError):
    """The engine process died, hangs, or refused what was asked."""


class StoreError(WorldError):
    """The data folder or its database cannot be used as it is."""


class VaultError(WorldError):
    """A profile cannot be unlocked, or its keys cannot be changed."""
