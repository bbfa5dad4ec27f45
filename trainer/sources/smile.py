"""Reader of SMILE (Qiu et al. 2023, CC0): multi-turn dialogues expanded from forum questions.

One dialogue a line, {id, turns: [{role: client | counselor, content}]}, xz-compressed or plain.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trainer.conversation import Conversation, Role, Turn, settle
from trainer.errors import WorldError
from trainer.sources.reading import Reading, need

SOURCE, LICENCE = "smile", "CC0-1.0"
ROLES: dict[str, Role] = {"client": "user", "counselor": "assistant"}


def read(path: Path) -> Reading:
    """Read the whole file; WorldError when it is missing or damaged."""
    reading = Reading()
    for number, line in _lines(need(path)):
        try:
            reading.keep(_conversation(json.loads(line)), path.name, number)
        except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            reading.refuse(path.name, number, repr(error))
    return reading


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    opener = lzma.open if path.suffix == ".xz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as stream:
            yield from ((n, line) for n, line in enumerate(stream, 1) if line.strip())
    except (lzma.LZMAError, EOFError) as error:
        raise WorldError(f"{path.name} is not a readable xz file: {error}") from error


def _conversation(raw: Any) -> Conversation:
    turns = (Turn(ROLES[t["role"]], t["content"].strip()) for t in raw["turns"])
    return Conversation(str(raw["id"]), SOURCE, LICENCE, settle(turns))
