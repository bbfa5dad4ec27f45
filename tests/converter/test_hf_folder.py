"""One source for each question, and a sentence where it is missing or contradicted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from converter.errors import InputError
from converter.hf_folder import ModelFolder

Edit = Callable[..., None]


def test_template_is_the_files_exact_text(copy: Path) -> None:
    text = "  {{ messages }}\n\r\n"
    (copy / "chat_template.jinja").write_bytes(text.encode())
    assert ModelFolder(copy).chat_template == text


def test_same_template_in_both_places_is_accepted(copy: Path, edit: Edit) -> None:
    text = (copy / "chat_template.jinja").read_text("utf-8")
    edit(copy, "tokenizer_config.json", chat_template=text)
    assert ModelFolder(copy).chat_template == text


def test_stale_template_in_tokenizer_config_is_refused(copy: Path, edit: Edit) -> None:
    edit(copy, "tokenizer_config.json", chat_template="{{ old }}")
    with pytest.raises(InputError, match=r"tokenizer_config.json differ.*Keep chat_template.jinja"):
        _ = ModelFolder(copy).chat_template


def test_template_may_live_in_tokenizer_config_alone(copy: Path, edit: Edit) -> None:
    (copy / "chat_template.jinja").unlink()
    edit(copy, "tokenizer_config.json", chat_template="{{ messages }}")
    assert ModelFolder(copy).chat_template == "{{ messages }}"


def test_missing_empty_and_named_templates_are_refused(copy: Path, edit: Edit) -> None:
    (copy / "chat_template.jinja").write_text(" \n")
    with pytest.raises(InputError, match="is empty"):
        _ = ModelFolder(copy).chat_template
    (copy / "chat_template.jinja").unlink()
    with pytest.raises(InputError, match="has no chat template"):
        _ = ModelFolder(copy).chat_template
    edit(copy, "tokenizer_config.json", chat_template=[{"name": "default", "template": "x"}])
    with pytest.raises(InputError, match="several named"):
        _ = ModelFolder(copy).chat_template


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a folder"):
        _ = ModelFolder(tmp_path / "none").config
    with pytest.raises(InputError, match=r"has no config.json"):
        _ = ModelFolder(tmp_path).config
    with pytest.raises(InputError, match=r"has no tokenizer.json.*save_pretrained"):
        _ = ModelFolder(tmp_path).tokenizer
    with pytest.raises(InputError, match=r"holds no model.safetensors"):
        _ = ModelFolder(tmp_path).tensors


def test_damaged_settings_are_refused(copy: Path) -> None:
    (copy / "config.json").write_text('{"a": 1,\n}')
    with pytest.raises(InputError, match="not JSON"):
        _ = ModelFolder(copy).config
    (copy / "config.json").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="not UTF-8"):
        _ = ModelFolder(copy).config
    (copy / "config.json").write_text("[]")
    with pytest.raises(InputError, match="not a table"):
        _ = ModelFolder(copy).config


def test_index_that_lies_is_refused(copy: Path) -> None:
    names = {"weight_map": {"model.norm.weight": "model.safetensors"}}
    (copy / "model.safetensors.index.json").write_text(json.dumps(names))
    with pytest.raises(InputError, match="does not hold the tensors"):
        _ = ModelFolder(copy).tensors
    names = {"weight_map": {"model.norm.weight": "../model.safetensors"}}
    (copy / "model.safetensors.index.json").write_text(json.dumps(names))
    with pytest.raises(InputError, match="is missing"):
        _ = ModelFolder(copy).tensors
