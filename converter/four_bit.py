"""An adapter that was trained on a 4-bit base: which base to merge it into is measured.

In training every linear layer's matrix was rounded to NF4 (bitsandbytes, blocks of 64, statistics
rounded too), and the adapter may have learnt to mend that. Both merges are tried on held-out
dialogues and the one with the lower loss is kept. Sources: QLoRA (arXiv 2305.14314), bitsandbytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from converter.divergence import log_softmax
from converter.errors import InputError

if TYPE_CHECKING:
    from converter.architectures.base import Weights
    from converter.prepare import Prepared
    from converter.reference_model import ReferenceModel
    from converter.safetensors_file import StoredTensor
    from converter.texts import Sample

FULL, ROUNDED = "full precision", "NF4"


def rounded_rows(stored: StoredTensor, start: int, stop: int) -> Weights:
    """Rows of the matrix as training saw them: rounded to NF4 and back, float32."""
    return _rounded(stored)[start:stop]


@lru_cache(maxsize=1)
def _rounded(stored: StoredTensor) -> Weights:
    """A whole matrix, because the statistics' own rounding is over all of it."""
    return round_matrix(stored.read(), stored.dtype)


def round_matrix(values: Weights, dtype: str = "BF16") -> Weights:
    """`values` as loading them as `dtype` into NF4 leaves them. Raises InputError without
    bitsandbytes."""
    import torch

    try:
        import bitsandbytes.functional as library
    except ImportError:
        raise InputError(
            "The adapter was trained on a 4-bit base, and bitsandbytes is not installed.",
            "Install bitsandbytes: with it both merges are measured.",
        ) from None
    kinds = {"BF16": torch.bfloat16, "F16": torch.float16, "F32": torch.float32}
    given = torch.from_numpy(np.array(values)).to(kinds[dtype])
    stored, state = library.quantize_4bit(
        given, quant_type="nf4", blocksize=64, compress_statistics=True
    )
    made: Weights = library.dequantize_4bit(stored, state).float().numpy()
    return made


def on_rounded_base(prepared: Prepared) -> Prepared:
    """The same merge into the base as training saw it."""
    plan = [replace(tensor, rounded=_is_linear(tensor)) for tensor in prepared.plan]
    return replace(prepared, plan=plan, rounded=True)


def choose(
    prepared: Prepared, samples: Sequence[Sample], texts: str
) -> tuple[Prepared, dict[str, Any]]:
    """The better of both merges by held-out loss, and the figures."""
    candidates = {FULL: prepared, ROUNDED: on_rounded_base(prepared)}
    losses = {name: _loss(reference_of(one), samples) for name, one in candidates.items()}
    used = min(losses, key=lambda name: losses[name])
    figures = {
        "used": used,
        "held_out": texts,
        "positions": sum(len(sample.scored) for sample in samples),
        "loss": {name: float(f"{loss:.6g}") for name, loss in losses.items()},
    }
    return candidates[used], figures


def as_in_file(prepared: Prepared, fingerprint: str) -> Prepared:
    """Of both merges the one that a file carries the fingerprint of."""
    other = on_rounded_base(prepared)
    return other if other.fingerprint == fingerprint else prepared


def reference_of(prepared: Prepared) -> ReferenceModel:
    """The Hugging Face model of such a merge, rounded and merged without our own code."""
    from converter.reference_model import ReferenceModel

    folder: Path = prepared.folder.path
    rounded = {
        tensor.row.source: tensor.stored.dtype
        for tensor in prepared.plan
        if tensor.rounded and tensor.row is not None and tensor.stored is not None
    }
    return ReferenceModel(folder, prepared.folder.trained, rounded)


def _is_linear(tensor: Any) -> bool:
    """Matrices inside layers: embedding and head are left alone by bitsandbytes' loading."""
    return len(tensor.shape) == 2 and tensor.name.startswith("blk.")


def _loss(reference: ReferenceModel, samples: Sequence[Sample]) -> float:
    """Mean negative log-likelihood of the counsellor's tokens, nats."""
    total, count = 0.0, 0
    for sample in samples:
        likely = log_softmax(reference.logits(sample.ids)[sample.scored])
        total -= float(likely[np.arange(len(sample.scored)), sample.following()].sum())
        count += len(sample.scored)
    return total / count
