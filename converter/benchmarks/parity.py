"""Every tensor and every metadata key against llama.cpp's own conversion script, byte for byte.

    xinyu-convert bench parity [--llama-cpp DIR]

Tiny random checkpoints of every architecture, tied and untied, one file and sharded. What differs
on purpose stands in `INTENDED`, with the reason; any other difference is counted.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from converter.benchmarks.checkpoints import KINDS, save_chatglm, save_tiny, small_config
from converter.benchmarks.figures import Figure, parser, report
from converter.benchmarks.upstream import Job, convert, find_llama_cpp
from converter.direct import write_file
from converter.gguf_file import ReadFile, read_gguf
from converter.hf_folder import ModelFolder
from converter.prepare import Prepared, prepare

INTENDED = {
    "GGUF.kv_count": "follows from the keys below",
    "general.name": "the name given or the folder's own; the script turns it into a title",
    "general.basename": "guessed by the script from a folder's name; nothing is guessed here",
    "general.finetune": "guessed by the script from a folder's name; nothing is guessed here",
    "general.organization": "guessed by the script from a folder's name; nothing is guessed here",
    "general.source.sha256": "ours alone: binds adapters to their base",
    "tokenizer.ggml.bos_token_id": "never left to llama.cpp's default of 11",
    "tokenizer.ggml.eot_token_id": "the turn's end is said, not searched for by its text",
    "tokenizer.ggml.add_bos_token": "always false: the template writes what it wants",
    "tokenizer.ggml.eom_token_id": "ChatGLM's second end of a turn, which the script forgets",
    "{arch}.attention.key_length": "explicit where the script leaves it to llama.cpp",
    "{arch}.attention.value_length": "explicit where the script leaves it to llama.cpp",
    "{arch}.rope.dimension_count": "explicit where the script leaves it to llama.cpp",
    "{arch}.vocab_size": "explicit where the script leaves it to llama.cpp",
}
"""Keys that may differ or be absent on one side, and why."""
_ADDED = frozenset(key for key in INTENDED if key.startswith("{arch}"))
"""Of these, keys that must be equal where both sides have them."""


@dataclass(frozen=True)
class Pair:
    """One checkpoint in both files: differences by key or tensor; `intended` those that may be."""

    name: str
    keys: int
    tensors: int
    intended: tuple[str, ...]
    differences: tuple[str, ...]


def main(argv: Sequence[str]) -> int:
    """Make the checkpoints, run both, print how much differs."""
    options = parser("compare with llama.cpp's own script")
    options.add_argument("--llama-cpp", type=Path, metavar="DIR", help="its source (else fetched)")
    given = options.parse_args(argv)
    with tempfile.TemporaryDirectory(dir=given.work, prefix="xinyu-parity-") as folder:
        work = Path(folder)
        pairs = compare_all(find_llama_cpp(given.llama_cpp, work / "source"), work)
    figures = [
        Figure("checkpoints compared", len(pairs)),
        Figure("tensors compared", sum(pair.tensors for pair in pairs)),
        Figure("metadata keys compared", sum(pair.keys for pair in pairs)),
        Figure("differences that are not intended", sum(len(p.differences) for p in pairs), "", 0),
    ]
    for pair in pairs:
        for difference in pair.differences:
            print(f"{pair.name}: {difference}")
    if not given.json:
        for key in sorted({key for pair in pairs for key in pair.intended}):
            print(f"intended: {key}: {INTENDED[key]}")
    return report(figures, given.json)


def compare_all(llama_cpp: Path, work: Path, kinds: Sequence[str] = KINDS) -> list[Pair]:
    """Every kind, tied and untied, whole and sharded, in F16 and one in each other float type."""
    made = list(_checkpoints(work / "models", kinds))
    jobs = [Job(p.folder.path, work / f"{name}.gguf", kind, p.vocabulary.pre)
            for name, kind, p in made]  # fmt: skip
    convert(llama_cpp, jobs)
    pairs = []
    for (name, kind, prepared), job in zip(made, jobs, strict=True):
        ours = work / f"{name}.ours.gguf"
        write_file(ours, prepared, kind, lambda *_: None)
        pairs.append(compare(name, read_gguf(job.out), read_gguf(ours)))
    return pairs


def compare(name: str, theirs: ReadFile, ours: ReadFile) -> Pair:
    """Two files of one checkpoint, key by key with its type, tensor by tensor."""
    arch = str(theirs.values.get("general.architecture"))
    keys = sorted(set(theirs.typed) | set(ours.typed))
    different = [key for key in keys if theirs.typed.get(key) != ours.typed.get(key)]
    intended = [key.replace(arch, "{arch}") for key in different]
    wrong = [
        f"{key}: {_brief(theirs.typed.get(key))} there, {_brief(ours.typed.get(key))} here"
        for key, pattern in zip(different, intended, strict=True)
        if pattern not in INTENDED or (pattern in _ADDED and key in theirs.typed)
    ]
    tensors = sorted(set(theirs.tensors) | set(ours.tensors))
    wrong += [f"tensor {one}" for one in tensors if not _same(one, theirs, ours)]
    allowed = tuple(key for key in intended if key in INTENDED)
    return Pair(name, len(keys), len(tensors), allowed, tuple(wrong))


def _same(name: str, theirs: ReadFile, ours: ReadFile) -> bool:
    one, other = theirs.tensors.get(name), ours.tensors.get(name)
    return (
        one is not None
        and other is not None
        and one.tensor_type == other.tensor_type
        and list(one.shape) == list(other.shape)
        and np.array_equal(_raw(one), _raw(other))
    )


def _raw(tensor: Any) -> Any:
    return np.ascontiguousarray(tensor.data).reshape(-1).view(np.uint8)


def _brief(value: Any) -> str:
    return f"{value!r:.60}"


def _checkpoints(root: Path, kinds: Sequence[str]) -> Iterator[tuple[str, str, Prepared]]:
    yield "chatglm-F16", "F16", prepare(ModelFolder(save_chatglm(root / "chatglm")))
    for kind in kinds:
        for tied in (True, False):
            name = f"{kind}-{'tied' if tied else 'untied'}"
            options = {} if tied else {"max_shard_size": "200KB"}
            folder = save_tiny(root / name, *small_config(kind, tied=tied), **options)
            prepared = prepare(ModelFolder(folder))
            stored = ("F32", "F16", "BF16") if kind == "qwen3" else ("F16",)
            for float_type in stored:
                yield f"{name}-{float_type}", float_type, prepared
