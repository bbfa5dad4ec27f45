"""What an architecture's table says, and how a folder is held against it.

A table is data: tensor names with symbolic shapes, which config fields are read, which may have
only one value, which do not matter. Everything else in a config stops the export. Knows no files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converter.architectures.rope import Rope, read_rope
from converter.errors import InputError

Weights = NDArray[np.float32]

HARMLESS = frozenset(
    {
        "_name_or_path", "architectures", "attention_dropout", "bos_token_id",
        "chunk_size_feed_forward", "dtype", "eos_token_id", "id2label",
        "initializer_range", "label2id", "max_window_layers", "model_type", "output_attentions",
        "output_hidden_states", "pad_token_id", "pretraining_tp", "problem_type",
        "return_dict", "sliding_window", "tokenizer_class", "torch_dtype", "transformers_version",
        "use_cache",
    }
)  # fmt: skip
"""Fields of training, saving or special ids (`vocabulary` reads those): none acts on a tensor."""

ROPE_FIELDS = frozenset({"rope_parameters", "rope_scaling", "rope_theta"})

FIXED: Mapping[str, tuple[Any, ...]] = {
    "hidden_act": ("silu",),
    "is_encoder_decoder": (False,),
    "use_sliding_window": (False,),
    "attention_bias": (False,),
    "mlp_bias": (False,),
}
"""Fields that change the computation and of which only these values are supported."""


@dataclass(frozen=True)
class Sizes:
    """The numbers of one model. `rope_base` etc. are inside `rope`; `context` counts tokens."""

    layers: int
    hidden: int
    feed_forward: int
    heads: int
    kv_heads: int
    head: int
    vocabulary: int
    context: int
    epsilon: float
    tied: bool
    rope: Rope
    rotary: int
    """How many of a head's dimensions are turned."""

    def dimension(self, name: str) -> int:
        """A symbolic dimension of a table in elements."""
        return {
            "hidden": self.hidden,
            "ffn": self.feed_forward,
            "query": self.heads * self.head,
            "key": self.kv_heads * self.head,
            "head": self.head,
            "query+key+value": (self.heads + 2 * self.kv_heads) * self.head,
            "gate+up": 2 * self.feed_forward,
            "vocabulary": self.vocabulary,
        }[name]


Transform = Callable[[Weights, Sizes], Weights]


@dataclass(frozen=True)
class Tensor:
    """One row: Hugging Face name, GGUF name, shape (rows first), and what is done to the values."""

    source: str
    target: str
    shape: tuple[str, ...]
    transform: Transform | None = None

    def of_layer(self, layers: str, layer: int) -> Tensor:
        """The same row with its full names for one layer; `layers` is where they lie."""
        return Tensor(
            f"{layers}.{layer}.{self.source}",
            f"blk.{layer}.{self.target}",
            self.shape,
            self.transform,
        )


EMBEDDING = Tensor("model.embed_tokens.weight", "token_embd.weight", ("vocabulary", "hidden"))
OUTPUT_NORM = Tensor("model.norm.weight", "output_norm.weight", ("hidden",))
OUTPUT = Tensor("lm_head.weight", "output.weight", ("vocabulary", "hidden"))


@dataclass(frozen=True)
class Sentencepiece:
    """A vocabulary in tokenizer.model: `pre` is llama.cpp's name; the rest stands behind it.

    `special` texts have the ids that follow the model's own; `turn_end` and `tool_end` of them end
    a reply besides the end token.
    """

    pre: str
    special: tuple[str, ...]
    turn_end: str
    tool_end: str


