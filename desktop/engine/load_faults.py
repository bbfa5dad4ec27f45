"""What a load or a request that failed is to the person, and whether less would have helped.

Pure: events and errors in, errors out. Knows neither processes nor llama.cpp.
"""

from __future__ import annotations

from pathlib import Path

from desktop.engine import protocol
from desktop.errors import EngineError, ModelFileError, XinyuError


def request_error(failed: protocol.Failed, model: Path | None = None) -> XinyuError:
    """What the worker refused, as an error."""
    details = dict(failed.details)
    if model is not None:
        details |= {"name": model.name, "path": str(model)}
    kind = ModelFileError if failed.code.startswith(("model_", "adapter_")) else EngineError
    return kind(failed.code, **details)


def crash_error(error: XinyuError, model: Path) -> XinyuError:
    """A process that ends twice over a file says something about the file."""
    return file_error("model_crashes", model) if error.code == "engine_died" else error


def file_error(code: str, model: Path) -> ModelFileError:
    """An error about this file."""
    return ModelFileError(code, name=model.name, path=str(model))


def smaller_helps(error: XinyuError) -> bool:
    """A file that cannot be read or a processor that is too old stays so."""
    return error.code in ("model_too_big", "engine_died", "engine_hung")
