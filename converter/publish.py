"""A proven export -> the app's catalogue: the file first, whole; its entry last, at once.

Nothing is believed that the manifest does not say: what was not measured is not published. A file
that an entry points to is never written over; other bytes of the same name get a name of their own.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from converter.errors import InputError, ProofError
from converter.whole import whole_file

_FORMAT = 1
_CHUNK = 1 << 20
_FLOATS = ("F32", "F16", "BF16")
_WRITTEN_BY_HAND = ("maker", "good_at")
_PLAIN_SAMPLING = {"temperature": 0.6, "top_p": 0.8, "top_k": 20, "repeat_penalty": 1.05}
Measure = Callable[[Path], dict[str, Any]]


@dataclass(frozen=True)
class Publication:
    """What is asked for: a finished export, the catalogue, and which quantisation ("": all)."""

    export: Path
    catalogue: Path
    kind: str = ""


def publish(order: Publication, measure: Measure) -> list[dict[str, Any]]:
    """Publish the files asked for and return their entries. Raises InputError or ProofError.

    `measure(file)` gives memory and speed on this machine.
    """
    figures = _read_manifest(order.export)
    catalogue = read_catalogue(order.catalogue)
    chosen = {
        name: about
        for name, about in figures["files"].items()
        if order.kind in ("", about["quantisation"])
    }
    if not chosen:
        raise InputError(f"The export holds no {order.kind}.", "Name one that it holds.")
    for about in chosen.values():
        check_gate(figures, about["quantisation"])
    published = []
    for name, about in chosen.items():
        measured = measure(order.export / name)
        entry = _place(order, name, {**_facts(figures, about), **measured}, catalogue, figures)
        published.append(entry)
    return published


def check_gate(figures: dict[str, Any], kind: str) -> None:
    """Fails closed: every figure must be there and good. Raises ProofError or InputError."""
    again = "Export again without --skip-logits."
    if not str((figures.get("card") or {}).get("licence") or "").strip():
        raise InputError("The export names no licence.", "Export again with --licence.")
    if (figures.get("tokens") or {}).get("equal") is not True:
        raise ProofError("The manifest does not say that token ids are equal. Export again.")
    logits = figures.get("logits") or {}
    if not logits:
        raise ProofError(f"The export was never held against the Hugging Face model. {again}")
    if kind in _FLOATS:
        if kind not in logits:
            raise ProofError(f"{kind} was never held against the Hugging Face model. {again}")
        return
    found = ((figures.get("divergence") or {}).get("files") or {}).get(kind) or {}
    if found.get("within") is not True:
        mean, target = found.get("kl_mean", "not measured"), found.get("target", "none")
        raise ProofError(
            f"{kind} may not be published: mean KL {mean}, target {target}. "
            "Publish a larger quantisation."
        )


def read_catalogue(path: Path) -> dict[str, Any]:
    """The catalogue as it stands, or an empty one. Raises InputError when it is damaged."""
    if not path.exists():
        return {"version": _FORMAT, "entries": []}
    try:
        table = json.loads(path.read_text("utf-8"))
        entries = table["entries"]
        known = table["version"] == _FORMAT and all(e["id"] and e["file"] for e in entries)
    except (ValueError, KeyError, TypeError):
        known = False
    if not known:
        raise InputError(f"{path.name} is not a catalogue of format {_FORMAT}.", "Restore it.")
    return dict(table)


def _read_manifest(folder: Path) -> dict[str, Any]:
    """The figures of a finished export whose files are what it says. Raises InputError."""
    from trainer import manifest
    from trainer.errors import UnfinishedError

    try:
        made = manifest.read(folder)
        if made.stage != "export":
            raise InputError(f"{folder.name} is of the stage {made.stage}.", "Give an export.")
        manifest.verify(folder, made.outputs)
    except UnfinishedError as error:
        raise InputError(str(error), "Nothing was published.") from None
    hashes = {name: {"sha256": digest} for name, digest in made.outputs.items()}
    files = {n: {**f, **hashes[n]} for n, f in made.figures["files"].items() if n in hashes}
    return {**made.figures, "files": files}


def _facts(figures: dict[str, Any], about: dict[str, Any]) -> dict[str, Any]:
    kind = about["quantisation"]
    divergence = ((figures.get("divergence") or {}).get("files") or {}).get(kind)
    return {
        "licence": figures["card"]["licence"],
        "size": about["size"],
        "sha256": about["sha256"],
        "quantisation": kind,
        "context": figures["context"],
        "base": figures["card"].get("base") or "",
        "datasets": list(figures["card"].get("datasets") or ()),
        "source_sha256": figures["fingerprint"],
        "template_sha256": figures["template_sha256"],
        "divergence": divergence,
    }


def _place(
    order: Publication,
    name: str,
    facts: dict[str, Any],
    catalogue: dict[str, Any],
    figures: dict[str, Any],
) -> dict[str, Any]:
    models = order.catalogue.resolve().parent / "models"
    models.mkdir(parents=True, exist_ok=True)
    target = _free_name(models / name, facts["sha256"])
    if not target.exists():
        _copy(order.export / name, target, facts["sha256"])
    entry = _entry(Path(name).stem, target.name, facts, catalogue, figures["card"]["name"])
    others = [one for one in catalogue["entries"] if one["id"] != entry["id"]]
    catalogue["entries"] = [*others, entry]
    text = json.dumps(catalogue, ensure_ascii=False, indent=2) + "\n"
    with whole_file(order.catalogue) as draft:
        draft.write_text(text, "utf-8")
    return entry


def _free_name(wanted: Path, digest: str) -> Path:
    """`wanted`, or a name with the hash in it when other bytes lie there already."""
    from trainer.manifest import sha256

    if not wanted.exists() or sha256(wanted) == digest:
        return wanted
    other = wanted.with_name(f"{wanted.stem}-{digest[:12]}{wanted.suffix}")
    if other.exists() and sha256(other) != digest:
        raise InputError(f"{other.name} is there with other bytes.", "Remove that file.")
    return other


def _copy(source: Path, target: Path, digest: str) -> None:
    """Bytes that are hashed on their way; the name comes last. Raises ProofError."""
    found = hashlib.sha256()
    with whole_file(target) as draft:
        with source.open("rb") as reader, draft.open("wb") as writer:
            while chunk := reader.read(_CHUNK):
                found.update(chunk)
                writer.write(chunk)
        if found.hexdigest() != digest:
            raise ProofError(f"{source.name} changed while it was copied.")
        os.chmod(draft, 0o644)


def _entry(
    name: str, file: str, facts: dict[str, Any], catalogue: dict[str, Any], title: str
) -> dict[str, Any]:
    """A new entry, or the old one of this model with what a person chose there kept."""
    quant = f"-{facts['quantisation']}"
    names = {name.lower(), name.removesuffix(quant).lower()}
    found = [e for e in catalogue["entries"] if e["id"] in names or e["file"] == f"{name}.gguf"]
    old = found[0] if found else {}
    return {
        "id": old.get("id") or name.lower(),
        "file": file,
        "name": old.get("name") or {"zh": title, "en": title},
        "starter": old.get("starter", False),
        "writes_memory": old.get("writes_memory", False),
        "sampling": old.get("sampling") or _PLAIN_SAMPLING,
        **{key: old[key] for key in _WRITTEN_BY_HAND if key in old},
        **facts,
    }
