"""The rotary position settings of a config, from either of the two places they live in.

transformers 5 keeps them in `rope_parameters`, earlier versions in `rope_theta` and `rope_scaling`.
Absent in both is an error: a silent 10000 would cost quality that nobody sees at once.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converter.errors import InputError

_KNOWN = {"rope_theta", "rope_type", "type"}
_LLAMA3 = {"factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings"}


@dataclass(frozen=True)
class Rope:
    """`base` is theta; `kind` default or llama3, whose four numbers are then set."""

    base: float
    kind: str = "default"
    factor: float = 1.0
    low: float = 1.0
    high: float = 1.0
    original_context: int = 0


def read_rope(config: dict[str, Any], kinds: Collection[str]) -> Rope:
    """Read both places, demand that they agree. Raises InputError when theta is in neither."""
    places = config.get("rope_parameters") or {}
    scaling = places or config.get("rope_scaling") or {}
    kind = str(scaling.get("rope_type", scaling.get("type", "default")))
    if kind not in kinds:
        raise InputError(
            f"config.json asks for rope scaling {kind!r}, which is not supported here.",
            f"Supported: {', '.join(sorted(kinds))}. Remove it if training did not use it.",
        )
    _refuse_unknown(scaling, kind)
    base = _base(places.get("rope_theta"), config.get("rope_theta"))
    if kind == "default":
        return Rope(base)
    return _llama3(base, scaling)


def _base(inside: Any, outside: Any) -> float:
    found = [value for value in (inside, outside) if value is not None]
    if not found:
        raise InputError(
            "config.json has no rope_theta, neither in rope_parameters nor by itself.",
            "Write the value that training used; it is never guessed.",
        )
    if len({float(value) for value in found}) > 1:
        raise InputError(
            f"config.json has two values of rope_theta, {inside} and {outside}.",
            "Keep the one that training used.",
        )
    base = float(found[0])
    if not base > 1:
        raise InputError(f"rope_theta = {base} cannot be.", "Write the value that training used.")
    return base


def _refuse_unknown(scaling: dict[str, Any], kind: str) -> None:
    known = _KNOWN | (_LLAMA3 if kind == "llama3" else set())
    unknown = sorted(
        name
        for name, value in scaling.items()
        if name not in known and not (name == "partial_rotary_factor" and value == 1.0)
    )
    if unknown:
        raise InputError(
            f"The rope settings have a field that is not known here: {unknown[0]}.",
            "Teach it to converter/architectures/rope.py, or remove it if it does nothing.",
        )


def _llama3(base: float, scaling: dict[str, Any]) -> Rope:
    missing = sorted(_LLAMA3 - set(scaling))
    if missing:
        raise InputError(
            f"The llama3 rope scaling has no {missing[0]}.", "Save the model's config again."
        )
    return Rope(
        base,
        "llama3",
        float(scaling["factor"]),
        float(scaling["low_freq_factor"]),
        float(scaling["high_freq_factor"]),
        int(scaling["original_max_position_embeddings"]),
    )


def rope_divisors(rope: Rope, head: int) -> NDArray[np.float32]:
    """llama3's divisor of each of the head/2 frequencies: float32 [head / 2].

    Long waves are divided by `factor`, short ones by 1, those between by a smooth mean. Source:
    transformers `_compute_llama3_parameters`, llama.cpp conversion of `rope_freqs.weight`.
    """
    frequency = 1.0 / rope.base ** (np.arange(0, head, 2, dtype=np.float64) / head)
    wave = 2 * np.pi / frequency
    smooth = (rope.original_context / wave - rope.low) / (rope.high - rope.low)
    between = 1.0 / ((1 - smooth) / rope.factor + smooth)
    divisors = np.where(wave < rope.original_context / rope.high, 1.0, between)
    divisors = np.where(wave > rope.original_context / rope.low, rope.factor, divisors)
    return divisors.astype(np.float32)
