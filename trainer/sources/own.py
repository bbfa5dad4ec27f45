"""Readers of what this project writes itself: assets/dialogues/*.jsonl and fixed short answers.

Parsing and rules live in `trainer.dialogues`; here the same lines become conversations. Every
counsellor turn has the verdict `own`, which no quality rule changes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from trainer import dialogues
from trainer.conversation import Conversation, Turn, settle
from trainer.sources.reading import Origin, Reading, Record, Unreadable, need

SOURCE, LICENCE, VERDICT = "own", "Apache-2.0", "own"
ANSWERS = "answers"


def read_answers(path: Path) -> Reading:
    """Read answers.toml: every question of a group with every answer, as short dialogues."""
    reading = Reading()
    for language, groups in tomllib.loads(need(path).read_text("utf-8")).items():
        for name, group in groups.items():
            pairs = product(group["questions"], group["answers"])
            for number, (question, answer) in enumerate(pairs, 1):
                turns = (Turn("user", question), Turn("assistant", answer, verdict=VERDICT))
                identity = f"answer-{language}-{name}-{number}"
                reading.keep(
                    Conversation(identity, SOURCE, LICENCE, turns, language, ANSWERS, 1.0),
                    path.name,
                    number,
                )
    return reading


def read(folder: Path) -> Reading:
    """Read every .jsonl file of the folder; a broken one is named with its broken line."""
    reading = Reading()
    for path in sorted(need(folder).glob("*.jsonl")):
        try:
            for number, dialogue in dialogues.read_dialogues(path):
                reading.keep(_conversation(dialogue), path.name, number)
        except ValueError as error:
            reading.refuse(path.name, 0, str(error))
    return reading


def stream(path: Path, origin: Origin) -> Iterator[tuple[Record, str, int]]:
    """The same dialogues one after the other; their source, licence and language are their own."""
    for file in sorted(need(path).glob("*.jsonl")):
        try:
            for number, dialogue in dialogues.read_dialogues(file):
                yield _conversation(dialogue), file.name, number
        except ValueError as error:
            yield Unreadable(file.name, 0, str(error)), file.name, 0
        origin.seen(file.stat().st_size)


def _conversation(dialogue: dialogues.Dialogue) -> Conversation:
    turns = (
        Turn("user", t.content)
        if t.role == "user"
        else Turn("assistant", t.content, verdict=VERDICT, strategy=t.strategy)
        for t in dialogue.turns
    )
    return Conversation(
        dialogue.id, SOURCE, LICENCE, settle(turns), dialogue.language, dialogue.topic, priority=1.0
    )
