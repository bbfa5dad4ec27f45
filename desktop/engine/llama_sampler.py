"""llama.cpp's own sampler chain, made from our `Sampling`.

Only the worker and the bare loop of the benchmark import this.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from desktop.engine.base import Sampling


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
    """Draws tokens natively; `close` frees it."""

    def __init__(self, sampling: Sampling, vocabulary: int) -> None:
        from llama_cpp import llama_cpp as lib

        self._lib = lib
        parameters = lib.llama_sampler_chain_default_params()
        parameters.no_perf = True
        self._chain = lib.llama_sampler_chain_init(parameters)
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
