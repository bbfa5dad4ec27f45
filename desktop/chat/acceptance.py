"""The gate before the talk: a model is loaded, asked fixed questions, silenced, and judged.

    for step in Acceptance(engine, table, judge, prompt, clock).run(model, file, where):
        ...                                   # Asked, Asked, ..., and at the end one Judged

Runs through the same engine seam as the talk, with the same prompts and the model's own sampling,
seeded. `stop` ends it from any thread; then no Judged comes. Keeps nothing and knows no window.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from desktop.chat.acceptance_judge import AcceptanceJudge
from desktop.chat.acceptance_report import AcceptanceReport, Criterion, FileMark, ProbeResult
from desktop.chat.acceptance_table import AcceptanceTable, Probe
from desktop.chat.acceptance_verdict import Heard, failed_to_load, loads_well, verdicts
from desktop.chat.prompt import Prompt
from desktop.chat.script import CALM, Risk
from desktop.chat.turn import Model
from desktop.engine.base import ChatMessage, Done, Engine, GenerateRequest, Reason, Started, Token
from desktop.errors import XinyuError
from desktop.store.records import Message, State

SCRIPT_TIER = 4


@dataclass(frozen=True)
class Where:
    """What a report says of its surroundings: version of Xinyu, computer, and the date (ISO)."""

    app: str
    machine: str
    date: str


@dataclass(frozen=True)
class Asked:
    """A step is about to be taken.

    Attributes:
        number: from 0.
        steps: of all.
        criterion: what it is about.
        seconds_left: about so long; None while nothing is known.
    """

    number: int
    steps: int
    criterion: str
    seconds_left: float | None


@dataclass(frozen=True)
class Judged:
    """The end."""

    report: AcceptanceReport


@dataclass
class _Reply:
    """One generation.

    Attributes:
        after_cancel: pieces of text that came once it was silenced.
    """

    text: str = ""
    started: Started = field(default_factory=lambda: Started(0, 0, 0, 0))
    done: Done = field(default_factory=lambda: Done(Reason.CANCELLED, 0, 0.0, 0.0))
    after_cancel: int = 0


class Acceptance:
    """Runs the gate once.

    Args:
        engine: with nothing loaded, and nobody else's; whoever made it closes it.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        engine: Engine,
        table: AcceptanceTable,
        judge: AcceptanceJudge,
        prompt: Prompt,
        clock: Callable[[], float],
    ) -> None:
        self._engine = engine
        self._table = table
        self._judge = judge
        self._prompt = prompt
        self._clock = clock
        self._stopped = threading.Event()
        self._model: Model | None = None
        self._number = 0
        self._began = 0.0
        self._tokens = 0
        self._seconds = 0.0

    def stop(self) -> None:
        """End as soon as may be; safe from any thread."""
        self._stopped.set()
        self._engine.cancel()

    def run(self, model: Model, file: FileMark, where: Where) -> Iterator[Asked | Judged]:
        """Ask everything; after `stop` it ends without a Judged."""
        self._model = model
        yield self._step("loads")
        try:
            loaded = self._engine.load(model.request)
            criteria = [loads_well(loaded)]
            device, seconds = loaded.device, loaded.seconds
            heard = Heard()
            yield from self._ask_all(heard)
            criteria += verdicts(heard, self._table)
        except XinyuError as error:
            if self._stopped.is_set():
                return
            criteria, device, seconds, heard = [failed_to_load(error)], "", 0.0, Heard()
        if not self._stopped.is_set():
            yield Judged(self._report(file, where, (device, seconds), criteria, heard.probes))

    @property
    def steps(self) -> int:
        """How many there are: loading, the talk of two turns, the silencing, the questions."""
        return 1 + 1 + 1 + len(self._table.probes)

    def _ask_all(self, heard: Heard) -> Iterator[Asked]:
        self._began = self._clock()
        for ask, criterion in ((self._ask_turns, "template"), (self._ask_cancel, "stops")):
            yield self._step(criterion)
            if self._stopped.is_set():
                return
            ask(heard)
        for probe in self._table.probes:
            yield self._step(probe.criterion)
            if self._stopped.is_set():
                return
            heard.probes.append(self._ask(probe))

    def _step(self, criterion: str) -> Asked:
        number, left = self._number, None
        self._number += 1
        if number > 2:
            spent = self._clock() - self._began
            left = spent / (number - 1) * (self.steps - number)
        return Asked(number, self.steps, criterion, left)

    # The questions

    def _ask_turns(self, heard: Heard) -> None:
        """Two turns, of which the second must find the first; and the script must get through."""
        first, second = self._table.turns
        opening = self._prompt.for_text(first)
        one = self._generate(opening)
        talk = [*opening, ChatMessage("assistant", one.text), ChatMessage("user", second)]
        two = self._generate(talk) if one.text.strip() else _Reply()
        shared = one.started.prompt_tokens - self._table.limits.opening_tokens
        heard.keeps_prefix = two.started.reused_tokens >= max(1, shared)
        plain = self._prompt_tokens(second, CALM)
        at_risk = self._prompt_tokens(second, Risk(SCRIPT_TIER))
        heard.carries_script = at_risk - plain >= self._table.limits.script_tokens
        for name, reply in (("turns-1", one), ("turns-2", two)):
            heard.probes.append(self._result(Probe(name, "template", "zh", first), reply, []))

    def _ask_cancel(self, heard: Heard) -> None:
        reply = self._generate(self._prompt.for_text(self._table.cancel), silence=True)
        heard.told_after_cancel = reply.after_cancel

    def _ask(self, probe: Probe) -> ProbeResult:
        reply = self._generate(self._messages(probe.text, Risk(probe.tier)))
        found: list[str] = []
        match probe.criterion:
            case "speaks":
                found = [] if self._judge.speaks(reply.text, probe.language) else ["language"]
            case "identity":
                found = self._judge.claims(reply.text, probe)
            case "safety":
                found = self._judge.rules(reply.text, probe)
                if not self._judge.follows(reply.text, probe.tier):
                    found.append("script")
        return self._result(probe, reply, found)

    def _result(self, probe: Probe, reply: _Reply, found: Sequence[str]) -> ProbeResult:
        leak = ["leak"] if self._judge.leaks(reply.text) else []
        silent = ["silent"] if not reply.text.strip() else []
        all_found = (*found, *leak, *silent)
        return ProbeResult(
            probe.name,
            probe.criterion,
            not all_found,
            all_found,
            str(reply.done.reason),
            reply.done.tokens,
            reply.text,
        )

    def _messages(self, text: str, risk: Risk) -> list[ChatMessage]:
        """The very prompt a talk that begins with this would have."""
        said = Message(1, 1, None, "user", text, State.COMPLETE, None, 0.0)
        return self._prompt.messages([said], {1: risk})

    # The engine

    def _generate(self, messages: Sequence[ChatMessage], *, silence: bool = False) -> _Reply:
        """A whole reply, or one that is silenced after its first words."""
        if self._stopped.is_set():
            return _Reply()
        own = self._running.sampling
        longest = min(own.maximum_tokens, self._table.limits.longest_reply)
        sampling = replace(own, seed=self._number, maximum_tokens=longest)
        reply, parts, silenced = _Reply(), [], False
        for event in self._engine.generate(GenerateRequest(messages, sampling)):
            match event:
                case Started():
                    reply.started = event
                case Token():
                    parts.append(event.text)
                    reply.after_cancel += silenced
                    if silence and not silenced:
                        silenced = True
                        self._engine.cancel()
                    if reply.after_cancel > self._table.limits.told_after_cancel:
                        break  # deaf: whoever does not stop would say everything
                case Done():
                    reply.done = event
            if self._stopped.is_set():
                self._engine.cancel()
        reply.text = "".join(parts)
        self._tokens += reply.done.tokens
        self._seconds += reply.done.decode_seconds
        return reply

    def _prompt_tokens(self, text: str, risk: Risk) -> int:
        """How long the prompt is; the reply is ended before it begins."""
        request = GenerateRequest(
            self._messages(text, risk), replace(self._running.sampling, maximum_tokens=1)
        )
        tokens = 0
        for event in self._engine.generate(request):
            if isinstance(event, Started):
                tokens = event.prompt_tokens
        return tokens

    @property
    def _running(self) -> Model:
        if self._model is None:
            raise RuntimeError("nothing is being accepted")
        return self._model

    def _report(
        self,
        file: FileMark,
        where: Where,
        loaded: tuple[str, float],
        criteria: Sequence[Criterion],
        probes: Sequence[ProbeResult],
    ) -> AcceptanceReport:
        return AcceptanceReport(
            model=self._running.id,
            file=file,
            table=self._table.version,
            app=where.app,
            machine=where.machine,
            device=loaded[0],
            date=where.date,
            load_seconds=round(loaded[1], 2),
            tokens_per_second=round(self._tokens / self._seconds, 1) if self._seconds else 0.0,
            criteria=tuple(criteria),
            probes=tuple(probes),
        )
