"""The engine as the app sees it, when a server answers: `desktop.engine.base.Engine` over HTTP.

The prompt is rendered and fitted here, with our template and the server's own tokens, and goes out
whole; so the server's template cannot differ, and everything above the seam stays as it is. What
was said before a stream broke has been told by then.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.engine.base import (
    Done,
    GenerateRequest,
    GenerationEvent,
    Loaded,
    LoadRequest,
    Plan,
    Reason,
    Sampling,
    Started,
    Stats,
    StructuredRequest,
    Token,
)
from desktop.engine.prompt import PromptBuilder
from desktop.engine.server.dialect import CHAT, COMPLETIONS, WITH_GRAMMAR
from desktop.engine.server.faults import fault
from desktop.engine.server.handshake import Handshake, Known
from desktop.engine.server.marks import utf8_text, utf8_tokens
from desktop.engine.server.place import Place
from desktop.engine.server.reply import Reply
from desktop.engine.server.stream import Cancelled, Stream
from desktop.engine.server.wire import Wire
from desktop.engine.template import ChatTemplate
from desktop.errors import EngineError

# Text is handed on this often, in seconds, as by the engine process.
SEND_EVERY = 0.03
# After its last word a server may still tell what it counted, or hold the line for ever.
COUNTS_SECONDS = 0.5
GRAMMAR_PROBE = ('root ::= "yes"', "yes")
Asked = GenerateRequest | StructuredRequest
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Out:
    """A request that is about to go out."""

    path: str
    body: dict[str, object]
    started: Started
    thinking: bool
    limit: int


class ServerEngine:
    """One server.

    Args:
        place: which one, and how long to wait for it.
        template: path of the app's own chat template.
    """

    def __init__(self, place: Place, template: Path) -> None:
        self._place = place
        self._template_file = place.template or template
        self._wire: Wire | None = None
        self._known: Known | None = None
        self._template: ChatTemplate | None = None
        self._prompts: PromptBuilder | None = None
        self._loaded: Loaded | None = None
        self._grammar: bool | None = None
        self._busy = False
        self._closed = False
        self._latest = 0
        self._cancelled = 0
        self._stats = Stats(0, 0, 0)

    @property
    def loaded(self) -> Loaded | None:
        return self._loaded

    @property
    def same_template(self) -> bool | None:
        """False or None where the server renders prompts itself; True where nothing can differ."""
        known = self._known
        return None if known is None else (known.same_template if known.chat else True)

    def load(self, request: LoadRequest) -> Loaded:
        """Make sure that the server answers, has the model, and reads our prompts."""
        if self._busy:
            raise EngineError("generation_busy")
        began = time.monotonic()
        self._end()
        self._closed = False
        self._wire = wire = Wire(self._place, self._place.key(), self._unwanted)
        template = ChatTemplate(self._read_template())
        try:
            known = Handshake(self._place, wire, template).greet()
        except Cancelled:
            raise EngineError("engine_closed") from None
        count = known.tokens or utf8_tokens
        self._known, self._template = known, template
        self._prompts = PromptBuilder(template, count, known.context)
        self._loaded = self._as_loaded(known, time.monotonic() - began)
        log.info("server %s: context %d, chat %s", self._place.kind, known.context, known.chat)
        return self._loaded

    def generate(self, request: GenerateRequest) -> Iterator[GenerationEvent]:
        # The number is drawn now, so that a cancel finds it before the first event is asked for.
        self._latest += 1
        return self._reply(self._latest, request)

    def generate_structured(self, request: StructuredRequest) -> Iterator[GenerationEvent]:
        self._latest += 1
        return self._reply(self._latest, request)

    def cancel(self) -> None:
        self._cancelled = self._latest
        if self._busy and (wire := self._wire) is not None:
            wire.cancel()

    def stats(self) -> Stats:
        """Nothing is held here; the tokens are the server's."""
        return self._stats

    def close(self) -> None:
        self._closed = True
        self._end()

    # Inside

    def _end(self) -> None:
        wire, self._wire = self._wire, None
        self._loaded, self._known, self._prompts, self._grammar = None, None, None, None
        if wire is not None:
            wire.close()

    def _unwanted(self) -> bool:
        return self._closed or (self._busy and self._latest == self._cancelled)

    def _read_template(self) -> str:
        try:
            return self._template_file.read_text("utf-8")
        except (OSError, ValueError) as error:
            file = str(self._template_file)
            raise EngineError("server_template_unreadable", file=file) from error

    def _as_loaded(self, known: Known, seconds: float) -> Loaded:
        return Loaded(
            plan=Plan(gpu_layers=0, context=known.context, threads=0, batch=0),
            architecture=_contract(known),
            name=known.dialect.model,
            parameters=0,
            layers=0,
            device=self._place.host,
            train_context=known.context,
            seconds=seconds,
            host=self._place.host,
        )

    def _reply(self, number: int, request: Asked) -> Generator[GenerationEvent]:
        if self._busy:
            raise EngineError("generation_busy")
        if self._wire is None or self._known is None or self._prompts is None:
            raise EngineError("engine_not_loaded")
        self._busy = True
        stream: Stream | None = None
        started = False
        try:
            out = self._out(request, self._known, self._prompts)
            started = True
            yield out.started
            if self._cancelled == number:
                raise Cancelled
            stream = self._wire.stream(out.path, dict(out.body))
            if self._cancelled == number:
                stream.cancel()
            yield from self._events(stream, out, number, isinstance(request, GenerateRequest))
        except Cancelled:
            if not started:
                yield Started(0, 0, 0, 0)
            yield Done(Reason.CANCELLED, 0, 0.0, 0.0)
        finally:
            self._busy = False
            if stream is not None:
                stream.cancel()

    def _out(self, request: Asked, known: Known, prompts: PromptBuilder) -> _Out:
        if isinstance(request, StructuredRequest):
            return self._out_aside(request, known, prompts)
        if known.tokens is not None:
            known.tokens.look_ahead(request.messages, known.context)
        prompt = prompts.fit(request.messages, request.sampling.maximum_tokens)
        limit = max(1, min(request.sampling.maximum_tokens, known.context - len(prompt.tokens)))
        started = Started(len(prompt.tokens), 0, len(prompt.tokens), prompt.dropped)
        if known.chat:
            kept = prompts.kept(request.messages, prompt.dropped)
            body = known.dialect.chat(kept, request.sampling, limit)
            return _Out(CHAT, body, started, False, limit)
        body = known.dialect.completion(_prompt(known, prompt.tokens), request.sampling, limit)
        return _Out(COMPLETIONS, body, started, prompt.opens_thinking, limit)

    def _out_aside(self, request: StructuredRequest, known: Known, prompts: PromptBuilder) -> _Out:
        if not self._keeps_to_grammar(known):
            raise fault(self._place, "server_no_grammar")
        tokens = prompts.aside(request.messages)
        limit = request.sampling.maximum_tokens
        if len(tokens) + limit > known.context:
            raise EngineError("aside_no_room")
        body = known.dialect.completion(
            _prompt(known, tokens), request.sampling, limit, request.grammar
        )
        return _Out(COMPLETIONS, body, Started(len(tokens), 0, len(tokens), 0), False, limit)

    def _keeps_to_grammar(self, known: Known) -> bool:
        """Shown once by a grammar with one sentence: old servers take what they ignore."""
        if known.chat or known.dialect.kind not in WITH_GRAMMAR or self._wire is None:
            return False
        if self._grammar is None:
            grammar, sentence = GRAMMAR_PROBE
            prompt = _prompt(known, (known.tokens or utf8_tokens)("no no no", False))
            body = known.dialect.completion(prompt, Sampling(temperature=0.0), 8, grammar)
            reply = Reply((), thinking=False, limit=8)
            try:
                for payload in self._wire.stream(COMPLETIONS, body):
                    reply.take(payload)
            except EngineError as error:
                if error.code not in ("server_refused", "server_failed"):
                    raise
            reply.rest()
            self._grammar = reply.text.strip() == sentence
        return self._grammar

    def _events(
        self, stream: Stream, out: _Out, number: int, remember: bool
    ) -> Iterator[GenerationEvent]:
        assert self._known is not None
        reply = Reply(self._known.dialect.stops, thinking=out.thinking, limit=out.limit)
        reason = Reason.CANCELLED
        try:
            yield from self._texts(stream, reply, number)
            if reply.reason is None and self._cancelled != number:
                raise fault(self._place, "server_cut")
            reason = reply.reason or Reason.CANCELLED
        except Cancelled:
            pass
        except EngineError:
            # What was held back is shown; then it is told that the rest did not come.
            if rest := reply.rest():
                yield Token(rest)
            raise
        if rest := reply.rest():
            yield Token(rest)
        self._keep(reply, out, remember and reason is not Reason.CANCELLED)
        yield reply.done(reason)

    def _texts(self, stream: Stream, reply: Reply, number: int) -> Iterator[GenerationEvent]:
        """Small pieces of text, until the reply or the stream is over."""
        waiting, sent = "", 0.0
        for payload in stream:
            waiting += reply.take(payload)
            now = time.monotonic()
            if waiting and now - sent >= SEND_EVERY:
                yield Token(waiting)
                waiting, sent = "", now
            if self._cancelled == number or reply.reason in (Reason.REPETITION, Reason.LENGTH):
                break
            if reply.reason is not None:
                stream.hurry(COUNTS_SECONDS)
        if waiting:
            yield Token(waiting)

    def _keep(self, reply: Reply, out: _Out, remember: bool) -> None:
        """A reply that comes back as history is the very tokens that were drawn, where told."""
        done = reply.done(Reason.END_OF_TURN)
        written = self._stats.generated_tokens + done.tokens
        self._stats = Stats(0, out.started.prompt_tokens + done.tokens, written)
        if remember and self._prompts is not None and self._known is not None:
            stops = self._known.dialect.stop_tokens
            tokens = [token for token in reply.tokens if token not in stops]
            if tokens and reply.text and not reply.thought:
                self._prompts.remember(reply.text, tokens)


def _contract(known: Known) -> str:
    """For whoever looks after it: whose template renders the prompt, and whether it is the same."""
    if not known.chat:
        return "server, our template"
    same = {True: "the same", False: "another", None: "not to be compared"}[known.same_template]
    return f"server, its own template: {same}"


def _prompt(known: Known, tokens: Sequence[int]) -> Sequence[int] | str:
    return tokens if known.tokens is not None else utf8_text(tokens)
