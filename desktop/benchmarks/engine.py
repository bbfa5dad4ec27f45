"""Measures the engine: what process and protocol cost, what a turn reads, how fast stop is.

Usage: python -m desktop.benchmarks.engine MODEL.gguf [--json] [--large] [--rounds N]. Compares with
a bare llama.cpp loop in a process of its own, interleaved, so that both see the same computer.
`--large` also writes a 4B-shaped model with random weights (about 2 GB) to a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from desktop.benchmarks.engine_shape import write_large_model
from desktop.catalogue.entries import choose_entry
from desktop.engine.bare import SAMPLING
from desktop.engine.base import (
    ChatMessage,
    Done,
    Engine,
    GenerateRequest,
    GenerationEvent,
    LoadRequest,
    Plan,
    Reason,
    Started,
    Token,
)
from desktop.engine.child import default_environment
from desktop.engine.client import ProcessEngine
from desktop.engine.plan import choose_threads
from desktop.paths import assets_folder

TARGETS = {
    "decode_ratio": ">= 0.97",
    "tokens_beyond_message": "<= 8",
    "stop_decoding_ms": "<= 200",
    "stop_decoding_large_ms": "<= 200",
    "stop_reading_ms": "<= 200",
    "first_text_ratio": "<= 1.2",
}
DECODE_TOKENS, PROMPT_TOKENS, CONTEXT = 128, 48, 1024
STOP_TRIES = 80
CACHED_TOKENS, NEW_TOKENS = 1500, 60
# While a person types, the engine reads the end of its own last reply.
PAUSE = 0.3
SYSTEM = ChatMessage("system", "你是心屿，一个温和的倾听者。")
WORDS = ("这段时间我不开心", "工作压力很大，睡不着", "有时候想哭", "谢谢你听我说", "我再想想")

Figures = dict[str, float]


def measure(model: Path, rounds: int = 41, large: bool = False) -> Figures:
    """All figures for one model; seconds, tokens and ratios."""
    figures = {**load_figures(model), **decode_figures(model, rounds), **turn_figures(model)}
    figures |= first_text_figures(model)
    figures["stop_decoding_ms"] = stop_ms(model, _long_reply(), reading=False)
    if large:
        with tempfile.TemporaryDirectory() as folder:
            figures |= large_figures(Path(folder) / "4b-shaped.gguf")
    return figures


def load_figures(model: Path, prefix: str = "") -> Figures:
    """Time from nothing to a loaded model, and from a message to the first text."""
    engine = ProcessEngine()
    try:
        began = time.perf_counter()
        engine.load(LoadRequest(model))
        loaded = time.perf_counter()
        first = _first_text(engine.generate(_short()))
        return {f"{prefix}load_s": loaded - began, f"{prefix}first_text_s": first - loaded}
    finally:
        engine.close()


def _first_text(events: Iterator[GenerationEvent]) -> float:
    at = 0.0
    for event in events:
        if isinstance(event, Token) and not at:
            at = time.perf_counter()
    return at


def decode_figures(model: Path, rounds: int) -> Figures:
    """Tokens per second through the process and in the bare loop, in turns."""
    threads = choose_threads()
    engine = ProcessEngine()
    ratios, ours, bare = [], [], []
    try:
        engine.load(LoadRequest(model, Plan(0, CONTEXT, threads)))
        with bare_loop(model, Plan(0, CONTEXT, threads)) as bare_seconds:

            def bare_rate() -> float:
                return DECODE_TOKENS / bare_seconds("decode", DECODE_TOKENS, PROMPT_TOKENS)

            for number in range(rounds + 1):
                # By turns the first: whoever comes second finds a warmer processor.
                if number % 2:
                    pair = [decode_rate(engine, number), bare_rate()]
                else:
                    pair = [bare_rate(), decode_rate(engine, number)][::-1]
                if number:  # the first round warms up
                    ours.append(pair[0])
                    bare.append(pair[1])
                    ratios.append(pair[0] / pair[1])
    finally:
        engine.close()
    return {
        "decode_ratio": statistics.median(ratios),
        "decode_ratio_of_best": max(ours) / max(bare),
        "decode_tokens_per_s": statistics.median(ours),
        "bare_tokens_per_s": statistics.median(bare),
        "threads": threads,
    }


def decode_rate(engine: Engine, number: int) -> float:
    """Tokens per second as the client sees them: from the end of the prompt to the last event.

    A hot sampler seldom ends a reply early; one that ended is drawn again.
    """
    for attempt in range(50):
        sampling = replace(SAMPLING, maximum_tokens=DECODE_TOKENS, seed=attempt)
        messages = [SYSTEM, ChatMessage("user", f"{number} {WORDS[0]}")]
        began = 0.0
        for event in engine.generate(GenerateRequest(messages, sampling)):
            if isinstance(event, Started):
                began = time.perf_counter()
        seconds = time.perf_counter() - began
        if isinstance(event, Done) and event.tokens == DECODE_TOKENS:
            # The last token is drawn and not evaluated any more.
            return (DECODE_TOKENS - 1) / (seconds - event.prompt_seconds)
    raise SystemExit("no reply was long enough")


BareSeconds = Callable[[str, int, int], float]


@contextmanager
def bare_loop(model: Path, plan: Plan) -> Iterator[BareSeconds]:
    """A function that has the bare loop do something once and returns the seconds it took."""
    numbers = (plan.gpu_layers, plan.context, plan.threads, plan.batch)
    command = [sys.executable, "-m", "desktop.engine.bare", str(model), *map(str, numbers)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=default_environment(),
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    requests, answers = process.stdin, process.stdout

    def seconds(what: str, first: int, second: int) -> float:
        requests.write(f"{what} {first} {second}\n")
        requests.flush()
        return float(answers.readline())

    with process:
        yield seconds
        requests.close()


def first_text_figures(model: Path, gpu_layers: int = 0, runs: int = 9) -> Figures:
    """From a new message to the first text, the talk before it cached, over bare evaluation."""
    plan = Plan(gpu_layers, 2 * CONTEXT, choose_threads())
    engine = ProcessEngine()
    ours, bare = [], []
    try:
        engine.load(LoadRequest(model, plan))
        with bare_loop(model, plan) as bare_seconds:
            for number in range(runs + 1):
                took, started = _first_text_after(engine, number)
                new = started.evaluated_tokens
                ours.append(took)
                bare.append(bare_seconds("read", started.reused_tokens, new))
    finally:
        engine.close()
    ratios = [mine / theirs for mine, theirs in zip(ours[1:], bare[1:], strict=True)]
    return {
        "first_text_cached_ms": statistics.median(ours[1:]) * 1000,
        "first_text_bare_ms": statistics.median(bare[1:]) * 1000,
        "first_text_cached_tokens": started.reused_tokens,
        "first_text_new_tokens": new,
        "first_text_ratio": statistics.median(ratios),
    }


def _first_text_after(engine: Engine, number: int) -> tuple[float, Started]:
    """Seconds to the first text of a reply to a short message behind a long cached talk."""
    one = replace(SAMPLING, maximum_tokens=1, seed=number)
    before = [ChatMessage("user", _filler(engine, CACHED_TOKENS))]
    new = [ChatMessage("assistant", WORDS[3]), ChatMessage("user", f"{number} {WORDS[0]}")]
    list(engine.generate(GenerateRequest(before, one)))
    messages = [*before, *new]
    missing = NEW_TOKENS - _prompt_tokens(engine, messages) + _prompt_tokens(engine, before)
    messages[-1] = ChatMessage("user", f"{number} {WORDS[0]} {_filler(engine, missing)}")
    list(engine.generate(GenerateRequest(before, one)))
    time.sleep(PAUSE)
    began = time.perf_counter()
    events = engine.generate(GenerateRequest(messages, replace(one, maximum_tokens=8)))
    took, started = 0.0, Started(0, 0, 0, 0)
    for event in events:
        if isinstance(event, Started):
            started = event
        if isinstance(event, Token) and not took:
            took = time.perf_counter() - began
    return took or time.perf_counter() - began, started


def _filler(engine: Engine, tokens: int) -> str:
    """Words that make about so many tokens in the vocabulary of this model."""
    one, many = (_prompt_tokens(engine, [ChatMessage("user", "a b " * n)]) for n in (1, 101))
    return "a b " * max(1, round(100 * tokens / (many - one)))


def _prompt_tokens(engine: Engine, messages: Sequence[ChatMessage]) -> int:
    request = GenerateRequest(list(messages), replace(SAMPLING, maximum_tokens=1))
    return next(e.prompt_tokens for e in list(engine.generate(request)) if isinstance(e, Started))


def turn_figures(model: Path, turns: int = 10) -> Figures:
    """Tokens read in each later turn beyond those of the new message itself."""
    talking, counting = ProcessEngine(), ProcessEngine()
    beyond = []
    try:
        for engine in (talking, counting):
            engine.load(LoadRequest(model))
        messages = [SYSTEM]
        for turn in range(turns):
            words = WORDS[turn % len(WORDS)]
            messages.append(ChatMessage("user", words))
            started, text = _talk(talking, messages)
            if turn and not started.dropped_messages:
                beyond.append(started.evaluated_tokens - _count(counting, words))
            messages.append(ChatMessage("assistant", text))
    finally:
        talking.close()
        counting.close()
    return {"tokens_beyond_message": max(beyond), "turns_counted": len(beyond)}


def _talk(engine: Engine, messages: Sequence[ChatMessage]) -> tuple[Started, str]:
    sampling = replace(SAMPLING, temperature=0.7, maximum_tokens=64)
    events = list(engine.generate(GenerateRequest(list(messages), sampling)))
    started = next(event for event in events if isinstance(event, Started))
    return started, "".join(event.text for event in events if isinstance(event, Token))


def _count(engine: Engine, words: str) -> int:
    """Tokens of a text: what a prompt with it has more than one without."""
    sizes = [_talk(engine, [ChatMessage("user", text)])[0].prompt_tokens for text in (words, "")]
    return sizes[0] - sizes[1]


def stop_ms(model: Path, request: GenerateRequest, *, reading: bool, runs: int = 5) -> float:
    """The longest time from a stop to the end of the reply."""
    engine = ProcessEngine()
    try:
        engine.load(LoadRequest(model, Plan(0)))
        times: list[float] = []
        for seed in range(STOP_TRIES):  # a reply that ends before it is stopped does not count
            drawn = replace(request, sampling=replace(request.sampling, seed=seed))
            if took := _stop(engine, drawn, reading, 0.03 + 0.04 * (seed % 5)):
                times.append(took)
            if len(times) == runs:
                return max(times) * 1000
        raise SystemExit("no reply was long enough to be stopped")
    finally:
        engine.close()


def _stop(engine: Engine, request: GenerateRequest, reading: bool, after: float) -> float:
    """Stop `after` seconds into the prompt or into the reply."""
    stopped: list[float] = []

    def stop() -> None:
        stopped.append(time.perf_counter())
        engine.cancel()

    timer = threading.Timer(after, stop)
    begin: type[Started] | type[Token] = Started if reading else Token
    for event in engine.generate(request):
        if isinstance(event, begin) and timer.ident is None:
            timer.start()
        if reading and isinstance(event, Token):
            raise SystemExit("the prompt was read before it could be stopped")
    ended = time.perf_counter()
    timer.join()
    cancelled = isinstance(event, Done) and event.reason is Reason.CANCELLED
    # A reply that ended by itself before the stop says nothing.
    return ended - stopped[0] if cancelled else 0.0


def _short() -> GenerateRequest:
    return GenerateRequest([SYSTEM, ChatMessage("user", WORDS[0])])


def _long_reply() -> GenerateRequest:
    sampling = replace(SAMPLING, maximum_tokens=2000, seed=3)
    return GenerateRequest([SYSTEM, ChatMessage("user", WORDS[1])], sampling)


def large_figures(path: Path) -> Figures:
    """Stop to silence with a model as large as the ones people use."""
    write_large_model(path)
    prompt = GenerateRequest([ChatMessage("user", "x" * 3000)], replace(SAMPLING, maximum_tokens=9))
    return {
        **load_figures(path, prefix="large_"),
        "stop_decoding_large_ms": stop_ms(path, _long_reply(), reading=False),
        "stop_reading_ms": stop_ms(path, prompt, reading=True),
    }


def table(figures: Figures) -> str:
    """One line per figure, with its target."""
    lines = [f"{'what':<32}{'figure':>12}  target"]
    for name, value in figures.items():
        lines.append(f"{name:<32}{value:>12.3f}  {TARGETS.get(name, '')}".rstrip())
    if "first_text_ratio" in figures:
        lines.append(first_text_row(figures))
    return "\n".join(lines)


def first_text_row(figures: Figures) -> str:
    """The row of docs/benchmarks.md."""
    cached, new = (round(figures[f"first_text_{what}_tokens"]) for what in ("cached", "new"))
    return (
        f"time to first token, {cached:,} cached + {new} new tokens, over their bare evaluation: "
        f"{figures['first_text_ratio']:.2f}x  (<= 1.2x)"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="xinyu bench engine", description="Measure the engine.")
    parser.add_argument("--model", default="", help="a GGUF file; the bundled one by default")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--large", action="store_true", help="also measure a 4B-shaped model")
    parser.add_argument("--rounds", type=int, default=41, help="rounds of the decode comparison")
    options = parser.parse_args(arguments)
    model = choose_entry(assets_folder(), options.model).path
    figures = measure(model, options.rounds, options.large)
    print(json.dumps(figures, indent=1) if options.json else table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
