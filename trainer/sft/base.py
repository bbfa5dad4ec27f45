"""The frozen base: what of it can be trained on, and its loading without a network.

Everything that can be told from small files is told before a weight is read, in one sentence.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import torch

from trainer import manifest
from trainer.errors import UsageError, WorldError
from trainer.sft.config import Base

ARCHITECTURES = ("qwen3", "qwen2", "llama")
DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}
COMMIT = re.compile("[0-9a-f]{40}")


def choose_device(wanted: str) -> torch.device:
    """The device to train on; UsageError when a GPU is asked for and none is there."""
    if wanted == "cuda" and not torch.cuda.is_available():
        raise UsageError(
            "device is 'cuda', but no GPU is there that torch can use. Set device = 'cpu' or "
            "'auto', or train on another machine."
        )
    cpu = wanted == "cpu" or not torch.cuda.is_available()
    local = int(os.environ.get("LOCAL_RANK", "0"))
    return torch.device("cpu") if cpu else torch.device("cuda", local)


def fetch(base: Base) -> None:
    """Download the pinned revision into the base's folder; an interrupted one goes on."""
    if not base.repository or not COMMIT.fullmatch(base.revision):
        raise UsageError(
            "--fetch-base needs base.repository, and base.revision as a commit of 40 characters."
        )
    if os.environ.get("HF_HUB_OFFLINE", "0") not in ("", "0"):
        raise UsageError("HF_HUB_OFFLINE is set, so nothing is fetched. Unset it, or bring a copy.")
    from huggingface_hub import snapshot_download

    try:
        snapshot_download(
            base.repository,
            revision=base.revision,
            local_dir=base.folder,
            allow_patterns=["*.json", "*.safetensors", "LICENSE*", "README*", "merges.txt"],
        )
    except Exception as error:  # the library's own errors have no common base
        raise WorldError(f"{base.repository} could not be fetched: {error}") from error


def check(base: Base) -> dict[str, Any]:
    """The base's config.json; UsageError when this is no base that can be trained on."""
    folder = Path(base.folder)
    if not (folder / "config.json").is_file():
        raise UsageError(f"There is no base model in {folder}: config.json is missing.")
    try:
        config: dict[str, Any] = json.loads((folder / "config.json").read_text("utf-8"))
        kind = config.get("model_type", "nothing")
    except (json.JSONDecodeError, UnicodeDecodeError, AttributeError) as error:
        raise UsageError(f"{folder / 'config.json'} cannot be read: {error}.") from error
    if kind not in ARCHITECTURES:
        raise UsageError(
            f"The base {folder} has the architecture {kind!r}. Known here are: "
            f"{', '.join(ARCHITECTURES)}."
        )
    if not list(folder.glob("*.safetensors")):
        raise UsageError(f"The base {folder} has no weights (*.safetensors).")
    if rope_theta(config) is None:
        raise UsageError(f"The base {folder} does not say its rope_theta; it would be guessed.")
    if base.quantise == "nf4":
        need_bitsandbytes()
    return config


def need_bitsandbytes() -> None:
    """UsageError when matrices of four bits cannot be computed with here."""
    try:
        import bitsandbytes  # noqa: F401
    except ImportError as error:
        raise UsageError(
            "base.quantise is 'nf4', which needs the package bitsandbytes: pip install "
            "bitsandbytes, or set base.quantise = 'none'."
        ) from error


def rope_theta(config: dict[str, Any]) -> float | None:
    """Where it stands in either age of config.json."""
    found = (config.get("rope_parameters") or {}).get("rope_theta", config.get("rope_theta"))
    return None if found is None else float(found)


def hashes(folder: Path) -> dict[str, str]:
    """sha256 of everything that makes the base what it is, by file name."""
    names = [*sorted(folder.glob("*.safetensors")), folder / "config.json"]
    return manifest.hash_files({p.name: p for p in [*names, folder / "tokenizer.json"]})


def load(base: Base, device: torch.device) -> Any:
    """The model in its precision on the device, every weight frozen.

    Raises UsageError when its parts do not agree, WorldError when the device has no room for it.
    """
    from transformers import AutoModelForCausalLM

    config = check(base)
    folder = Path(base.folder)
    more: dict[str, Any] = {}
    if base.quantise == "nf4":
        more["quantization_config"] = _four_bits(base)
    try:
        model = AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=DTYPES[base.precision],
            local_files_only=True,
            device_map={"": device},
            **more,
        )
    except torch.OutOfMemoryError as error:
        raise WorldError(
            f"The base {folder} does not fit into the GPU's memory. Set base.quantise = 'nf4'."
        ) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageError(f"The base {folder} cannot be loaded: {error}") from error
    known = (model.config.rope_parameters or {}).get("rope_theta")
    if known is None or float(known) != rope_theta(config):
        raise UsageError(f"rope_theta of {folder} reads {known}, its file says otherwise.")
    model.config.use_cache = False
    model.requires_grad_(False)
    return model


def _four_bits(base: Base) -> Any:
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=DTYPES[base.precision],
        bnb_4bit_quant_storage=torch.uint8,
    )
