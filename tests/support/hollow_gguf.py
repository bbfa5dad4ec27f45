"""Writes a GGUF with the header of a 4B model and holes where its weights would be.

For plans and their arithmetic, which read the header alone: gigabytes on paper, kilobytes on disk.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter

from tests.support.tiny_gguf import CHATML

LAYERS, WIDTH, HEADS, KV_HEADS, HEAD, INNER = 36, 2560, 32, 8, 128, 9728
VOCABULARY = 151_936


def write_hollow_gguf(path: Path, *, layers: int = LAYERS, kv_heads: int = KV_HEADS) -> Path:
    """Write the file and return its path."""
    writer = GGUFWriter(str(path), "qwen3")
    writer.add_context_length(40_960)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(kv_heads)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_chat_template(CHATML)
    size = sum(_add(writer, name, rows, width) for name, rows, width in _tensors(layers))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    writer.close()
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size + size + 4096)
    return path


def _tensors(layers: int) -> list[tuple[str, int, int]]:
    found = [("token_embd.weight", VOCABULARY, WIDTH), ("output.weight", VOCABULARY, WIDTH)]
    for layer in range(layers):
        for name, rows, width in (
            ("attn_q", HEADS * HEAD, WIDTH),
            ("attn_k", KV_HEADS * HEAD, WIDTH),
            ("attn_v", KV_HEADS * HEAD, WIDTH),
            ("attn_output", WIDTH, HEADS * HEAD),
            ("ffn_gate", INNER, WIDTH),
            ("ffn_up", INNER, WIDTH),
            ("ffn_down", WIDTH, INNER),
        ):
            found.append((f"blk.{layer}.{name}.weight", rows, width))
    return found


def _add(writer: GGUFWriter, name: str, rows: int, width: int) -> int:
    """Q4_0: 18 bytes for 32 weights."""
    stored = width // 32 * 18
    kind = GGMLQuantizationType.Q4_0
    writer.add_tensor_info(name, [rows, stored], np.dtype(np.uint8), rows * stored, raw_dtype=kind)
    return rows * stored
