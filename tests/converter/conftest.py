"""A tiny random Qwen3 folder with a tokenizer of its own, made once, and copies of it to break."""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from converter.benchmarks.checkpoints import save_tiny, small_config

TINY = {
    "vocab_size": 384,
    "hidden_size": 256,
    "intermediate_size": 256,
    "num_hidden_layers": 2,
    "num_attention_heads": 8,
    "num_key_value_heads": 4,
    "max_position_embeddings": 512,
    "initializer_range": 0.05,
    "bos_token_id": None,
    "eos_token_id": 2,
    "pad_token_id": 0,
}


@pytest.fixture(scope="session")
def make_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """make_folder(split_regex, config, model class, **save options) -> a saved model folder."""

    def make(regex: str, config: Any, **options: Any) -> Path:
        folder = tmp_path_factory.mktemp(config.model_type) / "tiny"
        return save_tiny(folder, regex, config, **options)

    return make


@pytest.fixture(scope="session")
def tiny(make_folder: Callable[..., Path]) -> Path:
    """The folder most tests read; never changed."""
    from transformers import Qwen3Config

    from converter.architectures.qwen3 import QWEN_SPLIT

    return make_folder(QWEN_SPLIT, Qwen3Config(**TINY, head_dim=32, tie_word_embeddings=True))


@pytest.fixture(scope="session")
def llamas(make_folder: Callable[..., Path]) -> dict[bool, Path]:
    """Llama folders by whether head and embedding are tied."""
    return {tied: make_folder(*small_config("llama", tied=tied)) for tied in (True, False)}


@pytest.fixture
def copy(tiny: Path, tmp_path: Path) -> Path:
    """A copy of the tiny folder that a test may break."""
    return Path(shutil.copytree(tiny, tmp_path / "copy"))


@pytest.fixture(scope="session")
def edit() -> Callable[..., None]:
    """edit(folder, file, **changes): set keys of a JSON file; a value of `...` removes the key."""

    def change(folder: Path, file: str, **changes: Any) -> None:
        table = json.loads((folder / file).read_text("utf-8"))
        table.update(changes)
        table = {key: value for key, value in table.items() if value is not ...}
        (folder / file).write_text(json.dumps(table), "utf-8")

    return change


@pytest.fixture(scope="session")
def rewrite() -> Callable[..., None]:
    """rewrite(folder, change): load all tensors of model.safetensors, change the dict, save."""

    def apply(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
        from safetensors.numpy import load_file, save_file

        tensors = load_file(folder / "model.safetensors")
        change(tensors)
        save_file(tensors, folder / "model.safetensors")

    return apply


@pytest.fixture(scope="session")
def make_adapter(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """make_adapter(base folder, **LoRA settings) -> a PEFT folder whose change is not small."""

    def make(base: Path, **settings: Any) -> Path:
        import torch
        from peft import LoraConfig, get_peft_model
        from transformers import AutoModelForCausalLM

        torch.manual_seed(11)
        settings = {"r": 4, "lora_alpha": 8, "target_modules": "all-linear", **settings}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = get_peft_model(
                AutoModelForCausalLM.from_pretrained(base), LoraConfig(**settings)
            )
            for name, parameter in model.named_parameters():
                if "magnitude" in name:
                    parameter.data *= 1.1
                elif parameter.requires_grad or "modules_to_save" in name:
                    torch.nn.init.normal_(parameter, 0.0, 0.05)
            folder = tmp_path_factory.mktemp("adapter") / "adapter"
            model.save_pretrained(folder)
        return folder

    return make


@pytest.fixture(scope="session")
def adapter(tiny: Path, make_adapter: Callable[..., Path]) -> Path:
    """A plain adapter of the tiny folder; never changed."""
    return make_adapter(tiny)


@pytest.fixture(scope="session")
def exported(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One finished export of the tiny folder: F32, F16, Q8_0, Q5_K_M."""
    from converter.export import Order, export

    out = tmp_path_factory.mktemp("exported") / "out"
    types = ("F32", "F16", "Q8_0", "Q5_K_M")
    export(Order(tiny, out, types, name="tiny", strings=3000), lambda *_: None)
    return out


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of big test files beside the checkout; the test is skipped where it is absent."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "models"
    if not (folder / "starter-reference" / "model.safetensors").is_file():
        pytest.skip("the reference model is not beside this checkout")
    return folder
