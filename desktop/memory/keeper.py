"""The memory as the rest of the app uses it: hears, asks, checks, writes, undoes.

The one place that puts rules, agent, review and store together. Belongs to the conversation thread.
Knows neither turns nor the engine process, and never logs what is remembered.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.engine.base import ChatMessage
from desktop.memory.agent import Agent, Question, load_agent
from desktop.memory.block import Block, is_faded, load_headings, usable_now
from desktop.memory.proposals import Kind, Proposal, read_proposals
from desktop.memory.review import Refused, Remove, Review, Said, Situation, Verdict, Write
from desktop.memory.rules import Rules, load_rules
from desktop.memory.slots import SAFETY, Slots, load_slots
from desktop.memory.words import Words, load_words
from desktop.store.memories import KEPT, MODEL, PERSON, RULE, Change, Memories, Memory

MEANT = 0.7
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Options:
    """The person's choices.

    Attributes:
        on: anything is remembered and used at all.
        ask_first: what the model proposes waits for a yes.
        slots_off: slots that are neither written nor used.
    """

    on: bool = True
    ask_first: bool = False
    slots_off: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What came of a message or an answer.

    Attributes:
        changes: done, in their order.
        refused: reasons of what was not.
    """

    changes: tuple[Change, ...] = ()
    refused: tuple[str, ...] = ()


