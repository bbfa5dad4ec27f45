"""The ladder of plans: from what was asked for to the least that still talks."""

from __future__ import annotations

from pathlib import Path

from desktop.engine.base import Plan
from desktop.engine.plan import choose_threads, ladder, lowered, resolve_context


def test_without_a_gpu_context_shrinks_and_then_the_batch() -> None:
    steps = ladder(Plan(), layers=36, train_context=40960, gpu=False)
    assert [(s.gpu_layers, s.context, s.batch) for s in steps] == [
        (0, 8192, 256),
        (0, 4096, 256),
        (0, 2048, 256),
        (0, 2048, 64),
    ]


def test_with_a_gpu_layers_leave_it_step_by_step_and_the_cpu_is_last() -> None:
    steps = ladder(Plan(), layers=36, train_context=40960, gpu=True)
    layers = [step.gpu_layers for step in steps]
    assert layers[0] == 37
    assert layers == sorted(layers, reverse=True)
    assert 0 < layers[2] < 37
    assert layers[-1] == 0
    assert steps[-1] == Plan(0, 2048, 0, 64)


def test_no_step_is_tried_twice_and_none_grows() -> None:
    for gpu in (False, True):
        steps = ladder(Plan(context=2048, batch=64), layers=2, train_context=512, gpu=gpu)
        assert len(set(steps)) == len(steps)
        assert all(step.context <= 2048 for step in steps)


def test_what_was_asked_for_comes_first() -> None:
    asked = Plan(gpu_layers=5, context=3000, threads=3, batch=32)
    assert ladder(asked, layers=36, train_context=2048, gpu=True)[0] == asked


def test_lowering_goes_one_step_down_and_stays_at_the_end() -> None:
    steps = ladder(Plan(), layers=4, train_context=8192, gpu=True)
    assert lowered(steps[0], steps) == steps[1]
    assert lowered(steps[-1], steps) == steps[-1]
    assert lowered(Plan(batch=1), steps) == steps[-1]


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
