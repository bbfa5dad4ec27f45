"""llama.cpp's own sampler chain, made from our `Sampling`.

Only the worker and the bare loop of the benchmark import this.
"""

from __future__ import annotations

import ctypes
import secrets
from collections.abc import Callable
from typing import Any

from desktop.engine.base import Sampling
from desktop.errors import EngineError

LIKELIEST = 1024


def candidates_needed(sampling: Sampling) -> int:
    """How many of the likeliest tokens can decide what is drawn; 0 when any token can.

    A penalty above 1 only lowers, and at most `repeat_window` tokens: the best k afterwards are
    among the best k + window before.
    """
    if sampling.temperature > 0 and sampling.top_k <= 0:
        return 0
    best = max(1, sampling.top_k) if sampling.temperature > 0 else 1
    if sampling.repeat_penalty == 1 or sampling.repeat_window <= 0:
        return best
    return best + sampling.repeat_window if sampling.repeat_penalty > 1 else 0


class TopCandidates:
    """Lets only the likeliest tokens leave the GPU.

    To bring a whole vocabulary over and sort it takes a third of the time of a token of a 4B model;
    the GPU sorts it in passing. What is drawn stays the same. Belongs to one context.
    """

    SMALLEST = 512  # one size for all usual ways of drawing: to change it costs some milliseconds

    def __init__(self, context: Any) -> None:
        from llama_cpp import llama_cpp as lib

        self._lib = lib
        self._context = context
        self._count = 0
        self._chain: Any = None

    def use(self, needed: int, vocabulary: int) -> None:
        """Let at least `needed` candidates through; 0 lets all through."""
        count = max(self.SMALLEST, needed) if needed else 0
        count = 0 if count >= vocabulary else count
        if count == self._count:
            return
        before, self._chain, self._count = self._chain, self._made(count), count
        self._lib.llama_set_sampler(self._context, 0, self._chain)
        if before is not None:
            self._lib.llama_sampler_free(before)

    def _made(self, count: int) -> Any:
        if not count:
            return None
        parameters = self._lib.llama_sampler_chain_default_params()
        parameters.no_perf = True
        chain = self._lib.llama_sampler_chain_init(parameters)
        self._lib.llama_sampler_chain_add(chain, self._lib.llama_sampler_init_top_k(count))
        return chain


class SamplerChain:
    """Draws tokens natively; `close` frees it.

    Args:
        vocabulary: number of tokens.
        first: a step before all others; it is freed with the chain.
    """

    def __init__(self, sampling: Sampling, vocabulary: int, first: Any = None) -> None:
        from llama_cpp import llama_cpp as lib

        self._lib = lib
        parameters = lib.llama_sampler_chain_default_params()
        parameters.no_perf = True
        self._chain = lib.llama_sampler_chain_init(parameters)
        if first is not None:
            lib.llama_sampler_chain_add(self._chain, first)
        for step in self._steps(sampling, vocabulary):
            lib.llama_sampler_chain_add(self._chain, step)

    def drawer(self, context: Any) -> Callable[[], int]:
        """A function that draws the next token after the last evaluated one."""
        draw, chain = self._lib.llama_sampler_sample, self._chain
        return lambda: int(draw(chain, context, -1))

    def close(self) -> None:
        if self._chain:
            self._lib.llama_sampler_free(self._chain)
            self._chain = None

    def _steps(self, sampling: Sampling, vocabulary: int) -> list[Any]:
        lib = self._lib
        steps = self._penalties(sampling, vocabulary)
        if sampling.temperature <= 0:
            return [*steps, lib.llama_sampler_init_greedy()]
        if sampling.top_k > 0:
            steps.append(lib.llama_sampler_init_top_k(sampling.top_k))
        if sampling.top_p < 1:
            steps.append(lib.llama_sampler_init_top_p(sampling.top_p, 1))
        if sampling.min_p > 0:
            steps.append(lib.llama_sampler_init_min_p(sampling.min_p, 1))
        seed = secrets.randbits(32) if sampling.seed is None else sampling.seed & 0xFFFFFFFF
        steps.append(lib.llama_sampler_init_temp(sampling.temperature))
        return [*steps, lib.llama_sampler_init_dist(seed)]

    def _penalties(self, sampling: Sampling, vocabulary: int) -> list[Any]:
        """Penalties walk the whole vocabulary, so all but the possible winners leave before."""
        if sampling.repeat_penalty == 1 or sampling.repeat_window <= 0:
            return []
        window, steps = sampling.repeat_window, []
        if needed := candidates_needed(sampling):
            steps.append(self._lib.llama_sampler_init_top_k(needed))
        steps.append(
            self._lib.llama_sampler_init_penalties(
                vocabulary, window, sampling.repeat_penalty, 0.0, 0.0
            )
        )
        return steps


class GrammarSampler:
    """Draws only what a grammar allows.

    Asking a grammar about a whole vocabulary takes many milliseconds, about one token nothing: so a
    token is drawn freely first; where it is not allowed, the likeliest of the next ones that is;
    and only where none of these is, the whole vocabulary is asked.

    Args:
        vocabulary: llama.cpp's own.
        size: number of tokens.
        grammar: GBNF with a rule `root`.

    Raises:
        EngineError: grammar_invalid.
    """

    def __init__(self, sampling: Sampling, vocabulary: Any, size: int, grammar: str) -> None:
        from llama_cpp import llama_cpp as lib

        self._lib = lib
        self._size = size
        self._grammar = lib.llama_sampler_init_grammar(vocabulary, grammar.encode(), b"root")
        if not self._grammar:
            raise EngineError("grammar_invalid")
        # The grammar stands first: behind a top-k nothing that it allows might be left.
        self._bound = SamplerChain(sampling, size, self._grammar)
        self._free = SamplerChain(sampling, size)
        self._one = lib.llama_token_data()
        self._array = lib.llama_token_data_array()
        self._array.data = ctypes.pointer(self._one)  # type: ignore[assignment]

    def drawer(self, context: Any) -> Callable[[], int]:
        """A function that draws the next token after the last evaluated one."""
        free, bound = self._free.drawer(context), self._bound.drawer(context)

        def draw() -> int:
            token = free()
            if not self._allows(token):
                token = self._likeliest(context)
            if token < 0:
                return bound()
            self._lib.llama_sampler_accept(self._grammar, token)
            return token

        return draw

    def close(self) -> None:
        self._bound.close()
        self._free.close()

    def _likeliest(self, context: Any) -> int:
        """The likeliest token that is allowed; -1 where none of the likeliest is."""
        from numpy import argpartition
        from numpy.ctypeslib import as_array

        scores = as_array(self._lib.llama_get_logits_ith(context, -1), (self._size,))
        most = min(LIKELIEST, self._size - 1)
        best = argpartition(scores, -most)[-most:]
        ordered = sorted((int(token) for token in best), key=lambda token: -scores[token])
        return next((token for token in ordered if self._allows(token)), -1)

    def _allows(self, token: int) -> bool:
        one, array = self._one, self._array
        one.id, one.logit, one.p = token, 1.0, 0.0  # type: ignore[assignment]
        array.size, array.selected, array.sorted = 1, -1, False
        self._lib.llama_sampler_apply(self._grammar, ctypes.byref(array))
        return bool(array.data[0].logit > float("-inf"))
