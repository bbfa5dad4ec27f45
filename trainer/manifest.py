"""The manifest every stage writes last: what went in, what came out, with which settings.

A folder without `manifest.json` is unfinished and the next stage refuses it. This module knows
neither torch nor the rest of the trainer, so that the converter may import it.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from trainer.errors import UnfinishedError

NAME = "manifest.json"
FORMAT = 1
PACKAGES = ("torch", "transformers", "tokenizers", "numpy", "safetensors", "datasketch", "gguf")
CHUNK = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What one stage did. `inputs` and `outputs` map a name to the sha256 of the file's bytes."""

    stage: str
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    settings: Mapping[str, Any]
    figures: Mapping[str, Any]
    seed: int
    versions: Mapping[str, str] = field(default_factory=dict)
    commit: str = "unknown"
    format: int = FORMAT


def sha256(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def hash_files(files: Mapping[str, Path]) -> dict[str, str]:
    """Hash named files; the names, not the paths, go into the manifest."""
    return {name: sha256(path) for name, path in sorted(files.items())}


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that shape the result, as far as installed."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def commit(folder: Path | None = None) -> str:
    """The git commit of the checkout, with '+' when tracked files differ.

    A copy without git takes it from the variable XINYU_COMMIT, else it is 'unknown'.
    """
    here = folder or Path(__file__).resolve().parent
    try:
        head = _git(here, "rev-parse", "HEAD")
        return head + ("+" if _git(here, "status", "--porcelain", "-uno") else "")
    except (OSError, subprocess.CalledProcessError):
        return os.environ.get("XINYU_COMMIT", "unknown")


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def write(
    folder: Path,
    stage: str,
    *,
    inputs: Mapping[str, str],
    settings: Mapping[str, Any],
    figures: Mapping[str, Any],
    seed: int,
) -> Manifest:
    """Hash every file of the folder and write the manifest: the last act of a stage."""
    files = {str(p.relative_to(folder)): p for p in _files(folder)}
    made = Manifest(
        stage,
        dict(inputs),
        hash_files(files),
        dict(settings),
        dict(figures),
        seed,
        versions(),
        commit(),
    )
    draft = folder / (NAME + ".part")
    draft.write_text(json.dumps(asdict(made), ensure_ascii=False, indent=1) + "\n", "utf-8")
    draft.replace(folder / NAME)
    return made


def _files(folder: Path) -> Iterable[Path]:
    return (p for p in sorted(folder.rglob("*")) if p.is_file() and not p.name.startswith(NAME))


def is_finished(folder: Path) -> bool:
    """True when the stage that owns the folder has written its manifest."""
    return (folder / NAME).is_file()


def read(folder: Path) -> Manifest:
    """Read a finished folder's manifest; UnfinishedError when there is none that can be read."""
    if not is_finished(folder):
        raise UnfinishedError(
            f"The folder {folder} has no {NAME}: its stage did not finish. Run that stage again."
        )
    try:
        raw = json.loads((folder / NAME).read_text("utf-8"))
        made = Manifest(**raw)
    except (json.JSONDecodeError, TypeError) as error:
        raise UnfinishedError(
            f"{folder / NAME} cannot be read ({error}). Run the stage again."
        ) from error
    if made.format != FORMAT:
        raise UnfinishedError(
            f"{folder / NAME} has format {made.format}, this program reads {FORMAT}."
        )
    return made


def verify(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Check that files of a finished folder are those its manifest names; return the hashes."""
    made = read(folder)
    found: dict[str, str] = {}
    for name in names:
        path = folder / name
        if name not in made.outputs or not path.is_file():
            raise UnfinishedError(f"{path} is missing. Run the stage {made.stage!r} again.")
        found[name] = sha256(path)
        if found[name] != made.outputs[name]:
            raise UnfinishedError(f"{path} changed after its stage. Run {made.stage!r} again.")
    return found
