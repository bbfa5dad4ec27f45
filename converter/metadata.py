"""The key-value part of a GGUF, made from a folder and its architecture's table.

Only says what belongs in the file; writing is `gguf_file`. Differences from llama.cpp's own script,
all intended: add_bos_token is always written and false (the template writes what it wants), head
sizes and vocabulary size are always explicit, bos is never left to llama.cpp's default of 11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from converter.architectures.base import Architecture, Sizes
from converter.hf_folder import ModelFolder
from converter.vocabulary import Vocabulary

Kind = Literal["u32", "i32", "f32", "flag", "text", "texts", "ints", "floats"]
FILE_TYPES = {"F32": 0, "F16": 1, "BF16": 32}
_QUANTISATION_VERSION = 2
_SAMPLING: tuple[tuple[str, str, Kind], ...] = (
    ("top_k", "top_k", "i32"), ("top_p", "top_p", "f32"), ("min_p", "min_p", "f32"),
    ("temperature", "temp", "f32"), ("repetition_penalty", "penalty_repeat", "f32"),
)  # fmt: skip
"""generation_config.json's name, general.sampling's name, type."""


@dataclass(frozen=True)
class Field:
    """One value with its GGUF type."""

    kind: Kind
    value: Any


@dataclass(frozen=True)
class Card:
    """What a person should know of the model; empty entries are left out of the file."""

    name: str
    licence: str = ""
    base: str = ""
    datasets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sampling: Mapping[str, float] = field(default_factory=dict)
    """How its makers mean it to be drawn from, by the names of generation_config.json."""


def read_card(folder: ModelFolder, name: str | None, licence: str | None) -> Card:
    """From the options given, else from the settings in the folder's manifest, else its name."""
    settings = folder.manifest.get("settings") or {}
    return Card(
        name=name or str(settings.get("name") or folder.path.resolve().name),
        licence=licence or str(settings.get("licence") or ""),
        base=str(settings.get("base") or ""),
        datasets=_texts(settings.get("datasets")),
        languages=_texts(settings.get("languages")),
        sampling=_sampling(folder.generation_config),
    )


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, Mapping):
        return tuple(str(entry) for entry in value)
    return tuple(str(entry) for entry in value) if isinstance(value, list | tuple) else ()


def _sampling(settings: Mapping[str, Any]) -> dict[str, float]:
    given = {name: settings.get(name) for name, _, _ in _SAMPLING}
    return {name: value for name, value in given.items() if isinstance(value, int | float)}


def build_metadata(
    architecture: Architecture,
    sizes: Sizes,
    vocabulary: Vocabulary,
    template: str,
    card: Card,
    parameters: int,
    kind: str,
) -> dict[str, Field]:
    """Every key in file order. `kind` is the float type of the matrices (F32, F16, BF16)."""
    return {
        **_general(card, parameters, kind),
        **_hyperparameters(architecture, sizes),
        **_tokenizer(vocabulary, template),
    }


def size_label(parameters: int) -> str:
    """A parameter count as people say it: 46M, 4.0B."""
    if parameters < 1_000_000:
        return f"{parameters / 1e3:.0f}K"
    return f"{parameters / 1e6:.0f}M" if parameters < 1_000_000_000 else f"{parameters / 1e9:.1f}B"


def _general(card: Card, parameters: int, kind: str) -> dict[str, Field]:
    fields = {
        "general.type": Field("text", "model"),
        "general.name": Field("text", card.name),
        "general.size_label": Field("text", size_label(parameters)),
        "general.quantization_version": Field("u32", _QUANTISATION_VERSION),
        "general.file_type": Field("u32", FILE_TYPES[kind]),
    }
    if card.licence:
        fields["general.license"] = Field("text", card.licence)
    if card.base:
        fields["general.base_model.count"] = Field("u32", 1)
        fields["general.base_model.0.name"] = Field("text", card.base)
    if card.datasets:
        fields["general.dataset.count"] = Field("u32", len(card.datasets))
        for i, name in enumerate(card.datasets):
            fields[f"general.dataset.{i}.name"] = Field("text", name)
    if card.languages:
        fields["general.languages"] = Field("texts", list(card.languages))
    for name, key, stored in _SAMPLING:
        if name in card.sampling:
            fields[f"general.sampling.{key}"] = Field(stored, card.sampling[name])
    return fields


def _hyperparameters(architecture: Architecture, sizes: Sizes) -> dict[str, Field]:
    fields = {
        "block_count": Field("u32", sizes.layers),
        "context_length": Field("u32", sizes.context),
        "embedding_length": Field("u32", sizes.hidden),
        "feed_forward_length": Field("u32", sizes.feed_forward),
        "attention.head_count": Field("u32", sizes.heads),
        "attention.head_count_kv": Field("u32", sizes.kv_heads),
        "attention.key_length": Field("u32", sizes.head),
        "attention.value_length": Field("u32", sizes.head),
        "attention.layer_norm_rms_epsilon": Field("f32", sizes.epsilon),
        "rope.freq_base": Field("f32", sizes.rope.base),
        "rope.dimension_count": Field("u32", sizes.rotary),
        "vocab_size": Field("u32", sizes.vocabulary),
    }
    return {f"{architecture.name}.{key}": field for key, field in fields.items()}


def _tokenizer(vocabulary: Vocabulary, template: str) -> dict[str, Field]:
    turn_end = vocabulary.turn_end if vocabulary.turn_end is not None else vocabulary.eos
    fields = {
        "tokenizer.ggml.model": Field("text", vocabulary.model),
        "tokenizer.ggml.pre": Field("text", vocabulary.pre),
        "tokenizer.ggml.tokens": Field("texts", vocabulary.tokens),
        "tokenizer.ggml.token_type": Field("ints", vocabulary.types),
        "tokenizer.ggml.bos_token_id": Field("u32", vocabulary.bos),
        "tokenizer.ggml.eos_token_id": Field("u32", vocabulary.eos),
        "tokenizer.ggml.eot_token_id": Field("u32", turn_end),
        "tokenizer.ggml.add_bos_token": Field("flag", False),
        "tokenizer.chat_template": Field("text", template),
    }
    if vocabulary.scores is None:
        fields["tokenizer.ggml.merges"] = Field("texts", vocabulary.merges)
    else:
        fields["tokenizer.ggml.scores"] = Field("floats", vocabulary.scores)
    if vocabulary.tool_end is not None:
        fields["tokenizer.ggml.eom_token_id"] = Field("u32", vocabulary.tool_end)
    if not vocabulary.space_first:
        fields["tokenizer.ggml.add_space_prefix"] = Field("flag", False)
    if vocabulary.pad is not None:
        fields["tokenizer.ggml.padding_token_id"] = Field("u32", vocabulary.pad)
    return fields
