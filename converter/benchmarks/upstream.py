"""llama.cpp's own scripts, to be compared with: found in, or fetched as, the source distribution.

The source distribution of the very llama-cpp-python that is installed carries the llama.cpp it was
built from. It is asked for with pip when it is needed, and never becomes part of the project.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from converter.errors import ConverterError

_PACKAGE = "llama-cpp-python"
_SCRIPT = Path(__file__).with_name("upstream_script.py")


@dataclass(frozen=True)
class Job:
    """One conversion by the script: `kind` is F32, F16 or BF16, `pre` llama.cpp's name."""

    model: Path
    out: Path
    kind: str
    pre: str


def find_llama_cpp(given: Path | None, cache: Path) -> Path:
    """The folder of llama.cpp: `given`, or unpacked below `cache`. Raises ConverterError."""
    if given is not None:
        if not (given / "convert_hf_to_gguf.py").is_file():
            raise ConverterError(f"{given} holds no convert_hf_to_gguf.py.")
        return given
    found = _unpacked(cache)
    if found is None:
        _fetch(cache)
        found = _unpacked(cache)
    if found is None:
        raise ConverterError(f"The source distribution of {_PACKAGE} holds no llama.cpp.")
    return found


def convert(llama_cpp: Path, jobs: Sequence[Job]) -> None:
    """Run its conversion script on each, in one process. Raises ConverterError with its words."""
    done = subprocess.run(convert_command(llama_cpp, jobs), capture_output=True, text=True)
    if done.returncode != 0:
        raise ConverterError(
            f"llama.cpp's script failed: {(done.stderr.splitlines() or ['?'])[-1]}"
        )


def convert_command(llama_cpp: Path, jobs: Sequence[Job]) -> list[str]:
    """The words that run its conversion script with this Python."""
    table = [
        [job.pre, ["--outtype", job.kind.lower(), "--outfile", str(job.out), str(job.model)]]
        for job in jobs
    ]
    return [sys.executable, str(_SCRIPT), str(llama_cpp), json.dumps(table)]


def _unpacked(cache: Path) -> Path | None:
    found = sorted(cache.glob("llama_cpp_python-*/vendor/llama.cpp/convert_hf_to_gguf.py"))
    return found[-1].parent if found else None


def _fetch(cache: Path) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    version = metadata.version("llama_cpp_python")
    words = ["download", "--no-deps", "--no-binary", ":all:"]
    done = subprocess.run(
        [sys.executable, "-m", "pip", *words, "--dest", str(cache), f"{_PACKAGE}=={version}"],
        capture_output=True,
        text=True,
    )
    archives = sorted(cache.glob("llama_cpp_python-*.tar.gz"))
    if not archives:
        reason = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise ConverterError(f"pip could not fetch the source of {_PACKAGE}: {reason}")
    with tarfile.open(archives[-1]) as archive:
        archive.extractall(cache, filter="data")
