"""What a GGUF is, for a person: settings, template, tensors by type, memory, and what is wrong.

Needs no model folder and does not load the weights.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from pathlib import Path
from typing import Any

from converter.app_word import app_code, app_sentences
from converter.architectures import ARCHITECTURES
from converter.gguf_file import ReadFile, read_gguf
from converter.verify import file_kind

_LONG_LISTS = ("tokenizer.ggml.tokens", "tokenizer.ggml.token_type", "tokenizer.ggml.merges")
_CACHE_BYTES = 2
"""llama.cpp's default key-value cache is F16."""


def inspect_file(path: Path) -> dict[str, Any]:
    """The report as a table. Raises InputError when it is not a readable GGUF."""
    file = read_gguf(path)
    values = {key: _short(key, value) for key, value in file.values.items()}
    template = file.values.get("tokenizer.chat_template")
    return {
        "file": path.name,
        "size": path.stat().st_size,
        "quantisation": file_kind(file),
        "architecture": file.values.get("general.architecture"),
        "parameters": sum(int(tensor.n_elements) for tensor in file.tensors.values()),
        "values": values,
        "tensors": _tensors(file),
        "template": template,
        "template_sha256": _sha256(template) if template else None,
        "memory": {str(n): _memory(file, n) for n in (4096, 8192)},
        "app": _app(file),
        "concerns": concerns(file),
    }


def concerns(file: ReadFile) -> list[str]:
    """Sentences for everything that would keep the app from using the file well."""
    found = []
    values = file.values
    name = values.get("general.architecture")
    if name not in {known.name for known in ARCHITECTURES}:
        found.append(f"The architecture {name} is not one that this project converts.")
    if not values.get("tokenizer.chat_template"):
        found.append("It has no chat template, so the app refuses it.")
    if "tokenizer.ggml.eos_token_id" not in values:
        found.append("It names no end token, so replies may not end.")
    if values.get("tokenizer.ggml.add_bos_token") is not False:
        found.append("add_bos_token is not false: llama.cpp may put a token before every prompt.")
    if f"{name}.rope.freq_base" not in values:
        found.append("It has no rope base, so llama.cpp falls back to 10000.")
    return found


def report(found: dict[str, Any]) -> str:
    """The table as lines for a terminal."""
    lines = [
        f"{found['file']}: {found['architecture']}, {found['quantisation']}, "
        f"{found['size'] / 1e6:.1f} MB, {found['parameters'] / 1e6:.2f} M parameters"
    ]
    lines += [f"  {key} = {value}" for key, value in found["values"].items()]
    lines += [
        f"  {kind}: {entry['count']} tensors, {entry['bytes'] / 1e6:.1f} MB"
        for kind, entry in found["tensors"].items()
    ]
    lines += [f"  memory at {n} tokens: about {b / 1e6:.0f} MB" for n, b in found["memory"].items()]
    lines += [f"  template sha256: {found['template_sha256']}"]
    lines += found["concerns"]
    lines.append(f"The app: {found['app']['en']}")
    lines.append(f"心屿：{found['app']['zh']}")
    return "\n".join(lines)


def _app(file: ReadFile) -> dict[str, str]:
    code = app_code(file.values, len(file.tensors))
    return {"code": code, **app_sentences(code, file.path, file.values)}


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _short(key: str, value: Any) -> Any:
    if isinstance(value, list) and (key in _LONG_LISTS or len(value) > 16):
        return f"{len(value)} entries"
    return value


def _tensors(file: ReadFile) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = defaultdict(lambda: {"count": 0, "bytes": 0})
    for tensor in file.tensors.values():
        entry = table[tensor.tensor_type.name]
        entry["count"] += 1
        entry["bytes"] += int(tensor.n_bytes)
    return dict(table)


def _memory(file: ReadFile, context: int) -> int:
    """Bytes of weights plus an F16 key-value cache of `context` tokens (no more than trained)."""
    name = file.values.get("general.architecture")

    def number(key: str) -> int:
        value = file.values.get(f"{name}.{key}")
        return value if isinstance(value, int) else 0

    per_token = number("block_count") * number("attention.head_count_kv") * _CACHE_BYTES
    per_token *= number("attention.key_length") + number("attention.value_length")
    weights = sum(int(tensor.n_bytes) for tensor in file.tensors.values())
    return weights + per_token * min(context, number("context_length") or context)
