"""Which quantisations there are, and which type llama.cpp's quantiser gives each tensor in one.

Knows file types by name and nothing of models. The quantiser speaks only through llama.cpp's log;
its last error line becomes the sentence. Source: `llama_model_quantize`, llama.h.
"""

from __future__ import annotations

import ctypes
import difflib
import os
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converter.errors import EngineError, InputError
from converter.runtime import captured_log


@dataclass(frozen=True)
class FileType:
    """A kind of file: llama.cpp's number for it and its usual bytes a weight (for estimates)."""

    number: int
    bytes_per_weight: float


FLOAT_TYPES = {"F32": FileType(0, 4.0), "F16": FileType(1, 2.0), "BF16": FileType(32, 2.0)}
QUANTISED_TYPES = {
    "Q8_0": FileType(7, 1.0625),
    "Q6_K": FileType(18, 0.8203),
    "Q5_K_M": FileType(17, 0.72),
    "Q5_K_S": FileType(16, 0.69),
    "Q4_K_M": FileType(15, 0.61),
    "Q4_K_S": FileType(14, 0.58),
    "Q4_0": FileType(2, 0.57),
    "Q3_K_M": FileType(12, 0.49),
}
FILE_TYPES = {**FLOAT_TYPES, **QUANTISED_TYPES}

_STEP = re.compile(r"\[\s*\d+/\s*\d+\]\s+(\S+).* type =\s*(\w+),")
_BECAME = re.compile(r"-> .* MiB \((\w+)\)")


def parse_types(text: str) -> list[str]:
    """`Q5_K_M,Q6_K` -> names in that order, once each. Raises InputError naming the nearest."""
    names = [part.strip().upper() for part in text.split(",") if part.strip()]
    for name in names:
        if name not in FILE_TYPES:
            close = difflib.get_close_matches(name, FILE_TYPES, 1)
            hint = f"Did you mean {close[0]}?" if close else f"Known: {', '.join(FILE_TYPES)}."
            raise InputError(f"There is no quantisation {name}.", hint)
    if not names:
        raise InputError("No quantisation is named.", f"Known: {', '.join(FILE_TYPES)}.")
    return list(dict.fromkeys(names))


def parse_overrides(given: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """`REGEX=TYPE` each -> pairs. Raises InputError for a bad expression or an unknown type."""
    import gguf

    known = [kind.name for kind in gguf.GGMLQuantizationType]
    pairs = []
    for text in given:
        pattern, _, kind = text.rpartition("=")
        try:
            re.compile(pattern)
        except re.error as error:
            raise InputError(f"--override {text}: {error}.", "Give REGEX=TYPE.") from None
        if not pattern or kind.upper() not in known:
            close = difflib.get_close_matches(kind.upper(), known, 1) or ["Q6_K"]
            raise InputError(f"--override {text} is not REGEX=TYPE.", f"A type: {close[0]}.")
        pairs.append((pattern, kind.upper()))
    return tuple(pairs)


def check_overrides(overrides: Iterable[tuple[str, str]], tensors: Collection[str]) -> None:
    """Each expression must be found in a tensor's name. Raises InputError."""
    for pattern, _ in overrides:
        if not any(re.search(pattern, name) for name in tensors):
            raise InputError(
                f"--override {pattern}: no tensor has such a name.",
                "See its table in converter/architectures.",
            )


def tensor_types(
    hollow: Path,
    name: str,
    *,
    importance: Mapping[str, NDArray[np.float32]] | None = None,
    overrides: Sequence[tuple[str, str]] = (),
) -> dict[str, str]:
    """The type that llama.cpp gives each tensor of a float file of the kind `name`.

    A dry run of its quantiser: it reads names and shapes alone. Raises EngineError with its reason.
    """
    import llama_cpp

    found: dict[str, str] = {}

    def note(text: str) -> None:
        step, became = _STEP.search(text), _BECAME.search(text)
        if step:
            found[step[1]] = step[2].upper()
        if became and found:
            found[next(reversed(found))] = became[1].upper()

    params = llama_cpp.llama_model_quantize_default_params()
    params.ftype = QUANTISED_TYPES[name].number
    params.dry_run = True
    kept = [_set_importance(params, importance or {}), _set_overrides(params, overrides)]
    with captured_log(note) as log:
        status = llama_cpp.llama_model_quantize(
            os.fsencode(hollow), os.fsencode(os.devnull), ctypes.byref(params)
        )
        if status != 0:
            raise EngineError(f"llama.cpp could not quantise to {name}: {log.reason()}.")
    del kept
    return found


def _set_importance(params: Any, means: Mapping[str, NDArray[np.float32]]) -> Any:
    """Returns what must outlive the call."""
    import llama_cpp

    if not means:
        return None
    rows = (llama_cpp.llama_model_imatrix_data * (len(means) + 1))()
    held = [np.ascontiguousarray(values, np.float32) for values in means.values()]
    for row, name, values in zip(rows, means, held, strict=False):
        row.name = name.encode("utf-8")
        row.data = values.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
        row.size = values.size
    params.imatrix = rows
    return rows, held


def _set_overrides(params: Any, overrides: Sequence[tuple[str, str]]) -> Any:
    """Returns what must outlive the call."""
    import gguf
    import llama_cpp

    if not overrides:
        return None
    rows = (llama_cpp.llama_model_tensor_override * (len(overrides) + 1))()
    for row, (pattern, kind) in zip(rows, overrides, strict=False):
        row.pattern = pattern.encode("utf-8")
        row.type = int(gguf.GGMLQuantizationType[kind])
    params.tt_overrides = rows
    return rows
