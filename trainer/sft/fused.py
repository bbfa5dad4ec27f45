"""A layer of a frozen model with LoRA, computed so that little is kept and little is moved.

Three places of the libraries cost most of the memory and a third of the time on a GPU: PEFT casts
its input to float32 and adds three times, the norms keep float32 copies, the gated unit keeps four
tensors. Here each is one function with its own backward. Same numbers within rounding, proven by
tests against the libraries' own code.
"""

from __future__ import annotations

from types import MethodType
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.autograd import Function
from torch.nn import functional

from trainer.errors import WorldError

ADAPTER = "default"


class _LoraLinear(Function):
    """y = x W' + bias + scale (x A') B' with W frozen; keeps x and x A' only.

    x: (..., in); weight: (out, in); a: (rank, in) and b: (out, rank), float32 or x's own type.
    """

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None, a: Tensor, b: Tensor, scale: float
    ) -> Tensor:
        rows = x.reshape(-1, x.shape[-1])
        narrow = rows @ a.to(x.dtype).t()
        out = functional.linear(rows, weight, bias)
        out.addmm_(narrow, b.to(x.dtype).t(), alpha=scale)
        ctx.save_for_backward(rows, weight, a, b, narrow)
        ctx.scale, ctx.shape = scale, x.shape
        return out.view(*x.shape[:-1], -1)

    @staticmethod
    def backward(
        ctx: Any, *upstream: Tensor
    ) -> tuple[Tensor | None, None, None, Tensor, Tensor, None]:
        rows, weight, a, b, narrow = ctx.saved_tensors
        grad = upstream[0].reshape(-1, weight.shape[0])
        back = grad @ b.to(grad.dtype)
        to_a = (back.t() @ rows).to(a.dtype) * ctx.scale
        to_b = (grad.t() @ narrow).to(b.dtype) * ctx.scale
        to_x = None
        if ctx.needs_input_grad[0]:
            to_x = (grad @ weight).addmm_(back, a.to(grad.dtype), alpha=ctx.scale).view(ctx.shape)
        return to_x, None, None, to_a, to_b, None


class _LoraDelta(Function):
    """scale (x A') B' alone: beside a base that is not a plain matrix, or after dropout."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, a: Tensor, b: Tensor, scale: float) -> Tensor:
        rows = x.reshape(-1, x.shape[-1])
        narrow = (rows @ a.to(x.dtype).t()).mul_(scale)
        ctx.save_for_backward(rows, a, b, narrow)
        ctx.scale, ctx.shape = scale, x.shape
        return (narrow @ b.to(x.dtype).t()).view(*x.shape[:-1], -1)

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor | None, Tensor, Tensor, None]:
        rows, a, b, narrow = ctx.saved_tensors
        grad = upstream[0].reshape(-1, b.shape[0])
        back = (grad @ b.to(grad.dtype)).mul_(ctx.scale)
        to_a, to_b = (back.t() @ rows).to(a.dtype), (grad.t() @ narrow).to(b.dtype)
        to_x = (back @ a.to(grad.dtype)).view(ctx.shape) if ctx.needs_input_grad[0] else None
        return to_x, to_a, to_b, None


class _GatedSilu(Function):
    """silu(gate) * up, keeping the two inputs only."""

    @staticmethod
    def forward(ctx: Any, gate: Tensor, up: Tensor) -> Tensor:
        ctx.save_for_backward(gate, up)
        return functional.silu(gate).mul_(up)

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor, Tensor]:
        gate, up = ctx.saved_tensors
        grad = upstream[0]
        to_up = functional.silu(gate).mul_(grad)
        to_gate = torch.ops.aten.silu_backward(grad * up, gate)
        return to_gate, to_up


def fuse(model: nn.Module) -> int:
    """Give every layer that is as expected the functions above; returns how many were changed.

    What is not as expected keeps the library's own computation.
    """
    changed = 0
    for module in model.modules():
        forward = _replacement(module)
        if forward is not None:
            module.forward = MethodType(forward, module)
            changed += 1
    return changed


def lora_layers(model: nn.Module) -> int:
    """How many layers carry an adapter; WorldError when none does."""
    count = sum(_is_lora(module) for module in model.modules())
    if not count:
        raise WorldError("No layer of the base has one of the names in lora.targets.")
    return count


def _replacement(module: nn.Module) -> Any:
    if _is_lora(module):
        return _lora_forward
    if type(module).__name__.endswith("RMSNorm") and hasattr(module, "variance_epsilon"):
        return _norm_forward
    if _is_gated_silu(module):
        return _gated_forward
    return None


def _is_lora(module: nn.Module) -> bool:
    held = getattr(module, "lora_A", None)
    return isinstance(held, nn.ModuleDict) and ADAPTER in held


def _is_gated_silu(module: nn.Module) -> bool:
    parts = all(hasattr(module, name) for name in ("gate_proj", "up_proj", "down_proj"))
    act = getattr(module, "act_fn", None)
    return parts and (isinstance(act, nn.SiLU) or type(act).__name__ == "SiLUActivation")


def _lora_forward(self: Any, x: Tensor, *_: Any, **__: Any) -> Tensor:
    """In place of PEFT's Linear.forward and Linear4bit.forward."""
    base = self.base_layer
    if self.disable_adapters or self.merged:
        return cast(Tensor, base(x))
    a, b = self.lora_A[ADAPTER].weight, self.lora_B[ADAPTER].weight
    scale = float(self.scaling[ADAPTER])
    dropout = self.lora_dropout[ADAPTER]
    plain = isinstance(base, nn.Linear) and base.weight.is_floating_point()
    if plain and (isinstance(dropout, nn.Identity) or not self.training):
        return cast(Tensor, _LoraLinear.apply(x, base.weight, base.bias, a, b, scale))
    return cast(Tensor, base(x) + _LoraDelta.apply(dropout(x), a, b, scale))


def _norm_forward(self: Any, x: Tensor) -> Tensor:
    return functional.rms_norm(x, self.weight.shape, self.weight, self.variance_epsilon)


def _gated_forward(self: Any, x: Tensor) -> Tensor:
    return cast(Tensor, self.down_proj(_GatedSilu.apply(self.gate_proj(x), self.up_proj(x))))
