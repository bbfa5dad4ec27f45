"""Remembers which plan ran which model on which computer, and what was measured about it.

One small JSON file under the data folder, written whole or not at all. A file that cannot be read,
or an entry that says nonsense, counts as nothing known: the plan is then made anew. Holds
fingerprints and numbers; no path and no name.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from desktop.engine.base import Plan, Tuned
from desktop.engine.machine import Machine
from desktop.engine.protocol import ProtocolError, from_plain

FILE_NAME = "engine-plans.json"
VERSION = 1
MOST_ENTRIES = 200
HEAD_BYTES = 1 << 20

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Remembered:
    """What is known about a model on a computer.

    Attributes:
        plan: the one that ran last.
        best: the best that ever ran.
        free_bytes: of the GPUs when `plan` was chosen.
        extra_bytes: what the model took beyond the estimate; None: never measured.
        failed: a plan for a GPU that ended the process though nobody else had taken the memory.
        failed_free_bytes: of the GPUs then.
    """

    plan: Plan
    best: Plan
    free_bytes: int
    extra_bytes: int | None = None
    failed: Plan | None = None
    failed_free_bytes: int = 0


class PlanBook:
    """The file; None keeps what is learned for this run of the program alone.

    So does a folder that is not there: one reply in a terminal leaves nothing behind.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._entries = _read(file) if file else {}

    def plan(self, key: str) -> Remembered | None:
        return self._entry(f"plan {key}", Remembered)

    def tuned(self, key: str) -> Tuned | None:
        return self._entry(f"trial {key}", Tuned)

    def keep_plan(self, key: str, known: Remembered) -> None:
        self._keep(f"plan {key}", known)

    def keep_tuned(self, key: str, tuned: Tuned) -> None:
        self._keep(f"trial {key}", tuned)

    def _entry(self, key: str, kind: type[T]) -> T | None:
        found = self._entries.get(key)
        if not isinstance(found, dict):
            return None
        try:
            return from_plain(kind, found)
        except ProtocolError:
            return None

    def _keep(self, key: str, value: Remembered | Tuned) -> None:
        self._entries.pop(key, None)
        self._entries[key] = asdict(value)
        while len(self._entries) > MOST_ENTRIES:
            del self._entries[next(iter(self._entries))]
        if self._file is not None and self._file.parent.is_dir():
            _write(self._file, self._entries)


def model_fingerprint(model: Path) -> str:
    """Of size and first mebibyte, where the header is: enough to know a file again."""
    try:
        with model.open("rb") as file:
            head = hashlib.sha256(file.read(HEAD_BYTES))
        head.update(str(model.stat().st_size).encode())
    except OSError:
        return ""
    return head.hexdigest()[:24]


def plan_key(model: str, machine: Machine, asked: Plan) -> str:
    """Another wish is another entry."""
    wish = hashlib.sha256(json.dumps(asdict(asked)).encode()).hexdigest()[:8]
    return f"{model} {machine.fingerprint} {wish}"


def trial_key(model: str, machine: Machine, gpu: bool) -> str:
    return f"{model} {machine.fingerprint} {'gpu' if gpu else 'cpu'}"


def _read(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_bytes())
        if content["version"] == VERSION and isinstance(content["entries"], dict):
            return dict(content["entries"])
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        log.warning("remembered plans cannot be read: %s", type(error).__name__)
    return {}


def _write(file: Path, entries: Mapping[str, Any]) -> None:
    """Through a second file, so that a cut leaves the old one; a full disk is no reason to stop."""
    draft = file.with_suffix(f".{os.getpid()}.tmp")
    try:
        draft.write_text(json.dumps({"version": VERSION, "entries": entries}, indent=1), "utf-8")
        draft.replace(file)
    except OSError as error:
        log.warning("a plan is not remembered: %s", type(error).__name__)
        with suppress(OSError):
            draft.unlink(missing_ok=True)
