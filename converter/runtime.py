"""llama.cpp through its low-level interface: vocabulary, logits, greedy text, and its log.

Every native handle is owned by an ExitStack and freed in order. Knows nothing of Hugging Face
folders or of how a GGUF was made. Sources: llama.h of llama-cpp-python 0.3.36.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converter.errors import EngineError

Logits = NDArray[np.float32]

_LEVEL_ERROR, _LEVEL_CONTINUE = 4, 5
_BATCH = 512
_TYPE_F32 = 0


class Log:
    """Lines llama.cpp wrote while captured, and which of them were errors."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.errors: list[str] = []
        self._error_open = False

    def add(self, level: int, text: str) -> None:
        """Take one callback's text; level 5 continues the line before."""
        if level != _LEVEL_CONTINUE:
            self._error_open = level == _LEVEL_ERROR
        self.lines.append(text)
        if self._error_open and text.strip():
            self.errors.append(text.strip())

    def reason(self) -> str:
        """The last thing that went wrong, or a plain word that nothing was said."""
        return self.errors[-1] if self.errors else "llama.cpp gave no reason"


@contextmanager
def captured_log(on_text: Any = None) -> Iterator[Log]:
    """Collect llama.cpp's log instead of its stderr; the previous receiver is put back after.

    `on_text(str)`, when given, also sees every piece as it comes (for progress).
    """
    import llama_cpp

    log = Log()

    def receive(level: int, text: bytes, _user: Any) -> None:
        piece = text.decode("utf-8", "replace")
        log.add(level, piece)
        if on_text is not None:
            on_text(piece)

    callback = llama_cpp.llama_log_callback(receive)
    before, user = llama_cpp.llama_log_callback(), ctypes.c_void_p()
    llama_cpp.llama_log_get(ctypes.byref(before), ctypes.byref(user))
    llama_cpp.llama_log_set(callback, ctypes.c_void_p(0))
    try:
        yield log
    finally:
        llama_cpp.llama_log_set(before, user)


class LoadedModel:
    """One GGUF in llama.cpp on the CPU. Use `open_model`; dead after its `with` ends."""

    def __init__(self, handle: Any, context: Any, n_context: int) -> None:
        import llama_cpp

        self._api = llama_cpp
        self._handle = handle
        self._context = context
        self._n_context = n_context
        self._vocabulary = llama_cpp.llama_model_get_vocab(handle)
        self.n_vocabulary = int(llama_cpp.llama_vocab_n_tokens(self._vocabulary))

    def tokenize(self, text: str, *, parse_special: bool) -> list[int]:
        """Ids of `text` without added begin or end; NUL is text like any other character."""
        raw = text.encode("utf-8")
        room = len(raw) + 8
        out = (ctypes.c_int32 * room)()
        count = self._api.llama_tokenize(
            self._vocabulary, raw, len(raw), out, room, False, parse_special
        )
        if count < 0:
            raise EngineError(f"llama.cpp could not tokenise a text of {len(raw)} bytes.")
        return list(out[:count])

    def is_end(self, token: int) -> bool:
        """Whether llama.cpp stops generating at this id."""
        return bool(self._api.llama_vocab_is_eog(self._vocabulary, token))

    def end_token(self) -> int:
        """The id llama.cpp takes for the end token."""
        return int(self._api.llama_vocab_eos(self._vocabulary))

    def adds_begin(self) -> bool:
        """Whether llama.cpp would put a begin token before a prompt by itself."""
        return bool(self._api.llama_vocab_get_add_bos(self._vocabulary))

    def logits(self, ids: Sequence[int]) -> Logits:
        """Logits after every position of one fresh sequence: float32 [len(ids), vocabulary]."""
        self._forget()
        out = np.empty((len(ids), self.n_vocabulary), dtype=np.float32)
        for start in range(0, len(ids), _BATCH):
            part = ids[start : start + _BATCH]
            self._decode(part, start, every=True)
            out[start : start + len(part)] = self._read(len(part))
        return out

    def greedy(self, ids: Sequence[int], limit: int) -> list[int]:
        """The most likely continuation, at most `limit` ids, ended by (and with) an end token."""
        self._forget()
        for start in range(0, len(ids), _BATCH):
            self._decode(ids[start : start + _BATCH], start, every=False)
        made: list[int] = []
        while len(made) < limit:
            made.append(int(self._read(1)[0].argmax()))
            if self.is_end(made[-1]) or len(ids) + len(made) >= self._n_context:
                break
            self._decode(made[-1:], len(ids) + len(made) - 1, every=False)
        return made

    def _forget(self) -> None:
        if self._context is None:
            raise EngineError("This model was opened for its vocabulary only.")
        self._api.llama_memory_clear(self._api.llama_get_memory(self._context), True)

    def _decode(self, ids: Sequence[int], start: int, *, every: bool) -> None:
        batch = self._api.llama_batch_init(len(ids), 0, 1)
        try:
            batch.n_tokens = len(ids)
            for i, token in enumerate(ids):
                batch.token[i], batch.pos[i] = token, start + i
                batch.n_seq_id[i], batch.seq_id[i][0] = 1, 0
                batch.logits[i] = every or i == len(ids) - 1
            status = self._api.llama_decode(self._context, batch)
        finally:
            self._api.llama_batch_free(batch)
        if status != 0:
            raise EngineError(f"llama.cpp stopped computing with status {status}.")

    def _read(self, rows: int) -> Logits:
        pointer = self._api.llama_get_logits(self._context)
        return np.ctypeslib.as_array(pointer, shape=(rows * self.n_vocabulary,)).reshape(rows, -1)


