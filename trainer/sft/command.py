"""The verb `sft`: check everything first, then train the stages one after the other.

Whatever is wrong with the configuration, the dataset, the base, the machine or the folder is said
before a weight is loaded and before anything is written.
"""

from __future__ import annotations

import argparse
import errno
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from trainer import manifest, settings
from trainer.errors import UnfinishedError, UsageError, WorldError
from trainer.sft import config as configuration
from trainer.sft.config import Config, Given, Stage

COPIES = 3
"""A checkpoint holds the adapter and two moments of it."""
SPARE = 64 << 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `xinyu-train sft`."""
    parser.add_argument("config", type=Path, help="e.g. trainer/configs/sft/qwen3-4b-lora.toml")
    parser.add_argument("--base", default="", help="folder of the base model")
    parser.add_argument(
        "--data", action="append", default=[], metavar="[STAGE=]DIR", help="dataset folder"
    )
    parser.add_argument("--out", default="", help="folder that holds a run folder a stage")
    parser.add_argument("--stage", default="", help="train this stage only")
    parser.add_argument("--resume", action="store_true", help="go on where a run was ended")
    parser.add_argument(
        "--fetch-base", action="store_true", help="download the pinned base first (needs a network)"
    )


def run(parsed: argparse.Namespace) -> int:
    """Verb `sft`."""
    given = Given(base=parsed.base, out=parsed.out, data=_data(parsed.data))
    raw = settings.load(parsed.config)
    config = configuration.overridden(configuration.parse(raw, parsed.config.name), given)
    request = Request(config, raw, given, parsed.stage, parsed.resume, parsed.fetch_base)
    with _plain_endings():
        train(request)
    return 0


@dataclass(frozen=True)
class Request:
    """A configuration, the file it came from, and what the command line adds."""

    config: Config
    raw: dict[str, Any]
    given: Given
    stage: str = ""
    resume: bool = False
    fetch: bool = False


def train(request: Request) -> None:
    """Train every stage that is asked for and not finished yet."""
    from trainer.sft import base
    from trainer.sft.processes import Processes
    from trainer.sft.progress import quiet, say

    config = request.config
    if request.fetch and not (Path(config.base.folder) / "config.json").is_file():
        base.fetch(config.base)
    chosen = [config.stage(request.stage)] if request.stage else list(config.stages)
    device = base.choose_device(config.device)
    base.check(config.base)
    chosen = [s for s in chosen if not _finished(request, s, say)]
    # Begun once all is known that can be known without the others.
    prepared = {stage.name: _prepare(request, stage) for stage in chosen}
    processes = Processes(device)
    try:
        _stages(request, chosen, prepared, device, processes, say if processes.first else quiet)
    finally:
        processes.end()


def _stages(
    request: Request,
    chosen: list[Stage],
    prepared: dict[str, Any],
    device: Any,
    processes: Any,
    speak: Any,
) -> None:
    """Load the base once and train the stages on it."""
    import torch

    from trainer.sft import adapter, attention, base, fused, sharding
    from trainer.sft.objective import Objective

    if not chosen:
        return
    config = request.config
    inputs = base.hashes(Path(config.base.folder))
    for stage in chosen:
        _check_inherited(request, stage, inputs)
    speak(f"Loading {config.base.folder}")
    processes.sharded = sharding.wanted(config.base, device, processes.world)
    model = base.load(config.base, torch.device("cpu") if processes.sharded else device)
    model.set_attn_implementation(attention.register())
    tuned = adapter.attach(model, config.lora, config.seed)
    tuned.peft_config["default"].base_model_name_or_path = (
        config.base.repository or Path(config.base.folder).name
    )
    fused.lora_layers(tuned)
    fused.fuse(tuned)
    objective = Objective(tuned)
    if processes.sharded:
        sharding.shard(objective.causal(), objective.layers(), device, processes.world)
        speak(f"  its layers are shared out over {processes.world} processes")
    if config.compile:
        for layer in objective.layers():
            layer.compile(dynamic=True)
    for stage in chosen:
        _train_stage(
            request, stage, prepared[stage.name], objective, inputs, device, processes, speak
        )


def _train_stage(
    request: Request,
    stage: Stage,
    data: Any,
    objective: Any,
    inputs: dict[str, str],
    device: Any,
    processes: Any,
    speak: Any,
) -> None:
    """Train one stage and leave its finished folder."""
    from trainer.sft import adapter, memory
    from trainer.sft.loop import Setting, StageRun

    config, folder = request.config, run_folder(request.config, stage)
    folder.silent = not processes.first
    before = inherited(config, stage)
    if before is not None:
        adapter.restore(objective.model, adapter.load_tensors(before.adapter))
    objective.neftune = stage.neftune
    objective.train(True)
    plan = memory.Plan(stage.batch.micro_tokens or stage.batch.row_tokens, 0)
    if stage.batch.micro_tokens == 0:
        plan = memory.choose(objective, stage.batch.longest, stage.batch.row_tokens, device)
        plan = _agreed(plan, processes, device, len(objective.layers()))
    memory.apply(plan, objective.layers())
    setting = Setting(stage, config.seed, data, folder, processes, device, speak)
    runner = StageRun(setting, objective, plan, scaled=config.base.precision == "fp16")
    speak(f"{stage.name}: {runner.order.total} steps, {plan.sentence(len(objective.layers()))}")
    folder.begin(facts(request, stage, data, inputs, objective, runner, device))
    if request.resume and runner.resume():
        speak(f"  going on after step {runner.progress.step}")
    done = runner.run()
    if processes.first:
        adapter.restore(objective.model, runner.best_adapter())
        adapter.save(objective.model, runner.best_adapter(), folder.adapter)
        folder.finish({**inputs, **data.inputs}, _settings(request, stage), _figures(done),
                      config.seed)  # fmt: skip
    processes.wait()
    speak(
        f"{stage.name}: best held-out loss {done.checks[done.best()]:.4f} at step {done.best()}, "
        f"adapter in {folder.adapter}"
    )


def _agreed(plan: Any, processes: Any, device: Any, layers: int) -> Any:
    """The smallest plan of all processes: pieces are made the same way everywhere."""
    from trainer.sft.memory import Plan

    micro = processes.smallest(plan.micro_tokens, device)
    kept = processes.smallest(layers - plan.checkpointed, device)
    return Plan(micro, layers - kept, plan.predicted, plan.peak)


def run_folder(config: Config, stage: Stage) -> Any:
    """The folder of a stage."""
    from trainer.sft.run_folder import RunFolder

    return RunFolder(Path(config.out) / stage.name)


def inherited(config: Config, stage: Stage) -> Any:
    """The finished folder of the stage before, None for the first."""
    number = config.stages.index(stage)
    return run_folder(config, config.stages[number - 1]) if number else None


def _finished(request: Request, stage: Stage, speak: Any) -> bool:
    """True when a stage is done; UsageError when its folder holds something else than this run."""
    folder = run_folder(request.config, stage)
    if folder.is_finished() and (request.resume or not request.stage):
        _same_settings(request, stage, manifest.read(folder.path).settings)
        speak(f"{stage.name}: finished already, skipped")
        return True
    if folder.path.exists() and any(folder.path.iterdir()) and not request.resume:
        raise UsageError(
            f"{folder.path} holds a run already. Go on with --resume, or give another --out."
        )
    if folder.facts():
        _same_settings(request, stage, folder.facts()["settings"])
    return False


def _same_settings(request: Request, stage: Stage, before: Any) -> None:
    """UsageError when a run would go on with other settings than it began with."""
    now = _flat(_settings(request, stage))
    then = _flat(before)
    changed = sorted(name for name in now.keys() | then.keys() if now.get(name) != then.get(name))
    if changed:
        listed = ", ".join(f"{n} was {then.get(n)!r}, is {now.get(n)!r}" for n in changed[:5])
        raise UsageError(f"The run of {stage.name} was begun with other settings: {listed}.")


def _flat(table: Any, place: str = "") -> dict[str, Any]:
    if not isinstance(table, dict):
        return {place.rstrip("."): list(table) if isinstance(table, tuple) else table}
    return {
        k: v for name, value in table.items() for k, v in _flat(value, f"{place}{name}.").items()
    }


def _prepare(request: Request, stage: Stage) -> Any:
    """A stage's examples; UsageError for a dataset, a tokenizer or a disk that will not do."""
    from trainer.sft import data
    from trainer.sft.run_folder import need_room

    config = request.config
    made = data.prepare(stage, Path(config.base.folder), config.seed)
    folder = run_folder(config, stage)
    need_room(folder.path, _bytes(config, stage))
    return made


