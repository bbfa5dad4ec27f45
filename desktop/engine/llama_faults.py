"""What llama.cpp's own log says about why a model would not load.

Pure: lines in, one of our codes out. llama.cpp gives no error codes, so its words are all there is;
what is not recognised is "model_unreadable". Must not import llama_cpp.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_MEMORY = re.compile(
    r"failed to allocate|unable to allocate|out of memory|bad_alloc|cannot allocate|"
    r"alloc_tensor_range|failed to initialize the context|failed to reserve|mmap failed|"
    r"insufficient memory",
    re.IGNORECASE,
)
_ARCHITECTURE = re.compile(r"unknown model architecture: '([^']*)'")
_TRUNCATED = re.compile(r"not within the file bounds|corrupted or incomplete|unexpectedly reached")


def load_fault(lines: Iterable[str]) -> tuple[str, dict[str, str | int]]:
    """The code of an error and its details."""
    log = "\n".join(lines)
    if found := _ARCHITECTURE.search(log):
        return "model_architecture_unknown", {"architecture": found.group(1)}
    if _TRUNCATED.search(log):
        return "model_truncated", {}
    if _MEMORY.search(log):
        return "model_too_big", {}
    return "model_unreadable", {}