@contextmanager
def open_model(
    path: Path,
    *,
    n_context: int = 1024,
    vocabulary_only: bool = False,
    adapter: Path | None = None,
) -> Iterator[LoadedModel]:
    """Load a GGUF on the CPU with a float32 cache and no flash attention, as a proof wants it.

    `adapter` is a GGUF LoRA that is laid over it at its own scale.

    Raises EngineError with llama.cpp's own last error when the file does not load.
    """
    import llama_cpp

    with ExitStack() as stack:
        log = stack.enter_context(captured_log())
        handle = _load(llama_cpp, path, vocabulary_only)
        if not handle:
            raise EngineError(f"llama.cpp cannot load {path.name}: {log.reason()}.")
        stack.callback(llama_cpp.llama_model_free, handle)
        context = None
        if not vocabulary_only:
            context = llama_cpp.llama_init_from_model(handle, _context_params(n_context))
            if not context:
                raise EngineError(f"llama.cpp cannot start {path.name}: {log.reason()}.")
            stack.callback(llama_cpp.llama_free, context)
            if adapter is not None:
                _lay_over(llama_cpp, handle, context, adapter, log)
        yield LoadedModel(handle, context, n_context)


def _lay_over(llama_cpp: Any, handle: Any, context: Any, adapter: Path, log: Log) -> None:
    """The model frees its adapters with itself."""
    loaded = llama_cpp.llama_adapter_lora_init(handle, os.fsencode(adapter))
    if not loaded:
        raise EngineError(f"llama.cpp cannot load the adapter {adapter.name}: {log.reason()}.")
    handles = (llama_cpp.llama_adapter_lora_p_ctypes * 1)(loaded)
    if llama_cpp.llama_set_adapters_lora(context, handles, 1, (ctypes.c_float * 1)(1.0)) != 0:
        raise EngineError(f"llama.cpp cannot use the adapter {adapter.name}: {log.reason()}.")


def idle_cores() -> int:
    """Cores that nobody uses, at least one: llama.cpp's threads spin, and fighting over a core
    makes a small model fifty times slower (measured: 32 tokens in 6.4 s instead of 0.13 s)."""
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return max(1, round((os.cpu_count() or 1) - busy))


def _load(llama_cpp: Any, path: Path, vocabulary_only: bool) -> Any:
    llama_cpp.llama_backend_init()
    params = llama_cpp.llama_model_default_params()
    params.n_gpu_layers = 0
    params.vocab_only = vocabulary_only
    return llama_cpp.llama_model_load_from_file(os.fsencode(path), params)


def _context_params(n_context: int) -> Any:
    import llama_cpp

    params = llama_cpp.llama_context_default_params()
    params.n_ctx = n_context
    params.n_batch = params.n_ubatch = min(_BATCH, n_context)
    params.n_threads = params.n_threads_batch = idle_cores()
    params.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED
    params.type_k = params.type_v = _TYPE_F32
    params.offload_kqv = False
    return params
