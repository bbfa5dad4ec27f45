"""A bare llama.cpp decode loop in a process of its own: what the benchmark compares against.

No conversation, no text, no protocol: evaluates tokens and draws from the same sampler chain.
Usage: python -m desktop.engine.bare MODEL CONTEXT THREADS BATCH TOKENS PROMPT_TOKENS; for every
line on stdin it runs once and prints the seconds the decode took.
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
    for start in range(0, len(prompt), context.batch_size):
        context.evaluate(prompt[start : start + context.batch_size], start)
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


def main(arguments: list[str]) -> None:
    """Load once, then measure for every line."""
    path, *numbers = arguments
    context_size, threads, batch, tokens, prompt_tokens = map(int, numbers)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    library = Library()
    plan = Plan(0, context_size, threads, batch)
    model = Model(library, path, plan.gpu_layers)
    context = Context(library, model, plan, AbortFlag())
    for _line in sys.stdin:
        prompt = [1 + n % 200 for n in range(prompt_tokens)]
        print(decode_seconds(model, context, tokens, prompt), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
