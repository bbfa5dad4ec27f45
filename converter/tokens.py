"""Proof that llama.cpp cuts text into the same ids as the Hugging Face tokenizer.

Three tokenizers must agree on every string: transformers' AutoTokenizer (what training called), the
bare tokenizer.json, and llama.cpp on the GGUF; control tokens' texts once as control, once as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from converter.cutter import cutter_of
from converter.errors import ProofError
from converter.hf_folder import ModelFolder
from converter.hostile import hostile_strings
from converter.runtime import LoadedModel, open_model
from converter.vocabulary import Vocabulary

STRINGS = 10_000
SEED = 20_240_607


@dataclass(frozen=True)
class TokenParity:
    """How many strings were cut by all, and how many differently, with control tokens and without.

    `different_in_library`: transformers and the bare tokenizer.json already disagree on that many.
    `composed`: the strings were in Unicode form C, because the tokenizer demands it of its caller.
    """

    strings: int
    seed: int
    tokens: int
    different_in_library: int
    different_as_control: int
    different_as_text: int
    composed: bool
    first_difference: str = ""

    @property
    def equal(self) -> bool:
        """Whether every string gave the same ids."""
        return not self.different_in_library + self.different_as_control + self.different_as_text

    def figures(self) -> dict[str, Any]:
        """For a manifest or report."""
        return {**asdict(self), "equal": self.equal}


def prove_tokens(
    folder: ModelFolder, vocabulary: Vocabulary, file: Path, count: int = STRINGS, seed: int = SEED
) -> TokenParity:
    """Compare on `count` strings. Raises ProofError on any difference, or a missed end token."""
    with open_model(file, vocabulary_only=True) as model:
        _check_specials(model, vocabulary)
        parity = compare_tokens(folder, vocabulary, model, count, seed)
    if parity.different_in_library:
        raise ProofError(
            f"transformers cuts {parity.different_in_library} of {parity.strings} texts into other "
            f"tokens than the folder's own tokenizer.json, first {parity.first_difference}. Save "
            "the tokenizer again with the class that training used."
        )
    if not parity.equal:
        raise ProofError(
            f"llama.cpp cuts {parity.different_as_control + parity.different_as_text} of "
            f"{2 * parity.strings} texts into other tokens than the Hugging Face tokenizer, "
            f"first {parity.first_difference}."
        )
    return parity


def compare_tokens(
    folder: ModelFolder, vocabulary: Vocabulary, model: LoadedModel, count: int, seed: int
) -> TokenParity:
    """Count the strings that are cut differently; decides nothing."""
    texts = hostile_strings(count, seed, vocabulary.control_texts(), composed=vocabulary.composed)
    cutter = cutter_of(folder)
    as_control = cutter.trained(texts)
    as_text = cutter.bare(texts, control=False)
    bare = cutter.bare(texts, control=True)
    first = [t for t, a, b in zip(texts, as_control, bare, strict=True) if a != b]
    wrong = _different(model, texts, as_control, control=True)
    wrong_text = _different(model, texts, as_text, control=False)
    return TokenParity(
        strings=len(texts),
        seed=seed,
        tokens=sum(map(len, as_control)) + sum(map(len, as_text)),
        different_in_library=len(first),
        different_as_control=len(wrong),
        different_as_text=len(wrong_text),
        composed=vocabulary.composed,
        first_difference=ascii(next(iter([*first, *wrong, *wrong_text]), "")).strip("'"),
    )


def _check_specials(model: LoadedModel, vocabulary: Vocabulary) -> None:
    if model.end_token() != vocabulary.eos:
        raise ProofError(f"llama.cpp takes {model.end_token()} for the end token.")
    missed = [number for number in vocabulary.ends if not model.is_end(number)]
    if missed:
        raise ProofError(f"llama.cpp would not stop at the end token {missed[0]}.")
    if model.adds_begin():
        raise ProofError("llama.cpp would put a begin token before every prompt by itself.")


def _different(
    model: LoadedModel, texts: Sequence[str], expected: Sequence[list[int]], *, control: bool
) -> list[str]:
    pairs = zip(texts, expected, strict=True)
    return [text for text, ids in pairs if model.tokenize(text, parse_special=control) != ids]
