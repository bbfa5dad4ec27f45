"""Whether an adapter GGUF belongs to a model: both must name the same weights and template.

llama.cpp lays any adapter of the right sizes over any model; over the wrong one it talks nonsense.
So both files carry a fingerprint (converter/fingerprint.py writes them), and only equal ones pass.
Reads headers alone, without llama.cpp.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from desktop.engine.gguf_header import GgufHeader, open_header
from desktop.errors import ModelFileError

SOURCE, BASE, TEMPLATE = "general.source.sha256", "adapter.base.sha256", "adapter.template.sha256"


def check_adapter_file(path: Path, base: GgufHeader) -> None:
    """Raises ModelFileError with the code of what is wrong: adapter_missing, adapter_unreadable,
    adapter_unbound or adapter_wrong_base."""
    if not path.is_file():
        raise _error("adapter_missing", path)
    try:
        values = open_header(path).values
    except ModelFileError as error:
        raise _error("adapter_unreadable", path) from error
    if values.get("general.type") != "adapter" or values.get("adapter.type") != "lora":
        raise _error("adapter_unreadable", path)
    made_for, ours = values.get(BASE), base.values.get(SOURCE)
    if not made_for or not ours:
        raise _error("adapter_unbound", path)
    template = hashlib.sha256(base.chat_template.encode("utf-8")).hexdigest()
    if made_for != ours or values.get(TEMPLATE, template) != template:
        raise _error("adapter_wrong_base", path)


def _error(code: str, path: Path) -> ModelFileError:
    return ModelFileError(code, name=path.name, path=str(path))
