"""A PEFT adapter folder: its settings, its tensors, and what each does to a tensor of the base.

Reads and refuses; adds nothing up (that is `merge`). LoRA, rsLoRA, DoRA and patterns of ranks and
alphas are read; everything else that acts on predictions is refused by name, because an adapter
that is half understood gives a model that nobody trained.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from converter.errors import InputError
from converter.hf_folder import MANIFEST, read_table
from converter.safetensors_file import StoredTensor, open_safetensors

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
_PREFIX = "base_model.model."
_PART = re.compile(
    r"(?P<module>.+)\.(?P<part>lora_A|lora_B|lora_embedding_A|lora_embedding_B"
    r"|lora_magnitude_vector)(?:\.weight)?"
)
_HARMLESS = frozenset(
    {
        "arrow_config", "auto_mapping", "base_model_name_or_path", "corda_config", "eva_config",
        "exclude_modules", "fan_in_fan_out", "inference_mode", "layers_pattern",
        "layers_to_transform", "lora_dropout", "megatron_core", "modules_to_save", "peft_version",
        "qalora_group_size", "revision", "runtime_config", "target_modules", "task_type",
    }
)  # fmt: skip
"""Fields of training or loading. fan_in_fan_out: PEFT itself drops it for the linear layers that
every known architecture consists of. modules_to_save: the saved tensors speak for themselves."""
_READ = frozenset(
    {
        "alpha_pattern", "bias", "init_lora_weights", "lora_alpha", "peft_type", "r",
        "rank_pattern", "use_dora", "use_rslora",
    }
)  # fmt: skip
_MERGE_THERE = "Merge it with PEFT's merge_and_unload and export the merged folder."
_PLAIN_STARTS = (True, False, "gaussian", "eva", "orthogonal")


@dataclass(frozen=True)
class Delta:
    """One module's change: `a` [rank, in], `b` [out, rank] and the factor `scale` of their product.

    `magnitude` is DoRA's norm of every output row. An embedding's product is transposed: there `a`
    is [rank, vocabulary] and `b` [hidden, rank].
    """

    a: StoredTensor
    b: StoredTensor
    scale: float
    magnitude: StoredTensor | None = None
    embedding: bool = False

    @property
    def rank(self) -> int:
        """How many directions it has."""
        return self.a.shape[0]

    @property
    def shape(self) -> tuple[int, int]:
        """The shape of the tensor it is added to, rows first."""
        across, down = self.a.shape[1], self.b.shape[0]
        return (across, down) if self.embedding else (down, across)


@dataclass(frozen=True)
class AdapterFolder:
    """An adapter that was looked at; nothing large is read until asked for."""

    path: Path

    @cached_property
    def config(self) -> dict[str, Any]:
        """adapter_config.json, every field understood. Raises InputError."""
        if not self.path.is_dir():
            raise InputError(f"{self.path} is not a folder.", "Give a PEFT folder as --adapter.")
        table = read_table(self.path / CONFIG, "This is not a PEFT adapter folder.")
        if table.get("peft_type") != "LORA":
            raise InputError(
                f"The adapter is of the type {table.get('peft_type')}, not LORA.", _MERGE_THERE
            )
        _refuse_unknown(table)
        _refuse_changed_base(table)
        return table

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest of the training that made it, or nothing for an adapter from outside."""
        return read_table(self.path / MANIFEST, None)

    @cached_property
    def deltas(self) -> dict[str, Delta]:
        """Every change by the Hugging Face name of the tensor it acts on. Raises InputError."""
        parts: dict[str, dict[str, StoredTensor]] = {}
        for name, stored in self.tensors.items():
            found = _PART.fullmatch(name)
            if found:
                parts.setdefault(found["module"], {})[found["part"]] = stored
        if not parts:
            raise InputError("The adapter holds no LoRA tensors.", "Save it with save_pretrained.")
        return {f"{module}.weight": self._delta(module, part) for module, part in parts.items()}

    @cached_property
    def replaced(self) -> dict[str, StoredTensor]:
        """Tensors that were trained whole (modules_to_save) by the name they replace."""
        found = {}
        for name, stored in self.tensors.items():
            if _PART.fullmatch(name):
                continue
            if "lora_" in name or "token_adapter" in name or not name.endswith(".weight"):
                raise InputError(f"The adapter's tensor {name} is not known here.", _MERGE_THERE)
            found[name.replace(".base_layer.", ".").replace(".modules_to_save.", ".")] = stored
        return found

    @property
    def dora(self) -> bool:
        """Whether directions and magnitudes were trained apart."""
        return bool(self.config.get("use_dora"))

    def files(self) -> list[Path]:
        """The files a merge depends on."""
        names = (CONFIG, WEIGHTS, MANIFEST, "chat_template.jinja", "tokenizer.json")
        return [self.path / name for name in names if (self.path / name).is_file()]

    def figures(self) -> dict[str, Any]:
        """What was merged, for a manifest."""
        return {
            "method": "DoRA" if self.dora else "rsLoRA" if self._root else "LoRA",
            "modules": len(self.deltas),
            "ranks": sorted({delta.rank for delta in self.deltas.values()}),
            "scales": sorted({round(delta.scale, 6) for delta in self.deltas.values()}),
            "replaced": sorted(self.replaced),
        }

    def check_tokenizer(self, base: dict[str, Any]) -> None:
        """A tokenizer saved beside the adapter must be the base's. Raises InputError."""
        own = read_table(self.path / "tokenizer.json", None)
        if own and _cutting(own) != _cutting(base):
            raise InputError(
                "The adapter was trained with another tokenizer than the base's (added tokens?).",
                "Resize the base to that tokenizer and merge there with merge_and_unload.",
            )

    def check_base(self, base: Iterable[tuple[str, str]]) -> None:
        """Weights (name, sha256) that its training names must be these. Raises InputError."""
        wanted = {Path(name).name: h for name, h in (self.manifest.get("inputs") or {}).items()}
        for name, found in base:
            if wanted.get(name, found) != found:
                raise InputError(
                    f"The adapter was trained on another base: its {name} had another sha256.",
                    "Give the very folder that training used.",
                )

    @property
    def _root(self) -> bool:
        return bool(self.config.get("use_rslora"))

    @cached_property
    def tensors(self) -> dict[str, StoredTensor]:
        """Every stored tensor by its name without PEFT's prefix. Raises InputError."""
        _ = self.config
        if not (self.path / WEIGHTS).is_file():
            raise InputError(
                f"{self.path.name} has no {WEIGHTS}.", "Save it with save_pretrained (safetensors)."
            )
        stored = open_safetensors(self.path / WEIGHTS)
        return {name.removeprefix(_PREFIX): tensor for name, tensor in stored.items()}

    def _delta(self, module: str, parts: dict[str, StoredTensor]) -> Delta:
        embedding = "lora_embedding_A" in parts
        kind = "lora_embedding_" if embedding else "lora_"
        a, b = parts.get(kind + "A"), parts.get(kind + "B")
        if a is None or b is None or len(a.shape) != 2 or len(b.shape) != 2:
            raise InputError(f"The adapter holds only half of {module}.", "Save it again.")
        rank = int(_by_pattern(self.config.get("rank_pattern"), module, self.config["r"]))
        if not a.shape[0] == b.shape[1] == rank:
            raise InputError(
                f"{module} has the ranks {a.shape[0]} and {b.shape[1]}, {CONFIG} means {rank}.",
                "Use the settings and tensors of one and the same adapter.",
            )
        magnitude = parts.get("lora_magnitude_vector")
        if (magnitude is not None) != self.dora or (magnitude is not None and embedding):
            raise InputError(f"DoRA's magnitudes of {module} do not fit {CONFIG}.", _MERGE_THERE)
        alpha = float(
            _by_pattern(self.config.get("alpha_pattern"), module, self.config["lora_alpha"])
        )
        scale = alpha / (math.sqrt(rank) if self._root else rank)
        return Delta(a, b, scale, magnitude, embedding)


