"""An adapter alone as a GGUF LoRA, bound to its base by fingerprint and template, and proven.

llama.cpp multiplies by alpha / rank whatever the adapter meant; here PEFT's own scaling of each
module is folded into B, so that the product is right for rsLoRA and patterns too. Sources:
llama-adapter.cpp, llm_graph_context::build_lora_mm and build_inp_embd.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from converter.adapter_folder import AdapterFolder, Delta
from converter.architectures.base import Weights
from converter.errors import InputError
from converter.fingerprint import BASE, TEMPLATE, fingerprint
from converter.gguf_file import Progress, encode, write_gguf
from converter.hf_folder import ModelFolder
from converter.prepare import Prepared, prepare
from converter.reference_model import ReferenceModel
from converter.tensor_plan import PlannedTensor, same_values
from converter.verify import prove_logits
from converter.whole import whole_file


@dataclass(frozen=True)
class AdapterOrder:
    """What is asked for. `kind` is the type of the stored factors, F16 or F32."""

    adapter: Path
    base: Path
    out: Path
    kind: str = "F16"
    compare_logits: bool = True


def export_adapter(order: AdapterOrder, progress: Progress) -> dict[str, Any]:
    """Write and prove one adapter file, return its figures.

    Raises InputError, EngineError or ProofError; `out` then does not exist.
    """
    if order.out.exists():
        raise InputError(f"{order.out} already exists.", "Choose another --out.")
    prepared = prepare(ModelFolder(order.base), adapter=order.adapter)
    adapter = AdapterFolder(order.adapter)
    _refuse_unsayable(adapter, prepared)
    order.out.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(order.out) as draft:
        figures = _write(draft, prepared, adapter, order.kind)
        if order.compare_logits:
            figures["logits"] = _prove(draft, prepared, order, progress)
        figures["size"] = draft.stat().st_size
    return figures


def _refuse_unsayable(adapter: AdapterFolder, prepared: Prepared) -> None:
    remedy = "Merge it instead: xinyu-convert export --model DIR --adapter DIR."
    if prepared.four_bit:
        raise InputError(
            f"The adapter was trained on a 4-bit base ({prepared.four_bit}): which base it fits "
            "best is measured when it is merged.",
            remedy,
        )
    if adapter.dora:
        raise InputError("A GGUF adapter cannot hold DoRA's magnitudes.", remedy)
    base = prepared.folder.tensors
    for name, stored in adapter.replaced.items():
        if name not in base or not same_values(stored, base[name]):
            raise InputError(f"A GGUF adapter cannot hold {name}, which was trained whole.", remedy)


def _write(draft: Path, prepared: Prepared, adapter: AdapterFolder, kind: str) -> dict[str, Any]:
    import gguf

    alpha = float(max(delta.rank for delta in adapter.deltas.values()))
    identity = {
        BASE: fingerprint(prepared.folder.tensors),
        TEMPLATE: hashlib.sha256(prepared.template.encode("utf-8")).hexdigest(),
    }
    writer = gguf.GGUFWriter(draft, prepared.architecture.name)
    try:
        writer.add_string("general.type", "adapter")
        writer.add_string("general.name", adapter.path.resolve().name)
        writer.add_string("adapter.type", "lora")
        writer.add_float32("adapter.lora.alpha", alpha)
        for key, value in identity.items():
            writer.add_string(key, value)
        for name, values in _factors(prepared, alpha):
            stored = encode(values, kind, name)
            raw = gguf.GGMLQuantizationType[kind]
            writer.add_tensor(name, stored, raw_dtype=raw)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
    finally:
        writer.close()
    return {**adapter.figures(), **identity, "type": kind}


def _factors(prepared: Prepared, alpha: float) -> Iterator[tuple[str, Weights]]:
    for tensor in prepared.plan:
        if tensor.change is not None:
            delta = tensor.change.delta
            a, b = _embedding(delta) if delta.embedding else _linear(delta, tensor)
            b = b * np.float32(delta.scale * delta.rank / alpha)
            yield f"{tensor.name}.lora_a", np.ascontiguousarray(a)
            yield f"{tensor.name}.lora_b", np.ascontiguousarray(b)


def _linear(delta: Delta, tensor: PlannedTensor) -> tuple[Weights, Weights]:
    """[rank, in] and [out, rank]; what reorders the base's rows reorders B's."""
    b = delta.b.read()
    if tensor.row is not None and tensor.row.transform is not None:
        b = tensor.row.transform(b, tensor.sizes)
    return delta.a.read(), b


def _embedding(delta: Delta) -> tuple[Weights, Weights]:
    """llama.cpp looks rows of A up by token: [vocabulary, rank] and [hidden, rank]."""
    return delta.a.read().T, delta.b.read()


def _prove(
    draft: Path, prepared: Prepared, order: AdapterOrder, progress: Progress
) -> dict[str, Any]:
    """llama.cpp with the adapter over the base in float32, against PEFT's merge."""
    base = prepare(ModelFolder(order.base))
    reference = ReferenceModel(order.base, order.adapter)
    with tempfile.TemporaryDirectory(dir=order.out.parent, prefix=".proof-") as folder:
        file = Path(folder) / "base.gguf.unproven"
        write_gguf(file, base.architecture.name, base.fields("F32"), base.plan, "F32", progress)
        progress("predictions against PEFT's merge", 0, 1)
        return prove_logits(prepared, reference, file, order.kind, adapter=draft).figures()
