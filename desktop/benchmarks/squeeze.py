"""Another process takes the GPU's memory: is there a talk, how fast is it, and what is left?

Usage: xinyu bench squeeze [--model FILE] [--sizes 0,1,2,4,8,16] [--json]. Without a model one of
Qwen3-4B's shape is written to a temporary folder (2.6 GB, random weights). llama-cpp-python has to
be a build for CUDA; LLAMA_CPP_LIB_PATH may name one. For every size the app's own choice talks,
then layers are chosen by hand around it, at the same context: the quickest of these that leave
half a gigabyte is what the choice is compared with.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.benchmarks.engine_shape import QWEN3_VOCABULARY, write_large_model
from desktop.benchmarks.figures import Figure, report
from desktop.benchmarks.gpu_holder import HolderProcess, Squeezer
from desktop.engine.bare import SAMPLING
from desktop.engine.base import (
    Attention,
    CacheType,
    ChatMessage,
    Done,
    GenerateRequest,
    LoadRequest,
    Plan,
    Token,
)
from desktop.engine.client import ProcessEngine
from desktop.errors import XinyuError

GIB, MIB = 1 << 30, 1 << 20
SIZES = (0, 1, 2, 4, 8, 16)
MUST_BE_LEFT = 512 * MIB
REPLY_TOKENS, REPLIES = 48, 3
MORE_LAYERS = (1, 2, 4)
SLOWEST_SHARE = 0.9

MakeEngine = Callable[[], ProcessEngine]


@dataclass(frozen=True)
class Talk:
    """How a model ran.

    Attributes:
        plan: as it was carried out.
        all_layers: of the model, the output counted as one.
        talked: both turns ended with a reply.
        errors: what the person would have been told.
        rate: tokens per second.
        left: bytes of the GPU that were free afterwards, the model still loaded.
        seconds: from the load to the first reply's end.
    """

    plan: Plan
    all_layers: int
    talked: bool
    errors: tuple[str, ...]
    rate: float
    left: int
    seconds: float


@dataclass(frozen=True)
class Squeezed:
    """One size: what was free before, the app's choice, the best by hand or None."""

    free: int
    ours: Talk
    best: Talk | None


def measure(
    model: Path, squeezer: Squeezer, sizes: Sequence[float], make: MakeEngine
) -> list[Squeezed]:
    """Every size in turn, the largest first, as a program that takes ever more."""
    found = []
    for size in sorted(sizes, reverse=True):
        free = squeezer.leave(int(size * GIB))
        ours = talk(LoadRequest(model), squeezer, make)
        _say(f"{size:g} GiB: {free // MIB} MiB free, ours {ours}")
        by_hand = [hand for hand in _by_hand(model, ours, squeezer, make) if hand]
        best = max(by_hand, key=lambda talk: talk.rate, default=None)
        found.append(Squeezed(free, ours, best))
    return found


def talk(request: LoadRequest, squeezer: Squeezer, make: MakeEngine) -> Talk:
    """Load, two turns, and the rate of some more replies; no error ends the measuring."""
    engine = make()
    began, rates, errors = time.perf_counter(), [], []
    plan, layers, left, seconds = Plan(0), 0, 0, 0.0
    try:
        loaded = engine.load(request)
        plan, layers = loaded.plan, loaded.layers + 1
        messages = [ChatMessage("user", "你好")]
        for number in range(1 + REPLIES):
            rate, text = _reply(engine, messages, number)
            rates.append(rate)
            seconds = seconds or time.perf_counter() - began
            messages += [ChatMessage("assistant", text or "。"), ChatMessage("user", "再说说")]
        left = squeezer.free()
    except XinyuError as error:
        errors.append(str(error))
    finally:
        engine.close()
    rate = statistics.median(rates[1:]) if rates[1:] else 0.0
    return Talk(plan, layers, len(rates) > REPLIES, tuple(errors), rate, left, seconds)


