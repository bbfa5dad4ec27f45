"""Plays the dialogues into a memory and counts every rule that is broken.

The rules are looked up in the rows themselves, not asked of the code that keeps them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from desktop.benchmarks.memory_dialogues import Desk, Dialogue, Fact, open_desk
from desktop.benchmarks.memory_script import BAD, Pass, good_answer
from desktop.engine.base import ChatMessage
from desktop.memory.keeper import Outcome
from desktop.memory.review import Refused, Said
from desktop.memory.slots import SAFETY, cost
from desktop.memory.words import normalised
from desktop.store.memories import KEPT, MODEL, PERSON, Change, Memory
from desktop.store.records import Message

Answer = Callable[[Pass, Sequence[ChatMessage]], str]


@dataclass
class Tally:
    """What was counted over all dialogues.

    Attributes:
        broken: by rule.
        refused: by reason.
        writes: changes that were made.
        hits, wrong, missed: entries at the end that are right, that are not, and facts not found.
    """

    broken: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    writes: int = 0
    hits: int = 0
    wrong: int = 0
    missed: int = 0
    answers: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.hits / (self.hits + self.wrong) if self.hits + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else 1.0


def play(dialogue: Dialogue, assets: Path, tally: Tally, answer: Answer | None) -> None:
    """One dialogue; with `answer` a model's answers, else the script's, bad ones first."""
    with open_desk(assets) as desk:
        for session in dialogue.sessions:
            _play_session(desk, dialogue, session, tally, answer)
        _compare(desk.memories.all(), dialogue, tally)
        if answer is None:
            _check_room(desk, tally)


def _play_session(
    desk: Desk,
    dialogue: Dialogue,
    session: Sequence[tuple[str, str]],
    tally: Tally,
    answer: Answer | None,
) -> None:
    conversation_id = desk.begin()
    turns = [*session]
    if turns and turns[-1][0] == "user":
        turns.append(("assistant", "好的。" if dialogue.language == "zh" else "All right."))
    for role, text in turns:
        message = desk.say(conversation_id, role, text)
        if role == "user":
            heard = desk.conversations.messages(conversation_id)
            said = [Said(one.id, one.text) for one in heard if one.role == "user"][-2:]
            _take(desk, tally, partial(desk.keeper.hear, conversation_id, said))
        elif message.text:
            _pause(desk, dialogue, conversation_id, tally, answer)


def _pause(
    desk: Desk, dialogue: Dialogue, conversation_id: int, tally: Tally, answer: Answer | None
) -> None:
    path = desk.conversations.messages(conversation_id)
    count = len(BAD) if answer is None else 0
    for number in range(count + 1):
        talk = [ChatMessage(message.role, message.text) for message in path]
        question = desk.keeper.question(talk, dialogue.language)
        now = replace(_now(desk, dialogue, path), shown=question.shown)
        if answer is not None:
            words = answer(now, question.request.messages)
        else:
            words = good_answer(now) if number == count else BAD[number](now)
        tally.answers += 1

        def take(words: str = words, now: Pass = now) -> Outcome:
            return desk.keeper.take(conversation_id, now.said, words, now.shown)

        _take(desk, tally, take)


def _now(desk: Desk, dialogue: Dialogue, path: Sequence[Message]) -> Pass:
    window = path[-desk.keeper.slots.limits.window_messages :]
    said = [Said(message.id, message.text) for message in window if message.role == "user"]
    replies = [message.text for message in window if message.role != "user"]
    return Pass(dialogue, said, desk.memories.all(), (), replies)


def _take(desk: Desk, tally: Tally, take: Callable[[], Outcome]) -> None:
    before = desk.memories.all()
    try:
        outcome = take()
    except Exception as error:  # whatever a model says, the memory may not fall over
        tally.broken["fault"] += 1
        tally.failures.append(f"fault: {type(error).__name__}")
        return
    tally.refused.update(outcome.refused)
    tally.writes += len(outcome.changes)
    _check_rows(desk, tally)
    if not outcome.changes and desk.memories.all() != before:
        tally.broken["changed_unseen"] += 1
    _check_undo(desk, tally, outcome.changes)


def _check_rows(desk: Desk, tally: Tally) -> None:
    entries = desk.memories.all()
    for entry in entries:
        if entry.origin != PERSON and not _was_said(desk, entry):
            tally.broken["without_true_quote"] += 1
            tally.failures.append(f"no quote: {entry.text}")
        if entry.slot == SAFETY and entry.origin == MODEL and entry.state == KEPT:
            tally.broken["safety_by_model_alone"] += 1
    alike = Counter(normalised(entry.text) for entry in entries)
    tally.broken["duplicates"] += sum(count - 1 for count in alike.values())
    tally.broken["over_budget"] += _over_budget(desk, entries)


def _was_said(desk: Desk, entry: Memory) -> bool:
    if entry.message_id is None or not entry.quote:
        return False
    message = desk.conversations.message(entry.message_id)
    return message.role == "user" and entry.quote in message.text


def _over_budget(desk: Desk, entries: Sequence[Memory]) -> int:
    slots, limits = desk.keeper.slots.all, desk.keeper.slots.limits
    spent: Counter[str] = Counter()
    for entry in entries:
        spent[entry.slot] += cost(entry.text)
    over = sum(spent[name] > slot.budget for name, slot in slots.items())
    whole = sum(spent.values()) > limits.tokens
    long = sum(len(entry.text) for entry in entries) > limits.characters
    block = desk.keeper.block(10**9, "zh", 0, bare=False)
    return over + whole + long + (len(block.encode()) > limits.tokens)


def _check_undo(desk: Desk, tally: Tally, changes: Sequence[Change]) -> None:
    """The last change goes back and comes again, and all is as it was before each."""
    if not changes:
        return
    after = desk.memories.all()
    try:
        back = desk.keeper.undo(changes[-1])
        before = desk.memories.all()
        expected = changes[-1].before
        stands = next((one for one in before if one.id == changes[-1].memory.id), None)
        if stands != expected:
            tally.broken["not_undoable"] += 1
        desk.keeper.undo(back)
    except LookupError:
        tally.broken["not_undoable"] += 1
        return
    if [_still(one) for one in desk.memories.all()] != [_still(one) for one in after]:
        tally.broken["not_undoable"] += 1


def _still(entry: Memory) -> Memory:
    return replace(entry, updated_at=0.0)


def _check_room(desk: Desk, tally: Tally) -> None:
    """Fill every slot to the brim: each entry must still be replaceable, and none dead-lock."""
    keeper = desk.keeper
    for name in keeper.slots.all:
        number = 0
        while not isinstance(keeper.write(name, _filler(name, number)), Refused):
            number += 1
        for entry in [one for one in desk.memories.kept() if one.slot == name]:
            same = _as_long(entry.text)
            if same and isinstance(keeper.rewrite(entry.id, same), Refused):
                tally.broken["dead_locks"] += 1
                tally.failures.append(f"dead-lock: {entry.text}")
        victim = next((one for one in desk.memories.kept() if one.slot == name), None)
        if victim is not None:
            keeper.delete(victim.id)
            if isinstance(keeper.write(name, _as_long(victim.text) or "再来。"), Refused):
                tally.broken["dead_locks"] += 1
    _check_rows(desk, tally)


def _filler(name: str, number: int) -> str:
    return f"{name} {number} 号的一件小事。"


def _as_long(text: str) -> str:
    """Another text of the same length in bytes; "" where there is none."""
    for place, character in enumerate(text):
        others = "zy" if character.isascii() and character.isalnum() else "另再"
        size = len(character.encode())
        if size == len(others[0].encode()):
            other = others[character == others[0]]
            return text[:place] + other + text[place + 1 :]
    return ""


def _compare(entries: Sequence[Memory], dialogue: Dialogue, tally: Tally) -> None:
    """What stands at the end against what should."""
    wanted = list(dialogue.remembered)
    for entry in entries:
        found = next((fact for fact in wanted if _is_of(entry, fact)), None)
        if found is not None:
            wanted.remove(found)
            tally.hits += 1
        else:
            tally.wrong += 1
            tally.failures.append(f"{dialogue.name} wrong: [{entry.slot}] {entry.text}")
        if any(words in entry.text for words in dialogue.never):
            tally.broken["planted_words"] += 1
            tally.failures.append(f"{dialogue.name} planted: {entry.text}")
    tally.missed += len(wanted)
    tally.failures += [f"{dialogue.name} missed: {fact.text}" for fact in wanted]


def _is_of(entry: Memory, fact: Fact) -> bool:
    """In the right slot, resting on the same words."""
    quote, wanted = normalised(entry.quote), normalised(fact.quote)
    return entry.slot == fact.slot and (quote in wanted or wanted in quote)
