"""Whether a proposal may be kept: every rule of the memory, checked by code.

What a model says is believed in nothing: its quote must stand in one of the person's own messages,
its text must be carried by them, and there must be room. Knows the entries, writes none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from desktop.memory.proposals import LONGEST_QUOTE, Kind, Proposal
from desktop.memory.slots import SAFETY, Slots, cost
from desktop.memory.words import Words, likeness, normalised, sentences
from desktop.store.memories import KEPT, MODEL, PROPOSED, Memory

# Shorter quotes stand in any message.
SHORTEST_QUOTE = 3
SHORTEST_TEXT = 4
ALIKE = 0.75
RELATED = 0.5
CARRIED_BY_ALL, CARRIED_BY_QUOTED = 0.7, 0.35


@dataclass(frozen=True)
class Said:
    """One of the person's messages in the window."""

    message_id: int
    text: str


@dataclass(frozen=True)
class Situation:
    """What a proposal is judged against.

    Attributes:
        said: the person's messages of the window, oldest first.
        entries: everything that is remembered or waits for a yes.
        shown: ids of the entries by the number the model was shown, from 1.
        slots_on: names of slots that may be written.
        ask_first: the model's proposals wait for the person.
        now: seconds since 1970.
    """

    conversation_id: int | None
    said: Sequence[Said]
    entries: Sequence[Memory]
    shown: Sequence[int]
    slots_on: Sequence[str]
    ask_first: bool
    now: float


@dataclass(frozen=True)
class Write:
    """Add this entry, or put it in place of the one with its id."""

    memory: Memory


@dataclass(frozen=True)
class Remove:
    """Take this entry away; where the person is to be asked first, `ask` says so."""

    memory: Memory


@dataclass(frozen=True)
class Refused:
    """Why nothing is done."""

    reason: str


class _RefusalError(Exception):
    """Ends a check; its text is the reason."""


Verdict = Write | Remove | Refused


