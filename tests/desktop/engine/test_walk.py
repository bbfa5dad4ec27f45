"""One way down the plans: what is tried next, after what ran and after what did not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.engine.base import Attention, Plan, Tuned
from desktop.engine.gguf_header import check_model_file
from desktop.engine.machine import Device, DeviceKind, Machine
from desktop.engine.plan import LEFT
from desktop.engine.plans import PlanBook
from desktop.engine.shape import MIB, Shape, gpu_bytes, shape_of
from desktop.engine.walk import Failure, Subject, Walk
from tests.support.hollow_gguf import write_hollow_gguf

GIB = 1024 * MIB
Begin = Callable[..., Walk]


@pytest.fixture(scope="module")
def shape(tmp_path_factory: pytest.TempPathFactory) -> Shape:
    path = write_hollow_gguf(tmp_path_factory.mktemp("hollow") / "4b.gguf")
    return shape_of(check_model_file(path))


@pytest.fixture
def begin(shape: Shape, tmp_path: Path) -> Begin:
    """A walk over a computer with so many GiB free; all share one book on disk."""

    def build(free: float, asked: Plan | None = None, failure: Failure | None = None) -> Walk:
        gpu = Device("CUDA0", "GPU", "CUDA", DeviceKind.GPU, 24 * GIB, int(free * GIB))
        subject = Subject("m", shape, Machine((gpu,)), asked or Plan())
        return Walk(subject, PlanBook(tmp_path / "plans.json"), failure)

    return build


def first(walk: Walk) -> Plan:
    plan = walk.next()
    assert plan is not None
    return plan


def test_what_leaves_too_little_is_followed_by_less(begin: Begin) -> None:
    walk = begin(3)
    plan = first(walk)
    assert not walk.keeps(plan, 100 * MIB)
    assert 0 < first(walk).gpu_layers < plan.gpu_layers


def test_where_much_is_left_one_better_plan_is_tried(begin: Begin, shape: Shape) -> None:
    walk = begin(2.5)
    plan = first(walk)
    used = gpu_bytes(plan, shape) - 300 * MIB  # the estimate was too high
    assert not walk.keeps(plan, int(2.5 * GIB) - used)
    better = first(walk)
    assert better.gpu_layers > plan.gpu_layers
    assert walk.keeps(better, LEFT + MIB)


def test_a_better_one_that_does_not_run_gives_the_good_one_back(begin: Begin, shape: Shape) -> None:
    walk = begin(2.5)
    plan = first(walk)
    left = int(2.5 * GIB) - gpu_bytes(plan, shape) + 300 * MIB
    assert not walk.keeps(plan, left)
    walk.failed(first(walk))
    assert first(walk) == plan
    assert walk.keeps(plan, left)


def test_what_was_asked_for_by_hand_is_kept_whatever_it_leaves(begin: Begin) -> None:
    asked = Plan(gpu_layers=20, context=4096)
    walk = begin(1, asked)
    assert first(walk) == asked
    assert walk.keeps(asked, 10 * MIB)


def test_all_the_way_down_there_is_an_end(begin: Begin) -> None:
    walk = begin(16)
    seen = []
    while (plan := walk.next()) is not None:
        seen.append(plan)
        walk.failed(plan)
    assert len(seen) == len(set(seen))
    assert seen[-1].gpu_layers == 0


def test_too_little_left_every_time_ends_on_the_processor(begin: Begin) -> None:
    walk = begin(8)
    for _ in range(60):
        plan = first(walk)
        if walk.keeps(plan, 0 if plan.gpu_layers else -1):
            break
    assert plan.gpu_layers == 0


def test_what_was_measured_is_known_the_next_time(begin: Begin, shape: Shape) -> None:
    walk = begin(2.5)
    plan = first(walk)
    walk.keeps(plan, int(2.5 * GIB) - gpu_bytes(plan, shape) - 200 * MIB)
    walk.remember(plan)
    again = begin(2.4)
    assert first(again).gpu_layers < plan.gpu_layers


def test_another_program_s_memory_is_no_fault_of_the_plan(begin: Begin) -> None:
    best = first(begin(8))
    lowered = begin(2, failure=Failure(best, 8 * GIB))
    assert 0 < first(lowered).gpu_layers < 37
    assert first(begin(8)) == best


def test_a_plan_that_dies_with_all_the_memory_to_itself_is_avoided(begin: Begin) -> None:
    best = first(begin(8))
    assert first(begin(8, failure=Failure(best, 8 * GIB))) == replace(best, context=4096)
    assert first(begin(8)) == replace(best, context=4096)
    assert first(begin(9)) == best


def test_a_trial_s_choice_is_kept_for_gpu_and_processor_apart(begin: Begin) -> None:
    walk = begin(16)
    walk.keep_tuned(Tuned(3, 512, Attention.ON, 1, 2), gpu=True)
    assert walk.is_tuned(gpu=True)
    assert not walk.is_tuned(gpu=False)
    again = begin(16)
    assert first(again) == Plan(37, 8192, 3, 512, Attention.ON)
    while (plan := first(again)).gpu_layers:
        again.failed(plan)
    assert (plan.threads, plan.batch) == (0, 256)
    assert first(begin(16, Plan(threads=1, batch=64))).threads == 1
