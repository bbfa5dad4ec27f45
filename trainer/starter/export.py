"""Write a trained model as a Hugging Face folder, and read one back.

The folder is what every other tool reads: config.json, model.safetensors in bf16, the tokenizer's
files, generation_config.json, chat_template.jinja. Knows nothing of training.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from transformers import GenerationConfig, PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

from trainer.errors import WorldError
from trainer.starter.model import END, END_OF_TEXT, move
from trainer.starter.recipe import Sampling

TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja")


def save(
    state: dict[str, torch.Tensor],
    config: Qwen3Config,
    tokenizer: Path,
    sampling: Sampling,
    folder: Path,
) -> None:
    """Write the folder; `state` is rounded to bf16."""
    folder.mkdir(parents=True, exist_ok=True)
    model = move(clean_copy(state, config), torch.bfloat16)
    model.config.use_cache = True
    model.generation_config = generation_settings(sampling)
    model.save_pretrained(folder, max_shard_size="5GB")
    for name in TOKENIZER_FILES:
        shutil.copyfile(tokenizer / name, folder / name)


def clean_copy(state: dict[str, torch.Tensor], config: Qwen3Config) -> Qwen3ForCausalLM:
    """A model of its own with these weights: no hooks, no compiled code, standard attention."""
    plain = Qwen3Config.from_dict(config.to_dict())
    model = Qwen3ForCausalLM(plain)
    model.load_state_dict({name: tensor.float().cpu() for name, tensor in state.items()})
    model.tie_weights()
    model.train(False)
    return model


def generation_settings(sampling: Sampling) -> GenerationConfig:
    """The settings that are saved with the model."""
    return GenerationConfig(  # type: ignore[no-untyped-call]
        do_sample=True,
        temperature=sampling.temperature,
        top_p=sampling.top_p,
        top_k=sampling.top_k,
        repetition_penalty=sampling.repetition_penalty,
        max_new_tokens=sampling.new_tokens,
        eos_token_id=[END, END_OF_TEXT],
        pad_token_id=END_OF_TEXT,
    )


def load(folder: Path) -> Qwen3ForCausalLM:
    """Read a folder in float32; WorldError when it is no model of this kind."""
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        if config.get("model_type") != "qwen3":
            raise WorldError(
                f"{folder} holds a model of type {config.get('model_type')!r}, not qwen3."
            )
        model = Qwen3ForCausalLM.from_pretrained(folder, dtype=torch.float32)
    except (OSError, json.JSONDecodeError) as error:
        raise WorldError(f"{folder} is not a readable model folder: {error}") from error
    return model


def load_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """Read the tokenizer of a model folder, whatever class its settings name."""
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise WorldError(f"{folder} has no tokenizer.json.")
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_file=str(path), eos_token="<|im_end|>", pad_token="<|endoftext|>"
    )