def _bytes(config: Config, stage: Stage) -> int:
    """What a stage writes at most: checkpoints beside the newest and the adapter."""
    import json

    sizes = json.loads((Path(config.base.folder) / "config.json").read_text("utf-8"))
    wide = max(sizes["hidden_size"], sizes["intermediate_size"])
    layer = len(config.lora.targets) * config.lora.rank * (sizes["hidden_size"] + wide)
    adapter = 4 * layer * sizes["num_hidden_layers"]
    return int(adapter * COPIES * (stage.checks.keep + 2)) + SPARE


def _check_inherited(request: Request, stage: Stage, inputs: dict[str, str]) -> None:
    """UsageError when the adapter of the stage before is not of this base, or not there."""
    before = inherited(request.config, stage)
    if before is None or (not request.stage and not before.is_finished()):
        return
    try:
        made = manifest.read(before.path)
    except UnfinishedError as error:
        raise UsageError(
            f"The stage before {stage.name} is not finished: train {before.path.name} first."
        ) from error
    for name, found in inputs.items():
        if made.inputs.get(name) != found:
            raise UsageError(
                f"The adapter in {before.adapter} belongs to another base: {name} differs."
            )


def facts(
    request: Request,
    stage: Stage,
    data: Any,
    inputs: dict[str, str],
    objective: Any,
    runner: Any,
    device: Any,
) -> dict[str, Any]:
    """run.json."""
    from trainer.sft import sharding
    from trainer.sft.run_folder import hardware, versions
    from trainer.starter.places import TEMPLATE

    weights = list(objective.parameters())
    given = asdict(request.given)
    return {
        "stage": stage.name,
        "settings": _settings(request, stage),
        "left_to_default": list(configuration.left_to_default(Config, request.raw)),
        "command_line": {name: value for name, value in given.items() if value},
        "seed": request.config.seed,
        "commit": manifest.commit(),
        "versions": versions(),
        "hardware": hardware(device),
        "processes": runner.setting.processes.world,
        "sharded": runner.setting.processes.sharded,
        "weights_held_bytes": sharding.held(objective.causal()),
        "inputs": {**inputs, **data.inputs},
        "template_sha256": manifest.sha256(TEMPLATE),
        "data": {split: account.figures() for split, account in data.accounts.items()},
        "steps": runner.order.total,
        "fill": round(runner.order.fill(), 4),
        "memory": asdict(runner.plan),
        "parameters": {
            "trained": sum(p.numel() for p in weights if p.requires_grad),
            "all": sum(p.numel() for p in weights),
        },
    }


