"""llama.cpp through its C interface: a model, its vocabulary, and one context with a cache.

Only the worker and the bare loop of the benchmark import this; llama_cpp itself is imported when a
`Library` is made. Knows nothing of conversations, templates or pipes.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from desktop.engine.abort import AbortFlag
from desktop.engine.base import Attention, CacheType, Plan
from desktop.engine.llama_faults import load_fault
from desktop.engine.llama_sampler import TopCandidates
from desktop.engine.shape import CPU_ROWS

CONTROL = 1 << 3  # LLAMA_TOKEN_ATTR_CONTROL
ABORTED = 2
ASIDE = 1  # the second sequence; the conversation is sequence 0
LOG_LINES = 200


class LoadFailedError(Exception):
    """The model or its context could not be made; carries one of our codes."""

    def __init__(self, code: str, details: dict[str, str | int]) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class ComputeFailedError(Exception):
    """llama_decode could not do its work; the process is best ended."""


class Library:
    """llama_cpp, loaded; its log goes to stderr and, while a model loads, is read as well."""

    def __init__(self) -> None:
        from llama_cpp import llama_cpp as lib

        self.lib = lib
        self.log: deque[str] = deque(maxlen=LOG_LINES)
        self._listener = lib.llama_log_callback(self._hear)
        self._nobody = type(self._listener)()
        self.listen(False)
        lib.llama_backend_init()

    def listen(self, on: bool) -> None:
        """Without a listener the log is written natively, which needs no interpreter lock."""
        listener = self._listener if on else self._nobody
        self.lib.llama_log_set(listener, ctypes.c_void_p(0))

    def _hear(self, _level: int, text: bytes, _data: Any) -> None:
        line = text.decode("utf-8", "replace")
        self.log.append(line)
        sys.stderr.write(line)


class Model:
    """Weights and vocabulary of one GGUF file."""

    def __init__(self, library: Library, path: str, gpu_layers: int) -> None:
        self._library = library
        self.lib = lib = library.lib
        parameters = lib.llama_model_default_params()
        parameters.n_gpu_layers = gpu_layers
        parameters.load_mode = lib.LLAMA_LOAD_MODE_MMAP
        none = (ctypes.c_void_p * 1)(None)
        if gpu_layers == 0:
            # Without this a GPU is set up even when nothing is to run on it.
            parameters.devices = ctypes.addressof(none)
        library.log.clear()
        library.listen(True)
        self.handle = lib.llama_model_load_from_file(path_bytes(path), parameters)
        if not self.handle:
            raise LoadFailedError(*load_fault(library.log))
        self.vocabulary = lib.llama_model_get_vocab(self.handle)
        self.size = lib.llama_vocab_n_tokens(self.vocabulary)

    @property
    def parameters(self) -> int:
        return int(self.lib.llama_model_n_params(self.handle))

    @property
    def layers(self) -> int:
        return int(self.lib.llama_model_n_layer(self.handle))

    @property
    def train_context(self) -> int:
        return int(self.lib.llama_model_n_ctx_train(self.handle))

    def meta(self, key: str) -> str:
        """A key-value as text, or ""."""
        buffer = ctypes.create_string_buffer(256)
        length = self.lib.llama_model_meta_val_str(self.handle, key.encode(), buffer, 256)
        if length >= 256:
            buffer = ctypes.create_string_buffer(length + 1)
            self.lib.llama_model_meta_val_str(self.handle, key.encode(), buffer, length + 1)
        return buffer.value.decode("utf-8", "replace") if length > 0 else ""

    def tokenize(self, text: str, special: bool) -> list[int]:
        """Tokens of a text; control tokens are recognised only where `special`."""
        data = text.encode("utf-8", "replace")
        if not data:
            return []
        room = len(data) + 8
        tokens = (ctypes.c_int32 * room)()
        count = self.lib.llama_tokenize(
            self.vocabulary, data, len(data), tokens, room, False, special
        )
        if count < 0:
            raise ComputeFailedError("tokenize")
        return list(tokens[:count])

    def special_text(self, token: int) -> str:
        """The name of a control token; "" for no token."""
        return self._piece(token, True).decode("utf-8", "replace") if token >= 0 else ""

    def pieces(self) -> list[bytes]:
        """The bytes that every token shows; a control token shows none."""
        return [self._piece(token, False) for token in range(self.size)]

    def control_tokens(self) -> dict[int, str]:
        """Tokens that are never text, with their names."""
        attribute, vocabulary = self.lib.llama_vocab_get_attr, self.vocabulary
        found = [token for token in range(self.size) if attribute(vocabulary, token) & CONTROL]
        return {token: self.special_text(token) for token in found}

    def end_tokens(self) -> set[int]:
        """Tokens that end a reply."""
        ends = self.lib.llama_vocab_is_eog
        return {token for token in range(self.size) if ends(self.vocabulary, token)}

    def _piece(self, token: int, special: bool) -> bytes:
        buffer = ctypes.create_string_buffer(128)
        get = self.lib.llama_token_to_piece
        length = get(self.vocabulary, token, buffer, 128, 0, special)
        if length < 0:
            buffer = ctypes.create_string_buffer(-length)
            length = get(self.vocabulary, token, buffer, -length, 0, special)
        return buffer.raw[: max(0, length)]


class Context:
    """The cache of one conversation, and the only way to evaluate tokens."""

    def __init__(self, library: Library, model: Model, plan: Plan, abort: AbortFlag) -> None:
        self.lib = lib = library.lib
        self.batch_size = plan.batch
        self.handle = lib.llama_init_from_model(model.handle, _context_parameters(lib, plan))
        if not self.handle:
            raise LoadFailedError(*load_fault([*library.log, "failed to initialize the context"]))
        library.listen(False)
        self.size = int(lib.llama_n_ctx(self.handle))
        self._memory = lib.llama_get_memory(self.handle)
        self._abort = abort  # its byte must live as long as llama.cpp looks at it
        self._callback = abort.callback(lib.ggml_abort_callback)
        lib.llama_set_abort_callback(self.handle, self._callback, abort.address)
        self.on_gpu = plan.gpu_layers > 0
        self._candidates = TopCandidates(self.handle) if self.on_gpu else None
        self._vocabulary = model.size
        self._many = _prepared_batch(lib, plan.batch)
        self.single_batch = _prepared_batch(lib, 1)
        self.single_batch.logits[0] = 1
        self._many_aside = _prepared_batch(lib, plan.batch, ASIDE)

    def evaluate(self, tokens: Sequence[int], position: int) -> bool:
        """Read at most `batch_size` tokens; False when it was aborted and undone."""
        return self._decode(self._filled(self._many, tokens, position), position)

    def evaluate_aside(self, tokens: Sequence[int], position: int) -> bool:
        """The same in the second sequence, which `leave` forgets; False when it was aborted."""
        batch = self._filled(self._many_aside, tokens, position)
        status = self.lib.llama_decode(self.handle, batch)
        if status not in (0, ABORTED):
            raise ComputeFailedError(f"llama_decode {status}")
        return bool(status == 0)

    def branch(self, count: int) -> None:
        """Begin the second sequence with the first `count` tokens of the conversation.

        The cells of the cache are shared, not copied.
        """
        self.leave()
        self.lib.llama_memory_seq_cp(self._memory, 0, ASIDE, 0, count)

    def leave(self) -> None:
        """Forget the second sequence; the conversation's stays as it is."""
        self.lib.llama_memory_seq_rm(self._memory, ASIDE, -1, -1)

    def set_threads(self, threads: int) -> None:
        """From the next computation on."""
        self.lib.llama_set_n_threads(self.handle, threads, threads)

    def close(self) -> None:
        """Give the memory back at once; the context cannot be used any more."""
        self.lib.llama_free(self.handle)
        for batch in (self._many, self.single_batch, self._many_aside):
            self.lib.llama_batch_free(batch)

    def _filled(self, batch: Any, tokens: Sequence[int], position: int) -> Any:
        last = len(tokens) - 1
        batch.n_tokens = last + 1
        for index, token in enumerate(tokens):
            batch.token[index] = token
            batch.pos[index] = position + index
            batch.logits[index] = index == last
        return batch

    def wait(self) -> None:
        """Until what was to be evaluated is: a GPU works while its orders are still coming in."""
        self.lib.llama_synchronize(self.handle)

    def stepper(self) -> Callable[[int, int], bool]:
        """A function that reads one token at a position; False when it was aborted and undone.

        What it needs is looked up once, because a reply calls it for every token.
        """
        batch, decode, handle = self.single_batch, self.lib.llama_decode, self.handle
        token_at, position_at, undone = batch.token, batch.pos, self._undone

        def step(token: int, position: int) -> bool:
            token_at[0] = token
            position_at[0] = position
            status = decode(handle, batch)
            return status == 0 or undone(status, position)

        return step

    def narrow(self, needed: int) -> None:
        """Only so many of the likeliest tokens will be asked for; 0 when any may be."""
        if self._candidates is not None:
            self._candidates.use(needed, self._vocabulary)

    def keep(self, count: int) -> bool:
        """Forget all but the first `count` tokens; False where this model cannot forget a part."""
        if self.lib.llama_memory_seq_rm(self._memory, 0, count, -1):
            return True
        self.lib.llama_memory_clear(self._memory, True)
        return count == 0

    def _decode(self, batch: Any, position: int) -> bool:
        status = self.lib.llama_decode(self.handle, batch)
        return status == 0 or self._undone(status, position)

    def _undone(self, status: int, position: int) -> bool:
        """After an abort some rows may be in the cache: back to what is known to be good."""
        if status != ABORTED:
            raise ComputeFailedError(f"llama_decode {status}")
        if not self.keep(position):
            raise ComputeFailedError("cache")
        return False


