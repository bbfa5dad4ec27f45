"""Plain counselling talk for the encoder's first training: guessing hidden words.

Client turns of SMILE (CC0), CPsyCounD (CC BY 4.0) and EmoLLM (MIT), the project's dialogues and its
tuned cases. Half of SMILE stays out: ordinary load is measured there. Reads no label and no scored
case.
"""

from __future__ import annotations

import json
import lzma
import random
import tarfile
from collections.abc import Iterator
from pathlib import Path

from trainer.errors import WorldError
from trainer.screen import cases, rows

SHORTEST, LONGEST = 4, 400
OWN_REPEATED = 6


def texts(shared: Path, assets: Path, most: int, seed: int) -> list[str]:
    """All texts in a fixed, shuffled order; of SMILE at most `most`."""
    corpora = shared / "corpora"
    try:
        found = rows.smile_turns(corpora / "smile.jsonl.xz", most, seed, measured=False, risky=True)
        found += list(_psycoun(corpora / "cpsycound.tar.xz"))
        found += list(_emollm(corpora / "emollm.tar.xz"))
    except (OSError, ValueError, KeyError, lzma.LZMAError, tarfile.TarError) as error:
        raise WorldError(f"a corpus under {corpora} cannot be read: {error!r}") from error
    own = rows.own_dialogues(assets / "dialogues", everyone=True)
    tuned = [case for case in cases.read_cases(assets / "safety" / "cases") if case.tuned]
    own += ["\n".join(rows.turns_of(case.text)) for case in tuned]
    found += own * OWN_REPEATED
    kept = [text.strip() for text in found if SHORTEST <= len(text.strip()) <= LONGEST]
    random.Random(seed).shuffle(kept)
    return kept


def _psycoun(path: Path) -> Iterator[str]:
    with tarfile.open(path) as archive:
        for member in sorted(archive.getmembers(), key=lambda member: member.name):
            stream = archive.extractfile(member) if member.isfile() else None
            for line in stream.read().decode("utf-8").splitlines() if stream else ():
                who, _, said = line.partition("：")
                if said and "咨询师" not in who:
                    yield said


def _emollm(path: Path) -> Iterator[str]:
    with tarfile.open(path) as archive:
        for member in sorted(archive.getmembers(), key=lambda member: member.name):
            stream = archive.extractfile(member) if member.name.endswith(".json") else None
            for dialogue in json.loads(stream.read()) if stream else ():
                for turn in dialogue.get("conversation", ()):
                    yield str(turn.get("input", ""))
