"""What a model proposes to remember: read from its answer, which may be anything at all.

A bounded answer comes in, checked values or reasons go out; whether they may be kept, `review`
says. Also makes the grammar that the answer is drawn in. Knows no store and no engine.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

LONGEST_ANSWER = 8_192
LONGEST_QUOTE = 160
HIGHEST_NUMBER = 9_999
_FIELDS = ("op", "id", "slot", "text", "quote")


class Kind(StrEnum):
    """What is to be done."""

    SET = "set"
    REPLACE = "replace"
    DELETE = "delete"


@dataclass(frozen=True)
class Proposal:
    """One change that somebody wants.

    Attributes:
        quote: the person's own words it rests on.
        number: of the entry as it was shown to the model, from 1; 0 for a new one.
        key: entries of one key take each other's place, as two names to be called by do.
    """

    kind: Kind
    slot: str
    text: str
    quote: str
    number: int = 0
    key: str = ""


def read_proposals(answer: str, most: int) -> tuple[list[Proposal], Counter[str]]:
    """The proposals of an answer, and why the rest of it was refused. Never raises."""
    refused: Counter[str] = Counter()
    if len(answer) > LONGEST_ANSWER:
        refused["answer_too_long"] += 1
        return [], refused
    try:
        changes = json.loads(answer)["changes"]
    except (ValueError, KeyError, TypeError, RecursionError):
        refused["broken_json"] += 1
        return [], refused
    if not isinstance(changes, list):
        refused["broken_json"] += 1
        return [], refused
    proposals = []
    for item in changes[:most]:
        proposal = _read(item)
        if isinstance(proposal, str):
            refused[proposal] += 1
        else:
            proposals.append(proposal)
    if len(changes) > most:
        refused["too_many"] += len(changes) - most
    return proposals, refused


def grammar(slots: Sequence[str], most: int, longest_text: int) -> str:
    """GBNF of an answer: ASCII structure, no free white space, every string bounded."""
    names = " | ".join(_quoted(f'"{name}"') for name in slots)
    rest = f'("," change){{0,{most - 1}}}' if most > 1 else ""
    lines = [
        f'root ::= {_quoted("{" + chr(34) + "changes" + chr(34) + ":[")} (change {rest})? "]}}"',
        f"change ::= {_field('op', first=True)} op {_field('id')} id {_field('slot')} slot"
        f' {_field("text")} text {_field("quote")} quote "}}"',
        " | ".join([f"op ::= {_quoted(chr(34) + 'set' + chr(34))}", *_other_kinds()]),
        "id ::= [0-9] | [1-9] [0-9]{1,3}",
        f"slot ::= {names}",
        f'text ::= "\\"" char{{0,{longest_text}}} "\\""',
        f'quote ::= "\\"" char{{1,{LONGEST_QUOTE}}} "\\""',
        r'char ::= [^"\\\x00-\x1F\x7F]',
    ]
    return "\n".join(lines) + "\n"


def _other_kinds() -> list[str]:
    return [_quoted(f'"{kind}"') for kind in (Kind.REPLACE, Kind.DELETE)]


def _field(name: str, *, first: bool = False) -> str:
    return _quoted(("{" if first else ",") + f'"{name}":')


def _quoted(text: str) -> str:
    """A terminal of the grammar."""
    escaped = text.replace('"', '\\"')
    return f'"{escaped}"'


def _read(item: Any) -> Proposal | str:
    """A proposal, or the reason why it is none."""
    if not isinstance(item, dict):
        return "wrong_type"
    if any(name not in item for name in _FIELDS):
        return "missing_key"
    words = [item[name] for name in ("op", "slot", "text", "quote")]
    number = item["id"]
    if not all(isinstance(word, str) for word in words) or type(number) is not int:
        return "wrong_type"
    kind, slot, text, quote = words
    if kind not in (Kind.SET, Kind.REPLACE, Kind.DELETE):
        return "unknown_kind"
    if not 0 <= number <= HIGHEST_NUMBER:
        return "unknown_entry"
    return Proposal(Kind(kind), slot, text.strip(), quote.strip(), number)
