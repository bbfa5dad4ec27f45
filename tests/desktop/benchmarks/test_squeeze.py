"""The squeeze benchmark over a pretended GPU: what it calls a miss is one."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.benchmarks import squeeze
from desktop.engine.child import default_environment
from desktop.engine.client import ProcessEngine
from tests.support.hollow_gguf import write_hollow_gguf

WORKER = Path(__file__).parents[2] / "support" / "fake_worker.py"
GIB = 1 << 30


class Pretended:
    """Says what is free; whoever starts afterwards sees it."""

    size = 0

    def leave(self, size: int) -> int:
        self.size = size
        return size

    def free(self) -> int:
        return self.size


@pytest.fixture
def make(tmp_path: Path) -> Callable[[Pretended, str], squeeze.MakeEngine]:
    def build(squeezer: Pretended, mode: str) -> squeeze.MakeEngine:
        command = [sys.executable, str(WORKER), mode, str(tmp_path / "starts")]

        def engine() -> ProcessEngine:
            free = {"FAKE_GPU_FREE": str(squeezer.size)}
            return ProcessEngine(command, environment={**default_environment(), **free})

        return engine

    return build


def test_every_size_talks_and_one_layer_more_by_hand_is_tried(
    make: Callable[[Pretended, str], squeeze.MakeEngine], tmp_path: Path
) -> None:
    model, squeezer = write_hollow_gguf(tmp_path / "4b.gguf"), Pretended()
    found = squeeze.measure(model, squeezer, (0, 2, 8), make(squeezer, "gpu-full"))
    assert [squeezed.free for squeezed in found] == [8 * GIB, 2 * GIB, 0]
    layers = [squeezed.ours.plan.gpu_layers for squeezed in found]
    assert layers[0] == 37
    assert 0 < layers[1] < 37
    assert layers[2] == 0
    assert all(squeezed.ours.talked and not squeezed.ours.errors for squeezed in found)
    misses = [figure.name for figure in squeeze.table(found) if figure.missed]
    assert misses == []


def test_what_a_person_would_see_is_a_miss(
    make: Callable[[Pretended, str], squeeze.MakeEngine], tmp_path: Path
) -> None:
    model, squeezer = write_hollow_gguf(tmp_path / "4b.gguf"), Pretended()
    found = squeeze.measure(model, squeezer, (8,), make(squeezer, "die-often"))
    misses = [figure.name for figure in squeeze.table(found) if figure.missed]
    assert [name.partition(": ")[2] for name in misses][:2] == ["no talk", "errors a person saw"]


@pytest.mark.skipif(os.path.exists("/dev/nvidia0"), reason="there is a GPU to squeeze")
def test_without_a_gpu_it_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="nothing to squeeze"):
        squeeze.main([])
