"""Which columns of each matrix matter: sums of squared inputs over templated dialogues.

Hooks on the linears of the Hugging Face model (an adapter merged in), written as llama.cpp's own
importance matrix and handed to its quantiser. Source: tools/imatrix of llama.cpp.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converter.gguf_file import read_gguf
from converter.prepare import Prepared
from converter.reference_model import ReferenceModel
from converter.texts import Sample
from converter.whole import whole_file

_SUMS, _COUNTS = ".in_sum2", ".counts"


@dataclass(frozen=True)
class Importance:
    """By GGUF tensor name: the mean square of every input column; over how many tokens, texts."""

    means: dict[str, NDArray[np.float32]]
    tokens: int
    texts: int
    dataset: str

    def figures(self) -> dict[str, Any]:
        """For a manifest."""
        return {
            "dataset": self.dataset,
            "texts": self.texts,
            "tokens": self.tokens,
            "tensors": len(self.means),
        }


def gather(
    prepared: Prepared, reference: ReferenceModel, samples: Sequence[Sample], dataset: str
) -> Importance:
    """Run the model over `samples` and sum up what flows into each matrix of its layers."""
    names = {
        tensor.row.source.removesuffix(".weight"): tensor.name
        for tensor in prepared.plan
        if tensor.row is not None and tensor.name.startswith("blk.") and len(tensor.shape) == 2
    }
    sums: dict[str, NDArray[np.float64]] = {}

    def add(module: str, inputs: Any) -> None:
        squares = inputs.double().square().reshape(-1, inputs.shape[-1]).sum(0).numpy()
        sums[names[module]] = sums.get(names[module], 0.0) + squares

    with reference.watched(sorted(names), add):
        for sample in samples:
            reference.logits(sample.ids)
    tokens = sum(len(sample.ids) for sample in samples)
    means = {name: (found / tokens).astype(np.float32) for name, found in sums.items()}
    return Importance(means, tokens, len(samples), dataset)


def write(path: Path, importance: Importance) -> None:
    """llama.cpp's importance matrix file, for its tools and for comparison."""
    import gguf

    with whole_file(path) as draft:
        writer = gguf.GGUFWriter(draft, "")
        try:
            writer.kv_data[0].pop("general.architecture", None)
            writer.add_string("general.type", "imatrix")
            writer.add_array("imatrix.datasets", [importance.dataset])
            writer.add_uint32("imatrix.chunk_count", importance.texts)
            writer.add_uint32("imatrix.chunk_size", importance.tokens // importance.texts)
            for name, mean in sorted(importance.means.items()):
                writer.add_tensor(name + _SUMS, (mean * importance.tokens)[None])
                count = np.full((1, 1), importance.tokens, np.float32)
                writer.add_tensor(name + _COUNTS, count)
            writer.write_header_to_file()
            writer.write_kv_data_to_file()
            writer.write_tensors_to_file()
        finally:
            writer.close()


def read(path: Path) -> Importance:
    """The same back from a file, ours or llama.cpp's. Raises InputError when it is not one."""
    file = read_gguf(path)
    means, tokens = {}, 0
    for name in file.tensors:
        if name.endswith(_SUMS):
            counts = file.weights(name.removesuffix(_SUMS) + _COUNTS).reshape(-1, 1)
            sums = file.weights(name).reshape(len(counts), -1)
            mean = np.where(counts > 0, sums / np.maximum(counts, 1), 1.0)
            means[name.removesuffix(_SUMS)] = mean.reshape(-1).astype(np.float32)
            tokens = max(tokens, int(counts.max()))
    datasets = file.values.get("imatrix.datasets") or [""]
    return Importance(means, tokens, int(file.values["imatrix.chunk_count"]), str(datasets[0]))
