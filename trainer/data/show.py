"""`xinyu-train data show DIR`: page through a dataset in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from trainer import dataset, manifest
from trainer.conversation import Conversation
from trainer.dataset import Split
from trainer.errors import UsageError

PLAIN = 20
"""Dialogues printed where nobody can be asked for more."""
NAMES = {"user": "person", "assistant": "counsellor"}


def show(folder: Path, split: Split, source: str, containing: str, start: int) -> int:
    """Print the summary, then one dialogue after the other; returns the exit status."""
    if not folder.is_dir() or not manifest.is_finished(folder):
        raise UsageError(f"{folder} is no finished dataset. Make one with xinyu-train data build.")
    counts = manifest.read(folder).figures.get("dialogues", {})
    print(", ".join(f"{n:,} {name}" for name, n in counts.items()), flush=True)
    if not dataset.file_of(folder, split).is_file():
        raise UsageError(f"{folder} has no {split}.jsonl.")
    found = islice(_chosen(folder, split, source, containing), start - 1, None)
    asked = sys.stdin.isatty() and sys.stdout.isatty()
    shown = 0
    for talk in found if asked else islice(found, PLAIN):
        print(told(talk))
        shown += 1
        if asked and input("Enter: next, q: end ").strip().lower().startswith("q"):
            break
    if not shown:
        print("No dialogue is like that.")
    return 0


def _chosen(folder: Path, split: Split, source: str, containing: str) -> Iterator[Conversation]:
    for talk in dataset.read(folder, split):
        if source and talk.source != source:
            continue
        if containing and not any(containing in turn.content for turn in talk.turns):
            continue
        yield talk


def told(talk: Conversation) -> str:
    """One dialogue for a reader; strategies and weights other than 1 stand in brackets."""
    facts = (talk.source, talk.id, talk.topic, talk.licence, f"{len(talk.turns)} turns")
    lines = ["", " · ".join(str(fact) for fact in facts if fact)]
    if talk.system:
        lines.append(f"  system: {talk.system}")
    for turn in talk.turns:
        marks = [turn.strategy] if turn.strategy else []
        if turn.role == "assistant" and turn.weight != 1:
            marks.append(f"weight {turn.weight:g}")
        name = NAMES[turn.role] + (f" [{', '.join(marks)}]" if marks else "")
        lines.append(f"  {name}: {turn.content}")
    return "\n".join(lines)