def _settings(request: Request, stage: Stage) -> dict[str, Any]:
    """What shapes the stage's result, without where things lie on this machine."""
    config = request.config
    base = asdict(config.base)
    base["folder"] = Path(config.base.folder).name
    # The converter looks for this name: what was learned over four bits cannot be merged elsewhere.
    base["quantised_base"] = False if config.base.quantise == "none" else config.base.quantise
    made = asdict(stage)
    made["data"] = Path(stage.data).name
    return {"seed": config.seed, "base": base, "lora": asdict(config.lora), "stage": made}


def _figures(done: Any) -> dict[str, Any]:
    best = done.best()
    return {
        "steps": done.step,
        "best_step": best,
        "heldout_nats_per_token": round(done.checks[best], 6),
        "heldout_before": round(done.checks[0], 6),
        "tokens": done.tokens,
        "seconds": round(done.seconds, 1),
        "tokens_per_second": round(done.tokens / max(1e-9, done.seconds), 1),
    }


def _data(given: list[str]) -> dict[str, str]:
    """--data DIR for all stages, --data STAGE=DIR for one."""
    made: dict[str, str] = {}
    for text in given:
        name, sign, folder = text.partition("=")
        made[name if sign else ""] = folder if sign else text
    return made


@contextmanager
def _plain_endings() -> Iterator[None]:
    """A closed terminal changes nothing; a full disk and Ctrl-C are one sentence."""
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.environ.setdefault("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    try:
        yield
    except KeyboardInterrupt as error:
        raise WorldError(
            "Stopped. What was learned is saved up to the last check: go on with --resume."
        ) from error
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise WorldError(
            "The disk is full. The last checkpoint is whole: free some room, go on with --resume."
        ) from error
