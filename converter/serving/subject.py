"""What is to be served: a model's name, length and template, out of a folder or a GGUF.

Reads and refuses. The template that goes out is the model's own; whether it is the one the desktop
renders with is said, for then the desktop needs a copy of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from converter.errors import InputError
from converter.serving.shared import Shared

LONGEST = 1 << 20


@dataclass(frozen=True)
class Subject:
    """A model to be served.

    Attributes:
        model: the GGUF or the folder, absolute.
        name: what clients ask for.
        trained: tokens it was trained for; 0 where it is not said.
        template: source of its chat template.
        ours: that is the desktop's template, byte for byte.
    """

    model: Path
    name: str
    trained: int
    template: str
    ours: bool


def read_subject(model: Path, engine: str, name: str, shared: Shared) -> Subject:
    """Look at a model; raises InputError where this engine cannot serve it."""
    model = model.expanduser().resolve()
    file = _file(model, engine)
    found = _of_file(file) if file is not None else _of_folder(model)
    template, trained, own_name = found
    if not template.strip():
        raise InputError(f"{model.name} has no chat template.", "Export it with one, or add one.")
    chosen = "".join(c if c.isalnum() or c in "._-" else "-" for c in name or own_name)
    return Subject(file or model, chosen, trained, template, template == shared.template)


def _file(model: Path, engine: str) -> Path | None:
    """The GGUF to serve; None for a folder of Hugging Face's shape."""
    if model.is_file():
        if engine == "vllm":
            raise InputError(
                f"{model.name} is one file, and vLLM serves folders.",
                "Give the model folder, or use --engine llama-server.",
            )
        return model
    if not model.is_dir():
        raise InputError(f"There is no {model}.", "Give a GGUF file or a model folder.")
    files = sorted(model.glob("*.gguf"))
    if engine == "vllm" or (engine == "librechat" and not files):
        return None
    if len(files) != 1:
        raise InputError(
            f"{model.name} holds {len(files)} GGUF files.", "Give the one to serve as --model."
        )
    return files[0]


def _of_file(file: Path) -> tuple[str, int, str]:
    from converter.gguf_file import read_gguf

    values = read_gguf(file).values
    architecture = values.get("general.architecture", "")
    template = values.get("tokenizer.chat_template") or ""
    return str(template), int(values.get(f"{architecture}.context_length") or 0), file.stem


def _of_folder(folder: Path) -> tuple[str, int, str]:
    config = _table(folder / "config.json")
    own = folder / "chat_template.jinja"
    if own.is_file():
        template = own.read_text("utf-8")
    else:
        template = _table(folder / "tokenizer_config.json").get("chat_template") or ""
    length = config.get("max_position_embeddings") or 0
    return str(template), int(length), folder.name


def _table(path: Path) -> dict[str, Any]:
    try:
        table = json.loads(path.read_text("utf-8")) if path.stat().st_size < 64 * LONGEST else None
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path.name} of {path.parent.name} cannot be read.",
            "Give a Hugging Face model folder with its config and tokenizer.",
        ) from error
    if not isinstance(table, dict):
        raise InputError(f"{path.name} is no table.", "Give a Hugging Face model folder.")
    return table