class Keeper:
    """Remembers.

    Args:
        memories: the writing side of the store.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        memories: Memories,
        slots: Slots,
        review: Review,
        rules: Rules,
        agent: Agent,
        block: Block,
        words: Words,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.options = Options()
        self.slots = slots
        self._memories = memories
        self._review = review
        self._rules = rules
        self._agent = agent
        self._block = block
        self._words = words
        self._clock = clock

    # For the prompt

    def block(self, conversation_id: int, language: str, context: int, *, bare: bool) -> str:
        """What the model is told; `bare` leaves all but the safety notes out."""
        if not self.options.on:
            return ""
        slots_on = self.slots.on(self.options.slots_off)
        if bare:
            slots_on = tuple(name for name in slots_on if name == SAFETY)
        usable = usable_now(self._memories.kept(), slots_on, self._clock())
        return self._block.text(conversation_id, language, usable, context)

    # From the talk

    def may_write(self, conversation_id: int) -> bool:
        return self.options.on and not self._memories.paused(conversation_id)

    def asks_memory(self, message: str) -> bool:
        """Whether a message asks that something be remembered or forgotten."""
        heard = self._rules.hear(message)
        return bool(heard.proposals or heard.erase)

    def hear(self, conversation_id: int, said: Sequence[Said]) -> Outcome:
        """Do what the last of these messages asks for in so many words."""
        heard = self._rules.hear(said[-1].text)
        if heard.told_not_to:
            return Outcome(self._take_back({one.message_id for one in said[-2:]}))
        changes: list[Change] = []
        if heard.joke:
            changes += self._take_back({one.message_id for one in said[-2:]}, MODEL)
        for what in heard.erase:
            changes += self._erase(what)
        refused: list[str] = []
        for proposal in heard.proposals:
            outcome = self._carry_out(proposal, RULE, conversation_id, said[-1:], ())
            changes += outcome.changes
            refused += outcome.refused
        return Outcome(tuple(changes), tuple(refused))

    def question(self, talk: Sequence[ChatMessage], language: str) -> Question:
        """What the model is asked about a talk."""
        slots_on = self.slots.on(self.options.slots_off)
        return self._agent.question(talk, language, self._memories.all(), slots_on)

    def take(
        self, conversation_id: int, said: Sequence[Said], answer: str, shown: Sequence[int]
    ) -> Outcome:
        """Judge a model's answer, and write what passes."""
        proposals, reasons = read_proposals(answer, self.slots.limits.proposals)
        changes: list[Change] = []
        for proposal in proposals:
            outcome = self._carry_out(proposal, MODEL, conversation_id, said, shown)
            changes += outcome.changes
            reasons.update(outcome.refused)
        self._count(reasons)
        return Outcome(tuple(changes), tuple(reasons.elements()))

    # By hand

    def write(self, slot: str, text: str) -> Change | Refused:
        """Add what the person writes in the panel."""
        expiry = self.slots.all[slot].expiry(self._clock())
        memory = Memory(slot, text.strip(), origin=PERSON, expires_at=expiry)
        fitted = self._review.check_by_hand(memory, self._memories.all())
        return fitted if isinstance(fitted, Refused) else self._put(fitted)

    def rewrite(self, memory_id: int, text: str) -> Change | Refused:
        """Say an entry in other words; where it came from stays."""
        memory = self._memories.get(memory_id)
        fitted = self._review.check_by_hand(
            replace(memory, text=text.strip(), expires_at=self._expiry(memory)),
            self._memories.all(),
        )
        return fitted if isinstance(fitted, Refused) else self._put(fitted)

    def pin(self, memory_id: int, pinned: bool) -> Change:
        """Keep the model's hands off an entry, and let it never fade."""
        return self._memories.put(replace(self._memories.get(memory_id), pinned=pinned))

    def delete(self, memory_id: int) -> Change:
        """Take an entry away for good; only the Change that comes back can undo it."""
        return self._memories.delete(memory_id)

    def accept(self, memory_id: int) -> Change | Refused:
        """Say yes to a proposal; undoing takes the yes back."""
        proposal = self._memories.get(memory_id)
        target = self._target_of(proposal)
        if target is None:
            return self._memories.put(replace(proposal, state=KEPT, replaces=None))
        self._memories.delete(memory_id)
        kept = replace(proposal, id=target.id, state=KEPT, replaces=None)
        return self._memories.put(replace(kept, created_at=target.created_at))

    def renew(self, memory_id: int) -> Change:
        """What had faded is still so."""
        memory = self._memories.get(memory_id)
        return self._memories.put(replace(memory, expires_at=self._expiry(memory)))

    def undo(self, change: Change) -> Change:
        """Take a change back; raises LookupError where that is no longer possible."""
        return self._memories.undo(change)

    def pause(self, conversation_id: int, paused: bool) -> None:
        self._memories.pause(conversation_id, paused)

    def faded(self) -> list[Memory]:
        """Entries whose time is over: they are in no prompt, and wait for a word."""
        now = self._clock()
        return [entry for entry in self._memories.kept() if is_faded(entry, now)]

    # Inside

    def _carry_out(
        self,
        proposal: Proposal,
        origin: str,
        conversation_id: int,
        said: Sequence[Said],
        shown: Sequence[int],
    ) -> Outcome:
        entries = self._memories.all()
        proposal, shown = self._keyed(proposal, entries, shown)
        situation = Situation(
            conversation_id=conversation_id,
            said=said,
            entries=entries,
            shown=shown,
            slots_on=self.slots.on(self.options.slots_off),
            ask_first=self.options.ask_first,
            now=self._clock(),
        )
        return self._apply(self._review.judge(proposal, origin, situation))

    def _apply(self, verdict: Verdict) -> Outcome:
        match verdict:
            case Write():
                return Outcome((self._put(verdict.memory),))
            case Remove():
                return Outcome((self._memories.delete(verdict.memory.id),))
            case Refused():
                return Outcome(refused=(verdict.reason,))

    def _keyed(
        self, proposal: Proposal, entries: Sequence[Memory], shown: Sequence[int]
    ) -> tuple[Proposal, Sequence[int]]:
        """Of two names to be called by the newer takes the older one's place."""
        if not proposal.key:
            return proposal, shown
        same = [entry for entry in entries if self._rules.has_key(entry.text, proposal.key)]
        if not same:
            return proposal, shown
        return replace(proposal, kind=Kind.REPLACE, number=1), (same[-1].id,)

    def _put(self, memory: Memory) -> Change:
        return self._memories.put(memory) if memory.id else self._memories.add(memory)

    def _take_back(self, message_ids: set[int], origin: str = "") -> tuple[Change, ...]:
        """Entries drawn from these messages, or only those of one origin."""
        drawn = [
            entry
            for entry in self._memories.all()
            if entry.message_id in message_ids and origin in ("", entry.origin)
        ]
        return tuple(self._memories.delete(entry.id) for entry in drawn)

    def _erase(self, what: str) -> list[Change]:
        """The entry that the person wants forgotten; none where it is not clear which."""
        meant = [
            entry
            for entry in self._memories.all()
            if self._words.support(what, entry.text) >= MEANT
        ]
        return [self._memories.delete(meant[0].id)] if len(meant) == 1 else []

    def _target_of(self, proposal: Memory) -> Memory | None:
        if proposal.replaces is None:
            return None
        kept = (entry for entry in self._memories.kept() if entry.id == proposal.replaces)
        return next(kept, None)

    def _expiry(self, memory: Memory) -> float | None:
        return self.slots.all[memory.slot].expiry(self._clock())

    def _count(self, reasons: Counter[str]) -> None:
        if reasons:
            _log.info("refused to remember: %s", dict(reasons))
            self._memories.count_refusals(reasons)


def load_keeper(assets: Path, memories: Memories, clock: Callable[[], float] = time.time) -> Keeper:
    """The memory with the tables of `assets`; raises WorldError("assets_damaged")."""
    slots, words = load_slots(assets), load_words(assets)
    return Keeper(
        memories,
        slots,
        Review(slots, words),
        load_rules(assets, words),
        load_agent(assets, slots),
        Block(load_headings(assets), slots.limits.tokens),
        words,
        clock,
    )
