"""One conversation at a time, answered: reads what is new, draws tokens, tells what happens.

Works in the engine process over a `Context`. Knows the cache and the prompt, but no pipes: events
go to a function that it is given.
"""

from __future__ import annotations

import codecs
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from desktop.engine.abort import AbortFlag
from desktop.engine.aside import Aside, Progress
from desktop.engine.base import (
    ChatMessage,
    Done,
    GenerationEvent,
    Reason,
    Sampling,
    Started,
    Token,
)
from desktop.engine.llama import Context, Model
from desktop.engine.llama_sampler import SamplerChain, candidates_needed
from desktop.engine.prompt import Prompt, PromptBuilder
from desktop.engine.repetition import LOOK_EVERY, repeats
from desktop.engine.reply_text import CLOSE, OPEN, ReplyText

# Text is sent this often, in seconds: quicker than the eye, and the pipe costs nothing.
SEND_EVERY = 0.03

__all__ = ["Progress", "Session"]

log = logging.getLogger(__name__)


@dataclass
class _Reply:
    """A reply while it is drawn."""

    text: ReplyText
    tokens: list[int] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)


class _Teller:
    """Turns drawn tokens into text, and sends it in small pieces."""

    def __init__(
        self, reply: _Reply, pieces: list[bytes], emit: Callable[[GenerationEvent], None]
    ) -> None:
        self._shown, self._feed = reply.shown, reply.text.feed
        self._pieces, self._emit = pieces, emit
        self._pending, self._sent = "", 0.0

    def tell(self, token: int) -> None:
        self._pending += self._feed(self._pieces[token])
        if self._pending and (now := time.monotonic()) - self._sent >= SEND_EVERY:
            self._sent = now
            self._send()

    def finish(self) -> None:
        if self._pending:
            self._send()

    def _send(self) -> None:
        self._emit(Token(self._pending))
        self._shown.append(self._pending)
        self._pending = ""


def _nothing(_token: int) -> None:
    """For the moment at which nothing is told."""