def _reply(engine: ProcessEngine, messages: Sequence[ChatMessage], seed: int) -> tuple[float, str]:
    """Tokens per second of one reply, and what it said."""
    sampling = replace(SAMPLING, maximum_tokens=REPLY_TOKENS, seed=seed)
    text, rate = "", 0.0
    for event in engine.generate(GenerateRequest(list(messages), sampling)):
        if isinstance(event, Token):
            text += event.text
        if isinstance(event, Done):
            rate = event.tokens_per_second
    return rate, text


def _by_hand(
    model: Path, ours: Talk, squeezer: Squeezer, make: MakeEngine
) -> Iterator[Talk | None]:
    """As many layers with everything else left to llama.cpp, ever more of them, and none at all."""
    plain = replace(ours.plan, attention=Attention.AUTO, cache=CacheType.F16)
    for more in (0, *MORE_LAYERS):
        layers = plain.gpu_layers + more
        if layers > ours.all_layers:
            break
        hand = _hand_made(model, replace(plain, gpu_layers=layers), squeezer, make)
        yield hand
        if hand is None and more:
            break
    if 0 < plain.gpu_layers < ours.all_layers:
        yield _hand_made(model, replace(plain, gpu_layers=0), squeezer, make)


def _hand_made(model: Path, plan: Plan, squeezer: Squeezer, make: MakeEngine) -> Talk | None:
    """None where it ran otherwise than asked, or left too little."""
    hand = talk(LoadRequest(model, plan), squeezer, make)
    _say(f"  by hand, {plan.gpu_layers} layers: {hand}")
    as_asked = hand.talked and hand.plan.gpu_layers == plan.gpu_layers
    enough = hand.left >= MUST_BE_LEFT or not plan.gpu_layers
    return hand if as_asked and enough else None


def table(found: Sequence[Squeezed]) -> list[Figure]:
    """A few lines for every size; what was not free before cannot be left."""
    figures = []
    for squeezed in found:
        ours, best, name = squeezed.ours, squeezed.best, f"{squeezed.free / GIB:.1f} GiB free:"
        must = min(MUST_BE_LEFT, squeezed.free - 16 * MIB)
        figures += [
            Figure(f"{name} no talk", float(not ours.talked), "", 0),
            Figure(f"{name} errors a person saw", len(ours.errors), "", 0),
            Figure(f"{name} layers on the GPU", ours.plan.gpu_layers, ""),
            Figure(f"{name} context", ours.plan.context, "tokens"),
            Figure(f"{name} load and first reply", ours.seconds, "s"),
            Figure(f"{name} rate", ours.rate, "tokens/s"),
            Figure(f"{name} left", ours.left / MIB, "MiB"),
            Figure(f"{name} too little left", max(0, must - ours.left) / MIB, "MiB", 0),
        ]
        if best is not None and ours.rate:
            ratio = best.rate / ours.rate
            figures += [
                Figure(f"{name} layers by hand", best.plan.gpu_layers, ""),
                Figure(f"{name} best by hand / ours", ratio, "", 1 / SLOWEST_SHARE),
            ]
    return figures


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="xinyu bench squeeze", description="Squeeze the GPU.")
    parser.add_argument("--model", type=Path, help="a GGUF file; Qwen3-4B's shape by default")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="GiB left free")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    sizes = [float(size) for size in options.sizes.split(",")]
    with tempfile.TemporaryDirectory(prefix="xinyu-squeeze-") as folder, HolderProcess() as holder:
        holder.free()
        model = options.model or Path(folder) / "4b-shaped.gguf"
        if not options.model:
            write_large_model(model, QWEN3_VOCABULARY)
        plans = Path(folder) / "plans.json"
        found = measure(model, holder, sizes, lambda: ProcessEngine(plans=plans))
    return report(table(found), options.json)


if __name__ == "__main__":
    sys.exit(main())
