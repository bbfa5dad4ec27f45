"""A bare llama.cpp decode loop in a process of its own: what the benchmark compares against.

No conversation, no text, no protocol: evaluates tokens and draws from the same sampler chain.
Usage: python -m desktop.engine.bare MODEL GPU_LAYERS CONTEXT THREADS BATCH. For every line on stdin
it prints seconds: `decode TOKENS PROMPT` draws and evaluates TOKENS after a prompt of so many;
`read CACHED NEW` evaluates NEW tokens behind CACHED ones and draws the first.
"""

from __future__ import annotations

import os
import sys
import time

from desktop.engine.abort import AbortFlag
from desktop.engine.base import Plan, Sampling
from desktop.engine.llama import ComputeFailedError, Context, Library, Model
from desktop.engine.llama_sampler import SamplerChain

# Hot, so that the reply that is compared with it seldom ends early.
SAMPLING = Sampling(temperature=4.0, top_k=100, top_p=0.999, seed=1)


def decode_seconds(model: Model, context: Context, tokens: int, prompt: list[int]) -> float:
    """Time to draw and evaluate `tokens` after `prompt`."""
    lib, handle = model.lib, context.handle
    context.keep(0)
    _evaluate(context, prompt, 0)
    chain = SamplerChain(SAMPLING, model.size)
    draw = chain.drawer(handle)
    batch, decode = context.single_batch, lib.llama_decode
    began = time.perf_counter()
    for position in range(len(prompt), len(prompt) + tokens):
        batch.token[0] = draw()
        batch.pos[0] = position
        if decode(handle, batch):
            raise ComputeFailedError("bare")
    seconds = time.perf_counter() - began
    chain.close()
    return seconds


def read_seconds(model: Model, context: Context, cached: int, new: int) -> float:
    """Time to evaluate `new` tokens behind `cached` ones and to draw the first of a reply."""
    context.keep(0)
    _evaluate(context, _tokens(cached), 0)
    chain = SamplerChain(SAMPLING, model.size)
    draw = chain.drawer(context.handle)
    draw()  # waits until the cached ones are read
    began = time.perf_counter()
    _evaluate(context, _tokens(new), cached)
    draw()
    seconds = time.perf_counter() - began
    chain.close()
    return seconds


def _evaluate(context: Context, tokens: list[int], position: int) -> None:
    for start in range(0, len(tokens), context.batch_size):
        context.evaluate(tokens[start : start + context.batch_size], position + start)


def _tokens(count: int) -> list[int]:
    return [1 + n % 200 for n in range(count)]


def main(arguments: list[str]) -> None:
    """Load once, then measure for every line."""
    path, *numbers = arguments
    gpu_layers, context_size, threads, batch = map(int, numbers)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    library = Library()
    plan = Plan(gpu_layers, context_size, threads, batch)
    model = Model(library, path, plan.gpu_layers)
    context = Context(library, model, plan, AbortFlag())
    measures = {"decode": _decode_line, "read": read_seconds}
    for line in sys.stdin:
        what, first, second = line.split()
        seconds = measures[what](model, context, int(first), int(second))
        print(seconds, file=answers, flush=True)


def _decode_line(model: Model, context: Context, tokens: int, prompt: int) -> float:
    return decode_seconds(model, context, tokens, _tokens(prompt))


if __name__ == "__main__":
    main(sys.argv[1:])
