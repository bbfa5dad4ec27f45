"""Where replies come from when whoever looks after this computer named a server: `server.toml`.

Reads and checks the file, all its faults at once. Only https, or this very computer, is let
through. Knows no network.
"""

from __future__ import annotations

import ipaddress
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from desktop.engine.base import Sampling
from desktop.errors import EngineError

LONGEST_FILE = 64 * 1024
LONGEST_KEY = 4096
LANGUAGES = ("zh", "en")
# What a server may be told of sampling; how long a reply gets, and its seed, is the app's affair.
SAMPLING = ("temperature", "top_p", "top_k", "min_p", "repeat_penalty", "maximum_tokens")


class Kind(StrEnum):
    """Which program answers; it decides what can be asked of it."""

    LLAMA_SERVER = "llama-server"
    VLLM = "vllm"
    LM_STUDIO = "lm-studio"
    OPENAI = "openai"


@dataclass(frozen=True)
class Patience:
    """Seconds to wait: for a connection, while the server loads, for the first word, for more."""

    connect: float = 10.0
    loading: float = 60.0
    first: float = 180.0
    silence: float = 60.0


@dataclass(frozen=True)
class Place:
    """A server that answers.

    Attributes:
        file: where this was read.
        base: the address without "/v1" and without a slash at its end.
        host: as a person is told it: the name, with the port where it is not the usual one.
        loopback: the server runs on this computer.
        model: what the server calls the model; "" takes the only one it has.
        key_file: holds the key and nothing else; None where none is needed.
        certificate: the authority that is trusted instead of the system's; None for the system's.
        context: tokens a prompt and its reply may have together; 0 asks the server.
        template: the chat template to render with; None for the app's own.
        other_template: go on where the server renders with a template of its own.
        operator: who runs the server, by language, as the person is told.
        writes_memory: good enough to propose what is remembered.
        sampling: overrides of `Sampling` by field name.
    """

    file: Path
    base: str
    host: str
    loopback: bool
    kind: Kind
    model: str = ""
    key_file: Path | None = None
    certificate: Path | None = None
    context: int = 0
    template: Path | None = None
    other_template: bool = False
    operator: Mapping[str, str] = field(default_factory=dict)
    writes_memory: bool = False
    sampling: Mapping[str, Any] = field(default_factory=dict)
    patience: Patience = field(default_factory=Patience)

    def key(self) -> str:
        """The key, "" where none is needed; raises EngineError("server_key_unreadable")."""
        if self.key_file is None:
            return ""
        try:
            with self.key_file.open("rb") as file:
                key = file.read(LONGEST_KEY + 1).decode("ascii").strip()
        except (OSError, ValueError) as error:
            raise EngineError("server_key_unreadable", file=str(self.key_file)) from error
        if not key.isprintable() or " " in key or not 0 < len(key) <= LONGEST_KEY:
            raise EngineError("server_key_unreadable", file=str(self.key_file))
        return key


def read_place(file: Path) -> Place:
    """Read `server.toml`; raises EngineError server_config_bad or server_address_refused."""
    try:
        with file.open("rb") as opened:
            raw = tomllib.loads(opened.read(LONGEST_FILE).decode("utf-8"))
    except (OSError, ValueError) as error:
        raise EngineError("server_config_bad", file=str(file), faults=_reason(error)) from error
    return _Reader(file, raw).place()


def _reason(error: Exception) -> str:
    return type(error).__name__ if isinstance(error, OSError) else str(error)


