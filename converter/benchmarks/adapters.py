"""An adapter GGUF over its base in llama.cpp against PEFT's merge, in float32, for every scaling.

xinyu-convert bench adapters
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from converter.adapter_file import AdapterOrder, export_adapter
from converter.benchmarks.checkpoints import save_tiny, small_config
from converter.benchmarks.figures import Figure, parser, report

SCALINGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "rsLoRA": {"use_rslora": True},
    "patterns": {"rank_pattern": {"q_proj": 8}, "alpha_pattern": {"k_proj": 3}},
    "rsLoRA with patterns": {"use_rslora": True, "rank_pattern": {"v_proj": 16}},
}
_LIMIT = 1e-8


def main(argv: Sequence[str]) -> int:
    """Make models and adapters, export, print the largest error of each scaling."""
    given = parser("prove adapter files of every scaling").parse_args(argv)
    figures = []
    with tempfile.TemporaryDirectory(dir=given.work, prefix="xinyu-adapters-") as folder:
        for kind in ("qwen3", "qwen2", "llama"):
            base = save_tiny(Path(folder) / kind, *small_config(kind, tied=kind == "qwen3"))
            for name, settings in SCALINGS.items():
                place = Path(folder) / f"{kind}-{name}"
                adapter = save_peft(place / "adapter", base, **settings)
                order = AdapterOrder(adapter, base, place / "a.gguf", "F32")
                found = export_adapter(order, lambda *_: None)["logits"]["nmse"]
                figures.append(Figure(f"{kind}, {name}: NMSE against the merge", found, "", _LIMIT))
    return report(figures, given.json)


def save_peft(folder: Path, base: Path, **settings: Any) -> Path:
    """A PEFT adapter of `base` whose change is not small."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(11)
    settings = {"r": 4, "lora_alpha": 8, "target_modules": "all-linear", **settings}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = get_peft_model(AutoModelForCausalLM.from_pretrained(base), LoraConfig(**settings))
        for name, parameter in model.named_parameters():
            if "magnitude" in name:
                parameter.data *= 1.1
            elif parameter.requires_grad or "modules_to_save" in name:
                torch.nn.init.normal_(parameter, 0.0, 0.05)
        model.save_pretrained(str(folder))
    return folder
