"""The conversation in a terminal: the same turns as in the window, as plain text.

Shows events and reads lines; what is said is stored exactly as in the window. Knows no Qt.
"""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from types import FrameType
from typing import TextIO

from desktop.chat.events import (
    ConversationChanged,
    ModelLoading,
    ModelReady,
    NoticeDue,
    PromptShortened,
    Reason,
    ReplyFinished,
    ReplyText,
    Screened,
    TurnEvent,
    TurnFailed,
)
from desktop.chat.session import Session
from desktop.engine.base import (
    ChatMessage,
    Done,
    Engine,
    GenerateRequest,
    LoadRequest,
    Sampling,
    Token,
)
from desktop.errors import UsageError, XinyuError
from desktop.safety.guard import GuardedReply
from desktop.safety.helplines import HelpLine, HelpLines
from desktop.safety.plan import is_due, message_to, plan_text
from desktop.safety.respond import named_lines, words_to_say
from desktop.wording import Wording


@dataclass(frozen=True)
class OnceReply:
    """What `xinyu chat --once` prints as JSON."""

    reply: str
    reason: str
    tokens: int
    tokens_per_second: float
    model: str
    device: str


class Terminal:
    """A conversation by lines.

    Args:
        session: where things are said.
        wording: sentences in the person's language.
        helplines: for /help, and for what the screening notices.
        region: whose numbers are shown.
        read_line: returns the next line; raises EOFError at the end.
        out: where text goes.
    """

    def __init__(
        self,
        session: Session,
        wording: Wording,
        helplines: HelpLines,
        region: str,
        read_line: Callable[[], str],
        out: TextIO,
    ) -> None:
        self._session = session
        self._wording = wording
        self._helplines = helplines
        self._region = region
        self._read_line = read_line
        self._out = out
        self._conversation: int | None = None
        self._told: set[str] = set()
        self._commands: dict[str, Callable[[], None]] = {
            "/new": self._new,
            "/help": self._help,
            "/plan": self._plan,
            "/contact": self._contact,
        }

    def run(self) -> bool:
        """Talk until /quit or the end of input; False where no model could be loaded."""
        self._say_where()
        for notice in self._session.opened.notices:
            self._say(notice)
        if not self._show_safely(self._session.load()):
            return False
        while (line := self._next_line()) is not None:
            self._handle(line)
        return True

    def _say_where(self) -> None:
        """What this is; where a server answers, where words go, truly and at once."""
        goes = self._session.opened.words_go
        if goes is None:
            self._say("terminal_welcome")
            return
        self._say("terminal_welcome_server")
        self._say(goes.sentence(), **goes.details(self._wording.language))

    def _next_line(self) -> str | None:
        try:
            line = self._read_line().strip()
        except (EOFError, KeyboardInterrupt):
            self._write("\n")
            return None
        return None if line == "/quit" else line

    def _handle(self, line: str) -> None:
        if not line:
            return
        if line.startswith("/") and " " not in line:
            self._commands.get(line, lambda: self._say("terminal_unknown", command=line))()
            return
        with _interrupt_calls(self._session.stop):
            self._show_safely(self._session.send(self._conversation, line))

    def _show_safely(self, events: Iterator[TurnEvent]) -> bool:
        """Show a turn; a failure becomes a sentence. Returns whether there was none."""
        try:
            for event in events:
                self._show(event)
        except XinyuError as error:
            self._write(self._wording.error(error) + "\n")
            return False
        return True

    def _show(self, event: TurnEvent) -> None:
        match event:
            case ConversationChanged():
                self._conversation = event.conversation.id
            case Screened():
                self._show_help_for(event)
            case NoticeDue():
                self._say(event.code)
            case ModelLoading(seconds=0.0):
                self._say("terminal_loading")
            case ModelReady():
                self._show_model(event)
            case PromptShortened():
                self._say("prompt_shortened", dropped=event.dropped)
            case ReplyText():
                self._write(event.text)
            case ReplyFinished():
                self._write("\n")
                if event.reason is Reason.CANCELLED:
                    self._say("terminal_stopped")
            case TurnFailed():
                self._write("\n" + self._wording.error(event.error) + "\n")

    def _show_help_for(self, event: Screened) -> None:
        """The fixed words of what was noticed, and the numbers of people, before any reply."""
        words = words_to_say(event.screening, event.reaction, self._told)
        if not words:
            return
        self._told.update(words)
        for code in words:
            self._say(code)
        lines = named_lines(event.reaction, self._helplines.for_region(self._region))
        self._show_lines(lines)
        if event.reaction.plan_in_reach:
            self._say("plan_in_reach")
        if event.reaction.show_contact:
            self._show_contact()

    def _show_lines(self, lines: Sequence[HelpLine]) -> None:
        """A number a line, whose it is and when somebody answers; old ones are said to be old."""
        language = self._wording.language
        if any(line.is_old(date.today()) for line in lines):
            self._say("help_list_old")
        for line in lines:
            details = (line.number, line.name.get(language, ""), line.hours.get(language, ""))
            self._write("  " + "  ".join(filter(None, details)) + "\n")
        if not lines:
            self._say("help_unknown_region")

    def _show_contact(self) -> bool:
        """Whom the person chose; False where they chose nobody."""
        contact = self._session.care.records.contact()
        if contact is None:
            return False
        self._say("contact_card", name=contact.name, number=contact.number)
        self._say("contact_copy", message=message_to(contact, self._wording))
        return True

    def _show_model(self, ready: ModelReady) -> None:
        plan = ready.loaded.plan
        if ready.loaded.host:
            details = {"model": ready.loaded.name, "host": ready.loaded.host}
            self._say("terminal_server", **details, context=plan.context)
            return
        self._say(
            "terminal_plan",
            model=ready.loaded.name,
            device=ready.loaded.device,
            threads=plan.threads,
            context=plan.context,
        )
        if ready.starter:
            self._say("terminal_starter")

    def _new(self) -> None:
        self._conversation = None
        self._told = set()
        self._say("terminal_new")

    def _help(self) -> None:
        emergency = self._helplines.first(self._region, "emergency")
        crisis = self._helplines.first(self._region, "crisis")
        self._say(
            "terminal_help",
            emergency=emergency.number if emergency else "—",
            crisis=crisis.number if crisis else "—",
        )
        self._show_lines(self._helplines.for_region(self._region))

    def _plan(self) -> None:
        plan = self._session.care.records.plan()
        if plan.is_empty:
            self._say("plan_none")
            return
        self._write(plan_text(plan, self._wording) + "\n")
        if is_due(plan, time.time()):
            self._say("plan_review")

    def _contact(self) -> None:
        if not self._show_contact():
            self._say("contact_none")

    def _say(self, code: str, **details: str | int) -> None:
        self._write(self._wording.sentence(code, details) + "\n")

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


