"""Reader of CPsyCounD (Zhang et al. 2024, CC BY 4.0): dialogues rebuilt from counselling reports.

One text file a dialogue; paragraphs that begin with 来访者： or 心理咨询师：; a paragraph without a
speaker continues the one before; a paragraph in brackets is a stage direction and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from trainer.conversation import Conversation, Turn
from trainer.sources.reading import Origin, Reading, Record, Unreadable, collect, members

SOURCE, LICENCE = "cpsycound", "CC-BY-4.0"
ORIGIN = Origin(SOURCE, LICENCE)
SPEAKER = re.compile(r"^(来访者|心理咨询师|咨询师)[:：]\s*(.*)$", re.DOTALL)
DIRECTION = re.compile(r"^[（(].*[）)]$", re.DOTALL)
PARAGRAPHS = re.compile(r"\n\s*\n")


def read(path: Path) -> Reading:
    """Read every text file of the archive; WorldError when it is missing or damaged."""
    return collect(stream(path, ORIGIN))


def stream(path: Path, origin: Origin) -> Iterator[tuple[Record, str, int]]:
    """One dialogue after the other, of an archive or a folder of text files."""
    for name, raw in members(path, ".txt", origin.seen):
        try:
            turns = tuple(_turns(raw.decode("utf-8-sig")))
        except UnicodeDecodeError as error:
            yield Unreadable(name, 0, f"not UTF-8 text (byte {error.start + 1})"), name, 0
            continue
        identity = name.removesuffix(".txt")
        made = Conversation(identity, origin.source, origin.licence, turns, origin.language)
        yield made, name, 0


def _turns(text: str) -> Iterator[Turn]:
    """Split one file into turns; neighbours of one speaker are joined later."""
    speaker = None
    for paragraph in map(str.strip, PARAGRAPHS.split(text)):
        if found := SPEAKER.match(paragraph):
            speaker, paragraph = found[1], found[2].strip()
        elif DIRECTION.match(paragraph):
            continue
        if speaker is not None:
            yield Turn("user" if speaker == "来访者" else "assistant", paragraph)
