"""The adapter: made by PEFT, fed by the run, written as PEFT reads it.

Its weights are float32 whatever the base is held in; what is multiplied is cast where it is used.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import torch

from trainer.errors import UsageError
from trainer.sft.config import Lora

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"


def attach(model: Any, lora: Lora, seed: int) -> Any:
    """The model with a new adapter whose first weights are drawn from `seed`."""
    import peft

    torch.manual_seed(seed)
    settings = peft.LoraConfig(
        r=lora.rank,
        lora_alpha=lora.alpha,  # type: ignore[arg-type]
        lora_dropout=lora.dropout,
        target_modules=list(lora.targets),
        use_rslora=lora.rslora,
        bias="none",
        task_type="CAUSAL_LM",
    )
    with warnings.catch_warnings():
        # PEFT asks the model for a property that the newest transformers calls by another name.
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing`", FutureWarning)
        made = peft.get_peft_model(model, settings)
    for parameter in made.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()
    return made


def state(model: Any) -> dict[str, torch.Tensor]:
    """The adapter's tensors by PEFT's names, on the CPU."""
    import peft

    # Left to itself PEFT asks the hub whether the base's vocabulary has changed.
    found = peft.get_peft_model_state_dict(model, save_embedding_layers=False)
    return {name: tensor.detach().to("cpu").contiguous() for name, tensor in found.items()}


def restore(model: Any, tensors: dict[str, torch.Tensor]) -> None:
    """Put tensors back into the adapter; UsageError when they are those of another one."""
    import peft

    found = {name: tuple(t.shape) for name, t in state(model).items()}
    if found != {name: tuple(t.shape) for name, t in tensors.items()}:
        raise UsageError(
            "The adapter belongs to another base or other lora settings: its tensors do not fit."
        )
    peft.set_peft_model_state_dict(model, tensors)


def save(model: Any, tensors: dict[str, torch.Tensor], folder: Path) -> None:
    """Write adapter_config.json and adapter_model.safetensors."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    model.peft_config["default"].save_pretrained(str(folder))
    save_file(tensors, str(folder / WEIGHTS), metadata={"format": "pt"})


def load_tensors(folder: Path) -> dict[str, torch.Tensor]:
    """The tensors `save` wrote."""
    from safetensors.torch import load_file

    tensors: dict[str, torch.Tensor] = load_file(str(folder / WEIGHTS))
    return tensors