@dataclass(frozen=True)
class Architecture:
    """One architecture's table. `pre_tokenizers`: splitting regex to llama.cpp's id for it.

    `translate` brings a config of other field names to the usual ones before it is read.
    """

    name: str
    model_type: str
    class_name: str
    layer: tuple[Tensor, ...]
    pre_tokenizers: Mapping[str, str] = field(default_factory=dict)
    head_required: bool = False
    fixed: Mapping[str, tuple[Any, ...]] = field(default_factory=lambda: FIXED)
    rope_kinds: frozenset[str] = frozenset({"default"})
    layers: str = "model.layers"
    embedding: Tensor = EMBEDDING
    output_norm: Tensor = OUTPUT_NORM
    output: Tensor = OUTPUT
    harmless: frozenset[str] = frozenset()
    translate: Callable[[dict[str, Any]], dict[str, Any]] = dict
    rotary_share: float = 1.0
    sentencepiece: Sentencepiece | None = None

    def sizes(self, config: dict[str, Any]) -> Sizes:
        """Read and check a config. Raises InputError for what is missing or not known."""
        config = self.translate(config)
        self._refuse_unknown(config)
        hidden, heads = _count(config, "hidden_size"), _count(config, "num_attention_heads")
        head = self._head(config, hidden, heads)
        sizes = Sizes(
            layers=_count(config, "num_hidden_layers"),
            hidden=hidden,
            feed_forward=_count(config, "intermediate_size"),
            heads=heads,
            kv_heads=_count(config, "num_key_value_heads"),
            head=head,
            vocabulary=_count(config, "vocab_size"),
            context=_count(config, "max_position_embeddings"),
            epsilon=_positive(config, "rms_norm_eps"),
            tied=_flag(config, "tie_word_embeddings"),
            rope=read_rope(config, self.rope_kinds),
            rotary=int(head * self.rotary_share),
        )
        _check_heads(sizes)
        return sizes

    def tensors(self, sizes: Sizes) -> list[Tensor]:
        """Every tensor such a model must have, in file order."""
        rows = [self.embedding]
        for layer in range(sizes.layers):
            rows.extend(row.of_layer(self.layers, layer) for row in self.layer)
        return [*rows, self.output_norm] + ([] if sizes.tied else [self.output])

    def _head(self, config: dict[str, Any], hidden: int, heads: int) -> int:
        if config.get("head_dim") is not None:
            return _count(config, "head_dim")
        if self.head_required or hidden % heads:
            raise InputError(
                "config.json has no head_dim.", "Write the head size that training used into it."
            )
        return hidden // heads

    def _refuse_unknown(self, config: dict[str, Any]) -> None:
        for name, value in config.items():
            if value is None or name in HARMLESS | ROPE_FIELDS | _READ | self.harmless:
                continue
            if name == "layer_types":
                _check_layer_types(value, config)
            elif name not in self.fixed:
                raise InputError(
                    f"config.json has a field that is not known here: {name} = {_brief(value)}.",
                    _remedy(name),
                )
            elif value not in self.fixed[name]:
                raise InputError(
                    f"config.json says {name} = {_brief(value)}, which is not supported.",
                    f"Only {' or '.join(repr(v) for v in self.fixed[name])} can be converted.",
                )


_READ = frozenset(
    {
        "head_dim", "hidden_size", "intermediate_size", "max_position_embeddings",
        "num_attention_heads", "num_hidden_layers", "num_key_value_heads", "rms_norm_eps",
        "tie_word_embeddings", "vocab_size",
    }
)  # fmt: skip


def _brief(value: Any) -> str:
    return f"{value!r:.60}"


def _remedy(name: str) -> str:
    if name == "quantization_config":
        return "Export the unquantised model: a quantised one has lost what the quantiser needs."
    if name == "auto_map":
        return "A model with its own code cannot be converted safely."
    return "Teach its meaning to converter/architectures, or remove it if it does nothing."


def _check_layer_types(value: Any, config: dict[str, Any]) -> None:
    if not isinstance(value, list) or set(value) != {"full_attention"}:
        raise InputError(
            "config.json names layers that do not attend to everything.",
            "Only full_attention in every layer can be converted.",
        )
    if len(value) != config.get("num_hidden_layers"):
        raise InputError(
            f"config.json lists {len(value)} layer_types, which is not the number of layers.",
            "Correct the one that is wrong.",
        )


def _count(config: dict[str, Any], name: str) -> int:
    value = config.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise InputError(
            f"config.json has no usable {name} ({_brief(value)}).", "Save the model's config again."
        )
    return value


def _positive(config: dict[str, Any], name: str) -> float:
    value = config.get(name)
    if not isinstance(value, float) or not 0 < value < 1:
        raise InputError(
            f"config.json has no usable {name} ({_brief(value)}).", "Save the model's config again."
        )
    return value


def _flag(config: dict[str, Any], name: str) -> bool:
    value = config.get(name)
    if not isinstance(value, bool):
        raise InputError(
            f"config.json does not say {name}.", "Write true or false, as the model was trained."
        )
    return value


def _check_heads(sizes: Sizes) -> None:
    if sizes.heads % sizes.kv_heads or sizes.head % 2:
        raise InputError(
            f"{sizes.heads} heads of {sizes.head} and {sizes.kv_heads} key-value heads do not fit.",
            "Correct num_attention_heads, num_key_value_heads or head_dim in config.json.",
        )
