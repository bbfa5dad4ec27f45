"""Adapters over a loaded model: read once, laid on and taken off without touching the base.

Only the worker imports this. Whether an adapter belongs to the model is checked before, by
`adapter_header`; what llama.cpp itself refuses is told here.
"""

from __future__ import annotations

import ctypes
from typing import Any

from desktop.engine.llama import ComputeFailedError, Context, Model, path_bytes
from desktop.errors import ModelFileError


class Adapters:
    """Those of one model; they live as long as it does."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._read: dict[str, Any] = {}

    def use(self, context: Context, path: str) -> str:
        """Lay one over the model; "" takes it off. Returns its name.

        What is cached was computed without it and must be forgotten by the caller.

        Raises:
            ModelFileError: adapter_unreadable.
        """
        lib = self._model.lib
        if not path:
            if lib.llama_set_adapters_lora(context.handle, None, 0, None):
                raise ComputeFailedError("adapter off")
            return ""
        adapter = self._handle(path)
        handles = (lib.llama_adapter_lora_p_ctypes * 1)(adapter)
        if lib.llama_set_adapters_lora(context.handle, handles, 1, (ctypes.c_float * 1)(1.0)):
            raise ModelFileError("adapter_unreadable")
        return self._name(adapter)

    def _handle(self, path: str) -> Any:
        if path not in self._read:
            handle = self._model.lib.llama_adapter_lora_init(self._model.handle, path_bytes(path))
            if not handle:
                raise ModelFileError("adapter_unreadable")
            self._read[path] = handle
        return self._read[path]

    def _name(self, adapter: Any) -> str:
        buffer = ctypes.create_string_buffer(256)
        read = self._model.lib.llama_adapter_meta_val_str
        length = read(adapter, b"general.name", buffer, len(buffer))
        return buffer.value.decode("utf-8", "replace") if length > 0 else ""
