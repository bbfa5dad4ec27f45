"""What every reader returns: conversations, and by name what it could not read.

Knows nothing of any corpus. A reader never raises for one bad record; it raises WorldError only
when the corpus itself is missing or is no archive at all.
"""

from __future__ import annotations

import lzma
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from trainer.conversation import Conversation
from trainer.errors import WorldError


@dataclass(frozen=True)
class Unreadable:
    """A record that could not be read: file, line or item (1-based, 0 for the whole file), why."""

    file: str
    line: int
    why: str


@dataclass
class Reading:
    """The outcome of one reader. `records` counts everything met, readable or not."""

    conversations: list[Conversation] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)

    @property
    def records(self) -> int:
        return len(self.conversations) + len(self.unreadable)

    def keep(self, conversation: Conversation, file: str, line: int) -> None:
        """Add a conversation, or name it as unreadable when it holds no exchange."""
        if len(conversation.turns) < 2:
            self.refuse(file, line, "no exchange of a person and a counsellor")
        else:
            self.conversations.append(conversation)

    def refuse(self, file: str, line: int, why: str) -> None:
        """Name a record that could not be read."""
        self.unreadable.append(Unreadable(file, line, why))


def need(path: Path) -> Path:
    """The path itself, or WorldError when nothing is there."""
    if not path.exists():
        raise WorldError(
            f"The corpus {path.name} is not in {path.parent}. Give --corpora its folder."
        )
    return path


def members(path: Path, suffix: str) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of the files in a .tar.xz whose names end so, sorted by name."""
    try:
        with tarfile.open(need(path), "r:xz") as archive:
            chosen = [m for m in archive.getmembers() if m.isfile() and m.name.endswith(suffix)]
            for member in sorted(chosen, key=lambda m: m.name):
                stream = archive.extractfile(member)
                if stream is not None:
                    yield member.name.rsplit("/", 1)[-1], stream.read()
    except (tarfile.TarError, lzma.LZMAError, EOFError) as error:
        raise WorldError(f"{path.name} is not a readable .tar.xz archive: {error}") from error
