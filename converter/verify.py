"""Decides whether a GGUF is equal to the Hugging Face folder it claims to come from. Fails closed.

Four questions in this order: the same metadata and template, the same tensors, the same token
ids, the same predictions. Each answer is a figure; `verify_file` gathers them for a person or a
manifest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from converter.chat import LIMIT, hold, prove_ends
from converter.divergence import Divergence, SquaredError, Tally
from converter.errors import InputError, ProofError
from converter.four_bit import reference_of
from converter.gguf_file import ReadFile, encode, read_gguf
from converter.metadata import FILE_TYPES, Field
from converter.prepare import Prepared
from converter.reference_model import ReferenceModel
from converter.runtime import LoadedModel, open_model
from converter.texts import Sample, read_prompts, read_samples
from converter.tokens import STRINGS, prove_tokens

NMSE_LIMIT = {"F32": 1e-6, "F16": 1e-4, "BF16": 1e-4}
TOP1_LIMIT = 0.995
KL_TARGET = {"Q8_0": 0.003, "Q6_K": 0.012, "Q5_K_M": 0.025, "Q4_K_M": 0.06}
LONGEST, SAMPLES, PROMPTS, CONTINUATION = 512, 200, 4, 32
_TENSOR_ERROR_LIMIT = 0.3
_MAY_BE_ABSENT = (".rope.dimension_count", ".vocab_size")


@dataclass(frozen=True)
class Agreement:
    """A float GGUF against the Hugging Face model: `nmse` of logits, `top1` share of positions."""

    positions: int
    nmse: float
    top1: float
    continuations: int
    continuations_equal: int

    def figures(self) -> dict[str, Any]:
        """For a manifest or report."""
        return {**asdict(self), "nmse": float(f"{self.nmse:.3g}"), "top1": round(self.top1, 5)}


def check_metadata(file: ReadFile, expected: Mapping[str, Field]) -> int:
    """Compare every key that acts on predictions or text; returns how many. Raises ProofError.

    Names and licences under general. are a matter of the export, not of equality.
    """
    compared = 0
    for key, field in expected.items():
        found = file.values.get(key)
        if key.startswith("general.") or (found is None and key.endswith(_MAY_BE_ABSENT)):
            continue
        wanted = float(np.float32(field.value)) if field.kind == "f32" else field.value
        if found != wanted:
            raise ProofError(_differs(file, key, found, wanted))
        compared += 1
    return compared


def check_tensors(file: ReadFile, prepared: Prepared) -> float:
    """Floats must be identical, quantised values near; returns the largest relative error.

    Raises ProofError naming the first tensor that is missing, extra, misshapen or different.
    """
    planned = {tensor.name: tensor for tensor in prepared.plan}
    odd = sorted(set(planned) ^ set(file.tensors))
    if odd:
        raise ProofError(f"{file.path.name} and the folder do not both have the tensor {odd[0]}.")
    worst = 0.0
    for name, tensor in planned.items():
        if file.shape(name) != tensor.shape:
            raise ProofError(f"The tensor {name} has the shape {file.shape(name)} in the GGUF.")
        worst = max(worst, _tensor_error(file, name, tensor.read()))
    return worst


def _tensor_error(file: ReadFile, name: str, expected: Any) -> float:
    kind = file.tensors[name].tensor_type.name
    if kind in FILE_TYPES:
        stored = np.asarray(file.tensors[name].data)
        wanted = encode(expected, kind, name)
        if not np.array_equal(stored.reshape(-1).view(np.uint8), wanted.reshape(-1).view(np.uint8)):
            raise ProofError(f"The tensor {name} holds other values than the folder.")
        return 0.0
    error = SquaredError()
    error.add(expected, file.weights(name))
    relative = float(np.sqrt(error.result()))
    if not relative <= _TENSOR_ERROR_LIMIT:
        raise ProofError(f"The tensor {name} is {relative:.2f} away from the folder's values.")
    return relative


def compare_with_reference(
    reference: ReferenceModel,
    model: LoadedModel,
    samples: Sequence[Sample],
    prompts: Sequence[Sequence[int]],
    ends: Sequence[int],
) -> Agreement:
    """Logits at every position of every sample, and greedy continuations of the prompts."""
    error, same, positions = SquaredError(), 0, 0
    for sample in samples:
        wanted, found = reference.logits(sample.ids), model.logits(sample.ids)
        error.add(wanted, found)
        same += int((wanted.argmax(axis=1) == found.argmax(axis=1)).sum())
        positions += len(sample.ids)
    equal = sum(
        reference.greedy(prompt, CONTINUATION, ends) == model.greedy(prompt, CONTINUATION)
        for prompt in prompts
    )
    return Agreement(positions, error.result(), same / positions, len(prompts), equal)


def prove_logits(
    prepared: Prepared,
    reference: ReferenceModel,
    file: Path,
    kind: str,
    adapter: Path | None = None,
) -> Agreement:
    """Compare a float GGUF (with an adapter GGUF over it, if given) with the folder.

    Raises ProofError beyond the limits of the type `kind`.
    """
    longest = _longest(prepared)
    samples = read_samples(prepared.folder, None, longest=longest, limit=SAMPLES)
    together = [token for sample in samples for token in sample.ids][:longest]
    samples.append(Sample(together, list(range(len(together) - 1))))
    prompts = read_prompts(prepared.folder, PROMPTS)
    ends = prepared.vocabulary.ends
    context = prepared.context_for(LONGEST + CONTINUATION)
    with open_model(file, n_context=context, adapter=adapter) as model:
        found = compare_with_reference(reference, model, samples, prompts, ends)
    if not (found.nmse <= NMSE_LIMIT[kind] and found.top1 >= TOP1_LIMIT):
        raise ProofError(
            f"The {kind} GGUF predicts otherwise than the Hugging Face model: "
            f"NMSE {found.nmse:.1e} (limit {NMSE_LIMIT[kind]:.0e}), "
            f"top-1 {found.top1:.2%} (limit {TOP1_LIMIT:.1%})."
        )
    return found


def measure_files(
    reference: Path, candidates: Mapping[str, Path], samples: Sequence[Sample], context: int
) -> dict[str, Divergence]:
    """Each candidate GGUF against the reference GGUF on the scored positions."""
    tallies = {name: Tally() for name in candidates}
    with ExitStack() as stack:
        base = stack.enter_context(open_model(reference, n_context=context))
        models = {
            name: stack.enter_context(open_model(path, n_context=context))
            for name, path in candidates.items()
        }
        for sample in samples:
            wanted = base.logits(sample.ids)[sample.scored]
            for name, model in models.items():
                found = model.logits(sample.ids)[sample.scored]
                tallies[name].add(wanted, found, sample.following())
    return {name: tally.result() for name, tally in tallies.items()}


def measure_against_folder(
    reference: ReferenceModel, file: Path, samples: Sequence[Sample], context: int
) -> Divergence:
    """One GGUF against the Hugging Face model in float32 on the scored positions."""
    tally = Tally()
    with open_model(file, n_context=context) as model:
        for sample in samples:
            wanted = reference.logits(sample.ids)[sample.scored]
            tally.add(wanted, model.logits(sample.ids)[sample.scored], sample.following())
    return tally.result()


def verify_file(
    path: Path, prepared: Prepared, texts: Path | None, strings: int = STRINGS
) -> dict[str, Any]:
    """All four questions for one GGUF, answered in figures. Raises ProofError at a miss."""
    file = read_gguf(path)
    _check_kind(file, prepared)
    kind = file_kind(file)
    report: dict[str, Any] = {"file": path.name, "quantisation": kind}
    report["metadata_keys_equal"] = check_metadata(file, prepared.fields("F16"))
    report["largest_tensor_error"] = round(check_tensors(file, prepared), 5)
    report["tokens"] = prove_tokens(prepared.folder, prepared.vocabulary, path, strings).figures()
    reference = reference_of(prepared)
    if kind in NMSE_LIMIT:
        report["logits"] = prove_logits(prepared, reference, path, kind).figures()
    report["chat"] = prove_chat(prepared, reference, {kind: path})
    longest = _longest(prepared)
    samples = read_samples(prepared.folder, texts, longest=longest, limit=SAMPLES)
    found = measure_against_folder(reference, path, samples, longest)
    report["divergence"] = with_target(kind, found)
    return report


def _check_kind(file: ReadFile, prepared: Prepared) -> None:
    """A file of another architecture was not made from this folder. Raises InputError."""
    found, wanted = file.values.get("general.architecture"), prepared.architecture.name
    if found != wanted:
        raise InputError(
            f"{file.path.name} is a {found} model, the folder a {wanted} one.",
            "Give the folder that the file was made from.",
        )


def prove_chat(
    prepared: Prepared, reference: ReferenceModel, files: Mapping[str, Path]
) -> dict[str, Any]:
    """Two turns with the model and with each file, by name. Raises ProofError for one that does
    not end where the model does."""
    ends, context = prepared.vocabulary.ends, prepared.context_for(4 * LIMIT)
    folder = prepared.folder
    wanted = hold(folder, lambda ids, most: reference.greedy(ids, most, ends), ends, context)
    figures: dict[str, Any] = {"reference": wanted.figures()}
    for name, path in files.items():
        with open_model(path, n_context=context) as model:
            found = hold(folder, model.greedy, ends, context)
        prove_ends(wanted, found, name)
        figures[name] = found.figures()
    return figures


def with_target(kind: str, found: Divergence) -> dict[str, Any]:
    """The figures, and whether the mean is within the target of that quantisation if it has one."""
    target = KL_TARGET.get(kind)
    verdict = {} if target is None else {"target": target, "within": found.kl_mean <= target}
    return {**found.figures(), **verdict}


def file_kind(file: ReadFile) -> str:
    """The quantisation by its name, from general.file_type."""
    from converter.quantise import FILE_TYPES as KNOWN

    number = file.values.get("general.file_type")
    names = [name for name, known in KNOWN.items() if known.number == number]
    return names[0] if names else f"type {number}"


def _longest(prepared: Prepared) -> int:
    return prepared.context_for(LONGEST)


def _differs(file: ReadFile, key: str, found: Any, wanted: Any) -> str:
    if isinstance(wanted, list) or key.endswith("chat_template"):
        return f"{key} in {file.path.name} is not the folder's."
    return f"{key} in {file.path.name} is {found!r:.60}, the folder says {wanted!r:.60}."