class _Reader:
    """Takes the values one by one and gathers what is wrong with them."""

    def __init__(self, file: Path, raw: dict[str, Any]) -> None:
        self._file = file
        self._raw = raw
        self._faults: list[str] = []

    def place(self) -> Place:
        address = self._text("address")
        values: dict[str, Any] = {
            "kind": self._kind(),
            "model": self._text("model"),
            "key_file": self._path("key_file"),
            "certificate": self._path("certificate"),
            "template": self._path("template"),
            "context": self._context(),
            "other_template": self._flag("other_template"),
            "writes_memory": self._flag("writes_memory"),
            "operator": self._operator(),
            "sampling": self._numbers("sampling", SAMPLING),
            "patience": Patience(**self._numbers("patience", _names(Patience), lowest=0.1)),
        }
        self._faults += [f"{name}?" for name in self._raw]
        if self._faults:
            faults = "; ".join(self._faults)
            raise EngineError("server_config_bad", file=str(self._file), faults=faults)
        base, host, loopback = checked_address(address)
        return Place(file=self._file, base=base, host=host, loopback=loopback, **values)

    def _take(self, name: str, kinds: type | tuple[type, ...], default: Any) -> Any:
        value = self._raw.pop(name, default)
        if isinstance(value, kinds) and not (isinstance(value, bool) and kinds is not bool):
            return value
        self._faults.append(f"{name} = {value!r}")
        return default

    def _text(self, name: str) -> str:
        return str(self._take(name, str, "")).strip()

    def _flag(self, name: str) -> bool:
        return bool(self._take(name, bool, False))

    def _path(self, name: str) -> Path | None:
        """A relative path counts from the folder of the file that names it."""
        text = self._text(name)
        return self._file.parent / Path(text).expanduser() if text else None

    def _kind(self) -> Kind:
        text = self._text("kind") or Kind.OPENAI.value
        if text in list(Kind):
            return Kind(text)
        self._faults.append(f"kind = {text!r} ({', '.join(Kind)})")
        return Kind.OPENAI

    def _context(self) -> int:
        context = int(self._take("context", int, 0))
        if context and context < 512:
            self._faults.append(f"context = {context} (>= 512)")
        return context

    def _operator(self) -> dict[str, str]:
        """One name for both languages, or a table of two."""
        value = self._take("operator", (str, dict), "")
        named = dict.fromkeys(LANGUAGES, value) if isinstance(value, str) else value
        if any(name not in LANGUAGES or not isinstance(text, str) for name, text in named.items()):
            self._faults.append("operator")
            return {}
        return {name: " ".join(text.split())[:80] for name, text in named.items() if text.strip()}

    def _numbers(
        self, table: str, names: Sequence[str], lowest: float = 0.0
    ) -> dict[str, float | int]:
        raw = self._take(table, dict, {})
        faults = [
            f"{table}.{name} = {value!r}"
            for name, value in raw.items()
            if name not in names
            or isinstance(value, bool)
            or not isinstance(value, int | float)
            or not value >= lowest
        ]
        self._faults += faults
        return {} if faults else dict(raw)


def checked_address(address: str) -> tuple[str, str, bool]:
    """(base, host, loopback) of an address; raises EngineError("server_address_refused").

    A name that only means this computer is replaced by its number, so that no resolver decides
    where words go.
    """
    try:
        parts = urlsplit(address)
        name, port = _host(parts), parts.port
    except ValueError as error:
        raise EngineError("server_address_refused", address=_shown(address)) from error
    loopback = _is_loopback(name)
    plain = bool(name) and not (parts.query or parts.fragment or parts.username or parts.password)
    if not plain or not (parts.scheme == "https" or (parts.scheme == "http" and loopback)):
        raise EngineError("server_address_refused", address=_shown(address))
    literal = f"[{name}]" if ":" in name else name
    host = literal if port is None else f"{literal}:{port}"
    path = parts.path.rstrip("/").removesuffix("/v1").rstrip("/")
    return f"{parts.scheme}://{host}{path}", host, loopback


def _host(parts: SplitResult) -> str:
    name = (parts.hostname or "").rstrip(".")
    return "127.0.0.1" if name == "localhost" else name.encode("idna").decode("ascii")


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _shown(address: str) -> str:
    """Without what stands before an @: it may be a password."""
    return address.rpartition("@")[2][:120]


def _names(kind: type) -> tuple[str, ...]:
    return tuple(item.name for item in fields(kind))


def sampling_of(place: Place) -> dict[str, Any]:
    """Overrides of `Sampling` with the kinds of number it wants."""
    whole = {item.name for item in fields(Sampling) if isinstance(item.default, int)}
    return {
        name: int(value) if name in whole else float(value)
        for name, value in place.sampling.items()
    }