class Review:
    """Judges proposals.

    Args:
        slots: what there is, and how much.
        words: what makes a text unfit.
    """

    def __init__(self, slots: Slots, words: Words) -> None:
        self._slots = slots
        self._words = words

    def judge(self, proposal: Proposal, origin: str, situation: Situation) -> Verdict:
        """What is to be done with a proposal of the model or of a rule."""
        try:
            self._check_slot(proposal, situation)
            target = self._target(proposal, origin, situation)
            source = self._source(proposal, origin, situation)
            if proposal.kind is Kind.DELETE:
                return self._removal(target)
            if origin == MODEL:
                self._check_fresh(proposal, source, situation)
                self._check_origin(proposal, source, situation)
            memory = self._made(proposal, origin, source, situation)
            return Write(self.fitted(memory, target, situation.entries))
        except _RefusalError as refusal:
            return Refused(str(refusal))

    def check_by_hand(self, memory: Memory, entries: Sequence[Memory]) -> Memory | Refused:
        """What the person writes in the panel: bounded, no duplicate, within the budget."""
        try:
            before = next((entry for entry in entries if entry.id == memory.id), None)
            self._check_length(memory.text)
            return self.fitted(memory, before if memory.id else None, entries)
        except _RefusalError as refusal:
            return Refused(str(refusal))

    def fitted(self, memory: Memory, target: Memory | None, entries: Sequence[Memory]) -> Memory:
        """The entry where it has a place: in its target's, in a free one, or in none."""
        others = [entry for entry in entries if target is None or entry.id != target.id]
        if target is None:
            target, others = self._contradicted(memory, others)
        if any(normalised(entry.text) == normalised(memory.text) for entry in others):
            raise _RefusalError("duplicate")
        if target is not None and normalised(target.text) == normalised(memory.text):
            raise _RefusalError("duplicate")
        self._check_room(memory, target, others)
        return self._placed(memory, target)

    def _placed(self, memory: Memory, target: Memory | None) -> Memory:
        if target is None:
            return memory
        if memory.state == PROPOSED and target.state == KEPT:
            return replace(memory, replaces=target.id)
        created, pinned = target.created_at, target.pinned or memory.pinned
        return replace(memory, id=target.id, created_at=created, pinned=pinned)

    # Slot and entry

    def _check_slot(self, proposal: Proposal, situation: Situation) -> None:
        if proposal.slot not in self._slots.all:
            raise _RefusalError("unknown_slot")
        if proposal.slot not in situation.slots_on:
            raise _RefusalError("slot_off")

    def _target(self, proposal: Proposal, origin: str, situation: Situation) -> Memory | None:
        """The entry that is to be replaced or deleted."""
        if proposal.kind is Kind.SET:
            return None
        if not 1 <= proposal.number <= len(situation.shown):
            raise _RefusalError("unknown_entry")
        wanted = situation.shown[proposal.number - 1]
        target = next((entry for entry in situation.entries if entry.id == wanted), None)
        if target is None:
            raise _RefusalError("unknown_entry")
        if target.slot != proposal.slot:
            raise _RefusalError("other_slot")
        if origin == MODEL and target.pinned:
            raise _RefusalError("pinned")
        return target

    def _removal(self, target: Memory | None) -> Remove:
        assert target is not None
        if target.slot == SAFETY:
            raise _RefusalError("safety_stays")
        return Remove(target)

    # Where it came from

    def _source(self, proposal: Proposal, origin: str, situation: Situation) -> Said:
        """The person's message that holds the quote; the newest one."""
        quote = proposal.quote
        if len(normalised(quote)) < SHORTEST_QUOTE or len(quote) > LONGEST_QUOTE:
            raise _RefusalError("no_quote")
        holding = [said for said in situation.said if quote in said.text]
        if not holding:
            raise _RefusalError("not_said")
        source = holding[-1]
        if quote not in self._words.own_words(source.text):
            raise _RefusalError("quoted_text")
        since = [said.text for said in situation.said if said.message_id >= source.message_id]
        writes = origin == MODEL and proposal.kind is not Kind.DELETE
        if writes and any(self._words.has("no_note", text) for text in since):
            raise _RefusalError("told_not_to")
        return source

    def _check_fresh(self, proposal: Proposal, source: Said, situation: Situation) -> None:
        """The same words are not written down twice, however they are put."""
        for entry in situation.entries:
            if entry.message_id != source.message_id or not entry.quote:
                continue
            same = proposal.quote in entry.quote or entry.quote in proposal.quote
            if same and proposal.kind is Kind.SET:
                raise _RefusalError("duplicate")

    def _check_origin(self, proposal: Proposal, source: Said, situation: Situation) -> None:
        """What a model made of the person's words: carried by them, neutral, about them."""
        words, text = self._words, proposal.text
        after = [said.text for said in situation.said if said.message_id >= source.message_id]
        if any(words.has("joke", said) for said in after[:2]):
            raise _RefusalError("joke")
        sentence = _sentence_of(source.text, proposal.quote)
        if words.has("hypothetical", sentence):
            raise _RefusalError("hypothetical")
        if sentence.rstrip().endswith(("?", "？")):
            raise _RefusalError("question")
        self._check_text(proposal, situation)
        everything = "\n".join(words.own_words(said.text) for said in situation.said)
        if words.support(text, everything) < CARRIED_BY_ALL:
            raise _RefusalError("unsupported")
        if words.support(text, source.text) < CARRIED_BY_QUOTED:
            raise _RefusalError("unsupported")
        senses = {
            words.negated(source.text),
            words.negated(_clause_of(source.text, proposal.quote)),
        }
        if words.negated(text) not in senses:
            raise _RefusalError("turned_round")

    def _check_text(self, proposal: Proposal, situation: Situation) -> None:
        words, text = self._words, proposal.text
        self._check_length(text)
        if len(normalised(text)) < SHORTEST_TEXT:
            raise _RefusalError("empty")
        for reason in ("first_person", "instruction", "speculation", "judgement", "identifying"):
            if words.has(reason, text):
                raise _RefusalError(reason)
        if proposal.slot != SAFETY and words.has("sensitive", text):
            raise _RefusalError("sensitive")
        if words.is_passing(text):
            raise _RefusalError("passing_mood")
        if words.names_others(text, [said.text for said in situation.said]):
            raise _RefusalError("other_person")

    def _check_length(self, text: str) -> None:
        limits = self._slots.limits
        if not normalised(text):
            raise _RefusalError("empty")
        if len(text) > limits.entry_characters or "\n" in text:
            raise _RefusalError("entry_too_long")
        if len(sentences(text)) > limits.entry_sentences:
            raise _RefusalError("entry_too_long")

    # Its place

    def _made(self, proposal: Proposal, origin: str, source: Said, situation: Situation) -> Memory:
        slot = self._slots.all[proposal.slot]
        asks = origin == MODEL and (situation.ask_first or slot.model_asks)
        return Memory(
            slot=slot.name,
            text=proposal.text,
            quote=proposal.quote,
            message_id=source.message_id,
            conversation_id=situation.conversation_id,
            origin=origin,
            state=PROPOSED if asks else KEPT,
            expires_at=slot.expiry(situation.now),
        )

    def _contradicted(
        self, memory: Memory, others: list[Memory]
    ) -> tuple[Memory | None, list[Memory]]:
        """An entry that says nearly the same, or the opposite: the newest statement wins."""
        for entry in others:
            if entry.slot != memory.slot:
                continue
            alike = likeness(entry.text, memory.text)
            same_sense = self._words.negated(entry.text) == self._words.negated(memory.text)
            if alike >= ALIKE and same_sense and memory.origin == MODEL:
                raise _RefusalError("duplicate")
            if alike >= (ALIKE if same_sense else RELATED):
                if entry.pinned and memory.origin == MODEL:
                    raise _RefusalError("pinned")
                return entry, [other for other in others if other.id != entry.id]
        return None, others

    def _check_room(self, memory: Memory, target: Memory | None, others: list[Memory]) -> None:
        """An entry may always be replaced by one no longer than itself: nothing dead-locks."""
        same_slot = target is not None and target.slot == memory.slot
        if target is not None and same_slot and cost(memory.text) <= cost(target.text):
            return
        used = sum(cost(entry.text) for entry in others if entry.slot == memory.slot)
        if used + cost(memory.text) > self._slots.all[memory.slot].budget:
            raise _RefusalError("full")


def _sentence_of(text: str, quote: str) -> str:
    """The sentence that holds the quote, with its end."""
    return _passage_of(text, quote, "。！？!?；;\n")


def _clause_of(text: str, quote: str) -> str:
    """The clause up to the end of the quote: what turns it round may stand before it."""
    passage = _passage_of(text, quote, "。！？!?；;\n，,")
    return passage[: passage.find(quote) + len(quote)]


def _passage_of(text: str, quote: str, ends: str) -> str:
    start = text.find(quote)
    begin = max((text.rfind(end, 0, start) for end in ends), default=-1) + 1
    stops = [place for end in ends if (place := text.find(end, start + len(quote) - 1)) >= 0]
    return text[begin : min(stops, default=len(text) - 1) + 1]
