"""Writes a GGUF of a few hundred kilobytes whose replies are known beforehand.

It is a real qwen3 model with two layers for the real llama.cpp: attention and feed-forward run, but
add nothing, so the next token follows from the last one alone. After the newline that ends
"<|im_start|>assistant" come the pieces of the reply in turn, then "<|im_end|>". Every piece is one
token that no text is ever tokenised to, because the vocabulary has no merges: giving a reply back
as text gives other tokens, which is what tests of the cache need.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from gguf import GGUFWriter, TokenType

CHATML = (
    "{%- for message in messages %}{{- '<|im_start|>' + message['role'] + '\\n' "
    "+ message['content'] + '<|im_end|>\\n' }}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"
)
END, START, TEXT_END = "<|im_end|>", "<|im_start|>", "<|endoftext|>"
HEADS, KV_HEADS, HEAD = 2, 1, 32
LAYERS, FEED_FORWARD = 2, 64
# How much likelier the next token of the script is than any other.
CERTAIN = 40.0
# 😀 in two tokens, 好 in three, and a family joined from three emoji.
DEFAULT_REPLY = (
    "我".encode(), "听".encode(), b"\xe5", b"\xa5", b"\xbd", b"\xf0\x9f", b"\x98\x80",
    "👩".encode(), "\u200d".encode(), "👧".encode(), "。".encode(),
)  # fmt: skip


def write_tiny_gguf(
    path: Path,
    reply: Sequence[bytes] = DEFAULT_REPLY,
    *,
    loop: bool = False,
    context: int = 2048,
    template: str | None = CHATML,
    architecture: str = "qwen3",
    layers: int = LAYERS,
) -> Path:
    """Write the file and return its path.

    Args:
        path: where to.
        reply: bytes of each token of the reply.
        loop: after the last piece the first one comes again, for ever.
        context: tokens it says it was trained for.
        template: its chat template; None leaves it out.
        architecture: as written into the file.
        layers: more of them make it slower.
    """
    letters = byte_letters()
    words = [letters[byte] for byte in range(256)]
    # A single byte is in the vocabulary already; a second token with that text could not be told.
    follow = [piece[0] if len(piece) == 1 else 256 + number for number, piece in enumerate(reply)]
    words += [_letters(letters, piece) for piece in reply]
    kinds = [TokenType.NORMAL] * len(words) + [TokenType.CONTROL] * 3
    _distinct(words)
    words += [END, START, TEXT_END]
    writer = GGUFWriter(str(path), architecture)
    _describe(writer, context, layers)
    _vocabulary(writer, words, kinds)
    if template is not None:
        writer.add_chat_template(template)
    end = words.index(END)
    chain = [10, *follow, follow[0] if loop else end]
    _weights(writer, len(words), chain, layers)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def byte_letters() -> dict[int, str]:
    """GPT-2's way of writing bytes as letters."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {byte: chr(byte) for byte in plain}
    others = (byte for byte in range(256) if byte not in letters)
    return letters | {byte: chr(256 + number) for number, byte in enumerate(others)}


def _letters(letters: dict[int, str], piece: bytes) -> str:
    return "".join(letters[byte] for byte in piece)


def _distinct(words: list[str]) -> None:
    """A piece of one byte leaves its own place in the table unused; it needs some name."""
    seen: set[str] = set()
    for index, word in enumerate(words):
        if word in seen:
            words[index] = f"unused{index}"
        seen.add(words[index])


def _describe(writer: GGUFWriter, context: int, layers: int) -> None:
    writer.add_name("tiny")
    writer.add_context_length(context)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(10000.0)


def _vocabulary(writer: GGUFWriter, words: list[str], kinds: list[TokenType]) -> None:
    writer.add_embedding_length(_width(len(words)))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(words)
    writer.add_token_types(kinds)
    # llama.cpp wants a list of merges; this one joins bytes that UTF-8 has not.
    letters = byte_letters()
    writer.add_token_merges([f"{letters[0xFE]} {letters[0xFF]}"])
    writer.add_eos_token_id(words.index(END))
    writer.add_pad_token_id(words.index(TEXT_END))
    writer.add_add_bos_token(False)


def _width(vocabulary: int) -> int:
    return -(-vocabulary // 32) * 32


def _weights(writer: GGUFWriter, vocabulary: int, chain: Sequence[int], layers: int) -> None:
    """One-hot embeddings, layers that add nothing, and an output that is a table of successors."""
    width = _width(vocabulary)
    noise = np.random.default_rng(0)
    writer.add_tensor("token_embd.weight", np.eye(vocabulary, width, dtype=np.float32))
    output = np.zeros((vocabulary, width), dtype=np.float32)
    for before, after in pairwise(chain):
        output[after, before] = CERTAIN / np.sqrt(width)
    writer.add_tensor("output.weight", output)
    writer.add_tensor("output_norm.weight", np.ones(width, dtype=np.float32))
    shapes = {
        "attn_q": (HEADS * HEAD, width),
        "attn_k": (KV_HEADS * HEAD, width),
        "attn_v": (KV_HEADS * HEAD, width),
        "ffn_gate": (FEED_FORWARD, width),
        "ffn_up": (FEED_FORWARD, width),
    }
    for layer in range(layers):
        for name, shape in shapes.items():
            random = noise.standard_normal(shape, dtype=np.float32) * 0.1
            writer.add_tensor(f"blk.{layer}.{name}.weight", random)
        for name, inner in (("attn_output", HEADS * HEAD), ("ffn_down", FEED_FORWARD)):
            writer.add_tensor(f"blk.{layer}.{name}.weight", np.zeros((width, inner), np.float32))
        for name, size in (("attn_norm", width), ("ffn_norm", width)):
            writer.add_tensor(f"blk.{layer}.{name}.weight", np.ones(size, dtype=np.float32))
        for name in ("attn_q_norm", "attn_k_norm"):
            writer.add_tensor(f"blk.{layer}.{name}.weight", np.ones(HEAD, dtype=np.float32))
