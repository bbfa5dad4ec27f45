"""Seeded corruptions of folders and files: is each caught before anything is published?

    xinyu-convert bench corruptions

Half of them damage what is given (a shard, a config, an adapter), half damage the GGUF right after
it was written, as a mistake in the converter or a bad disk would. Each goes through the real export
and the real publishing; caught is one whose catalogue never came to be.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from converter import export as stage
from converter.benchmarks.adapters import save_peft
from converter.benchmarks.checkpoints import save_tiny, small_config
from converter.benchmarks.figures import Figure, parser, report
from converter.direct import write_file
from converter.errors import ConverterError
from converter.publish import Publication, publish

_COST: dict[str, Any] = {"memory": {}, "speed": {}}


@dataclass(frozen=True)
class Corruption:
    """`folder` damages a copy of the model folder, `file` a GGUF that was just written."""

    folder: Callable[[Path], None] | None = None
    file: Callable[[Path], None] | None = None
    adapter: bool = False


def main(argv: Sequence[str]) -> int:
    """Try every corruption, print which were caught and by which words."""
    given = parser("seed corruptions into folders and files").parse_args(argv)
    with tempfile.TemporaryDirectory(dir=given.work, prefix="xinyu-corrupt-") as folder:
        found = measure(Path(folder))
    if not given.json:
        for name, sentence in found.items():
            print(f"{name}: {sentence or ('published' if name == _TRUE else 'NOT CAUGHT')}")
    caught = sum(sentence is not None for name, sentence in found.items() if name != _TRUE)
    figures = [
        Figure("corruptions", len(found) - 1),
        Figure("caught before anything was published", caught, "", None, len(found) - 1),
        Figure("true export published", int(found[_TRUE] is None), "", None, 1),
    ]
    return report(figures, given.json)


def measure(work: Path) -> dict[str, str | None]:
    """By corruption the sentence it was caught with, None where it was published."""
    model = save_tiny(work / "model", *small_config("qwen3", tied=True), max_shard_size="200KB")
    _edit(model / "config.json", intermediate_size=192)
    other = save_tiny(work / "other", *small_config("llama", tied=True))
    adapter = save_peft(work / "adapter", other)
    return {
        name: _outcome(model, adapter, work / f"case{number}", corruption)
        for number, (name, corruption) in enumerate(CORRUPTIONS.items())
    }


def _outcome(model: Path, adapter: Path, work: Path, corruption: Corruption) -> str | None:
    folder = Path(shutil.copytree(model, work / "model"))
    if corruption.folder is not None:
        corruption.folder(folder)

    def write(path: Path, *given: Any, **more: Any) -> None:
        write_file(path, *given, **more)
        if corruption.file is not None:
            corruption.file(path)

    catalogue = work / "app" / "catalogue.json"
    order = stage.Order(
        folder, work / "out", ("F16",), adapter if corruption.adapter else None,
        licence="MIT", strings=2000,
    )  # fmt: skip
    try:
        with mock.patch.object(stage, "write_file", write):
            stage.export(order, lambda *_: None)
        publish(Publication(order.out, catalogue), lambda _: _COST)
    except ConverterError as error:
        assert not catalogue.exists()
        return str(error)
    return None


def _edit(path: Path, **changes: Any) -> None:
    table = json.loads(path.read_text("utf-8"))
    table.update(changes)
    kept = {key: value for key, value in table.items() if value is not ...}
    path.write_text(json.dumps(kept), "utf-8")


def _config(**changes: Any) -> Callable[[Path], None]:
    return lambda folder: _edit(folder / "config.json", **changes)


def _first_shard(folder: Path) -> Path:
    return min(folder.glob("model-*.safetensors"))


def _cut_shard(folder: Path) -> None:
    shard = _first_shard(folder)
    shard.write_bytes(shard.read_bytes()[:-100])


def _missing_shard(folder: Path) -> None:
    _first_shard(folder).unlink()


def _not_a_number(folder: Path) -> None:
    with _first_shard(folder).open("r+b") as file:
        file.seek(-4, 2)
        file.write(np.array([np.nan], np.float32).tobytes())


def _other_template(folder: Path) -> None:
    _edit(folder / "tokenizer_config.json", chat_template="{{ messages[0]['content'] }}")


def _value(key: str, value: Any) -> Callable[[Path], None]:
    """Overwrite a number or a text of the same length inside a written file."""

    def change(path: Path) -> None:
        import gguf

        reader = gguf.GGUFReader(path, "r+")
        field = reader.fields[key]
        part = field.parts[field.data[0]]
        part[:] = list(value) if isinstance(value, bytes) else value
        del reader

    return change


def _shorter_name(key: str) -> Callable[[Path], None]:
    """Make a key unknown, as if it had never been written."""

    def change(path: Path) -> None:
        data = path.read_bytes()
        path.write_bytes(data.replace(key.encode(), b"x" * len(key), 1))

    return change


def _swapped(one: str, two: str) -> Callable[[Path], None]:
    """Two tensors of one shape in each other's place."""

    def change(path: Path) -> None:
        import gguf

        reader = gguf.GGUFReader(path, "r+")
        found = {tensor.name: tensor.data for tensor in reader.tensors}
        held = np.array(found[one])
        found[one][:] = found[two]
        found[two][:] = held

    return change


def _stale_template(path: Path) -> None:
    """Another template of the same length."""
    data = path.read_bytes()
    path.write_bytes(data.replace(b"<|im_end|>\\n' }}", b"<|im_end|>\\t' }}", 1))


def _cut_file(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-2000])


_TRUE = "none (the true export)"
CORRUPTIONS: dict[str, Corruption] = {
    _TRUE: Corruption(),
    "truncated shard": Corruption(folder=_cut_shard),
    "missing shard": Corruption(folder=_missing_shard),
    "NaN in a shard": Corruption(folder=_not_a_number),
    "wrong head size": Corruption(folder=_config(head_dim=32)),
    "rope base in neither place": Corruption(
        folder=_config(rope_parameters=..., rope_theta=..., rope_scaling=...)
    ),
    "two templates that differ": Corruption(folder=_other_template),
    "adapter of another base": Corruption(adapter=True),
    "rope base in the file": Corruption(file=_value("qwen3.rope.freq_base", 5e5)),
    "stale template in the file": Corruption(file=_stale_template),
    "wrong pre-tokenizer in the file": Corruption(file=_value("tokenizer.ggml.pre", b"gpt-2")),
    "missing end token in the file": Corruption(file=_shorter_name("tokenizer.ggml.eos_token_id")),
    "swapped tensors in the file": Corruption(
        file=_swapped("blk.0.ffn_gate.weight", "blk.0.ffn_up.weight")
    ),
    "another layer's norm in the file": Corruption(
        file=_swapped("blk.0.attn_norm.weight", "blk.1.attn_norm.weight")
    ),
    "file cut short": Corruption(file=_cut_file),
}
