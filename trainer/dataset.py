"""A dataset folder: what `data build` leaves and what training and comparing read.

    train.jsonl   valid.jsonl   test.jsonl (optional)   manifest.json (last)

Each line is one Conversation as `trainer.conversation.to_line` writes it. A turn's weight is its
loss mask (0: read, never learned). Knows nothing of corpora, tokens or models.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from trainer import manifest
from trainer.conversation import Conversation, from_line, write_all
from trainer.errors import UsageError

Split = Literal["train", "valid", "test"]
STAGE = "data"
ROLES = ("user", "assistant")


def file_of(folder: Path, split: Split) -> Path:
    """Where a split's dialogues stand."""
    return folder / f"{split}.jsonl"


def write(
    folder: Path,
    splits: Mapping[Split, Iterable[Conversation]],
    *,
    inputs: Mapping[str, str],
    settings: Mapping[str, Any],
    figures: Mapping[str, Any],
    seed: int,
) -> dict[str, int]:
    """Write the splits and, last, the manifest; return how many dialogues each split has."""
    folder.mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {
        split: write_all(file_of(folder, split), talks) for split, talks in splits.items()
    }
    manifest.write(
        folder,
        STAGE,
        inputs=inputs,
        settings=settings,
        figures={**figures, "dialogues": counts},
        seed=seed,
    )
    return counts


def hashes(folder: Path) -> dict[str, str]:
    """The sha256 of every split of a finished folder, checked against its manifest.

    Raises UsageError when the folder is no finished dataset, UnfinishedError when it was changed.
    """
    if not folder.is_dir():
        raise UsageError(f"There is no dataset folder {folder}. Make one with xinyu-train data.")
    names = [file_of(folder, s).name for s in get_args(Split) if file_of(folder, s).is_file()]
    if "train.jsonl" not in names and "valid.jsonl" not in names:
        raise UsageError(f"{folder} is no dataset: it has neither train.jsonl nor valid.jsonl.")
    return manifest.verify(folder, names)


def read(folder: Path, split: Split) -> Iterator[Conversation]:
    """Yield the dialogues of a split.

    Raises UsageError for the first line that is not a conversation, with its number and why.
    """
    path = file_of(folder, split)
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                yield _conversation(line, f"{path.name}:{number}")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error


def read_all(folder: Path, split: Split) -> list[Conversation]:
    """A whole split; UsageError when it is empty."""
    found = list(read(folder, split))
    if not found:
        raise UsageError(f"{file_of(folder, split)} holds no dialogue.")
    return found


def _conversation(line: bytes, place: str) -> Conversation:
    try:
        made = from_line(line.decode("utf-8"))
        fault = _fault(made)
    except UnicodeDecodeError:
        fault = "is not UTF-8 text"
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        fault = f"is no conversation ({error!r})"
    if fault:
        raise UsageError(f"{place} {fault}. Nothing was read past it; build the dataset again.")
    return made


def _fault(talk: Conversation) -> str:
    """What is wrong with a conversation whose fields are all there; empty when nothing is."""
    if not talk.turns:
        return "has no turns"
    for turn in talk.turns:
        if turn.role not in ROLES:
            return f"has the unknown role {turn.role!r}"
        if not isinstance(turn.content, str) or not isinstance(turn.weight, int | float):
            return "has a turn whose content is no text or whose weight is no number"
        if not 0 <= turn.weight <= 1:
            return f"has a turn of weight {turn.weight}, not between 0 and 1"
        if any("\ud800" <= c <= "\udfff" for c in turn.content):
            return "holds half a character (a lone surrogate)"
    return ""
