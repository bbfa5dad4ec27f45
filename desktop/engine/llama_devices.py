"""Which devices llama.cpp's backends offer, asked through ggml's device API.

Only the worker imports this. A library without that API counts as one without devices.
"""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Sequence
from typing import Any

from desktop.engine.machine import Device, DeviceKind, Machine

# enum ggml_backend_dev_type
KINDS = (DeviceKind.CPU, DeviceKind.GPU, DeviceKind.INTEGRATED, DeviceKind.ACCEL)

log = logging.getLogger(__name__)


def all_devices() -> tuple[Device, ...]:
    """All devices of all backends; () where the library does not say."""
    try:
        ggml = _Ggml()
        return tuple(ggml.device(handle) for handle in ggml.handles())
    except (AttributeError, OSError, RuntimeError) as error:
        log.warning("ggml tells no devices: %s", error)
        return ()


def free_bytes() -> int:
    """Least free memory of any GPU that is used, now, in bytes; -1 without a GPU."""
    return min((gpu.free_bytes for gpu in Machine(all_devices()).gpus), default=-1)


class _Ggml:
    """The functions, wherever this build keeps them: in `ggml` or in `ggml-base`."""

    def __init__(self) -> None:
        # Not llama_cpp._ggml: it overlooks LLAMA_CPP_LIB_PATH, the folder of a build of one's own.
        from llama_cpp import _ctypes_extensions, llama_cpp

        load, folder = _ctypes_extensions.load_shared_library, llama_cpp._base_path
        libraries = [load("ggml", folder)]
        try:
            libraries.append(load("ggml-base", folder))
        except (OSError, RuntimeError):
            log.debug("everything of ggml is in one library")
        size, text, handle = ctypes.c_size_t, ctypes.c_char_p, ctypes.c_void_p
        self._count = _function(libraries, "ggml_backend_dev_count", size)
        self._get = _function(libraries, "ggml_backend_dev_get", handle, size)
        self._kind = _function(libraries, "ggml_backend_dev_type", ctypes.c_int, handle)
        self._name = _function(libraries, "ggml_backend_dev_name", text, handle)
        self._description = _function(libraries, "ggml_backend_dev_description", text, handle)
        pointer = ctypes.POINTER(size)
        self._memory = _function(
            libraries, "ggml_backend_dev_memory", None, handle, pointer, pointer
        )
        self._registry = _function(libraries, "ggml_backend_dev_backend_reg", handle, handle)
        self._registry_name = _function(libraries, "ggml_backend_reg_name", text, handle)

    def handles(self) -> list[Any]:
        return [self._get(number) for number in range(self._count())]

    def device(self, handle: Any) -> Device:
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        self._memory(handle, ctypes.byref(free), ctypes.byref(total))
        kind = self._kind(handle)
        return Device(
            _text(self._name(handle)),
            _text(self._description(handle)),
            _text(self._registry_name(self._registry(handle))),
            KINDS[kind] if 0 <= kind < len(KINDS) else DeviceKind.OTHER,
            total.value,
            free.value,
        )


def _function(libraries: Sequence[Any], name: str, result: Any, *arguments: Any) -> Any:
    """Windows looks only into the library itself, other systems into those it needs as well."""
    for library in libraries:
        if hasattr(library, name):
            function = getattr(library, name)
            function.restype, function.argtypes = result, list(arguments)
            return function
    raise AttributeError(name)


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")
