"""One sha256 for the weights of a model folder, however they are cut into shards.

An exported GGUF carries it as general.source.sha256, an adapter GGUF as adapter.base.sha256: the
two fit together only when these are equal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from converter.safetensors_file import StoredTensor

SOURCE, BASE, TEMPLATE = "general.source.sha256", "adapter.base.sha256", "adapter.template.sha256"
_PIECE = 1 << 24


def fingerprint(tensors: Mapping[str, StoredTensor]) -> str:
    """Names, types, shapes and bytes of all tensors, in name order."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name]
        digest.update(json.dumps([name, tensor.dtype, tensor.shape]).encode("utf-8"))
        _add_bytes(digest, tensor)
    return digest.hexdigest()


def combined(base: str, change: str) -> str:
    """The fingerprint of a base with an adapter merged into it."""
    return hashlib.sha256(f"{base} + {change}".encode()).hexdigest()


def _add_bytes(digest: hashlib._Hash, tensor: StoredTensor) -> None:
    left = tensor.n_bytes
    with tensor.path.open("rb") as file:
        file.seek(tensor.offset)
        while left > 0:
            piece = file.read(min(left, _PIECE))
            if not piece:
                return
            digest.update(piece)
            left -= len(piece)
