"""A question aside: answered in a second sequence that branches off the conversation's cache.

Works in the engine process. The conversation's tokens are shared, never copied and never forgotten;
what is read and drawn here goes when the answer ends or is cancelled. A grammar may want any token,
so all of them are looked at here, on a GPU too. Knows no pipes.
"""

from __future__ import annotations

import codecs
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop.engine.abort import AbortFlag
from desktop.engine.base import Done, GenerationEvent, Reason, Sampling, Started, Token
from desktop.engine.llama import Context, Model
from desktop.engine.llama_sampler import GrammarSampler
from desktop.errors import EngineError

# A large batch on a slow processor takes long to give up; nobody waits for this one.
SMALL_BATCH = 64


@dataclass
class Progress:
    """Counters that other threads read."""

    evaluated: int = 0
    cached: int = 0
    generated: int = 0


class Aside:
    """Answers questions within a grammar.

    Args:
        model: for its vocabulary.
        context: holds the conversation in its first sequence.
        pieces: bytes of every token.
        stops: tokens that end an answer.
        abort: cancels the request at work.
        progress: where to count.
    """

    def __init__(
        self,
        model: Model,
        context: Context,
        pieces: Sequence[bytes],
        stops: set[int],
        abort: AbortFlag,
        progress: Progress,
    ) -> None:
        self._model = model
        self._context = context
        self._pieces = pieces
        self._stops = stops
        self._abort = abort
        self._progress = progress

    def reply(
        self,
        cache: Sequence[int],
        prompt: Sequence[int],
        grammar: str,
        sampling: Sampling,
        emit: Callable[[GenerationEvent], None],
    ) -> None:
        """Emit Started, Token..., Done.

        Args:
            cache: tokens of the conversation that are in the first sequence.
            prompt: tokens of the whole question.

        Raises:
            EngineError: aside_no_room, grammar_invalid.
        """
        shared = min(_shared(cache, prompt), len(prompt) - 1)
        new = len(prompt) - shared
        if len(cache) + new + sampling.maximum_tokens > self._context.size:
            raise EngineError("aside_no_room")
        model = self._model
        chain = GrammarSampler(sampling, model.vocabulary, model.size, grammar)
        began = time.monotonic()
        try:
            self._context.branch(shared)
            emit(Started(len(prompt), shared, new, 0))
            read = self._read(prompt, shared)
            ready = time.monotonic()
            drawn, reason = 0, Reason.CANCELLED
            if read:
                draw = chain.drawer(self._context.handle)
                drawn, reason = self._draw(draw, len(prompt), sampling.maximum_tokens, emit)
        finally:
            chain.close()
            self._context.leave()
        emit(Done(reason, drawn, ready - began, time.monotonic() - ready))

    def _read(self, prompt: Sequence[int], start: int) -> bool:
        size = min(SMALL_BATCH, self._context.batch_size)
        for at in range(start, len(prompt), size):
            chunk = prompt[at : at + size]
            if self._abort.raised or not self._context.evaluate_aside(chunk, at):
                return False
            self._progress.evaluated += len(chunk)
        return True

    def _draw(
        self,
        draw: Callable[[], int],
        position: int,
        limit: int,
        emit: Callable[[GenerationEvent], None],
    ) -> tuple[int, Reason]:
        """Draw until the grammar's end; returns how many tokens, and why it ended."""
        decoder = codecs.getincrementaldecoder("utf-8")("ignore")
        for drawn in range(limit):
            if self._abort.raised:
                return drawn, Reason.CANCELLED
            token = draw()
            if token in self._stops:
                return drawn, Reason.END_OF_TURN
            if text := decoder.decode(self._pieces[token]):
                emit(Token(text))
            self._progress.generated += 1
            if not self._context.evaluate_aside([token], position + drawn):
                return drawn, Reason.CANCELLED
            self._progress.evaluated += 1
        return limit, Reason.LENGTH


def _shared(cache: Sequence[int], prompt: Sequence[int]) -> int:
    """Length of the common beginning."""
    count = 0
    for ours, theirs in zip(cache, prompt, strict=False):
        if ours != theirs:
            break
        count += 1
    return count
