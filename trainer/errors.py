"""What can go wrong while training, split by whose turn it is to act.

    TrainerError
    +-- UsageError        the command or the recipe is wrong: exit status 2
    +-- WorldError        a file, a folder or the machine is not as needed: exit status 1
        +-- UnfinishedError    a stage folder without a manifest, or not the one the manifest
        describes

Every message is one plain sentence that says what happened and what to do next.
"""

from __future__ import annotations


class TrainerError(Exception):
    """Base of everything this package raises on purpose."""

    exit_status = 1


class UsageError(TrainerError):
    """The command line or the recipe asks for something that cannot be."""

    exit_status = 2


class WorldError(TrainerError):
    """The world is not as needed: a missing corpus, a full disk, no GPU."""


class UnfinishedError(WorldError):
    """A stage folder that is incomplete or was changed after it was finished."""
