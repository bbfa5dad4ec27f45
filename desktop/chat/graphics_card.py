"""The GPU that models would run on, for those who say what fits: asked of an engine process.

Only llama.cpp knows which cards its build can use, and only the engine process loads it. A card
that the build overlooks is `xinyu doctor`'s business and no room for a model.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from desktop.engine.base import Engine
from desktop.engine.client import ProcessEngine
from desktop.errors import XinyuError

_log = logging.getLogger(__name__)


def graphics_card(make_engine: Callable[[], Engine] = ProcessEngine) -> tuple[str, int]:
    """Name and free bytes of the card, ("", 0) where there is none; takes about a second."""
    engine = make_engine()
    try:
        if not isinstance(engine, ProcessEngine):
            return "", 0
        machine = engine.look()
    except XinyuError as error:
        _log.warning("no engine process told which cards there are: %s", error)
        return "", 0
    finally:
        engine.close()
    return (machine.gpus[0].description, machine.free_gpu_bytes) if machine.gpus else ("", 0)
