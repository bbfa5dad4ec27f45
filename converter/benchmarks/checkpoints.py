"""Random checkpoints: tiny ones through transformers, big ones of a real model's shape by hand.

The tiny ones have a tokenizer of their own, trained on a few sentences, and every norm and bias
away from its neutral value, so that a lost or swapped tensor changes what the model predicts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from converter.architectures.llama import LLAMA3_SPLIT
from converter.architectures.qwen3 import QWEN3, QWEN_SPLIT

TEMPLATE = (
    "{%- for message in messages %}{{- '<|im_start|>' + message['role'] + '\\n' + "
    "message['content'] + '<|im_end|>\\n' }}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"
)
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
CORPUS = [
    "这段时间我不开心，上班也提不起劲。",
    "我觉得自己很没用，什么都做不好。",
    "谢谢你听我说，我好多了。",
    "I don't know what to do, it's 2024 and I'm tired.",
    "user assistant system\n\n  hello world 123",
]
SMALL = {
    "vocab_size": 384,
    "hidden_size": 128,
    "intermediate_size": 192,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "initializer_range": 0.08,
    "bos_token_id": None,
    "eos_token_id": 2,
    "pad_token_id": 0,
}
KINDS = ("qwen3", "qwen2", "llama", "llama3")
LLAMA3_ROPE = {
    "rope_type": "llama3",
    "rope_theta": 10000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}


def small_config(kind: str, *, tied: bool) -> tuple[str, Any]:
    """The splitting regex and the transformers config of a small model of one of KINDS."""
    from transformers import LlamaConfig, Qwen2Config, Qwen3Config

    common: dict[str, Any] = {**SMALL, "tie_word_embeddings": tied}
    if kind == "qwen3":
        return QWEN_SPLIT, Qwen3Config(**common, head_dim=64)
    if kind == "qwen2":
        return QWEN_SPLIT, Qwen2Config(**common)
    rope = LLAMA3_ROPE if kind == "llama3" else {"rope_type": "default", "rope_theta": 10000.0}
    return LLAMA3_SPLIT, LlamaConfig(**common, rope_parameters=rope)


def save_tiny(folder: Path, regex: str, config: Any, **options: Any) -> Path:
    """Save a random model of `config` with tokenizer and template; `options` of save_pretrained."""
    import torch
    from transformers import AutoModelForCausalLM, GenerationConfig

    torch.manual_seed(7)
    library: Any = AutoModelForCausalLM  # untyped
    settings: Any = GenerationConfig  # untyped
    model = library.from_config(config)
    for parameter in model.parameters():
        if parameter.ndim == 1:
            torch.nn.init.normal_(parameter, 1.0, 0.2)
    model.generation_config = settings(
        do_sample=True, temperature=0.7, top_k=20, top_p=0.8, repetition_penalty=1.05,
        eos_token_id=[2, 0], pad_token_id=0,
    )  # fmt: skip
    model.save_pretrained(folder, **options)
    save_tokenizer(folder, regex, composing=config.model_type == "qwen2")
    return folder


def save_tokenizer(folder: Path, regex: str, *, composing: bool = False) -> None:
    """tokenizer.json, its config and the template."""
    _tokenizer(regex, composing).save(str(folder / "tokenizer.json"))
    (folder / "chat_template.jinja").write_text(TEMPLATE, "utf-8")
    (folder / "tokenizer_config.json").write_text(
        json.dumps(
            {
                "eos_token": SPECIAL[2],
                "pad_token": SPECIAL[0],
                "tokenizer_class": "PreTrainedTokenizerFast",
            }
        ),
        "utf-8",
    )


def _tokenizer(regex: str, composing: bool) -> Any:
    from tokenizers import (
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        trainers,
    )

    whole_words = r"\p{N}{1,3}" in regex
    tokenizer = Tokenizer(models.BPE(ignore_merges=whole_words))
    if composing:
        tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(regex), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=370,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


GLM_TEMPLATE = (
    "{% for message in messages %}{% if loop.first %}[gMASK]sop{% endif %}"
    "<|{{ message['role'] }}|>\\n {{ message['content'] }}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def save_chatglm(folder: Path, **changes: Any) -> Path:
    """A random tiny ChatGLM3 with a byte-fallback sentencepiece BPE of its own; `changes` of its
    config."""
    import torch
    from safetensors.torch import save_file

    from converter.architectures.chatglm import CHATGLM

    folder.mkdir(parents=True)
    pieces = _train_pieces(folder / "tokenizer.model")
    config = {
        "_name_or_path": "THUDM/chatglm3-6b", "architectures": ["ChatGLMModel"],
        "model_type": "chatglm", "add_bias_linear": False, "add_qkv_bias": True,
        "apply_query_key_layer_scaling": True, "apply_residual_connection_post_layernorm": False,
        "attention_dropout": 0.0, "attention_softmax_in_fp32": True, "bias_dropout_fusion": True,
        "ffn_hidden_size": 192, "fp32_residual_connection": False, "hidden_dropout": 0.0,
        "hidden_size": 128, "kv_channels": 32, "layernorm_epsilon": 1e-05,
        "multi_query_attention": True, "multi_query_group_num": 2, "num_attention_heads": 4,
        "num_layers": 2, "original_rope": True, "padded_vocab_size": pieces + 32,
        "post_layer_norm": True, "rmsnorm": True, "seq_length": 512, "use_cache": True,
        "torch_dtype": "float32", "tie_word_embeddings": False, "eos_token_id": 2,
        "pad_token_id": 0, **changes,
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"chat_template": GLM_TEMPLATE, "tokenizer_class": "ChatGLMTokenizer"}), "utf-8"
    )
    torch.manual_seed(7)
    sizes, tensors = CHATGLM.sizes(config), {}
    for row in CHATGLM.tensors(sizes):
        shape = [sizes.dimension(one) for one in row.shape]
        mean, spread = (1.0, 0.2) if row.source.endswith("norm.weight") else (0.0, 0.08)
        tensors[row.source] = mean + spread * torch.randn(shape)
    # Chance would let a random model end its reply, and rounding decide whether it does.
    head = tensors["transformer.output_layer.weight"]
    head[config["eos_token_id"]] = 0.0
    head[pieces:] = 0.0
    save_file(tensors, folder / "model.safetensors")
    return folder


def _train_pieces(path: Path) -> int:
    import io

    import sentencepiece

    made = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(CORPUS * 4), model_writer=made, vocab_size=400, model_type="bpe",
        byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False,
        character_coverage=1.0, minloglevel=2, hard_vocab_limit=False,
    )  # fmt: skip
    path.write_bytes(made.getvalue())
    return int(sentencepiece.SentencePieceProcessor(model_proto=made.getvalue()).vocab_size())


SHAPES: dict[str, dict[str, Any]] = {
    "4b": {"hidden_size": 2560, "intermediate_size": 9728, "num_hidden_layers": 36,
           "num_attention_heads": 32, "tie_word_embeddings": True},
    "14b": {"hidden_size": 5120, "intermediate_size": 17408, "num_hidden_layers": 40,
            "num_attention_heads": 40, "tie_word_embeddings": False},
    "tiny": {"hidden_size": 256, "intermediate_size": 512, "num_hidden_layers": 2,
             "num_attention_heads": 2, "tie_word_embeddings": True},
}  # fmt: skip
_SHARD = 4_000_000_000


def save_shape(folder: Path, shape: str, layers: int | None = None) -> Path:
    """A folder with the sizes of Qwen3-4B or -14B: random bfloat16 shards of about 4 GB.

    `layers`: fewer than it has, for a first look at memory, which does not depend on them.
    """
    config = {
        "architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "attention_bias": False,
        "head_dim": 128, "hidden_act": "silu", "max_position_embeddings": 40960,
        "num_key_value_heads": 8 if shape != "tiny" else 2, "rms_norm_eps": 1e-6,
        "rope_theta": 1000000, "vocab_size": 151936 if shape != "tiny" else 512,
        "torch_dtype": "bfloat16", "eos_token_id": 2, "use_sliding_window": False, **SHAPES[shape],
    }  # fmt: skip
    if layers is not None:
        config["num_hidden_layers"] = layers
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(config, indent=1), "utf-8")
    save_tokenizer(folder, QWEN_SPLIT)
    sizes = QWEN3.sizes(config)
    rows = [
        (row.source, tuple(sizes.dimension(one) for one in row.shape))
        for row in QWEN3.tensors(sizes)
    ]
    where = {}
    for number, shard in enumerate(_shards(rows), 1):
        name = f"model-{number:05}.safetensors"
        _write_shard(folder / name, shard, number)
        where.update(dict.fromkeys((one for one, _ in shard), name))
    index = {"metadata": {}, "weight_map": where}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), "utf-8")
    return folder


def save_adapter(folder: Path, model: Path, rank: int = 16) -> Path:
    """A random LoRA on every linear layer of a folder made by `save_shape`."""
    from safetensors.numpy import save_file

    sizes = QWEN3.sizes(json.loads((model / "config.json").read_text("utf-8")))
    chance, tensors = np.random.default_rng(3), {}
    for row in QWEN3.tensors(sizes):
        shape = [sizes.dimension(one) for one in row.shape]
        if "_proj." in row.source:
            base = "base_model.model." + row.source.removesuffix(".weight")
            a, b = (rank, shape[1]), (shape[0], rank)
            tensors[base + ".lora_A.weight"] = 0.01 * chance.standard_normal(a, np.float32)
            tensors[base + ".lora_B.weight"] = 0.01 * chance.standard_normal(b, np.float32)
    folder.mkdir(parents=True)
    save_file(tensors, folder / "adapter_model.safetensors")
    settings = {"peft_type": "LORA", "r": rank, "lora_alpha": 2 * rank, "bias": "none"}
    (folder / "adapter_config.json").write_text(json.dumps(settings), "utf-8")
    return folder


Row = tuple[str, tuple[int, ...]]


def _shards(rows: list[Row]) -> Iterator[list[Row]]:
    shard: list[Row] = []
    size = 0
    for row in rows:
        count = 2 * int(np.prod(row[1]))
        if shard and size + count > _SHARD:
            yield shard
            shard, size = [], 0
        shard.append(row)
        size += count
    yield shard


def _write_shard(path: Path, rows: list[Row], seed: int) -> None:
    header, end = {}, 0
    for name, shape in rows:
        count = 2 * int(np.prod(shape))
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [end, end + count]}
        end += count
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    chance = np.random.default_rng(seed)
    block = (0.02 * chance.standard_normal(1 << 22, np.float32)).view(np.uint32) >> 16
    stored = block.astype(np.uint16)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for _, shape in rows:
            left, start = int(np.prod(shape)), int(chance.integers(0, len(stored)))
            while left:
                part = stored[start : start + left]
                part.tofile(file)
                left -= len(part)
                start = 0
