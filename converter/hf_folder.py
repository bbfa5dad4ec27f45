"""A Hugging Face model folder: its settings, tensors over all shards, tokenizer and template.

Reads and refuses; knows no architecture and nothing of GGUF. Each question has one source: the chat
template is `chat_template.jinja`, and one in tokenizer_config.json must agree with it or be absent.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from converter.errors import InputError
from converter.safetensors_file import StoredTensor, open_safetensors

_INDEX = "model.safetensors.index.json"
_SINGLE = "model.safetensors"
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class ModelFolder:
    """A folder that was looked at; nothing large is read until asked for."""

    path: Path
    trained: Path | None = None
    """An adapter's folder: a chat template there is the one that training used, and counts."""

    @cached_property
    def config(self) -> dict[str, Any]:
        """config.json. Raises InputError when it is missing or not a table."""
        if not self.path.is_dir():
            raise InputError(
                f"{self.path} is not a folder.", "Give a Hugging Face model folder as --model."
            )
        return self._table("config.json", "This is not a Hugging Face model folder.")

    @cached_property
    def generation_config(self) -> dict[str, Any]:
        """generation_config.json, or nothing when the folder has none."""
        return self._table("generation_config.json", None)

    @cached_property
    def tokenizer(self) -> dict[str, Any]:
        """tokenizer.json. Raises InputError when it is missing."""
        remedy = "Save the tokenizer into the folder with save_pretrained (fast tokenizer)."
        return self._table("tokenizer.json", remedy)

    @cached_property
    def tokenizer_config(self) -> dict[str, Any]:
        """tokenizer_config.json, or nothing when the folder has none."""
        return self._table("tokenizer_config.json", None)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest of the stage that made this folder, or nothing for a folder from outside."""
        return self._table(MANIFEST, None)

    @cached_property
    def chat_template(self) -> str:
        """The template's exact characters. Raises InputError when missing or contradicted."""
        if self.trained is not None and (self.trained / "chat_template.jinja").is_file():
            return _not_empty(_utf8(self.trained / "chat_template.jinja"))
        file = self.path / "chat_template.jinja"
        inline = self.tokenizer_config.get("chat_template")
        if not file.is_file():
            return self._inline_template(inline)
        text = _utf8(file)
        if inline is not None and inline != text:
            raise InputError(
                "chat_template.jinja and the chat_template in tokenizer_config.json differ.",
                "Keep chat_template.jinja, remove the other: training must have used the kept one.",
            )
        return _not_empty(text)

    @cached_property
    def tensors(self) -> dict[str, StoredTensor]:
        """Every tensor by its Hugging Face name. Raises InputError for a missing or false shard."""
        if (self.path / _INDEX).is_file():
            return self._sharded()
        if not (self.path / _SINGLE).is_file():
            raise InputError(
                f"{self.path.name} holds no {_SINGLE} and no {_INDEX}.",
                "Save the model with save_pretrained (safetensors).",
            )
        return open_safetensors(self.path / _SINGLE)

    def files(self) -> list[Path]:
        """The files an export depends on, in name order."""
        names = {
            "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json",
            "tokenizer.model", "chat_template.jinja", MANIFEST, _INDEX,
        }  # fmt: skip
        kept = {self.path / name for name in names if (self.path / name).is_file()}
        return sorted(kept | {tensor.path for tensor in self.tensors.values()})

    def _inline_template(self, inline: Any) -> str:
        if inline is None:
            raise InputError(
                f"{self.path.name} has no chat template.",
                "Put the template that training used into chat_template.jinja.",
            )
        if not isinstance(inline, str):
            raise InputError(
                "tokenizer_config.json holds several named chat templates.",
                "Put the one that training used into chat_template.jinja and remove the others.",
            )
        return _not_empty(inline)

    def _sharded(self) -> dict[str, StoredTensor]:
        where = self._table(_INDEX, None).get("weight_map")
        if not isinstance(where, dict):
            raise InputError(f"{_INDEX} has no weight_map.", "Save the model again.")
        found: dict[str, StoredTensor] = {}
        for shard in sorted(set(where.values())):
            found.update(self._shard(str(shard), where))
        return found

    def _shard(self, shard: str, where: dict[str, Any]) -> dict[str, StoredTensor]:
        path = self.path / shard
        if Path(shard).name != shard or not path.is_file():
            raise InputError(f"The shard {shard} is missing.", "Copy the whole model folder again.")
        tensors = open_safetensors(path)
        if set(tensors) != {name for name, place in where.items() if place == shard}:
            raise InputError(
                f"The shard {shard} does not hold the tensors that {_INDEX} says.",
                "Copy the whole model folder again.",
            )
        return tensors

    def _table(self, name: str, remedy: str | None) -> dict[str, Any]:
        return read_table(self.path / name, remedy)


def read_table(path: Path, remedy: str | None) -> dict[str, Any]:
    """A JSON file's table; one that is missing is empty, or refused with the remedy given."""
    if not path.is_file():
        if remedy is None:
            return {}
        raise InputError(f"{path.parent.name} has no {path.name}.", remedy)
    try:
        table = json.loads(_utf8(path))
    except json.JSONDecodeError as error:
        raise InputError(
            f"{path.name} is not JSON (line {error.lineno}).", "Save the model again."
        ) from None
    if not isinstance(table, dict):
        raise InputError(f"{path.name} is not a table.", "Save the model again.")
    return table


def _utf8(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise InputError(f"{path.name} is not UTF-8 text.", "Save it as UTF-8.") from None


def _not_empty(template: str) -> str:
    if not template.strip():
        raise InputError("The chat template is empty.", "Put the one that training used in place.")
    return template
