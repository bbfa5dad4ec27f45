"""What a GGUF costs on this machine: memory at two context lengths, and tokens a second.

llama.cpp itself says what it allocates; the figures are sums of its own log lines, loaded as the
app loads it (F16 cache), never an estimate.
"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Any

from converter.errors import EngineError
from converter.gguf_file import read_gguf
from converter.inspect_file import concerns
from converter.runtime import captured_log, idle_cores, open_model

CONTEXTS = (4096, 8192)
_BUFFER = re.compile(r"buffer size\s*=\s*([\d.]+)\s*MiB")
_PROMPT, _REPLY = 256, 32


def measure(file: Path) -> dict[str, Any]:
    """`memory` in bytes by context length and `speed`. Raises EngineError if it will not load."""
    found = concerns(read_gguf(file))
    if found:
        raise EngineError(f"The app would not take {file.name}: {found[0]}")
    return {"memory": {str(n): _memory(file, n) for n in CONTEXTS}, "speed": _speed(file)}


def _memory(file: Path, context: int) -> int:
    """Bytes of weights, cache and working buffers at `context` tokens (or as many as trained)."""
    import llama_cpp

    llama_cpp.llama_backend_init()
    with captured_log() as log:
        params = llama_cpp.llama_model_default_params()
        params.n_gpu_layers = 0
        model = llama_cpp.llama_model_load_from_file(os.fsencode(file), params)
        if not model:
            raise EngineError(f"llama.cpp cannot load {file.name}: {log.reason()}.")
        try:
            settings = llama_cpp.llama_context_default_params()
            settings.n_ctx = min(context, llama_cpp.llama_model_n_ctx_train(model))
            handle = llama_cpp.llama_init_from_model(model, settings)
            if not handle:
                raise EngineError(f"llama.cpp cannot start {file.name}: {log.reason()}.")
            llama_cpp.llama_free(handle)
        finally:
            llama_cpp.llama_model_free(model)
    mebibytes = sum(float(size) for size in _BUFFER.findall("".join(log.lines)))
    return int(mebibytes * (1 << 20))


def _speed(file: Path) -> dict[str, Any]:
    """Tokens a second of reading a prompt and of writing a reply, by low-level decoding."""
    with open_model(file, n_context=512) as model:
        ids = [token % model.n_vocabulary for token in range(300, 300 + _PROMPT)]
        model.greedy(ids[:8], 1)
        begun = time.perf_counter()
        model.greedy(ids, 1)
        read = time.perf_counter() - begun
        begun = time.perf_counter()
        made = max(2, len(model.greedy(ids[:8], _REPLY)))
        wrote = time.perf_counter() - begun
    return {
        "prompt_tokens_per_second": round(_PROMPT / read, 1),
        "reply_tokens_per_second": round(made / wrote, 1),
        "threads": idle_cores(),
    }
