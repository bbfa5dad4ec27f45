"""Everything that can be known, and refused, before a byte is written.

Joins folder, architecture, vocabulary and tensor plan; export and verify both start from it.
"""

from __future__ import annotations

from dataclasses import dataclass

from converter.architectures import find_architecture
from converter.architectures.base import Architecture, Sizes
from converter.errors import InputError
from converter.hf_folder import MANIFEST, ModelFolder
from converter.metadata import Card, Field, build_metadata, read_card
from converter.tensor_plan import PlannedTensor, parameters, plan_tensors
from converter.vocabulary import Vocabulary, read_vocabulary


@dataclass(frozen=True)
class Prepared:
    """A folder that can be converted."""

    folder: ModelFolder
    architecture: Architecture
    sizes: Sizes
    vocabulary: Vocabulary
    plan: list[PlannedTensor]
    template: str
    card: Card

    @property
    def parameters(self) -> int:
        """How many numbers were trained."""
        return parameters(self.plan)

    def fields(self, kind: str) -> dict[str, Field]:
        """The metadata of a float GGUF of that type."""
        return build_metadata(
            self.architecture,
            self.sizes,
            self.vocabulary,
            self.template,
            self.card,
            self.parameters,
            kind,
        )

    def context_for(self, wanted: int) -> int:
        """`wanted` tokens, or as many as the model has positions for."""
        return min(wanted, self.sizes.context)


def prepare(folder: ModelFolder, name: str | None = None, licence: str | None = None) -> Prepared:
    """Look at everything but the values. Raises InputError with the reason and the remedy."""
    architecture = find_architecture(folder.config)
    _check_unchanged(folder)
    sizes = architecture.sizes(folder.config)
    plan = plan_tensors(architecture, sizes, folder.tensors)
    vocabulary = read_vocabulary(folder, sizes.vocabulary, architecture.pre_tokenizers)
    card = read_card(folder, name, licence)
    return Prepared(folder, architecture, sizes, vocabulary, plan, folder.chat_template, card)


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
