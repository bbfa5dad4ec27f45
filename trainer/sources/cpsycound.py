"""Reader of CPsyCounD (Zhang et al. 2024, CC BY 4.0): dialogues rebuilt from counselling reports.

One text file a dialogue; paragraphs that begin with 来访者： or 心理咨询师：; a paragraph without a
speaker continues the one before; a paragraph in brackets is a stage direction and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from trainer.conversation import Conversation, Turn, settle
from trainer.sources.reading import Reading, members

SOURCE, LICENCE = "cpsycound", "CC-BY-4.0"
SPEAKER = re.compile(r"^(来访者|心理咨询师|咨询师)[:：]\s*(.*)$", re.DOTALL)
DIRECTION = re.compile(r"^[（(].*[）)]$", re.DOTALL)
PARAGRAPHS = re.compile(r"\n\s*\n")


def read(path: Path) -> Reading:
    """Read every text file of the archive; WorldError when it is missing or damaged."""
    reading = Reading()
    for name, raw in members(path, ".txt"):
        try:
            turns = settle(_turns(raw.decode("utf-8")))
        except UnicodeDecodeError as error:
            reading.refuse(name, 0, repr(error))
            continue
        identity = name.removesuffix(".txt")
        reading.keep(Conversation(identity, SOURCE, LICENCE, turns), name, 0)
    return reading


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
