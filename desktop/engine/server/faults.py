"""What went wrong with a server, as codes: by its status, its words, or the kind of fault.

Pure: knows neither sockets nor sentences. Nothing a server says is ever shown to a person as it
stands; of its words only what they mean is looked at.
"""

from __future__ import annotations

import json
from typing import Any

from desktop.engine.server.place import Place
from desktop.errors import EngineError

TOO_LONG = ("context length", "context size", "maximum context", "exceed_context", "too long")
NO_MODEL = ("model", "does not exist")


def fault(place: Place, code: str, **details: str | int) -> EngineError:
    """An error that names the host."""
    return EngineError(code, host=place.host, **details)


def of_status(place: Place, status: int, body: str) -> EngineError:
    """What an answer other than 200 means."""
    said = words_of(body).lower()
    if 300 <= status < 400:
        return fault(place, "server_redirects", status=status)
    if status in (401, 403, 407):
        return fault(place, "server_refuses_key", status=status)
    if status == 429:
        return fault(place, "server_busy", status=status)
    if status == 503:
        code = "server_loading" if "loading model" in said else "server_busy"
        return fault(place, code, status=status)
    if status in (405, 501):
        return fault(place, "server_no_such_door", status=status)
    if status >= 500:
        return fault(place, "server_failed", status=status)
    if any(words in said for words in TOO_LONG):
        return fault(place, "server_context", status=status)
    if status == 404 and all(words in said for words in NO_MODEL):
        return fault(place, "server_model_missing", model=place.model)
    if status == 404:
        return fault(place, "server_no_such_door", status=status)
    return fault(place, "server_refused", status=status)


def of_payload(place: Place, payload: Any) -> EngineError | None:
    """The error that a stream carries instead of text; None where it carries none."""
    error = payload.get("error") if isinstance(payload, dict) else None
    if not error:
        return None
    status = error.get("code") if isinstance(error, dict) else None
    status = status if isinstance(status, int) and 400 <= status < 600 else 500
    return of_status(place, status, json.dumps({"error": error}))


def words_of(body: str) -> str:
    """What an error's body says, for looking at only."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return body[:2000]
    error = parsed.get("error", parsed) if isinstance(parsed, dict) else parsed
    message = error.get("message", "") if isinstance(error, dict) else error
    kind = error.get("type", "") if isinstance(error, dict) else ""
    return f"{kind} {message}"[:2000]
