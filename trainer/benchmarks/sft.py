"""How fast and how lean fine-tuning is: `python -m trainer.benchmarks.sft --suite gpu`.

Each case runs in a process of its own, so that none finds the memory of another; a case that fails
is a row that says so. Needs no files: weights and words are random, sizes and lengths are real.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

PEAK_MEASURED, PEAK_NOMINAL = 790e12, 989e12
"""bf16 products of one H200: as measured there on random data, and as the maker says."""
WARM_UP = 3


@dataclass(frozen=True)
class Case:
    """One measurement.

    `with_` is ours, trl or plain; `checkpointed` -1 lets the probe choose; `card_gib` pretends that
    the card is no larger.
    """

    name: str
    shape: str = "4b"
    with_: str = "ours"
    quantise: bool = False
    row_tokens: int = 16_384
    longest: int = 4096
    micro_tokens: int = 0
    checkpointed: int = -1
    fused: bool = True
    compile: bool = False
    steps: int = 10
    rank: int = 16
    profile: bool = False
    recompute: bool = True
    card_gib: int = 0


SUITES: dict[str, tuple[Case, ...]] = {
    "toy": (
        Case("ours", "toy", row_tokens=2048, longest=2048, steps=3),
        Case("ours, nothing fused", "toy", row_tokens=2048, longest=2048, steps=3, fused=False),
        Case("ours, NF4", "toy", row_tokens=2048, longest=2048, steps=3, quantise=True),
        Case("plain loop", "toy", "plain", row_tokens=2048, longest=2048, steps=3),
        Case("TRL", "toy", "trl", row_tokens=2048, longest=2048, steps=3),
    ),
    "gpu": (
        Case("4B LoRA"),
        Case("14B LoRA", "14b", steps=5),
        Case(
            "14B QLoRA, 2,048",
            "14b",
            quantise=True,
            row_tokens=2048,
            longest=2048,
            checkpointed=40,
            steps=4,
        ),
        Case("4B LoRA, profile", profile=True, steps=3),
        Case("4B LoRA, 24k rows", row_tokens=24_576, steps=6),
        Case("4B LoRA, nothing fused", fused=False, steps=5),
        Case("4B LoRA, a card of 24 GiB", card_gib=24, steps=4),
        Case("4B QLoRA, a card of 6 GiB", quantise=True, longest=2048, card_gib=6, steps=4),
        Case("4B LoRA, layers compiled", compile=True, steps=8),
        Case(
            "14B QLoRA, a card of 12 GiB", "14b", quantise=True, longest=2048, card_gib=12, steps=3
        ),
        Case("4B QLoRA, 2,048", quantise=True, row_tokens=2048, longest=2048, checkpointed=36),
        Case("14B LoRA, 8,192", "14b", row_tokens=8192, longest=8192, steps=4),
    ),
    "peers": (
        Case("4B LoRA"),
        Case("4B TRL, checkpointing", with_="trl", steps=6),
        Case("4B TRL, no checkpointing", with_="trl", steps=6, recompute=False),
    ),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a suite, or one case of it as a child; exit status 1 when a case failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--suite", choices=SUITES, default="toy")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cuda")
    parser.add_argument("--out", type=Path, help="folder for results.json and profiles")
    parser.add_argument("--only", help="run the cases whose name holds this text")
    parser.add_argument("--seconds", type=int, default=600, help="for all cases together")
    parser.add_argument(
        "--together", action="store_true", help="all cases in one process: saves the start of each"
    )
    parser.add_argument("--case", help=argparse.SUPPRESS)
    parsed = parser.parse_args(arguments)
    if parsed.case:
        case = next(c for c in SUITES[parsed.suite] if c.name == parsed.case)
        print(json.dumps(measure(case, parsed.device, parsed.out)))
        return 0
    return run(parsed)


def run(parsed: argparse.Namespace) -> int:
    """All cases of a suite, a process each, then the table."""
    chosen = [c for c in SUITES[parsed.suite] if not parsed.only or parsed.only in c.name]
    rows: list[dict[str, Any]] = []
    end = time.monotonic() + parsed.seconds
    for case in chosen:
        one = within if parsed.together else child
        rows.append(one(case, parsed, end - time.monotonic()))
        print(json.dumps(rows[-1]), flush=True)
        if parsed.out:
            parsed.out.mkdir(parents=True, exist_ok=True)
            (parsed.out / "results.json").write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    print(table(rows))
    return 1 if any("failed" in row for row in rows) else 0


def child(case: Case, parsed: argparse.Namespace, seconds: float) -> dict[str, Any]:
    """One case in its own process; what it says last, or why it failed."""
    command = [sys.executable, "-m", "trainer.benchmarks.sft", "--suite", parsed.suite]
    command += ["--device", parsed.device, "--case", case.name]
    command += ["--out", str(parsed.out)] if parsed.out else []
    if seconds < 20:
        return {"case": case.name, "failed": "no time left"}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return {"case": case.name, "failed": "took too long"}
    if done.returncode:
        last = [line for line in done.stderr.splitlines() if line.strip()][-6:]
        return {"case": case.name, "failed": " | ".join(last)[-900:]}
    return {"case": case.name, **json.loads(done.stdout.splitlines()[-1])}


def within(case: Case, parsed: argparse.Namespace, seconds: float) -> dict[str, Any]:
    """One case in this process; the memory of the ones before is given back first."""
    from trainer.sft.memory import release

    if seconds < 20:
        return {"case": case.name, "failed": "no time left"}
    release()
    begin = time.monotonic()
    try:
        found = measure(case, parsed.device, parsed.out)
    except Exception as error:  # a case that fails is a row
        found = {"failed": f"{type(error).__name__}: {error}"[-900:]}
        traceback.print_exc()
    return {"case": case.name, **found, "seconds": round(time.monotonic() - begin, 1)}


def measure(case: Case, device: str, out: Path | None) -> dict[str, Any]:
    """Build the model, train some steps, and say how fast and how large it was."""
    import torch

    from trainer.benchmarks import peers, shapes

    where = (
        torch.device("cuda", torch.cuda.current_device())
        if device == "cuda"
        else torch.device("cpu")
    )
    if device == "cuda":
        torch.cuda.set_per_process_memory_fraction(1.0)
        torch.cuda.reset_peak_memory_stats()
    dtype = torch.bfloat16 if device == "cuda" else torch.float32
    shape = shapes.SHAPES[case.shape]
    model = shapes.build(shape, where, dtype)
    if case.quantise:
        shapes.quantise(model, dtype)
    if case.card_gib:
        pretend(case.card_gib)
    talks = shapes.dialogues(shape.vocabulary, case.longest, 2000)
    ways = {"ours": ours, "trl": peers.trl, "plain": peers.plain}
    found = ways[case.with_](case, model, talks, where, out)
    found["model_gib"] = gib(found.pop("model_bytes", 0))
    found["peak_gib"] = gib(torch.cuda.max_memory_allocated()) if device == "cuda" else 0
    speed = found["tokens_per_second"]
    work = 4 * shape.matmul_parameters() * speed
    found |= {"mfu_790": work / PEAK_MEASURED, "mfu_989": work / PEAK_NOMINAL}
    found["card"] = torch.cuda.get_device_name() if device == "cuda" else "cpu"
    found["torch"] = torch.__version__
    return {**{k: v for k, v in asdict(case).items() if k != "name"}, **found}


def pretend(card_gib: int) -> None:
    """From now on this process may take so much of the card, as if it were no larger."""
    import torch

    from trainer.sft.memory import release

    release()
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction(card_gib * 2**30 / total)


def ours(case: Case, model: Any, talks: Any, device: Any, out: Path | None) -> dict[str, Any]:
    """The trainer's own step, as trainer.sft.loop does it, without files."""
    import torch

    from trainer.sft import adapter, attention, fused, memory, plan
    from trainer.sft.config import Batch, Lora
    from trainer.sft.objective import Objective
    from trainer.sft.pieces import assemble

    model.set_attn_implementation(attention.register())
    tuned = adapter.attach(model, Lora(rank=case.rank, alpha=2 * case.rank), seed=0)
    if case.fused:
        fused.fuse(tuned)
    tuned.train()
    objective = Objective(tuned)
    resident = torch.cuda.memory_allocated() if device.type == "cuda" else 0
    if case.checkpointed < 0:
        chosen = memory.choose(objective, case.longest, case.row_tokens, device)
    else:
        chosen = memory.Plan(case.micro_tokens or case.row_tokens, case.checkpointed)
        memory.apply(chosen, objective.layers())
    if case.compile:
        for layer in objective.layers():
            layer.compile(dynamic=True)
    weights = [p for p in tuned.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(weights, lr=1e-4, fused=True)
    lengths = [len(t) for t in talks]
    batch = Batch(longest=case.longest, row_tokens=case.row_tokens, rows=1)
    steps = plan.epoch(lengths, batch, 0, 0)
    filled = plan.fill(steps[: len(steps) // 2], lengths, case.row_tokens).share

    def step(number: int) -> int:
        rows = steps[number % len(steps)]
        parts = [p for row in rows for p in plan.pieces(row, lengths, chosen.micro_tokens)]
        made = [assemble([talks[n] for n in part], pin=True).to(device) for part in parts]
        total = sum(float(talks[n].weights[1:].sum()) for row in rows for n in row)
        for piece in made:
            (objective(piece) / total).backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        return sum(piece.tokens for piece in made)

    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
    found = timed(step, case.steps, device)
    if case.profile and out:
        profiled(step, out, device)
    return found | {"model_bytes": resident, "fill": filled, "plan": asdict(chosen)}


def timed(step: Any, steps: int, device: Any) -> dict[str, Any]:
    """Tokens a second over some steps, the first ones left out."""
    import torch

    wait = torch.cuda.synchronize if device.type == "cuda" else lambda: None
    for number in range(WARM_UP):
        step(number)
    wait()
    begin = time.perf_counter()
    tokens = sum(step(WARM_UP + number) for number in range(steps))
    wait()
    seconds = time.perf_counter() - begin
    return {"tokens_per_second": tokens / seconds, "seconds_a_step": seconds / steps}


def profiled(step: Any, out: Path, device: Any) -> None:
    """Where the time of one step goes, as a table in profile.txt."""
    from torch.profiler import ProfilerActivity, profile

    kinds = [ProfilerActivity.CPU]
    kinds += [ProfilerActivity.CUDA] if device.type == "cuda" else []
    with profile(activities=kinds) as seen:
        step(0)
    key = "self_device_time_total" if device.type == "cuda" else "self_cpu_time_total"
    text = seen.key_averages().table(sort_by=key, row_limit=45, max_name_column_width=90)
    (out / "profile.txt").write_text(text, "utf-8")


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as a short table."""
    lines = [f"{'case':30}{'tokens/s':>10}{'MFU 790':>9}{'peak GiB':>10}  plan"]
    for row in rows:
        if "failed" in row:
            lines.append(f"{row['case']:30} failed: {row['failed'][-160:]}")
            continue
        chosen = row.get("plan") or {}
        words = f"{chosen.get('micro_tokens', '-')} / {chosen.get('checkpointed', '-')} twice"
        lines.append(
            f"{row['case']:30}{row['tokens_per_second']:10,.0f}{row['mfu_790']:9.1%}"
            f"{row['peak_gib']:10.1f}  {words}"
        )
    return "\n".join(lines)


def gib(count: float) -> float:
    """Bytes in GiB."""
    return round(count / 2**30, 2)


if __name__ == "__main__":
    raise SystemExit(main())
