"""Which plans to try for a model, the best first, and how many threads a computer should use.

Pure: says what to try, tries nothing. A plan that fails for want of memory is followed by a smaller
one: shorter context, fewer layers on the GPU, smaller batches, at last the CPU alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from desktop.engine.base import Plan

LONGEST_CONTEXT = 8192
CONTEXTS = (8192, 4096, 2048)
SMALLEST_BATCH = 64
MOST_THREADS = 16


def resolve_context(context: int, train_context: int) -> int:
    """0 asks for the model's own length, which is bounded: memory grows with it."""
    own = train_context if train_context > 0 else LONGEST_CONTEXT
    return context if context > 0 else min(own, LONGEST_CONTEXT)


def ladder(plan: Plan, *, layers: int, train_context: int, gpu: bool) -> list[Plan]:
    """Plans to try, from the one asked for down to the least that still talks.

    Args:
        plan: what was asked for; zeros and -1 are filled in.
        layers: blocks of the model.
        train_context: tokens the model was trained for.
        gpu: whether there is one.
    """
    first = replace(
        plan,
        gpu_layers=_layers_on_gpu(plan.gpu_layers, layers) if gpu else 0,
        context=resolve_context(plan.context, train_context),
    )
    steps = [first]
    if first.gpu_layers:
        steps += _gpu_steps(first)
    steps += _cpu_steps(replace(first, gpu_layers=0))
    return list(dict.fromkeys(steps))


def lowered(plan: Plan, steps: Sequence[Plan]) -> Plan:
    """The step after `plan`; the last one stays where it is."""
    if plan not in steps:
        return steps[-1]
    return steps[min(steps.index(plan) + 1, len(steps) - 1)]


def _layers_on_gpu(asked: int, layers: int) -> int:
    """llama.cpp counts the output as one more layer."""
    return layers + 1 if asked < 0 else min(asked, layers + 1)


def _gpu_steps(first: Plan) -> list[Plan]:
    """A shorter context is felt least, so it goes first; then layers move to the CPU."""
    steps = [replace(first, context=size) for size in CONTEXTS[1:2] if size < first.context]
    small = steps[-1] if steps else first
    for share in (2 / 3, 1 / 3):
        steps.append(replace(small, gpu_layers=max(1, int(first.gpu_layers * share))))
    return steps


def _cpu_steps(first: Plan) -> list[Plan]:
    steps = [first]
    steps += [replace(first, context=size) for size in CONTEXTS[1:] if size < first.context]
    steps.append(replace(steps[-1], batch=min(first.batch, SMALLEST_BATCH)))
    return steps


def choose_threads(
    allowed: Callable[[], set[int]] | None = None,
    system: Path = Path("/sys/devices/system/cpu"),
) -> int:
    """One thread per physical core: two on one core only wait for the same memory."""
    cpus = (allowed or _allowed_cpus)()
    if len(cpus) <= 2:
        return max(1, len(cpus))
    return max(1, min(_physical(cpus, system), MOST_THREADS))


def _allowed_cpus() -> set[int]:
    if hasattr(os, "sched_getaffinity"):
        return set(os.sched_getaffinity(0))
    return set(range(os.cpu_count() or 1))


def _physical(cpus: set[int], system: Path) -> int:
    """Count cores by their siblings; where the system does not tell, half of the CPUs."""
    try:
        siblings = {
            (system / f"cpu{cpu}" / "topology" / "thread_siblings_list").read_text() for cpu in cpus
        }
    except OSError:
        return (len(cpus) + 1) // 2
    return len(siblings)
