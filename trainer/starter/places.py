"""Where the starter's stages find data files and leave their folders. Paths only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

ASSETS = Path(__file__).resolve().parent.parent.parent / "assets"
TRAINING = ASSETS / "training"
PROMPTS = ASSETS / "prompts" / "counsellor.toml"
TEMPLATE = ASSETS / "chat_template.jinja"

FOLDERS = {
    "data": "data",
    "tokenizer": "tokenizer",
    "pretrain": "pretrain",
    "finish": "final",
    "evaluate": "evaluate",
}

Say = Callable[[str], None]
