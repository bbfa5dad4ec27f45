"""Whatever the process does, the client says what happened and goes on."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.engine.base import (
    ChatMessage,
    Done,
    GenerateRequest,
    GenerationEvent,
    LoadRequest,
    Plan,
    Token,
)
from desktop.engine.child import default_environment
from desktop.engine.client import ProcessEngine
from desktop.engine.watch import Limits
from desktop.errors import EngineError, ModelFileError, XinyuError
from tests.support.hollow_gguf import write_hollow_gguf
from tests.support.tiny_gguf import write_tiny_gguf

ASK = GenerateRequest([ChatMessage("user", "hi")])
WORKER = Path(__file__).parents[2] / "support" / "fake_worker.py"
Make = Callable[..., ProcessEngine]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_tiny_gguf(tmp_path / "a.gguf", context=8192)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    engines = []

    def build(mode: str, limits: Limits | None = None) -> ProcessEngine:
        command = [sys.executable, str(WORKER), mode, str(tmp_path / "starts")]
        engines.append(ProcessEngine(command, limits))
        return engines[-1]

    yield build
    for engine in engines:
        engine.close()


def starts(tmp_path: Path) -> int:
    return (tmp_path / "starts").stat().st_size


def text_of(events: Iterator[GenerationEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, Token))


def fault(engine: ProcessEngine, model: Path) -> XinyuError:
    with pytest.raises(XinyuError) as caught:
        engine.load(LoadRequest(model))
    return caught.value


@pytest.mark.parametrize(
    ("mode", "code"),
    [
        ("exit", "engine_start_failed"),
        ("too-old", "cpu_too_old"),
        ("too-old-at-load", "cpu_too_old"),
        ("newer", "protocol_mismatch"),
    ],
)
def test_a_process_that_cannot_serve(make: Make, model: Path, mode: str, code: str) -> None:
    assert fault(make(mode), model).code == code


def test_a_process_that_says_nothing(make: Make, model: Path) -> None:
    error = fault(make("mute", Limits(start=0.5)), model)
    assert (error.code, error.details["reason"]) == ("engine_start_failed", "hung")


def test_a_command_that_is_not_there(model: Path) -> None:
    engine = ProcessEngine(["/no/such/program"])
    assert fault(engine, model).code == "engine_start_failed"


def test_a_plan_that_takes_too_much_is_followed_by_smaller_ones(make: Make, model: Path) -> None:
    assert make("big").load(LoadRequest(model)).plan.context == 2048


def test_a_gpu_that_aborts_is_left_alone(make: Make, model: Path) -> None:
    engine = make("gpu-aborts")
    assert engine.load(LoadRequest(model)).plan.gpu_layers == 0
    assert text_of(engine.generate(ASK)) == "我在"


def test_a_model_that_never_fits(make: Make, model: Path, tmp_path: Path) -> None:
    error = fault(make("too-big"), model)
    assert isinstance(error, ModelFileError)
    assert (error.code, error.details["name"]) == ("model_too_big", "a.gguf")
    assert starts(tmp_path) == 4


def test_garbage_on_the_pipe_is_passed_over(make: Make, model: Path) -> None:
    engine = make("garbage")
    engine.load(LoadRequest(model))
    assert text_of(engine.generate(ASK)) == "我在"


def test_lines_about_other_requests_are_passed_over(make: Make, model: Path) -> None:
    engine = make("stale")
    engine.load(LoadRequest(model))
    assert text_of(engine.generate(ASK)) == "我在"


def test_an_abort_in_the_middle_lowers_the_plan(make: Make, model: Path) -> None:
    engine = make("abort-once")
    assert engine.load(LoadRequest(model)).plan.context == 8192
    with pytest.raises(EngineError) as caught:
        list(engine.generate(ASK))
    assert (caught.value.code, caught.value.details["cause"]) == ("engine_died", "SIGABRT")
    assert text_of(engine.generate(ASK)) == "我在"
    assert engine.loaded is not None
    assert engine.loaded.plan.context == 4096


def test_one_kill_keeps_the_plan_and_a_second_one_lowers_it(make: Make, model: Path) -> None:
    engine = make("die-often")
    engine.load(LoadRequest(model))
    for _ in range(2):
        with pytest.raises(EngineError, match="SIGKILL"):
            list(engine.generate(ASK))
        assert engine.loaded is not None
        assert engine.loaded.plan.context == 8192
    assert text_of(engine.generate(ASK)) == "我在"
    assert engine.loaded.plan.context == 4096


def test_alive_but_nothing_goes_on(make: Make, model: Path) -> None:
    engine = make("still", Limits(stall=0.6))
    engine.load(LoadRequest(model))
    began = time.monotonic()
    with pytest.raises(EngineError) as caught:
        list(engine.generate(ASK))
    assert caught.value.code == "engine_hung"
    assert time.monotonic() - began < 3
    assert text_of(engine.generate(ASK)) == "我在"


def test_a_cancel_that_is_not_heard_ends_the_process(make: Make, model: Path) -> None:
    engine = make("still", Limits(cancel=0.5))
    engine.load(LoadRequest(model))
    events = engine.generate(ASK)
    next(events)
    next(events)
    engine.cancel()
    began = time.monotonic()
    with pytest.raises(EngineError, match="engine_hung"):
        next(events)
    assert time.monotonic() - began < 3


def test_a_load_that_hangs_is_given_up(make: Make, model: Path) -> None:
    limits = Limits(load_silence=1.0, stall=0.4)
    assert fault(make("hang-load", limits), model).code == "engine_hung"


def test_without_a_model_there_is_nothing_to_ask(make: Make) -> None:
    engine = make("fine")
    with pytest.raises(EngineError, match="engine_not_loaded"):
        list(engine.generate(ASK))
    engine.cancel()
    assert engine.stats().resident_bytes == 0


def test_only_one_reply_at_a_time(make: Make, model: Path) -> None:
    engine = make("fine")
    engine.load(LoadRequest(model))
    first = engine.generate(ASK)
    next(first)
    for call in (lambda: next(engine.generate(ASK)), lambda: engine.load(LoadRequest(model))):
        with pytest.raises(EngineError, match="generation_busy"):
            call()
    assert engine.stats().cached_tokens in (0, 2)
    assert isinstance(list(first)[-1], Done)
    assert text_of(engine.generate(ASK)) == "我在"


def test_the_name_is_the_file_s_where_the_model_has_none(make: Make, model: Path) -> None:
    engine = make("fine")
    loaded = engine.load(LoadRequest(model, replace(Plan(), context=512)))
    assert loaded.name == "a"
    assert loaded.plan.context == 512


def test_closing_twice_is_harmless_and_it_starts_again(make: Make, model: Path) -> None:
    engine = make("fine")
    engine.load(LoadRequest(model))
    engine.close()
    engine.close()
    assert engine.loaded is None
    assert text_of(engine.generate(ASK)) == "我在"


GIB = 1 << 30


@pytest.fixture
def large(tmp_path: Path) -> Path:
    return write_hollow_gguf(tmp_path / "4b.gguf")


@pytest.fixture
def on_gpu(tmp_path: Path) -> Iterator[Callable[[str, float], ProcessEngine]]:
    """An engine over a computer with so many GiB free on its GPU; all share one file of plans."""
    engines = []

    def build(mode: str, free: float) -> ProcessEngine:
        command = [sys.executable, str(WORKER), mode, str(tmp_path / "starts")]
        environment = {**default_environment(), "FAKE_GPU_FREE": str(int(free * GIB))}
        engines.append(
            ProcessEngine(command, environment=environment, plans=tmp_path / "plans.json")
        )
        return engines[-1]

    yield build
    for engine in engines:
        engine.close()


@pytest.mark.parametrize("free", [0, 0.5, 1, 1.5, 2, 3, 3.5, 4, 5, 8, 16])
def test_a_squeezed_gpu_talks_and_leaves_half_a_gigabyte(
    on_gpu: Callable[[str, float], ProcessEngine], large: Path, free: float
) -> None:
    engine = on_gpu("gpu-full", free)
    loaded = engine.load(LoadRequest(large))
    assert text_of(engine.generate(ASK)) == "我在"
    assert loaded.left_bytes >= GIB // 2 or loaded.plan.gpu_layers == 0
    if free >= 8:
        assert (loaded.plan.gpu_layers, loaded.plan.context) == (37, 8192)
    if free <= 0.5:
        assert loaded.plan.gpu_layers == 0


def test_a_plan_is_remembered_lowered_and_tried_better_again(
    on_gpu: Callable[[str, float], ProcessEngine], large: Path, tmp_path: Path
) -> None:
    best = on_gpu("gpu-full", 8).load(LoadRequest(large))
    assert best.note == ""
    squeezed = on_gpu("gpu-full", 2.5).load(LoadRequest(large))
    assert 0 < squeezed.plan.gpu_layers < 37
    assert squeezed.note == "plan_lowered"
    before = starts(tmp_path)
    assert on_gpu("gpu-full", 2.5).load(LoadRequest(large)).plan == squeezed.plan
    assert starts(tmp_path) == before + 1
    again = on_gpu("gpu-full", 8).load(LoadRequest(large))
    assert (again.plan, again.note) == (best.plan, "")


def test_a_plan_that_ends_the_process_is_not_tried_again_until_there_is_more_room(
    on_gpu: Callable[[str, float], ProcessEngine], large: Path
) -> None:
    engine = on_gpu("gpu abort-once", 6)
    best = engine.load(LoadRequest(large)).plan
    with pytest.raises(EngineError, match="SIGABRT"):
        list(engine.generate(ASK))
    assert text_of(engine.generate(ASK)) == "我在"
    assert engine.loaded is not None
    assert (engine.loaded.plan.gpu_layers, engine.loaded.plan.context) == (37, 4096)
    assert engine.loaded.note == "plan_lowered"
    assert on_gpu("gpu", 6).load(LoadRequest(large)).plan.context == 4096
    assert on_gpu("gpu", 12).load(LoadRequest(large)).plan == best


def test_a_gpu_that_ends_whoever_looks_at_it_is_not_looked_at(
    on_gpu: Callable[[str, float], ProcessEngine], large: Path
) -> None:
    engine = on_gpu("gpu-untouchable", 8)
    loaded = engine.load(LoadRequest(large))
    assert (loaded.plan.gpu_layers, loaded.note) == (0, "plan_lowered")
    assert text_of(engine.generate(ASK)) == "我在"


def test_a_build_that_does_not_load_is_left_alone_and_told(
    make: Make, model: Path, tmp_path: Path
) -> None:
    loaded = make("bad-library").load(LoadRequest(model, library=tmp_path))
    assert loaded.note == "library_unusable"
    with pytest.raises(EngineError, match="library_unusable"):
        make("bad-library").look(tmp_path)
    assert make("bad-library").look().library == "fake"


@pytest.mark.parametrize("mode", ["sick", "stuck"])
def test_after_a_sleep_it_is_asked_whether_all_is_well(
    make: Make, model: Path, tmp_path: Path, mode: str
) -> None:
    engine = make(mode, Limits(nap=0.5, health=0.5, stall=0.5, grace=0.1))
    loaded = engine.load(LoadRequest(model))
    assert text_of(engine.generate(ASK)) == "我在"
    assert starts(tmp_path) == 1
    assert engine.process_id is not None
    os.kill(engine.process_id, signal.SIGSTOP)  # as a sleep does to both
    time.sleep(0.8)
    os.kill(engine.process_id, signal.SIGCONT)
    time.sleep(0.3)
    assert text_of(engine.generate(ASK)) == "我在"
    assert starts(tmp_path) == 2
    assert engine.loaded is not None
    assert engine.loaded.plan == loaded.plan


def test_one_that_is_well_after_a_sleep_goes_on(make: Make, model: Path, tmp_path: Path) -> None:
    engine = make("fine", Limits(nap=0.3))
    engine.load(LoadRequest(model))
    assert engine.process_id is not None
    os.kill(engine.process_id, signal.SIGSTOP)
    time.sleep(0.5)
    os.kill(engine.process_id, signal.SIGCONT)
    assert text_of(engine.generate(ASK)) == "我在"
    assert starts(tmp_path) == 1


def test_what_a_trial_found_is_used_the_next_time(tmp_path: Path, model: Path) -> None:
    command = [sys.executable, str(WORKER), "tunes", str(tmp_path / "starts")]
    for threads, batch in ((0, 256), (2, 64)):
        engine = ProcessEngine(command, plans=tmp_path / "plans.json", tune=True)
        plan = engine.load(LoadRequest(model)).plan
        assert (plan.threads, plan.batch) == (threads, batch)
        assert text_of(engine.generate(ASK)) == "我在"
        time.sleep(0.2)
        engine.close()
