"""Plans that fit a computer: from what is best down to the least that still talks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.engine.base import CacheType, Plan
from desktop.engine.gguf_header import check_model_file
from desktop.engine.machine import Device, DeviceKind, Machine
from desktop.engine.plan import (
    LEFT,
    choose_threads,
    plans_to_try,
    rank,
    resolve_context,
    takes_less,
)
from desktop.engine.shape import MIB, Shape, gpu_bytes, memory_bytes, shape_of
from tests.support.hollow_gguf import write_hollow_gguf

GIB = 1024 * MIB


@pytest.fixture(scope="module")
def shape(tmp_path_factory: pytest.TempPathFactory) -> Shape:
    path = write_hollow_gguf(tmp_path_factory.mktemp("hollow") / "4b.gguf")
    return shape_of(check_model_file(path))


def computer(*free: float, memory: float = 32, available: float = 24) -> Machine:
    """With a GPU for each number, which is how many GiB of it are free."""
    gpus = [
        Device(f"CUDA{n}", "GPU", "CUDA", DeviceKind.GPU, 24 * GIB, int(size * GIB))
        for n, size in enumerate(free)
    ]
    return Machine(
        tuple(gpus), memory_bytes=int(memory * GIB), available_bytes=int(available * GIB)
    )


def test_a_header_tells_how_large_everything_is(shape: Shape) -> None:
    assert len(shape.blocks) == 36
    assert 54 * MIB < shape.blocks[0] < 56 * MIB
    assert 208 * MIB < shape.output < 209 * MIB
    assert shape.cache_numbers == 2 * 8 * 128
    assert (shape.vocabulary, shape.even) == (151_936, True)


def test_without_a_gpu_context_shrinks_and_then_the_batch(shape: Shape) -> None:
    steps = plans_to_try(Plan(), shape, computer())
    assert [(s.gpu_layers, s.context, s.batch) for s in steps] == [
        (0, 8192, 256),
        (0, 4096, 256),
        (0, 2048, 256),
        (0, 2048, 64),
    ]


def test_with_room_everything_is_on_the_gpu_and_the_cpu_is_last(shape: Shape) -> None:
    steps = plans_to_try(Plan(), shape, computer(16))
    assert steps[0] == Plan(37, 8192)
    assert steps[1] == Plan(37, 4096)
    assert steps[2].cache is CacheType.Q8_0
    layers = [step.gpu_layers for step in steps]
    assert layers == sorted(layers, reverse=True)
    assert steps[-1] == Plan(0, 2048, 0, 64)


@pytest.mark.parametrize("free", [1, 1.5, 2, 2.5, 3, 3.2, 3.4, 3.7, 4, 5, 8, 16])
def test_what_fits_leaves_half_a_gigabyte_and_one_layer_more_would_not(
    shape: Shape, free: float
) -> None:
    first = plans_to_try(Plan(), shape, computer(free))[0]
    room = free * GIB - LEFT
    assert gpu_bytes(first, shape) <= room
    if 4 < first.gpu_layers < shape.all_layers:
        more = replace(first, gpu_layers=first.gpu_layers + 4)
        assert gpu_bytes(more, shape) > room


def test_less_room_is_never_a_better_plan(shape: Shape) -> None:
    ranks = [rank(plans_to_try(Plan(), shape, computer(n / 8))[0]) for n in range(81)]
    assert ranks == sorted(ranks)
    assert ranks[0][0] == 0
    assert ranks[-1] == rank(Plan(37, 8192))


def test_fewer_bits_are_cached_only_where_that_brings_all_layers_over(shape: Shape) -> None:
    firsts = [plans_to_try(Plan(), shape, computer(n / 16))[0] for n in range(160)]
    short = [plan for plan in firsts if plan.cache is CacheType.Q8_0]
    assert short
    assert all(plan.gpu_layers == 37 for plan in short)


def test_what_was_measured_beyond_the_estimate_counts(shape: Shape) -> None:
    roomy = computer(4)
    assert rank(plans_to_try(Plan(), shape, roomy, extra=800 * MIB)[0]) < rank(
        plans_to_try(Plan(), shape, roomy, extra=0)[0]
    )


def test_two_gpus_keep_their_margins_each(shape: Shape) -> None:
    both = plans_to_try(Plan(), shape, computer(2, 2))[0]
    one = plans_to_try(Plan(), shape, computer(4))[0]
    assert both.gpu_layers > 0
    assert rank(both) < rank(one)


def test_a_gpu_that_tells_no_memory_is_tried(shape: Shape) -> None:
    silent = Machine((Device("X0", "", "X", DeviceKind.GPU, 0, 0),))
    assert plans_to_try(Plan(), shape, silent)[0] == Plan(37, 8192)


def test_an_integrated_gpu_counts_where_there_is_no_other() -> None:
    small = Device("Vulkan1", "", "Vulkan", DeviceKind.INTEGRATED, GIB, GIB)
    large = Device("Vulkan0", "", "Vulkan", DeviceKind.GPU, GIB, GIB)
    assert Machine((small,)).gpus == (small,)
    assert Machine((small, large)).gpus == (large,)


def test_what_was_asked_for_comes_first(shape: Shape) -> None:
    asked = Plan(gpu_layers=5, context=3000, threads=3, batch=32)
    assert plans_to_try(asked, shape, computer(0.5))[0] == asked
    assert plans_to_try(Plan(0), shape, computer(16))[0].gpu_layers == 0


def test_no_step_is_tried_twice_and_none_grows(shape: Shape) -> None:
    for machine in (computer(), computer(3), computer(16)):
        steps = plans_to_try(Plan(context=2048, batch=64), shape, machine)
        assert len(set(steps)) == len(steps)
        assert all(step.context <= 2048 for step in steps)


def test_a_cache_that_memory_has_no_room_for_is_not_tried(shape: Shape) -> None:
    tight = plans_to_try(Plan(), shape, computer(memory=8, available=1.5))
    assert [step.context for step in tight] == [4096, 2048, 2048]
    none = plans_to_try(Plan(), shape, computer(memory=8, available=0.1))
    assert none == [Plan(0, 2048, 0, 64)]


def test_a_model_larger_than_the_computer_is_not_begun(shape: Shape) -> None:
    assert plans_to_try(Plan(), shape, computer(memory=2, available=2)) == []
    lying = replace(shape, cache_numbers=2**40)
    assert plans_to_try(Plan(), lying, computer()) == []


def test_what_takes_less_than_a_plan_that_failed(shape: Shape) -> None:
    whole = Plan(37, 8192)
    assert takes_less(replace(whole, context=4096), whole, shape)
    assert takes_less(Plan(0, 8192), whole, shape)
    assert not takes_less(whole, whole, shape)
    assert not takes_less(whole, Plan(0, 2048), shape)
    assert takes_less(Plan(0, 2048), Plan(0, 4096), shape)
    assert memory_bytes(Plan(0, 2048), shape) < memory_bytes(Plan(0, 4096), shape)


def test_the_context_is_the_model_s_own_within_limits() -> None:
    assert resolve_context(0, 2048) == 2048
    assert resolve_context(0, 262144) == 8192
    assert resolve_context(0, 0) == 8192
    assert resolve_context(1000, 2048) == 1000


def test_threads_are_cores_and_not_their_siblings(tmp_path: Path) -> None:
    for cpu in range(8):
        folder = tmp_path / f"cpu{cpu}" / "topology"
        folder.mkdir(parents=True)
        (folder / "thread_siblings_list").write_text(f"{cpu % 4},{cpu % 4 + 4}\n")
    assert choose_threads(lambda: set(range(8)), tmp_path) == 4
    assert choose_threads(lambda: set(range(8)), tmp_path / "nowhere") == 4
    assert choose_threads(lambda: {0, 4}, tmp_path) == 2
    assert choose_threads(lambda: set(), tmp_path) == 1
    assert choose_threads() >= 1
