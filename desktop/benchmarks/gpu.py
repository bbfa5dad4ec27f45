"""Measures the engine on a GPU against llama-bench of the same build, and against a bare loop.

Usage: python -m desktop.benchmarks.gpu --llama-bench PROGRAM [--model FILE] [--json]. Without a
model one of Qwen3-4B's shape and vocabulary is written to a temporary folder (2.6 GB, random
weights). llama-cpp-python has to be a build for the GPU, and llama-bench of the same sources;
docs/benchmarks.md says how both are made. Ends with 1 where nothing ran on a GPU.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.benchmarks.engine import (
    CONTEXT,
    DECODE_TOKENS,
    PROMPT_TOKENS,
    bare_loop,
    decode_rate,
    first_text_figures,
)
from desktop.benchmarks.engine_shape import QWEN3_VOCABULARY, write_large_model
from desktop.benchmarks.figures import Figure, report
from desktop.engine.base import LoadRequest, Plan
from desktop.engine.client import ProcessEngine
from desktop.engine.plan import choose_threads

ALL_LAYERS = -1
ROUNDS, REPETITIONS = 7, 5


@dataclass(frozen=True)
class Rates:
    """Tokens per second of one round of each side."""

    ours: float
    bare: float
    llama_bench: float


def measure(model: Path, llama_bench: Path, rounds: int = ROUNDS) -> list[Figure]:
    """The table; the three sides take turns, so that all see the same GPU."""
    plan = Plan(ALL_LAYERS, CONTEXT, choose_threads())
    engine = ProcessEngine()
    try:
        loaded = engine.load(LoadRequest(model, plan))
        if loaded.plan.gpu_layers <= loaded.layers:
            raise SystemExit(f"not every layer is on a GPU: {loaded.device}, {loaded.plan}")
        with bare_loop(model, plan) as bare_seconds:
            rates = [
                Rates(
                    decode_rate(engine, number),
                    DECODE_TOKENS / bare_seconds("decode", DECODE_TOKENS, PROMPT_TOKENS),
                    llama_bench_rate(llama_bench, model, plan.threads),
                )
                for number in range(rounds + 1)
            ]
    finally:
        engine.close()
    # The first round warms up.
    return [*decode_table(rates[1:]), *first_text_table(model)]


def decode_table(rates: Sequence[Rates]) -> list[Figure]:
    """Medians; ratios are of one round each."""
    middle = statistics.median
    return [
        Figure("decode through the engine process", middle(r.ours for r in rates), "tokens/s"),
        Figure("bare loop", middle(r.bare for r in rates), "tokens/s"),
        Figure("llama-bench tg128", middle(r.llama_bench for r in rates), "tokens/s"),
        Figure("llama-bench / engine", middle(r.llama_bench / r.ours for r in rates), "", 1 / 0.95),
        Figure("bare loop / engine", middle(r.bare / r.ours for r in rates), "", 1 / 0.97),
    ]


def first_text_table(model: Path) -> list[Figure]:
    """First text behind a cached talk, and the bare evaluation of the same tokens."""
    found = first_text_figures(model, ALL_LAYERS)
    return [
        Figure("tokens cached", found["first_text_cached_tokens"], "tokens"),
        Figure("tokens read", found["first_text_new_tokens"], "tokens"),
        Figure("time to first token behind the cached talk", found["first_text_cached_ms"], "ms"),
        Figure("bare evaluation of the new tokens", found["first_text_bare_ms"], "ms"),
        Figure("time to first token / bare evaluation", found["first_text_ratio"], "", 1.2),
    ]


def llama_bench_rate(program: Path, model: Path, threads: int) -> float:
    """Tokens per second that llama-bench decodes with everything on the GPU."""
    command = [str(program), "-m", str(model), "-ngl", "99", "-t", str(threads), "-fa", "1"]
    command += ["-r", str(REPETITIONS), "-p", "0", "-n", str(DECODE_TOKENS), "-o", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    tests: list[dict[str, float]] = json.loads(done.stdout)
    return tests[-1]["avg_ts"]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="xinyu bench gpu", description="Measure on a GPU.")
    parser.add_argument("--llama-bench", type=Path, required=True, help="of the same build")
    parser.add_argument("--model", type=Path, help="a GGUF file; Qwen3-4B's shape by default")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        model = options.model or Path(folder) / "4b-shaped.gguf"
        if not options.model:
            write_large_model(model, QWEN3_VOCABULARY)
        return report(measure(model, options.llama_bench, options.rounds), options.json)


if __name__ == "__main__":
    sys.exit(main())
