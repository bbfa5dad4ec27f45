"""Which GPUs llama.cpp sees, asked through ggml's device API.

Only the worker imports this. A library without that API counts as one without a GPU.
"""

from __future__ import annotations

import ctypes
from typing import Any

GPU_KINDS = (1, 2)  # GGML_BACKEND_DEVICE_TYPE_GPU and _IGPU


def gpu_names() -> tuple[str, ...]:
    """Names as the driver tells them, e.g. "NVIDIA GeForce RTX 4060"."""
    from llama_cpp import llama_cpp as lib

    if not lib.llama_supports_gpu_offload():
        return ()
    try:
        ggml = _ggml()
        devices = [ggml.ggml_backend_dev_get(n) for n in range(ggml.ggml_backend_dev_count())]
        gpus = [device for device in devices if ggml.ggml_backend_dev_type(device) in GPU_KINDS]
        return tuple(
            ggml.ggml_backend_dev_description(device).decode("utf-8", "replace") for device in gpus
        )
    except (AttributeError, OSError, RuntimeError):
        return ()


def _ggml() -> Any:
    # Not llama_cpp._ggml: it overlooks LLAMA_CPP_LIB_PATH, the folder of a build of one's own.
    from llama_cpp import _ctypes_extensions, llama_cpp

    ggml = _ctypes_extensions.load_shared_library("ggml", llama_cpp._base_path)
    ggml.ggml_backend_dev_count.restype = ctypes.c_size_t
    ggml.ggml_backend_dev_get.argtypes = [ctypes.c_size_t]
    ggml.ggml_backend_dev_get.restype = ctypes.c_void_p
    ggml.ggml_backend_dev_type.argtypes = [ctypes.c_void_p]
    ggml.ggml_backend_dev_type.restype = ctypes.c_int
    ggml.ggml_backend_dev_description.argtypes = [ctypes.c_void_p]
    ggml.ggml_backend_dev_description.restype = ctypes.c_char_p
    return ggml