def answer_once(
    engine: Engine,
    request: LoadRequest,
    prompt: list[ChatMessage],
    sampling: Sampling,
    guarded: GuardedReply,
) -> OnceReply:
    """One reply to one prompt, through the guard; nothing is stored."""
    if not prompt[-1].content.strip():
        raise UsageError("text_empty")
    loaded = engine.load(request)
    parts: list[str] = []
    done: Done | None = None
    for event in engine.generate(GenerateRequest(prompt, sampling)):
        if isinstance(event, Token):
            parts.append(guarded.feed(event.text))
            if guarded.ended:
                engine.cancel()
        elif isinstance(event, Done):
            done = event
    if done is None:
        raise RuntimeError("an engine ended a reply without Done")
    return OnceReply(
        reply="".join([*parts, guarded.finish()]).strip(),
        reason=done.reason.value,
        tokens=done.tokens,
        tokens_per_second=round(done.tokens_per_second, 1),
        model=loaded.name,
        device=loaded.device,
    )


def print_once(reply: OnceReply, as_json: bool, out: TextIO) -> None:
    """Print a reply for people or for programs."""
    text = json.dumps(asdict(reply), ensure_ascii=False) if as_json else reply.reply
    out.write(text + "\n")


def with_seed(sampling: Sampling, seed: int | None) -> Sampling:
    """The same sampling with a fixed seed, where one is given."""
    return sampling if seed is None else replace(sampling, seed=seed)


@contextmanager
def _interrupt_calls(stop: Callable[[], None]) -> Iterator[None]:
    """While inside, Ctrl-C calls `stop` instead of raising; the reply then ends in order."""

    def on_interrupt(_number: int, _frame: FrameType | None) -> None:
        stop()

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
