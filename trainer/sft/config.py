"""A fine-tuning run as frozen dataclasses, read from TOML with all faults reported at once.

Knows the shape of the settings and their limits, nothing of what training does with them. Paths are
as written; the command line may give others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Literal

from trainer import settings
from trainer.errors import UsageError
from trainer.settings import limited, read_by

LINEARS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


@dataclass(frozen=True, kw_only=True)
class Base:
    """The frozen model.

    Attributes:
        folder: a Hugging Face folder.
        precision: what its weights and activations are held in.
        quantise: "nf4" holds its matrices in four bits (bitsandbytes, double quantisation).
        sharded: whether several processes share its layers out between them (FSDP2) instead of
            each holding all of it; "auto" does so where one GPU has no room for it.
        repository, revision: where --fetch-base takes the folder from; the revision is a commit.
    """

    folder: str
    precision: Literal["bf16", "fp16", "fp32"] = "bf16"
    quantise: Literal["none", "nf4"] = "none"
    sharded: Literal["auto", "never", "always"] = "auto"
    repository: str = ""
    revision: str = ""


@dataclass(frozen=True, kw_only=True)
class Lora:
    """The adapter. `targets` are names of linear layers; rslora scales by alpha / sqrt(rank)."""

    rank: int = limited(1, 512)
    alpha: float = limited(0.01, 4096)
    dropout: float = limited(0, 0.9, default=0.0)
    targets: tuple[str, ...] = LINEARS
    rslora: bool = False


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """Shares of dialogues that see no system prompt, a varied one, the product's own; sum 1."""

    none: float = limited(0, 1, default=0.1)
    variant: float = limited(0, 1, default=0.2)
    full: float = limited(0, 1, default=0.7)


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What one step of the optimiser sees.

    Attributes:
        longest: tokens of the longest dialogue; a longer one is cut at a turn.
        row_tokens: dialogues are packed into rows of at most so many tokens.
        rows, dialogues: a step takes so many rows, or so many dialogues; one of the two is 0.
        micro_tokens: at most so many tokens are computed at once; 0 lets a probe choose.
    """

    longest: int = limited(64, 131_072, default=4096)
    row_tokens: int = limited(64, 131_072, default=16_384)
    rows: int = limited(0, 4096, default=0)
    dialogues: int = limited(0, 65_536, default=0)
    micro_tokens: int = limited(0, 131_072, default=0)


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """AdamW's learning rate over the steps. `warm_up_share` counts when `warm_up` (steps) is 0."""

    kind: Literal["cosine", "linear", "constant"] = "cosine"
    learning_rate: float = limited(1e-8, 1)
    epochs: float = limited(0.001, 10_000)
    warm_up: int = limited(0, 10**6, default=0)
    warm_up_share: float = limited(0, 0.5, default=0.03)
    weight_decay: float = limited(0, 1, default=0.0)
    clip: float = limited(0.001, 1000, default=1.0)


