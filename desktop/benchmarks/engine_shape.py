"""Writes a GGUF with the shape of a 4B model and random weights, for `engine --large` and `gpu`.

Only the shape matters: how long one operation takes decides how soon a stop is heard. About 2 GB.
The vocabulary is as small as it can be, or as large as Qwen3's where drawing a token is measured.
Needs the `gguf` package, which is not part of the app.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONTEXT = 8192
QWEN3_VOCABULARY = 151_936
TEMPLATE = (
    "{%- for message in messages %}{{- '<|im_start|>' + message['role'] + '\\n' "
    "+ message['content'] + '<|im_end|>\\n' }}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"
)


@dataclass(frozen=True)
class Sizes:
    """Of a model; Qwen3-4B's by default."""

    layers: int = 36
    width: int = 2560
    heads: int = 32
    kv_heads: int = 8
    head: int = 128
    inner: int = 9728


TINY = Sizes(2, 256, 4, 2, 64, 256)


def write_large_model(path: Path, vocabulary: int = 0, sizes: Sizes | None = None) -> None:
    """Every layer has the same random weights, so that memory does not have to hold them all.

    `vocabulary` is the number of tokens where it matters; words that nothing writes fill it up.
    """
    from gguf import GGUFWriter

    sizes = sizes or Sizes()
    writer = GGUFWriter(str(path), "qwen3")
    writer.add_name("4b-shaped")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(sizes.width)
    writer.add_block_count(sizes.layers)
    writer.add_feed_forward_length(sizes.inner)
    writer.add_head_count(sizes.heads)
    writer.add_head_count_kv(sizes.kv_heads)
    writer.add_key_length(sizes.head)
    writer.add_value_length(sizes.head)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1e6)
    writer.add_chat_template(TEMPLATE)
    _add_weights(writer, _add_vocabulary(writer, vocabulary), sizes)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_vocabulary(writer: Any, least: int) -> int:
    """Bytes as GPT-2 writes them, so that a prompt has as many tokens as bytes."""
    from gguf import TokenType

    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    words = [chr(byte) for byte in plain] + [chr(256 + number) for number in range(len(others))]
    words += ["<|im_end|>", "<|im_start|>", "<|endoftext|>"]
    fillers = [f"w{number}" for number in range(least - len(words))]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(words + fillers)
    kinds = [TokenType.NORMAL] * 256 + [TokenType.CONTROL] * 3
    writer.add_token_types(kinds + [TokenType.NORMAL] * len(fillers))
    writer.add_token_merges([f"{chr(0xFE)} {chr(0xFF)}"])
    writer.add_eos_token_id(256)
    writer.add_add_bos_token(False)
    return len(words) + len(fillers)


def _add_weights(writer: Any, vocabulary: int, sizes: Sizes) -> None:
    import numpy as np

    width, inner, head = sizes.width, sizes.inner, sizes.head
    queries, pairs = sizes.heads * head, sizes.kv_heads * head
    shapes = {
        "attn_q": (queries, width),
        "attn_k": (pairs, width),
        "attn_v": (pairs, width),
        "attn_output": (width, queries),
        "ffn_gate": (inner, width),
        "ffn_up": (inner, width),
        "ffn_down": (width, inner),
    }
    weights = {name: _random_q4(*shape) for name, shape in shapes.items()}
    norms = {"attn_norm": width, "ffn_norm": width, "attn_q_norm": head, "attn_k_norm": head}
    _add_quantised(writer, "token_embd.weight", _random_q4(vocabulary, width))
    _add_quantised(writer, "output.weight", _random_q4(vocabulary, width))
    writer.add_tensor("output_norm.weight", np.ones(width, np.float32))
    for layer in range(sizes.layers):
        for name, data in weights.items():
            _add_quantised(writer, f"blk.{layer}.{name}.weight", data)
        for name, size in norms.items():
            writer.add_tensor(f"blk.{layer}.{name}.weight", np.ones(size, np.float32))


def _random_q4(rows: int, columns: int) -> Any:
    """Q4_0: for 32 weights a half-precision scale and 16 bytes."""
    import numpy as np

    blocks = np.random.default_rng(rows + columns).integers(
        0, 256, (rows, columns // 32, 18), dtype=np.uint8
    )
    blocks[:, :, :2] = np.frombuffer(np.float16(0.01).tobytes(), np.uint8)
    return blocks.reshape(rows, -1)


def _add_quantised(writer: Any, name: str, data: Any) -> None:
    from gguf import GGMLQuantizationType

    writer.add_tensor(name, data, raw_dtype=GGMLQuantizationType.Q4_0)
