"""A base that no single GPU holds: its layers shared out over the processes by torch's FSDP2.

Only frozen weights are shared out. The adapter stays whole everywhere, so the optimiser, the
checkpoints and going on from them are those of one process, and no gradient is ever in pieces.
Embeddings and head stay whole too: the loss works on the head block by block. Knows no step.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import torch
from torch import nn

from trainer.sft.config import Base

SHARE = 0.6
"""Of a GPU's memory; a base that takes more leaves too little for what training keeps."""


def wanted(base: Base, device: torch.device, world: int) -> bool:
    """Whether the layers are to be shared out: as the configuration says, else by size."""
    if world == 1 or base.sharded == "never":
        return False
    if base.sharded == "always":
        return True
    return device.type == "cuda" and size(base) > SHARE * _memory(device)


def size(base: Base) -> int:
    """Bytes of the weights as they are held: 4-bit ones take about a third of their files."""
    files = sum(path.stat().st_size for path in Path(base.folder).glob("*.safetensors"))
    return files // 3 if base.quantise == "nf4" else files


def shard(causal: Any, layers: list[nn.Module], device: torch.device, world: int) -> None:
    """Share out every layer's frozen weights, and bring the rest to the device whole.

    Args:
        causal: the language model on the CPU, adapters injected.
        layers: its decoder layers, which are gathered one by one while they compute.
    """
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard

    mesh = init_device_mesh(device.type, (world,))
    for layer in layers:
        adapter = {p for p in layer.parameters() if p.requires_grad}
        fully_shard(layer, mesh=mesh, reshard_after_forward=True, ignored_params=adapter)
    whole = {p for p in causal.parameters() if not _is_shared_out(p)}
    # The outermost one orders the gathering; it has nothing of its own to share out.
    fully_shard(causal.model, mesh=mesh, ignored_params=whole)
    for tensor in (*whole, *causal.buffers()):
        tensor.data = tensor.data.to(device)


def held(causal: Any) -> int:
    """Bytes of weights that this process holds."""
    return sum(_local(p).numel() * p.element_size() for p in causal.parameters())


def _local(parameter: nn.Parameter) -> torch.Tensor:
    part: Any = parameter
    return cast(torch.Tensor, part.to_local() if _is_shared_out(parameter) else part)


def _is_shared_out(parameter: nn.Parameter) -> bool:
    from torch.distributed.tensor import DTensor

    return isinstance(parameter, DTensor)


def _memory(device: torch.device) -> int:
    return int(torch.cuda.get_device_properties(device).total_memory)
