"""What goes over the pipes: one JSON object per line, each a checked dataclass.

Requests go to the worker, events come back. Every message that is read is checked field by field;
anything else is a ProtocolError, which the reader skips. Lines are pure ASCII, so that neither the
locale nor a lone surrogate can break them. Knows neither processes nor llama.cpp.
"""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

from desktop.engine.base import (
    ChatMessage,
    Done,
    Loaded,
    Plan,
    Sampling,
    Started,
    Stats,
    Tuned,
)
from desktop.engine.machine import Machine

VERSION = 3
LONGEST_LINE = 16 * 1024 * 1024

T = TypeVar("T")


class ProtocolError(Exception):
    """A line that is no message of this protocol."""


@dataclass(frozen=True)
class Load:
    """Load a model.

    `tune` asks for a trial once the worker has nothing to do, after the first reply.
    """

    id: int
    path: str
    plan: Plan
    tune: bool = False


@dataclass(frozen=True)
class UseAdapter:
    """Lay an adapter over the loaded model, or take it off where `path` is ""."""

    id: int
    path: str


@dataclass(frozen=True)
class Tune:
    """Try within so many seconds what is quickest, now."""

    id: int
    seconds: float


@dataclass(frozen=True)
class CheckHealth:
    """Compute one token and forget it: is everything still there?"""

    id: int


@dataclass(frozen=True)
class Generate:
    """Answer a conversation."""

    id: int
    messages: tuple[ChatMessage, ...]
    sampling: Sampling


@dataclass(frozen=True)
class GenerateStructured:
    """Answer a question aside, within a grammar; the conversation's cache stays as it is."""

    id: int
    messages: tuple[ChatMessage, ...]
    grammar: str
    sampling: Sampling


@dataclass(frozen=True)
class Cancel:
    """Stop the reply with this id, whether it has begun or not."""

    id: int


@dataclass(frozen=True)
class AskStats:
    """Tell what the worker costs."""

    id: int


@dataclass(frozen=True)
class Quit:
    """End."""


@dataclass(frozen=True)
class Hello:
    """First line of the worker: who speaks, and what this computer offers it."""

    version: int
    machine: Machine


@dataclass(frozen=True)
class ModelLoaded:
    """Answer to Load."""

    id: int
    loaded: Loaded


@dataclass(frozen=True)
class AdapterUsed:
    """Answer to UseAdapter; "" where none is in use."""

    id: int
    name: str


@dataclass(frozen=True)
class TrialDone:
    """Answer to Tune, or unasked after `Load.tune`; None where it was cut short."""

    id: int
    tuned: Tuned | None


@dataclass(frozen=True)
class Healthy:
    """Answer to CheckHealth."""

    id: int


@dataclass(frozen=True)
class ReplyStarted:
    """Answer to Generate or GenerateStructured: the prompt fits."""

    id: int
    started: Started


@dataclass(frozen=True)
class ReplyText:
    """More text of the reply."""

    id: int
    text: str


@dataclass(frozen=True)
class ReplyDone:
    """End of the reply."""

    id: int
    done: Done


@dataclass(frozen=True)
class Failed:
    """The request could not be done; the worker lives on."""

    id: int
    code: str
    details: Mapping[str, str | int]


@dataclass(frozen=True)
class TellStats:
    """Answer to AskStats."""

    id: int
    stats: Stats


@dataclass(frozen=True)
class Alive:
    """Sent all the time: processor seconds used, tokens evaluated so far, and the costs."""

    cpu: float
    progress: int
    stats: Stats


Request = (
    Load
    | UseAdapter
    | Tune
    | CheckHealth
    | Generate
    | GenerateStructured
    | Cancel
    | AskStats
    | Quit
)
Event = (
    Hello
    | ModelLoaded
    | AdapterUsed
    | TrialDone
    | Healthy
    | ReplyStarted
    | ReplyText
    | ReplyDone
    | Failed
    | TellStats
    | Alive
)
_REQUESTS: Mapping[str, type[Request]] = {kind.__name__: kind for kind in get_args(Request)}
_EVENTS: Mapping[str, type[Event]] = {kind.__name__: kind for kind in get_args(Event)}


def encode(message: Request | Event) -> bytes:
    """One line, with its end."""
    body = {"type": type(message).__name__, **_plain_fields(message)}
    return json.dumps(body, separators=(",", ":")).encode("ascii") + b"\n"


def decode_request(line: bytes) -> Request:
    """Read what the client sent; raises ProtocolError."""
    return _decode(line, _REQUESTS)


def decode_event(line: bytes) -> Event:
    """Read what the worker sent; raises ProtocolError."""
    return _decode(line, _EVENTS)


def from_plain(kind: type[T], body: Mapping[str, Any]) -> T:
    """A checked dataclass from a JSON object, for files that are written the same way."""
    return _build(kind, body)


def _decode(line: bytes, kinds: Mapping[str, type[T]]) -> T:
    try:
        body = json.loads(line, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("not JSON") from error
    if not isinstance(body, dict):
        raise ProtocolError("not an object")
    name = body.pop("type", None)
    kind = kinds.get(name) if isinstance(name, str) else None
    if kind is None:
        raise ProtocolError("unknown type")
    return _build(kind, body)


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError("not a finite number")


def _plain_fields(value: Any) -> dict[str, Any]:
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return _plain_fields(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return dict(value)
    return value


@lru_cache(maxsize=64)
def _hints(kind: type[Any]) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _build(kind: type[T], body: Mapping[str, Any]) -> T:
    hints: Mapping[str, Any] = _hints(kind)  # type: ignore[arg-type]
    if body.keys() != hints.keys():
        raise ProtocolError(f"{kind.__name__}: wrong fields")
    return kind(**{name: _value(hint, body[name]) for name, hint in hints.items()})


def _value(hint: Any, value: Any) -> Any:
    """`value` as `hint` wants it, or ProtocolError."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _one_of(get_args(hint), value)
    if origin is tuple:
        return _tuple(get_args(hint)[0], value)
    if origin is not None:
        return _mapping(get_args(hint)[1], value)
    if is_dataclass(hint) and isinstance(value, dict):
        return _build(hint, value)  # type: ignore[arg-type]
    return _scalar(hint, value)


def _one_of(hints: tuple[Any, ...], value: Any) -> Any:
    for hint in hints:
        try:
            return _value(hint, value)
        except ProtocolError:
            continue
    raise ProtocolError("no such alternative")


def _tuple(hint: Any, value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise ProtocolError("not a list")
    return tuple(_value(hint, item) for item in value)


def _mapping(hint: Any, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ProtocolError("not an object")
    return {name: _value(hint, item) for name, item in value.items()}


def _scalar(hint: Any, value: Any) -> Any:
    if hint is type(None) and value is None:
        return None
    if hint is float and type(value) in (int, float):
        return float(value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _member(hint, value)
    # bool is an int to isinstance; here it is not.
    if isinstance(hint, type) and type(value) is hint:
        return value
    raise ProtocolError("wrong kind of value")


def _member(kind: type[Enum], value: Any) -> Enum:
    try:
        return kind(value)
    except ValueError as error:
        raise ProtocolError("unknown member") from error
