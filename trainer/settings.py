"""TOML into frozen dataclasses, with all faults reported at once and the nearest valid name.

Knows the shape of settings (types, limits, choices), nothing of what they mean. A field's limits
come from `limited`, its allowed words from a `Literal`, and what no type can say from `read_by`.
A field with a default may be left out.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, field, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from trainer.errors import UsageError

Kind = TypeVar("Kind")
Faults = list[str]
Reader = Callable[[Any, str, Faults], Any]


def limited(low: float, high: float, **more: Any) -> Any:
    """A dataclass field whose value lies between two limits, both included."""
    return field(metadata={"low": low, "high": high}, **more)


def read_by(reader: Reader, **more: Any) -> Any:
    """A dataclass field read by a function of (value, place, faults)."""
    return field(metadata={"reader": reader}, **more)


def load(path: Path, what: str = "configuration") -> dict[str, Any]:
    """Decode a TOML file; UsageError when it cannot be read or is none."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"The {what} {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"The {what} {path} is not UTF-8 text.") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"The {what} {path} is not TOML: {error}.") from error


def parse(
    kind: type[Kind],
    raw: Mapping[str, Any],
    name: str,
    relations: Callable[[Kind], Iterable[str]] = lambda _: (),
) -> Kind:
    """Turn decoded TOML into a dataclass.

    Args:
        name: of the file, for the message.
        relations: yields faults between values that are each valid alone.

    Raises UsageError, which lists every fault.
    """
    faults: Faults = []
    made = _table(kind, raw, "", faults)
    if not faults:
        faults += relations(made)
    if faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise UsageError(f"{name} has {count}:\n  " + "\n  ".join(faults))
    settled: Kind = made
    return settled


def nearest(name: str, known: Iterable[str]) -> str:
    """ ", did you mean 'x'?" or nothing."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f", did you mean {near[0]!r}?" if near else ""


def _table(kind: Any, raw: Mapping[str, Any], place: str, faults: Faults) -> Any:
    """Build one dataclass; None when it has faults, which go to the list."""
    before = len(faults)
    known = {f.name: f for f in fields(kind)}
    hints = get_type_hints(kind)
    for name in sorted(raw.keys() - known.keys()):
        faults.append(f"{place}{name}: unknown{nearest(name, known)}")
    values: dict[str, Any] = {}
    for name, described in known.items():
        if name in raw:
            values[name] = _value(hints[name], raw[name], place + name, described, faults)
        elif described.default is MISSING and described.default_factory is MISSING:
            faults.append(f"{place}{name}: missing")
    return kind(**values) if len(faults) == before else None


def _value(kind: Any, value: Any, place: str, described: Field[Any], faults: Faults) -> Any:
    """Check one value against its type, limits or choices."""
    if reader := described.metadata.get("reader"):
        return reader(value, place, faults)
    if is_dataclass(kind):
        return _nested(kind, value, place, faults)
    if get_origin(kind) is tuple:
        return _sequence(get_args(kind)[0], value, place, faults)
    if get_origin(kind) is Literal:
        return _choice(get_args(kind), value, place, faults)
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        faults.append(f"{place}: must be of type {kind.__name__}, is {value!r}")
    elif "low" in described.metadata:
        low, high = described.metadata["low"], described.metadata["high"]
        if not low <= value <= high:
            faults.append(f"{place}: {value} is not between {low:g} and {high:g}")
    return value


def _nested(kind: Any, value: Any, place: str, faults: Faults) -> Any:
    if isinstance(value, dict):
        return _table(kind, value, place + ".", faults)
    faults.append(f"{place}: must be a table")
    return None


def _choice(words: tuple[str, ...], value: Any, place: str, faults: Faults) -> Any:
    if value not in words:
        listed = ", ".join(map(repr, words))
        faults.append(f"{place}: {value!r} is none of {listed}{nearest(str(value), words)}")
    return value


def _sequence(kind: Any, value: Any, place: str, faults: Faults) -> Any:
    if is_dataclass(kind):
        return _tables(kind, value, place, faults)
    if not isinstance(value, list) or not all(_is(item, kind) for item in value):
        faults.append(f"{place}: must be a list of {kind.__name__}")
        return None
    return tuple(kind(item) for item in value)


def _is(item: Any, kind: type) -> bool:
    return type(item) is kind or (kind is float and type(item) is int)


def _tables(kind: Any, value: Any, place: str, faults: Faults) -> Any:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        faults.append(f"{place}: must be a list of tables")
        return None
    return tuple(_table(kind, item, f"{place}[{n}].", faults) for n, item in enumerate(value))
