"""Everything that can be known, and refused, before a byte is written.

Joins folder, architecture, vocabulary and tensor plan; export and verify both start from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from converter.adapter_folder import AdapterFolder, check_targets, four_bit_reason
from converter.architectures import find_architecture
from converter.architectures.base import Architecture, Sizes
from converter.errors import InputError
from converter.fingerprint import SOURCE, combined, fingerprint
from converter.hf_folder import MANIFEST, ModelFolder
from converter.merge import Change
from converter.metadata import Card, Field, build_metadata, read_card
from converter.sentencepiece_file import NAME, SentencepieceFile
from converter.tensor_plan import PlannedTensor, parameters, plan_tensors
from converter.vocabulary import Vocabulary, read_pieces, read_vocabulary


@dataclass(frozen=True)
class Prepared:
    """A folder that can be converted, its plan already changed by `adapter` where there is one."""

    folder: ModelFolder
    architecture: Architecture
    sizes: Sizes
    vocabulary: Vocabulary
    plan: list[PlannedTensor]
    template: str
    card: Card
    adapter: AdapterFolder | None = None
    rounded: bool = False
    """Whether the adapter is merged into the base as NF4 left it."""

    @property
    def four_bit(self) -> str:
        """Why the adapter is taken for trained on a 4-bit base, empty when nothing says so."""
        return four_bit_reason(self.adapter) if self.adapter else ""

    @property
    def parameters(self) -> int:
        """How many numbers were trained."""
        return parameters(self.plan)

    @cached_property
    def fingerprint(self) -> str:
        """Of the weights that are written: the folder's, and the adapter's where there is one."""
        base = fingerprint(self.folder.tensors)
        if self.adapter is None:
            return base
        change = fingerprint(self.adapter.tensors)
        return combined(base, f"{change} on NF4" if self.rounded else change)

    def inputs(self) -> dict[str, Path]:
        """Every file the result depends on, by the name it has in a manifest."""
        found = {path.name: path for path in self.folder.files()}
        own = self.adapter.files() if self.adapter else []
        return {**found, **{f"adapter/{path.name}": path for path in own}}

    def fields(self, kind: str) -> dict[str, Field]:
        """The metadata of a float GGUF of that type."""
        fields = build_metadata(
            self.architecture,
            self.sizes,
            self.vocabulary,
            self.template,
            self.card,
            self.parameters,
            kind,
        )
        return {**fields, SOURCE: Field("text", self.fingerprint)}

    def context_for(self, wanted: int) -> int:
        """`wanted` tokens, or as many as the model has positions for."""
        return min(wanted, self.sizes.context)


def prepare(
    folder: ModelFolder,
    name: str | None = None,
    licence: str | None = None,
    adapter: Path | None = None,
) -> Prepared:
    """Look at everything but the values. Raises InputError with the reason and the remedy."""
    if adapter is not None:
        return _with_adapter(prepare(folder, name, licence), AdapterFolder(adapter))
    architecture = find_architecture(folder.config)
    _check_unchanged(folder)
    sizes = architecture.sizes(folder.config)
    plan = plan_tensors(architecture, sizes, folder.tensors)
    vocabulary = _vocabulary(folder, architecture, sizes)
    card = read_card(folder, name, licence)
    return Prepared(folder, architecture, sizes, vocabulary, plan, folder.chat_template, card)


def _vocabulary(folder: ModelFolder, architecture: Architecture, sizes: Sizes) -> Vocabulary:
    known = architecture.sentencepiece
    if known is None:
        return read_vocabulary(folder, sizes.vocabulary, architecture.pre_tokenizers)
    return read_pieces(
        folder, SentencepieceFile(folder.path / NAME, known, sizes.vocabulary), known
    )


def _with_adapter(base: Prepared, adapter: AdapterFolder) -> Prepared:
    """The same base, with what the adapter does to each tensor. Raises InputError."""
    from trainer.manifest import sha256

    stored = base.folder.tensors
    shapes = {name: tensor.shape for name, tensor in stored.items()}
    check_targets(adapter, shapes, base.sizes.tied)
    if base.architecture.sentencepiece is None:
        adapter.check_tokenizer(base.folder.tokenizer)
    if adapter.manifest:
        shards = sorted({tensor.path for tensor in stored.values()})
        adapter.check_base((path.name, sha256(path)) for path in shards)
    plan = [_changed(tensor, adapter) for tensor in base.plan]
    folder = replace(base.folder, trained=adapter.path)
    template = folder.chat_template
    return replace(base, folder=folder, plan=plan, template=template, adapter=adapter)


def _changed(tensor: PlannedTensor, adapter: AdapterFolder) -> PlannedTensor:
    if tensor.row is None:
        return tensor
    source = tensor.row.source
    delta = adapter.deltas.get(source)
    stored = adapter.replaced.get(source, tensor.stored)
    return replace(tensor, stored=stored, change=Change(delta) if delta else None)


def _check_unchanged(folder: ModelFolder) -> None:
    """A folder of our own trainer must be what its manifest says; one from outside has none."""
    from trainer.manifest import sha256

    outputs = folder.manifest.get("outputs") or {}
    for file in folder.files():
        wanted = outputs.get(file.name)
        if file.name != MANIFEST and wanted is not None and sha256(file) != wanted:
            raise InputError(
                f"{file.name} was changed after its stage wrote the manifest.",
                "Run that stage again.",
            )
