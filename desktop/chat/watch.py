"""What stands between a turn and the person's safety: screening, guard and notices together.

Made once for a session and asked by the turn; remembers what was noticed in each message, so that
the script of the prompt never moves. Knows no engine.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from desktop.chat.events import Message, NoticeDue, ReplyGuarded, Screened, TurnEvent
from desktop.chat.notices import Notices
from desktop.chat.script import CALM, Risk
from desktop.safety.guard import Guard, GuardedReply, known_rules
from desktop.safety.guard_scene import AT_RISK, Scene
from desktop.safety.judge import Screening
from desktop.safety.respond import reaction

MOST_READ_AGAIN = 24
MOST_REMEMBERED = 10_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Person:
    """What the guard has to know of whoever talks.

    Attributes:
        minor: under 18.
        called_by: the name they go by, "" for none.
        numbers: digits of the help lines of their region.
    """

    minor: bool = False
    called_by: str = ""
    numbers: frozenset[str] = frozenset()


class Watch:
    """Screens what is said, guards what is answered, and says what is due.

    Args:
        screen: says what risk is in the person's own turns.
        guard: judges replies.
        notices: None says none.
        count: is given how often which rule cut something.

    Attributes:
        person: whoever talks; may change between two turns.
    """

    def __init__(
        self,
        screen: Callable[[Sequence[str]], Screening],
        guard: Guard,
        notices: Notices | None = None,
        count: Callable[[Mapping[str, int]], None] | None = None,
        person: Person | None = None,
    ) -> None:
        self._screen = screen
        self._guard = guard
        self._notices = notices
        self._count = count
        self._risks: dict[int, Risk] = {}
        self.person = person or Person()

    def noticed(self, path: Sequence[Message], said: Message) -> Iterator[TurnEvent]:
        """What was noticed in the newest message, and what is due to be said."""
        before = takewhile(lambda message: message.id != said.id, path)
        said_path = [*(message for message in before if message.role == "user"), said]
        screening = self._screened([message.text for message in said_path])
        risk = _risk(screening)
        self._remember(said.id, risk)
        if screening is not None and (screening.level or screening.kinds):
            yield Screened(screening, reaction(screening, self.person.minor), said)
        yield from self._due(said, risk)

    def risks(self, path: Sequence[Message]) -> dict[int, Risk]:
        """What was noticed in the person's messages, by id; the latest are read if need be."""
        said = [message for message in path if message.role == "user"]
        for number in range(max(0, len(said) - MOST_READ_AGAIN), len(said)):
            if said[number].id not in self._risks:
                turns = [message.text for message in said[: number + 1]]
                self._remember(said[number].id, _risk(self._screened(turns)))
        return {
            message.id: self._risks[message.id] for message in said if message.id in self._risks
        }

    def guard(self, path: Sequence[Message], language: str) -> GuardedReply:
        """The guard of the reply to the last of the person's messages."""
        said = [message for message in path if message.role == "user"]
        risk = self._risks.get(said[-1].id, CALM) if said else CALM
        own = [message.text for message in said]
        return self._guard.begin(
            Scene(
                level=risk.level,
                kinds=risk.kinds,
                minor=self.person.minor,
                language=language,
                numbers=self.person.numbers,
                own=[*own[-MOST_READ_AGAIN:], self.person.called_by],
                replies=[m.text for m in path if m.role == "assistant" and m.text],
            )
        )

    def told(self, reply: Message, guarded: GuardedReply) -> Iterator[TurnEvent]:
        """What the guard cut of a reply that is over; counted by rule, without a word of it."""
        hits = known_rules(guarded.hits)
        if not hits:
            return
        _log.info("the guard cut: %s", ", ".join(f"{rule} {n}" for rule, n in hits.items()))
        if self._count is not None:
            self._count(hits)
        yield ReplyGuarded(reply.id, hits)

    def _screened(self, turns: Sequence[str]) -> Screening | None:
        """A fault of the screening never stops a turn."""
        try:
            return self._screen(turns)
        except Exception as error:  # its text might hold what was typed: only its kind is logged
            _log.error("the screening failed: %s", type(error).__name__)
            return None

    def _due(self, said: Message, risk: Risk) -> Iterator[NoticeDue]:
        if self._notices is None:
            return
        codes = self._notices.after_message(
            minor=self.person.minor,
            at_risk=risk.level >= AT_RISK,
            asked=self._guard.asks_who_is_there(said.text),
        )
        for code in codes:
            yield NoticeDue(code, said)

    def _remember(self, message_id: int, risk: Risk) -> None:
        if len(self._risks) >= MOST_REMEMBERED:
            self._risks.clear()
        self._risks[message_id] = risk


def _risk(screening: Screening | None) -> Risk:
    return CALM if screening is None else Risk(screening.level, frozenset(screening.kinds))
