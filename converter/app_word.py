"""What the app would say of a GGUF: its own sentences from assets/i18n/messages.toml.

The app is never imported; that the answers are the app's is held by a test that asks both. Knows
the checks that stand before llama.cpp is started, in the app's order.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_MESSAGES = Path(__file__).resolve().parent.parent / "assets" / "i18n" / "messages.toml"


def app_code(values: Mapping[str, Any], tensors: int) -> str:
    """The code the app would refuse a readable file with, empty when it would take it."""
    if not values.get("general.architecture") or not tensors:
        return "model_unreadable"
    if values.get("general.type", "model") != "model":
        return "model_architecture_unknown"
    if not str(values.get("tokenizer.chat_template") or "").strip():
        return "model_no_template"
    return ""


def app_sentences(code: str, path: Path, values: Mapping[str, Any]) -> dict[str, str]:
    """The sentence by language (zh, en) that a person would read in the app for `code`."""
    if not code:
        return {"zh": "心屿会接受这个文件。", "en": "The app would take this file."}
    table = tomllib.loads(_MESSAGES.read_text("utf-8"))[code]
    details = {"name": path.name, "path": str(path), "architecture": values.get("general.type")}
    return {language: str(table[language]).format(**details) for language in ("zh", "en")}