class Session:
    """Answers conversations with one model in one context.

    Args:
        model: for its vocabulary.
        context: whose cache is kept between the turns.
        prompts: fits conversations and remembers replies.
        abort: cancels the request at work.
        progress: where to count.
    """

    def __init__(
        self,
        model: Model,
        context: Context,
        prompts: PromptBuilder,
        abort: AbortFlag,
        progress: Progress,
    ) -> None:
        self._model = model
        self._context = context
        self._prompts = prompts
        self._abort = abort
        self._progress = progress
        self._cache: list[int] = []
        self._pieces = model.pieces()
        self._stops, self._hidden = self._control(model)
        self._aside = Aside(model, context, self._pieces, self._stops, abort, progress)

    def reply(
        self,
        messages: Sequence[ChatMessage],
        sampling: Sampling,
        emit: Callable[[GenerationEvent], None],
    ) -> None:
        """Emit Started, Token..., Done; then close the turn in the cache."""
        prompt = self._prompts.fit(messages, sampling.maximum_tokens)
        self._context.narrow(candidates_needed(sampling))
        began = time.monotonic()
        read = self._read(prompt, emit)
        self._context.wait()
        ready = time.monotonic()
        reply = _Reply(ReplyText(self._hidden, thinking=prompt.opens_thinking))
        reason = Reason.CANCELLED
        if read:
            reason = self._write(prompt, sampling, reply, emit)
        if rest := reply.text.finish():
            reply.shown.append(rest)
            emit(Token(rest))
        ended = time.monotonic()
        emit(Done(reason, len(reply.tokens), ready - began, ended - ready))
        self._abort.end()
        if read:
            self._close(prompt, reply)

    def reply_aside(
        self,
        messages: Sequence[ChatMessage],
        grammar: str,
        sampling: Sampling,
        emit: Callable[[GenerationEvent], None],
    ) -> None:
        """Answer a question aside; what is cached of the conversation stays."""
        self._aside.reply(self._cache, self._prompts.aside(messages), grammar, sampling, emit)

    def forget(self) -> None:
        """Nothing is cached any more: it was computed by what is no longer in use."""
        self._context.keep(0)
        self._cache.clear()
        self._progress.cached = 0

    def check(self) -> None:
        """Compute one token beside the conversation and forget it; a lost device ends us here."""
        if len(self._cache) < self._context.size:
            self._context.branch(len(self._cache))
            self._context.evaluate_aside([0], len(self._cache))
            self._context.wait()
            self._context.leave()

    def _control(self, model: Model) -> tuple[set[int], tuple[str, ...]]:
        """Tokens that end a reply, and names that are never shown.

        A control token in the middle of a reply means that the model goes on with somebody else's
        turn, so it ends the reply too.
        """
        control = model.control_tokens()
        for token, name in list(control.items()):
            if name in (OPEN, CLOSE):
                self._pieces[token] = name.encode()
                del control[token]
        ends = model.end_tokens()
        for token in ends:
            self._pieces[token] = b""
        names = (control[token] for token in control)
        return ends | set(control), tuple(sorted(name for name in names if _is_marker(name)))

    def _read(self, prompt: Prompt, emit: Callable[[GenerationEvent], None]) -> bool:
        """Bring the cache to the prompt, telling first how much is new."""
        tokens = prompt.tokens
        reused = self._reuse(tokens, len(tokens) - 1)
        emit(Started(len(tokens), reused, len(tokens) - reused, prompt.dropped))
        log.info("prompt=%d reused=%d dropped=%d", len(tokens), reused, prompt.dropped)
        return self._evaluate(tokens)

    def _reuse(self, tokens: Sequence[int], most: int) -> int:
        """Keep the longest beginning of the cache that `tokens` share."""
        count = 0
        for ours, theirs in zip(self._cache[:most], tokens, strict=False):
            if ours != theirs:
                break
            count += 1
        if count < len(self._cache) and not self._context.keep(count):
            count = 0
        del self._cache[count:]
        self._progress.cached = count
        return count

    def _evaluate(self, tokens: Sequence[int]) -> bool:
        """Read what the cache lacks, in chunks; False when cancelled."""
        size = self._context.batch_size
        while len(self._cache) < len(tokens):
            start = len(self._cache)
            chunk = tokens[start : start + size]
            if self._abort.raised or not self._context.evaluate(chunk, start):
                return False
            self._cache += chunk
            self._count(len(chunk))
        return True

    def _count(self, evaluated: int) -> None:
        self._progress.evaluated += evaluated
        self._progress.cached = len(self._cache)

    def _write(
        self,
        prompt: Prompt,
        sampling: Sampling,
        reply: _Reply,
        emit: Callable[[GenerationEvent], None],
    ) -> Reason:
        room = self._context.size - len(prompt.tokens)
        limit = max(1, min(sampling.maximum_tokens, room))
        chain = SamplerChain(sampling, self._model.size)
        try:
            return self._draw(chain.drawer(self._context.handle), limit, reply, emit)
        finally:
            chain.close()
            self._progress.generated += len(reply.tokens)

    def _draw(
        self,
        draw: Callable[[], int],
        limit: int,
        reply: _Reply,
        emit: Callable[[GenerationEvent], None],
    ) -> Reason:
        """The innermost loop: names are local because each token counts here."""
        tokens, stops, cache = reply.tokens, self._stops, self._cache
        step, progress = self._context.stepper(), self._progress
        teller = _Teller(reply, self._pieces, emit)
        # A GPU works while its orders are still coming in: what was drawn is told meanwhile. On a
        # CPU the order for the next token returns when it is done, so telling goes first; and the
        # first token is what somebody waits for.
        now: Callable[[int], None] = teller.tell
        meanwhile: Callable[[int], None] = _nothing
        later = (meanwhile, now) if self._context.on_gpu else (now, meanwhile)
        reason = Reason.CANCELLED
        while not self._abort.raised:
            token = draw()
            if token in stops:
                reason = Reason.END_OF_TURN
                break
            tokens.append(token)
            now(token)
            if len(tokens) >= limit:
                reason = Reason.LENGTH
            elif len(tokens) % LOOK_EVERY == 0 and repeats(tokens):
                reason = Reason.REPETITION
            goes_on = reason is Reason.CANCELLED and step(token, len(cache))
            meanwhile(token)
            now, meanwhile = later
            if not goes_on:
                break
            cache.append(token)
            progress.evaluated += 1
        self._progress.cached = len(cache)
        teller.finish()
        return reason

    def _close(self, prompt: Prompt, reply: _Reply) -> None:
        """Remember the reply, and read the end of its turn while the person reads the reply.

        Thoughts are not given back to a model: such a reply is read again as it was shown.
        """
        text = "".join(reply.shown)
        tokens = self._whole(reply.tokens)
        if reply.text.thought or not text:
            return
        self._prompts.remember(text, tokens)
        settled = [*prompt.tokens, *tokens, *self._prompts.closing()]
        if len(settled) < self._context.size:
            self._reuse(settled, len(settled))
            self._evaluate(settled)

    def _whole(self, tokens: Sequence[int]) -> list[int]:
        """Without tokens at the end that are half a character."""
        whole = list(tokens)
        while whole and _ends_half(b"".join(self._pieces[token] for token in whole[-8:])):
            whole.pop()
        return whole


def _is_marker(name: str) -> bool:
    """Only names that nobody types by chance are hidden when a model spells them out."""
    return len(name) > 4 and name.startswith("<|") and name.endswith("|>")


def _ends_half(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("ignore")
    decoder.decode(data)
    return bool(decoder.getstate()[0])
