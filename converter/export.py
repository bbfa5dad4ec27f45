"""Hugging Face folder -> proven GGUF files in a finished folder, or nothing at all.

The order: refuse, write the float file and each quantisation from the merged float32 rows, prove,
measure, write the manifest, rename the folder. Until that rename everything lies in a hidden folder
beside the target, under names that no program takes for models.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from converter.direct import file_size, write_file
from converter.errors import InputError
from converter.four_bit import choose, reference_of
from converter.gguf_file import Progress, read_gguf
from converter.hf_folder import MANIFEST, ModelFolder
from converter.imatrix import write
from converter.prepare import Prepared, prepare
from converter.quantise import FLOAT_TYPES, check_overrides
from converter.reference_model import ReferenceModel
from converter.report_page import export_page
from converter.texts import BUILT_IN, read_samples
from converter.tokens import SEED, STRINGS, prove_tokens
from converter.verify import (
    LONGEST,
    SAMPLES,
    check_metadata,
    measure_files,
    prove_chat,
    prove_logits,
    with_target,
)
from converter.weighted import weigh
from converter.whole import sync

_UNPROVEN = ".unproven"
_SMALL_FILES = 4_000_000
METADATA, CHAT = "metadata", "a chat of two turns"
BASES, IMPORTANCE, TOKENS = "both merges on held-out loss", "importance matrix", "token ids"
PREDICTIONS, DIVERGENCE = "predictions against Hugging Face", "divergence"
PAGE = "report.html"
_PACKAGES = ("gguf", "llama_cpp_python", "numpy", "tokenizers", "torch", "transformers")


@dataclass(frozen=True)
class Order:
    """What is asked for. `base` is the float type that is proven and measured against."""

    model: Path
    out: Path
    types: tuple[str, ...]
    adapter: Path | None = None
    base: str = "F16"
    name: str | None = None
    licence: str | None = None
    texts: Path | None = None
    strings: int = STRINGS
    compare_logits: bool = True
    imatrix: Path | None = None
    overrides: tuple[tuple[str, str], ...] = ()

    def kinds(self) -> tuple[str, ...]:
        """The types that are written, in order: the base, then those asked for."""
        return tuple(dict.fromkeys((self.base, *self.types)))


def writing(kind: str) -> str:
    """The name of the stage that writes one file."""
    return f"write {kind}"


def check(order: Order) -> Prepared:
    """Refuse, or give what can be converted; touches nothing. Raises InputError."""
    _check_target(order.out)
    prepared = prepare(ModelFolder(order.model), order.name, order.licence, order.adapter)
    check_overrides(order.overrides, [tensor.name for tensor in prepared.plan])
    return prepared


def export(order: Order, progress: Progress) -> dict[str, Any]:
    """Run the order and return the manifest's figures.

    Raises InputError, EngineError or ProofError; the target then does not exist.
    """
    prepared = check(order)
    check_room(order, file_sizes(prepared, order))
    prepared, merge = _choose_base(prepared, order, progress)
    with _working_folder(order.out) as work:
        drafts = _write_all(prepared, order, work, progress)
        weighting = _weight_all(prepared, order, drafts, progress)
        figures = {**_prove_all(prepared, order, drafts, progress), **weighting, **merge}
        _keep(order, drafts)
        progress("manifest", 1, 1)
        _write_page(work, figures)
        _write_manifest(prepared, order, work, figures)
    return figures


def _choose_base(
    prepared: Prepared, order: Order, progress: Progress
) -> tuple[Prepared, dict[str, Any]]:
    """For an adapter from a 4-bit base: the merge that is better on held-out dialogues."""
    if not prepared.four_bit:
        return prepared, {}
    if not order.compare_logits:
        raise InputError(
            f"The adapter was trained on a 4-bit base ({prepared.four_bit}), and without the "
            "Hugging Face model it cannot be measured which merge is better.",
            "Export without --skip-logits, where there is memory for it.",
        )
    progress(BASES, 0, 1)
    longest = prepared.context_for(LONGEST)
    samples = read_samples(prepared.folder, order.texts, longest=longest, limit=SAMPLES)
    name = order.texts.name if order.texts else BUILT_IN
    chosen, figures = choose(prepared, samples, name)
    return chosen, {"merge_base": {"reason": prepared.four_bit, **figures}}


def _write_all(prepared: Prepared, order: Order, work: Path, progress: Progress) -> dict[str, Path]:
    """Draft files by type: the base first, then every other type that was asked for."""
    drafts: dict[str, Path] = {}
    for kind in order.kinds():
        drafts[kind] = work / (_file_name(prepared, kind) + _UNPROVEN)
        step = _stage(progress, writing(kind))
        write_file(drafts[kind], prepared, kind, step, overrides=order.overrides)
    return drafts


def _weight_all(
    prepared: Prepared, order: Order, drafts: dict[str, Path], progress: Progress
) -> dict[str, Any]:
    """Each quantised draft again with an importance matrix, kept where that is nearer."""
    if order.imatrix is None:
        return {}
    progress(IMPORTANCE, 0, 1)
    weighting = weigh(prepared, order.imatrix, order.texts)
    write(drafts[order.base].with_name("imatrix.gguf"), weighting.importance)
    base = drafts[order.base]
    files = {
        kind: weighting.improve(
            prepared, base, path, kind, order.overrides, _stage(progress, IMPORTANCE)
        )
        for kind, path in drafts.items()
        if kind not in FLOAT_TYPES
    }
    return {"importance": {**weighting.importance.figures(), "files": files}}


def _prove_all(
    prepared: Prepared, order: Order, drafts: dict[str, Path], progress: Progress
) -> dict[str, Any]:
    for kind, path in drafts.items():
        check_metadata(read_gguf(path), prepared.fields(order.base))
        progress(METADATA, list(drafts).index(kind), len(drafts))
    figures = _description(prepared, order, drafts)
    progress(TOKENS, 0, 1)
    parity = prove_tokens(
        prepared.folder, prepared.vocabulary, drafts[order.base], order.strings, SEED
    )
    figures["tokens"] = parity.figures()
    if order.compare_logits:
        reference = reference_of(prepared)
        figures["logits"] = _logits(prepared, reference, drafts, progress)
        progress(CHAT, 0, 1)
        figures["chat"] = prove_chat(prepared, reference, drafts)
    others = {kind: path for kind, path in drafts.items() if kind != order.base}
    if others:
        progress(DIVERGENCE, 0, 1)
        figures["divergence"] = _divergence(prepared, order, drafts[order.base], others)
    return figures


def _logits(
    prepared: Prepared, reference: ReferenceModel, drafts: dict[str, Path], progress: Progress
) -> dict[str, Any]:
    progress(PREDICTIONS, 0, 1)
    return {
        kind: prove_logits(prepared, reference, path, kind).figures()
        for kind, path in drafts.items()
        if kind in FLOAT_TYPES
    }


def _divergence(
    prepared: Prepared, order: Order, base: Path, others: dict[str, Path]
) -> dict[str, Any]:
    longest = prepared.context_for(LONGEST)
    samples = read_samples(prepared.folder, order.texts, longest=longest, limit=SAMPLES)
    found = measure_files(base, others, samples, longest)
    return {
        "reference": order.base,
        "texts": order.texts.name if order.texts else BUILT_IN,
        "files": {kind: with_target(kind, one) for kind, one in found.items()},
    }


def _description(prepared: Prepared, order: Order, drafts: dict[str, Path]) -> dict[str, Any]:
    return {
        "architecture": prepared.architecture.name,
        "parameters": prepared.parameters,
        "context": prepared.sizes.context,
        "template_sha256": hashlib.sha256(prepared.template.encode("utf-8")).hexdigest(),
        "fingerprint": prepared.fingerprint,
        "adapter": prepared.adapter.figures() if prepared.adapter else None,
        "card": asdict(prepared.card),
        "files": {
            _file_name(prepared, kind): {
                "quantisation": kind,
                "size": drafts[kind].stat().st_size,
                "tensor_types": read_gguf(drafts[kind]).types(),
            }
            for kind in order.types
        },
        "versions": _versions(),
    }


def _keep(order: Order, drafts: dict[str, Path]) -> None:
    """Proven files get their names; a base that nobody asked for goes."""
    for kind, draft in drafts.items():
        if kind in order.types:
            draft.rename(draft.with_name(draft.name.removesuffix(_UNPROVEN)))
        else:
            draft.unlink()


def _write_page(work: Path, figures: dict[str, Any]) -> None:
    page = work / PAGE
    page.write_text(export_page(figures), "utf-8")
    sync(page)


def _write_manifest(prepared: Prepared, order: Order, work: Path, figures: dict[str, Any]) -> None:
    from trainer import manifest

    settings = {"quant": list(order.types), "base": order.base, "strings": order.strings}
    settings["overrides"] = [list(pair) for pair in order.overrides]
    manifest.write(
        work,
        "export",
        inputs=manifest.hash_files(prepared.inputs()),
        settings={**settings, "compare_logits": order.compare_logits},
        figures=figures,
        seed=SEED,
    )
    sync(work / MANIFEST)


@contextmanager
def _working_folder(out: Path) -> Iterator[Path]:
    """A hidden folder beside `out` that becomes `out` after success and is removed otherwise."""
    out = out.resolve()
    work = out.with_name(f".{out.name}.unfinished")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        yield work
        sync(work)
        if out.is_dir():
            out.rmdir()
        work.rename(out)
        sync(out.parent)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _check_target(out: Path) -> None:
    if (out / MANIFEST).is_file():
        raise InputError(
            f"{out} already holds a finished export.", "Choose another --out or remove that folder."
        )
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{out} is not empty.", "Choose another --out: it must be new or empty.")


def check_room(order: Order, sizes: dict[str, int]) -> int:
    """Free bytes where the order writes. Raises InputError when they are not enough."""
    free = shutil.disk_usage(_existing(order.out)).free
    needed = disk_needed(order, sizes)
    if needed > free:
        raise InputError(
            f"{needed / 1e9:.1f} GB are needed and the disk of {order.out} has "
            f"{free / 1e9:.1f} free.",
            "Free some space or choose another --out.",
        )
    return free


def disk_needed(order: Order, sizes: dict[str, int]) -> int:
    """Bytes on the disk at the worst moment: all files, and one weighted beside its own."""
    quantised = [size for kind, size in sizes.items() if kind not in FLOAT_TYPES]
    weighted = max(quantised, default=0) if order.imatrix else 0
    return sum(sizes.values()) + weighted + _SMALL_FILES


def file_sizes(prepared: Prepared, order: Order) -> dict[str, int]:
    """Bytes of every file that is written, by type, exact."""
    return {kind: file_size(prepared, kind, order.overrides) for kind in order.kinds()}


def _existing(path: Path) -> Path:
    path = path.resolve()
    while not path.exists():
        path = path.parent
    return path


def _file_name(prepared: Prepared, kind: str) -> str:
    safe = "".join("-" if c in '/\\:*?"<>| ' or ord(c) < 32 else c for c in prepared.card.name)
    return f"{safe.strip('.-') or 'model'}-{kind}.gguf"


def _stage(progress: Progress, name: str) -> Progress:
    return lambda _tensor, done, total: progress(name, done, total)


def _versions() -> dict[str, str]:
    def version(package: str) -> Sequence[str]:
        try:
            return (metadata.version(package),)
        except metadata.PackageNotFoundError:
            return ()

    return {package: found for package in _PACKAGES for found in version(package)}
