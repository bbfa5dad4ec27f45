"""Which plans to try for a model on a computer, the best first, and how many threads to use.

Pure: says what to try, tries nothing. First comes what was asked for, or what is computed to fit
beside the context with room left; then less and less, at last the CPU alone with a short context.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from desktop.engine.base import Attention, CacheType, Plan
from desktop.engine.machine import Machine
from desktop.engine.shape import MIB, Shape, cpu_weights, gpu_bytes, memory_bytes

LONGEST_CONTEXT = 8192
CONTEXTS = (8192, 4096, 2048)
# A talk with its memory needs so much; only a computer without a GPU goes below.
LEAST_GPU_CONTEXT = 4096
SMALLEST_BATCH = 64
MOST_THREADS = 16
# What stays free of a GPU's memory, for the screen and for other programs: 512 MiB, and what a
# process grows by while it talks (110 MiB on an H200, after the rehearsal had been measured)...
LEFT = 672 * MIB
# ...and for what an estimate overlooks; less once the model has been measured here.
SPARE, MEASURED_SPARE = 160 * MIB, 32 * MIB
MEMORY_LEFT = 256 * MIB


def resolve_context(context: int, train_context: int) -> int:
    """0 asks for the model's own length, which is bounded: memory grows with it."""
    own = train_context if train_context > 0 else LONGEST_CONTEXT
    return context if context > 0 else min(own, LONGEST_CONTEXT)


def plans_to_try(
    asked: Plan, shape: Shape, machine: Machine, extra: int | None = None
) -> list[Plan]:
    """From the best that should fit down to the least that still talks; [] where nothing can.

    Args:
        asked: layers >= 0 and a context > 0 are taken as they are; -1 and 0 are chosen here.
        shape: of the model.
        machine: with the memory that is free now.
        extra: bytes that the model was found to take beyond the estimate; None: never measured.
    """
    first = replace(asked, context=resolve_context(asked.context, shape.train_context))
    found: list[Plan] = []
    if machine.gpus and asked.gpu_layers:
        found += _gpu_plans(first, shape, gpu_budget(machine, extra) - (extra or 0))
    found += _cpu_plans(replace(first, gpu_layers=0), shape, machine)
    return list(dict.fromkeys(found))


def gpu_budget(machine: Machine, extra: int | None) -> int:
    """Bytes a plan may take; without bounds where a backend tells no memory."""
    if not all(device.total_bytes for device in machine.gpus):
        return 1 << 62
    spare = SPARE if extra is None else MEASURED_SPARE
    return machine.free_gpu_bytes - len(machine.gpus) * (LEFT + spare)


def rank(plan: Plan) -> tuple[int, int, bool, int]:
    """How good a plan is to talk with: layers on the GPU count most, then what is remembered."""
    return (plan.gpu_layers, plan.context, plan.cache is CacheType.F16, plan.batch)


def takes_less(plan: Plan, than: Plan, shape: Shape) -> bool:
    """Whether a plan asks less of what another one ran out of."""
    if than.gpu_layers:
        return not plan.gpu_layers or gpu_bytes(plan, shape) < gpu_bytes(than, shape)
    return not plan.gpu_layers and memory_bytes(plan, shape) < memory_bytes(than, shape)


def _gpu_plans(first: Plan, shape: Shape, budget: int) -> list[Plan]:
    if first.gpu_layers > 0:
        asked = replace(first, gpu_layers=min(first.gpu_layers, shape.all_layers))
        return [asked, *_fewer(asked)]
    whole = [plan for plan in _whole(first, shape) if gpu_bytes(plan, shape) <= budget]
    small = replace(first, context=min(first.context, LEAST_GPU_CONTEXT))
    if whole:
        return [*whole, *_fewer(replace(small, gpu_layers=shape.all_layers))]
    most = _most_layers(small, shape, budget)
    if not most:
        return []
    partly = replace(small, gpu_layers=most)
    return [partly, *_fewer(partly)]


def _whole(first: Plan, shape: Shape) -> Iterator[Plan]:
    """All layers on the GPU: a shorter context is felt least, then a cache with fewer bits.

    A context that was asked for stays.
    """
    everything = replace(first, gpu_layers=shape.all_layers)
    yield everything
    short = everything
    if first.context > LEAST_GPU_CONTEXT:
        short = replace(everything, context=LEAST_GPU_CONTEXT)
        yield short
    if shape.even and first.cache is CacheType.F16:
        yield replace(short, cache=CacheType.Q8_0, attention=Attention.ON)


def _most_layers(plan: Plan, shape: Shape, budget: int) -> int:
    for layers in range(shape.all_layers, 0, -1):
        if gpu_bytes(replace(plan, gpu_layers=layers), shape) <= budget:
            return layers
    return 0


def _fewer(plan: Plan) -> list[Plan]:
    """Steps for when an estimate was wrong or a GPU is taken away."""
    return [
        replace(plan, gpu_layers=max(1, int(plan.gpu_layers * share))) for share in (2 / 3, 1 / 3)
    ]


def _cpu_plans(first: Plan, shape: Shape, machine: Machine) -> list[Plan]:
    """Steps whose cache has room in memory; the last of them in any case, if it can ever have."""
    steps = [first]
    steps += [replace(first, context=size) for size in CONTEXTS[1:] if size < first.context]
    steps.append(replace(steps[-1], batch=min(first.batch, SMALLEST_BATCH)))
    total, available = machine.memory_bytes, machine.available_bytes - MEMORY_LEFT
    if not total:
        return steps
    last = steps[-1]
    if memory_bytes(last, shape) > total or cpu_weights(last, shape) > total:
        return []
    return [step for step in steps if memory_bytes(step, shape) <= available] or [last]


def choose_threads(
    allowed: Callable[[], set[int]] | None = None,
    system: Path = Path("/sys/devices/system/cpu"),
) -> int:
    """One thread per physical core: two on one core only wait for the same memory."""
    cpus = (allowed or allowed_cpus)()
    if len(cpus) <= 2:
        return max(1, len(cpus))
    return max(1, min(physical_cores(cpus, system), MOST_THREADS))


def allowed_cpus() -> set[int]:
    """Numbers of the logical processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return set(os.sched_getaffinity(0))
    return set(range(os.cpu_count() or 1))


def physical_cores(cpus: set[int], system: Path = Path("/sys/devices/system/cpu")) -> int:
    """Count cores by their siblings; where the system does not tell, half of the CPUs."""
    try:
        siblings = {
            (system / f"cpu{cpu}" / "topology" / "thread_siblings_list").read_text() for cpu in cpus
        }
    except OSError:
        return (len(cpus) + 1) // 2
    return len(siblings)
