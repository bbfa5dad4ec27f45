"""The architectures that can be converted: one module each, one line here.

Adding one: write its table beside the others, name it below, add its test.
"""

from __future__ import annotations

from typing import Any

from converter.architectures.base import Architecture
from converter.architectures.chatglm import CHATGLM
from converter.architectures.llama import LLAMA
from converter.architectures.qwen2 import QWEN2
from converter.architectures.qwen3 import QWEN3
from converter.errors import InputError

ARCHITECTURES: tuple[Architecture, ...] = (QWEN3, QWEN2, LLAMA, CHATGLM)


def find_architecture(config: dict[str, Any]) -> Architecture:
    """The table for a config.json. Raises InputError naming what is known."""
    classes = config.get("architectures") or []
    for known in ARCHITECTURES:
        if config.get("model_type") == known.model_type and classes == [known.class_name]:
            return known
    given = ", ".join(str(name) for name in classes) or str(config.get("model_type"))
    raise InputError(
        f"The architecture {given} is not known.",
        f"Known are {', '.join(a.class_name for a in ARCHITECTURES)}; "
        "another one needs its own table in converter/architectures.",
    )
