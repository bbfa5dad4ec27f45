"""What the learned part of the screen is trained on: turns, and what each judgement should say.

PsyGUARD's valid split (MIT), the tuned part of the project's own cases, and ordinary talk (the
person's turns of the project's dialogues and of SMILE, CC0) as quiet examples. A judgement that a
label leaves open is None and is not trained on that row. Never reads a scored case.
"""

from __future__ import annotations

import json
import lzma
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.errors import WorldError
from trainer.screen.cases import KINDS, Case, expected

HEADS = ("T1", "T2", "T3", "T4", *KINDS)
ORDINARY_WEIGHT = 0.5
GUARD_WEIGHT = 2.0
UNRELATED = "与自杀/自伤/攻击行为无关"
POSITIVE = (
    "自杀未遂", "自杀准备行为", "自杀计划", "主动自杀意图", "被动自杀意图", "自伤行为", "自伤意图",
)  # fmt: skip
HIGH = POSITIVE[:4]
# Words that may be about dying: such turns of public dialogues are not taken as ordinary talk.
RISK_WORDS = re.compile(
    "死|杀|残|割|跳楼|活|轻生|遗|安眠|解脱|消失|结束|绝望|打我|家暴|强奸|侵犯|骚扰|威胁|声音|监视|离开这个|崩溃"
)
_BRACKETED = re.compile(r"^\[[^\[\]]*\]")

Labels = dict[str, bool | None]


@dataclass(frozen=True)
class Row:
    """One example.

    Attributes:
        turns: the person's turns, the last one is judged.
        group: rows of one group are never on both sides of a split.
    """

    turns: tuple[str, ...]
    labels: tuple[bool | None, ...]
    group: str
    source: str
    weight: float = 1.0


@dataclass(frozen=True)
class GuardRow:
    """One message of PsyGUARD."""

    text: str
    labels: frozenset[str]
    source: str

    @property
    def is_risk(self) -> bool:
        return bool(self.labels & set(POSITIVE))

    @property
    def is_high(self) -> bool:
        return bool(self.labels & set(HIGH))

    @property
    def is_unrelated(self) -> bool:
        return self.labels == {UNRELATED}


def language(turns: Iterable[str]) -> str:
    """ "en" where Latin letters outnumber Chinese characters; the app counts in the same way."""
    text = "".join(turns)
    latin = sum("a" <= c <= "z" for c in text.casefold())
    return "en" if latin > sum(c >= "㐀" for c in text) else "zh"


def turns_of(text: str) -> tuple[str, ...]:
    """A case's text: earlier turns stand in brackets in front."""
    turns = []
    while match := _BRACKETED.match(text):
        turns.append(match.group()[1:-1].strip())
        text = text[match.end() :].lstrip()
    return (*turns, text) if text or not turns else tuple(turns)


def from_case(case: Case) -> Row:
    """A case of the project; a row that names only kinds leaves the tiers open."""
    labels: Labels = dict.fromkeys(HEADS)
    for step in range(1, 5):
        if case.tier is not None:
            labels[f"T{step}"] = case.tier >= step
    for kind in KINDS:
        labels[kind] = kind in case.kinds
    return Row(turns_of(case.text), _ordered(labels), case.pair, "cases")


def from_guard(number: int, row: GuardRow) -> Row:
    """A message of PsyGUARD; its labels say little about time and nothing about most kinds."""
    labels: Labels = dict.fromkeys(HEADS)
    labels |= _guard_tiers(row.labels)
    if row.is_unrelated:
        labels |= dict.fromkeys(("T1", "T2", "T3", "T4", "V", "TP"), False)
    if "用户攻击行为" in row.labels:
        labels["V"] = True
    return Row((row.text,), _ordered(labels), f"guard-{number}", "psyguard", GUARD_WEIGHT)


def _guard_tiers(names: frozenset[str]) -> Labels:
    if names & {"自杀未遂", "自杀准备行为", "自杀计划"}:
        return {"T1": True, "T2": True, "T3": True}
    if names & {"主动自杀意图", "自伤行为", "自伤意图"}:
        return {"T1": True, "T2": True, "T3": None, "T4": False}
    if "被动自杀意图" in names:
        return {"T1": True, "T3": False, "T4": False}
    return {"T4": False}


def _ordered(labels: Labels) -> tuple[bool | None, ...]:
    return tuple(labels[head] for head in HEADS)


def plain(path: Path) -> list[Row]:
    """Plain sentences written for training alone; they give no figure."""
    lines = path.read_text("utf-8").splitlines()[1:]
    found = []
    for number, line in enumerate(lines):
        cell, _, text = line.partition("\t")
        tier, kinds = expected(cell)
        name = f"plain-{number}"
        case = Case(name, name, "plain", "", tier, kinds, text)
        found.append(from_case(case))
    return found


def read_guard(path: Path) -> list[GuardRow]:
    """PsyGUARD's valid split, packed with xz."""
    try:
        raw: list[dict[str, Any]] = json.loads(lzma.decompress(path.read_bytes()))
        return [GuardRow(r["text"], frozenset(r["labels"]), r["data_source"]) for r in raw]
    except (OSError, ValueError, KeyError, lzma.LZMAError) as error:
        raise WorldError(f"{path.name} is not PsyGUARD's valid split: {error!r}") from error


def ordinary(texts: Iterable[str], source: str) -> Iterator[Row]:
    """Turns without risk words, as examples of nothing to notice."""
    for text in texts:
        if text.strip() and not RISK_WORDS.search(text):
            labels = tuple(False for _ in HEADS)
            yield Row((text,), labels, f"{source}-{text[:20]}", source, ORDINARY_WEIGHT)


def own_dialogues(folder: Path, everyone: bool = False) -> list[str]:
    """The person's turns of the project's dialogues, or everyone's."""
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            turns = json.loads(line)["turns"] if line.strip() else []
            found += [turn["content"] for turn in turns if everyone or turn["role"] == "user"]
    return found


def smile_turns(
    path: Path, count: int, seed: int, measured: bool, risky: bool = False
) -> list[str]:
    """Client turns of SMILE; those that are measured come from other dialogues than the trained."""
    excluded = set(json.loads((path.parent / "smile_exclude.json").read_text("utf-8"))["ids"])
    found: list[str] = []
    with lzma.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            dialogue = json.loads(line)
            if dialogue["id"] in excluded or (dialogue["id"] % 2 == 0) != measured:
                continue
            turns = (turn["content"] for turn in dialogue["turns"] if turn["role"] == "client")
            found += [turn for turn in turns if risky or not RISK_WORDS.search(turn)]
            if len(found) > 20 * count:
                break
    return random.Random(seed).sample(found, min(count, len(found)))