@dataclass(frozen=True, kw_only=True)
class Checks:
    """When the held-out loss is measured and a checkpoint is written.

    Attributes:
        every: steps between checks; 0 checks at the end of each epoch.
        keep: the best so many checkpoints stay, beside the newest.
        patience: the stage ends after so many checks without a better one; 0 never.
        gain: what counts as better, in nats a token.
        sources: how much each source's held-out loss counts; a source not named counts 1.
    """

    every: int = limited(0, 10**6, default=0)
    keep: int = limited(1, 100, default=3)
    patience: int = limited(0, 1000, default=0)
    gain: float = limited(0, 10, default=0.0)
    sources: Mapping[str, float] = read_by(
        lambda value, place, faults: _source_weights(value, place, faults), default_factory=dict
    )


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One pass of training over one dataset; a later stage goes on with the adapter before it."""

    name: str
    data: str
    batch: Batch
    schedule: Schedule
    checks: Checks = field(default_factory=Checks)
    prompt: Prompt = field(default_factory=Prompt)
    neftune: float = limited(0, 100, default=0.0)


@dataclass(frozen=True, kw_only=True)
class Config:
    """A whole run. `compile` compiles the layers one by one: worth it for runs of an hour."""

    seed: int = limited(0, 2**31)
    out: str
    device: Literal["auto", "cpu", "cuda"] = "auto"
    compile: bool = False
    base: Base
    lora: Lora
    stages: tuple[Stage, ...]

    def stage(self, name: str) -> Stage:
        """The stage of that name; UsageError names the nearest."""
        for stage in self.stages:
            if stage.name == name:
                return stage
        hint = settings.nearest(name, [stage.name for stage in self.stages])
        raise UsageError(f"There is no stage {name!r}{hint}")


@dataclass(frozen=True)
class Given:
    """What the command line says instead. `data` maps a stage ("" for all) to a path."""

    base: str = ""
    out: str = ""
    data: Mapping[str, str] = field(default_factory=dict)


def load(path: Path, given: Given | None = None) -> Config:
    """Read a configuration; UsageError lists every fault with its place and the nearest name."""
    config = parse(settings.load(path), path.name)
    return overridden(config, given) if given else config


def parse(raw: Mapping[str, Any], name: str = "configuration") -> Config:
    """Turn decoded TOML into a Config; UsageError lists every fault."""
    return settings.parse(Config, raw, name, _relations)


def overridden(config: Config, given: Given) -> Config:
    """The configuration with the command line's paths."""
    for name in given.data:
        if name:
            config.stage(name)
    stages = tuple(
        replace(s, data=given.data.get(s.name) or given.data.get("") or s.data)
        for s in config.stages
    )
    base = replace(config.base, folder=given.base or config.base.folder)
    return replace(config, base=base, out=given.out or config.out, stages=stages)


def left_to_default(kind: Any, raw: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """Name every setting of a configuration that its file does not give."""
    for described in fields(kind):
        value = raw.get(described.name)
        nested = {"base": Base, "lora": Lora, "batch": Batch, "schedule": Schedule,
                  "checks": Checks, "prompt": Prompt}.get(described.name)  # fmt: skip
        if described.name == "stages":
            for number, stage in enumerate(value or ()):
                yield from left_to_default(Stage, stage, f"{place}stages[{number}].")
        elif nested is not None and is_dataclass(nested):
            yield from left_to_default(nested, value or {}, f"{place}{described.name}.")
        elif value is None:
            yield place + described.name


def _source_weights(value: Any, place: str, faults: list[str]) -> Any:
    if not isinstance(value, dict):
        faults.append(f"{place}: must be a table of weights by source")
        return None
    for name, weight in value.items():
        if not isinstance(weight, int | float) or not 0 <= weight <= 1000:
            faults.append(f"{place}.{name}: {weight!r} is not between 0 and 1000")
    return value


def _relations(config: Config) -> Iterator[str]:
    """Faults between settings that are each valid alone."""
    for name in config.lora.targets:
        if name not in LINEARS:
            yield f"lora.targets: unknown {name!r}{settings.nearest(name, LINEARS)}"
    if not config.stages:
        yield "stages: at least one is needed"
    names = [stage.name for stage in config.stages]
    if len(set(names)) < len(names):
        yield "stages: two have the same name"
    if config.base.quantise == "nf4" and config.base.precision == "fp32":
        yield "base.precision: must be 'bf16' or 'fp16' when base.quantise is 'nf4'"
    if config.base.quantise == "nf4" and config.base.sharded == "always":
        yield "base.sharded: must not be 'always' when base.quantise is 'nf4'"
    for number, stage in enumerate(config.stages):
        yield from (f"stages[{number}].{fault}" for fault in _stage_relations(stage))


def _stage_relations(stage: Stage) -> Iterator[str]:
    batch, shares = stage.batch, stage.prompt
    if not stage.name or not stage.name.replace("-", "").replace("_", "").isalnum():
        yield "name: must consist of letters, digits, - and _"
    if (batch.rows > 0) == (batch.dialogues > 0):
        yield "batch: give rows or dialogues, one of the two"
    if batch.longest > batch.row_tokens:
        yield "batch.longest: more than batch.row_tokens"
    if 0 < batch.micro_tokens < batch.longest:
        yield "batch.micro_tokens: less than batch.longest"
    if abs(shares.none + shares.variant + shares.full - 1) > 1e-6:
        yield "prompt: the three shares do not sum to 1"