def _context_parameters(lib: Any, plan: Plan) -> Any:
    parameters = lib.llama_context_default_params()
    parameters.n_ctx = plan.context
    parameters.n_batch = plan.batch
    parameters.n_ubatch = plan.batch if plan.gpu_layers else min(plan.batch, CPU_ROWS)
    # The conversation and a question aside, in one cache: either may use all of it.
    parameters.n_seq_max = 2
    parameters.kv_unified = True
    parameters.n_threads = parameters.n_threads_batch = plan.threads
    parameters.flash_attn_type = {
        Attention.AUTO: lib.LLAMA_FLASH_ATTN_TYPE_AUTO,
        Attention.ON: lib.LLAMA_FLASH_ATTN_TYPE_ENABLED,
        Attention.OFF: lib.LLAMA_FLASH_ATTN_TYPE_DISABLED,
    }[plan.attention]
    kinds = {CacheType.F16: lib.GGML_TYPE_F16, CacheType.Q8_0: lib.GGML_TYPE_Q8_0}
    parameters.type_k = parameters.type_v = kinds[plan.cache]
    parameters.offload_kqv = parameters.op_offload = plan.gpu_layers != 0
    parameters.no_perf = True
    return parameters


def _prepared_batch(lib: Any, size: int, sequence: int = 0) -> Any:
    """A batch whose rows all belong to one sequence, filled again and again."""
    batch = lib.llama_batch_init(size, 0, 1)
    batch.n_tokens = size
    for index in range(size):
        batch.n_seq_id[index] = 1
        batch.seq_id[index][0] = sequence
        batch.logits[index] = 0
    return batch


def path_bytes(path: str) -> bytes:
    """llama.cpp takes UTF-8 on Windows and the file system's bytes elsewhere."""
    return path.encode("utf-8") if sys.platform == "win32" else os.fsencode(path)