def _by_pattern(patterns: dict[str, Any] | None, module: str, default: Any) -> Any:
    """PEFT's rule: the first pattern that matches the end of the module's name."""
    for pattern, value in (patterns or {}).items():
        if re.match(rf"(.*\.)?({pattern})$", module):
            return value
    return default


def _refuse_unknown(table: dict[str, Any]) -> None:
    if table.get("bias", "none") != "none":
        raise InputError("The adapter trained biases of the base.", _MERGE_THERE)
    for name in ("r", "lora_alpha"):
        if not isinstance(table.get(name), int | float) or table[name] <= 0:
            raise InputError(f"{CONFIG} has no usable {name}.", "Save the adapter again.")
    for name, value in table.items():
        if value and name not in _HARMLESS | _READ:
            raise InputError(
                f"{CONFIG} says {name} = {value!r:.40}, which is not known here.", _MERGE_THERE
            )


def _refuse_changed_base(table: dict[str, Any]) -> None:
    start = table.get("init_lora_weights", True)
    if start not in _PLAIN_STARTS:
        raise InputError(
            f"The adapter began as {start}, which also changes the weights of its base.",
            "Save it with path_initial_model_for_weight_conversion, as plain LoRA.",
        )


def four_bit_reason(adapter: AdapterFolder) -> str:
    """Why it is taken for trained on a 4-bit base, empty when nothing says so."""
    settings = json.dumps(adapter.manifest.get("settings") or {}).lower()
    if re.search(
        r'"(load_in_4bit|four_bit|quantised_base|qlora|quantise)": (true|"nf4")', settings
    ):
        return "its manifest says so"
    name = str(adapter.config.get("base_model_name_or_path") or "")
    return f"its base was {Path(name).name}" if re.search(r"(?i)4bit|nf4|4-bit", name) else ""


def check_targets(adapter: AdapterFolder, shapes: dict[str, tuple[int, ...]], tied: bool) -> None:
    """Everything it changes must exist in the base with that shape. Raises InputError."""
    for name, delta in adapter.deltas.items():
        _check_target(name, delta.shape, shapes)
    for name, stored in adapter.replaced.items():
        _check_target(name, stored.shape, shapes)
    shared = {"model.embed_tokens.weight", "lm_head.weight"}
    touched: Collection[str] = shared & (set(adapter.deltas) | set(adapter.replaced))
    if tied and touched:
        raise InputError(
            f"The adapter trained {min(touched)}, but embedding and head are one tensor here.",
            "Train the linear layers alone, or untie the model before training.",
        )


def _check_target(name: str, shape: tuple[int, ...], shapes: dict[str, tuple[int, ...]]) -> None:
    wanted = shapes.get(name)
    if wanted is None and name != "lm_head.weight":
        raise InputError(
            f"The adapter changes {name}, which the base does not have.",
            "Give the base that the adapter was trained on.",
        )
    if wanted is not None and shape != wanted:
        raise InputError(
            f"The adapter's {name} is for the shape {shape}, the base has {wanted}.",
            "Give the base it was trained on; for added tokens merge with merge_and_unload first.",
        )


def _cutting(table: dict[str, Any]) -> Any:
    """What of a tokenizer.json decides how text is cut."""
    return [table.get(key) for key in ("added_tokens", "normalizer", "pre_tokenizer", "model")]
