"""Reader of EmoLLM's published conversations (SmartFlowAI, MIT): system-input-output JSON.

Three files are read: `data` (plain counsellor), `aiwei` and `tiangou` (personas that use emoji).
The self-recognition file is not read: it teaches another product's name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from trainer.conversation import Conversation, Turn, settle
from trainer.sources.reading import Reading, members

SOURCE, LICENCE = "emollm", "MIT"
FILES = ("aiwei.json", "data.json", "tiangou.json")


def read(path: Path) -> Reading:
    """Read the three files of the archive; WorldError when it is missing or damaged."""
    reading = Reading()
    for name, raw in members(path, ".json"):
        if name in FILES:
            _read_file(name, raw, reading)
    return reading


def _read_file(name: str, raw: bytes, reading: Reading) -> None:
    try:
        items = json.loads(raw)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        reading.refuse(name, 0, repr(error))
        return
    stem = name.removesuffix(".json")
    for number, item in enumerate(items, 1):
        try:
            turns = settle(_turns(item))
        except (KeyError, TypeError, AttributeError) as error:
            reading.refuse(name, number, repr(error))
            continue
        identity = f"{stem}-{number}"
        reading.keep(Conversation(identity, f"{SOURCE}_{stem}", LICENCE, turns), name, number)


def _turns(item: Mapping[str, Any]) -> Iterator[Turn]:
    for exchange in item["conversation"]:
        yield Turn("user", (exchange.get("input") or "").strip())
        yield Turn("assistant", (exchange.get("output") or "").strip())
