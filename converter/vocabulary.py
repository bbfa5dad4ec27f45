"""A byte-level BPE tokenizer.json as GGUF stores it: tokens, types, merges, special ids.

Refuses every feature that llama.cpp's tokenizer would silently not have. Whether the result cuts
text alike is not believed here but proven in `tokens`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from converter.architectures.base import Sentencepiece
from converter.errors import InputError
from converter.hf_folder import ModelFolder
from converter.sentencepiece_file import NAME, SentencepieceFile

NORMAL, CONTROL, USER_DEFINED, UNUSED = 1, 3, 4, 5


@dataclass(frozen=True)
class Vocabulary:
    """`tokens`, `types` have one entry an id, padded to the model's vocabulary.

    `ends` are all ids at which generation stops, `eos` first; `turn_end`, `tool_end` those of them
    that have a place of their own. `model` is llama.cpp's kind: gpt2 (byte-level, with merges) or
    llama (sentencepiece, with scores). `composed`: the tokenizer brings text
    to Unicode form C before cutting, which llama.cpp leaves to its caller.
    """

    tokens: list[str]
    types: list[int]
    merges: list[str]
    pre: str
    eos: int
    ends: tuple[int, ...]
    pad: int | None
    bos: int
    composed: bool
    model: str = "gpt2"
    scores: list[float] | None = None
    turn_end: int | None = None
    tool_end: int | None = None
    space_first: bool = True

    def control_texts(self) -> list[str]:
        """The texts of control tokens, by id."""
        return [text for text, kind in zip(self.tokens, self.types, strict=True) if kind == CONTROL]


def read_vocabulary(
    folder: ModelFolder, rows: int, pre_tokenizers: Mapping[str, str]
) -> Vocabulary:
    """Read tokenizer.json for a model of `rows` embeddings. Raises InputError with the remedy."""
    tokenizer = folder.tokenizer
    model = _byte_level_model(tokenizer)
    added = _added_tokens(tokenizer)
    tokens, types = _tokens(model["vocab"], added, rows)
    pre = _pre_id(tokenizer, pre_tokenizers)
    _check_ignore_merges(model, pre)
    ends = _ends(folder, tokens, types)
    pad = _special_id(folder, "pad", tokens)
    bos = _special_id(folder, "bos", tokens)
    return Vocabulary(
        tokens,
        types,
        [_merge(entry) for entry in model["merges"]],
        pre,
        ends[0],
        ends,
        pad,
        bos if bos is not None else pad if pad is not None else ends[0],
        _composed(tokenizer),
    )


def read_pieces(folder: ModelFolder, pieces: SentencepieceFile, known: Sentencepiece) -> Vocabulary:
    """A sentencepiece vocabulary with its special tokens. Raises InputError with the remedy."""
    tokens = [text for text, _, _ in pieces.entries]
    types = [kind for _, _, kind in pieces.entries]
    turn, tool = tokens.index(known.turn_end), tokens.index(known.tool_end)
    own = tokens.index("<eos>")
    given = _as_ids(folder.config.get("eos_token_id")) or [own]
    if given[0] != own:
        raise InputError(
            f"config.json says that the end token is {given[0]}, {NAME} has it at {own}.",
            "Use the tokenizer that the model was trained with.",
        )
    return Vocabulary(
        tokens=tokens,
        types=types,
        merges=[],
        pre=known.pre,
        eos=own,
        ends=(own, turn, tool),
        pad=next(iter(_as_ids(folder.config.get("pad_token_id"))), None),
        bos=tokens.index("<bos>"),
        composed=False,
        model="llama",
        scores=[score for _, score, _ in pieces.entries],
        turn_end=turn,
        tool_end=tool,
        space_first=pieces.space_first,
    )


def _unsupported(what: str) -> InputError:
    return InputError(
        f"The tokenizer {what}, which llama.cpp does not do.",
        "Use a byte-level BPE tokenizer without it.",
    )


def _byte_level_model(tokenizer: dict[str, Any]) -> dict[str, Any]:
    model = tokenizer.get("model") or {}
    if model.get("type") != "BPE" or not isinstance(model.get("vocab"), dict):
        raise InputError(
            f"The tokenizer is of type {model.get('type')!r}.", "Only byte-level BPE is supported."
        )
    if model.get("byte_fallback"):
        raise InputError(
            "The tokenizer is a sentencepiece one with byte fallback.",
            "Only byte-level BPE is supported.",
        )
    for name in ("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix"):
        if model.get(name):
            raise _unsupported(f"uses {name}")
    missing = [text for text in byte_alphabet() if text not in model["vocab"]]
    if missing:
        raise InputError(
            f"The vocabulary lacks {len(missing)} of the 256 bytes: some text cannot be written.",
            "Train the tokenizer with the whole byte alphabet.",
        )
    return model


def byte_alphabet() -> list[str]:
    """The 256 characters that stand for bytes in a byte-level vocabulary, by byte (GPT-2)."""
    shown = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(256) if byte not in shown]
    return [chr(b) if b in shown else chr(256 + hidden.index(b)) for b in range(256)]


def _added_tokens(tokenizer: dict[str, Any]) -> dict[int, tuple[str, int]]:
    found: dict[int, tuple[str, int]] = {}
    for entry in tokenizer.get("added_tokens") or []:
        text = str(entry["content"])
        for flag in ("lstrip", "rstrip", "single_word"):
            if entry.get(flag):
                raise _unsupported(f"marks the token {text} as {flag}")
        found[int(entry["id"])] = (text, CONTROL if is_control(entry) else USER_DEFINED)
    return found


def is_control(entry: Mapping[str, Any]) -> bool:
    """Whether an added token of tokenizer.json becomes a control token (llama.cpp's rule)."""
    text = str(entry["content"])
    return bool(entry.get("special")) or (text.startswith("<|") and text.endswith("|>"))


def _tokens(
    vocab: dict[str, int], added: dict[int, tuple[str, int]], rows: int
) -> tuple[list[str], list[int]]:
    by_id = {number: (text, NORMAL) for text, number in vocab.items()}
    if len(by_id) != len(vocab):
        raise InputError("Two tokens share one id in tokenizer.json.", "Save the tokenizer again.")
    by_id.update(added)
    largest = max(by_id)
    if largest >= rows:
        raise InputError(
            f"The tokenizer has the id {largest} but the model's vocabulary ends at {rows - 1}.",
            "Use the tokenizer that the model was trained with.",
        )
    if len({text for text, _ in by_id.values()}) != len(by_id):
        raise InputError("One text has two ids in tokenizer.json.", "Save the tokenizer again.")
    entries = [by_id.get(number, (f"[PAD{number}]", UNUSED)) for number in range(rows)]
    return [text for text, _ in entries], [kind for _, kind in entries]


def _merge(entry: Any) -> str:
    return entry if isinstance(entry, str) else " ".join(entry)


def _pre_id(tokenizer: dict[str, Any], known: Mapping[str, str]) -> str:
    stage = tokenizer.get("pre_tokenizer") or {}
    stages = stage.get("pretokenizers", [stage])
    if len(stages) != 2 or not _is_byte_level(stages[1]) or stages[0].get("type") != "Split":
        raise InputError(
            "The tokenizer does not cut text by one regex followed by bytes.",
            "Use the pre-tokenizer of the model's architecture.",
        )
    regex = (stages[0].get("pattern") or {}).get("Regex")
    if (
        not isinstance(regex, str)
        or regex not in known
        or stages[0].get("behavior") != "Isolated"
        or stages[0].get("invert")
    ):
        raise InputError(
            "The tokenizer cuts text by a regex that is not known for this architecture.",
            f"Known for it: {', '.join(sorted(set(known.values())))}.",
        )
    return known[regex]


def _is_byte_level(stage: dict[str, Any]) -> bool:
    plain = not stage.get("add_prefix_space") and not stage.get("use_regex", True)
    return stage.get("type") == "ByteLevel" and plain


def _check_ignore_merges(model: dict[str, Any], pre: str) -> None:
    """llama.cpp takes whole words without merging for llama-bpe alone (llama-vocab.cpp)."""
    if bool(model.get("ignore_merges")) != (pre == "llama-bpe"):
        raise _unsupported(f"sets ignore_merges = {bool(model.get('ignore_merges'))} with {pre}")


def _composed(tokenizer: dict[str, Any]) -> bool:
    normalizer = tokenizer.get("normalizer")
    if normalizer is not None and normalizer.get("type") != "NFC":
        raise _unsupported(f"normalises text by {normalizer.get('type')}")
    return normalizer is not None


def _ends(folder: ModelFolder, tokens: list[str], types: list[int]) -> tuple[int, ...]:
    first = _as_ids(folder.config.get("eos_token_id"))
    named = _named_id(folder, "eos", tokens)
    if not first and named is None:
        raise InputError(
            "Neither config.json nor tokenizer_config.json names an end token.",
            "Write eos_token_id into config.json: without it replies never end.",
        )
    if first and named is not None and named not in first:
        raise InputError(
            f"The end token is {named} in tokenizer_config.json and {first} in config.json.",
            "Make them agree with training.",
        )
    eos = named if named is not None else first[0]
    ends = [eos, *first, *_as_ids(folder.generation_config.get("eos_token_id"))]
    for number in ends:
        if not 0 <= number < len(tokens) or types[number] != CONTROL:
            raise InputError(
                f"The end token id {number} is not a special token.",
                "Correct eos_token_id, or mark the token as special in tokenizer.json.",
            )
    return tuple(dict.fromkeys(ends))


def _special_id(folder: ModelFolder, role: str, tokens: list[str]) -> int | None:
    named = _named_id(folder, role, tokens)
    ids = _as_ids(folder.config.get(f"{role}_token_id"))
    number = named if named is not None else ids[0] if ids else None
    if number is not None and not 0 <= number < len(tokens):
        raise InputError(
            f"The {role} token id {number} is outside the vocabulary.", "Correct it in config.json."
        )
    return number


def _named_id(folder: ModelFolder, role: str, tokens: list[str]) -> int | None:
    named = folder.tokenizer_config.get(f"{role}_token")
    if isinstance(named, dict):
        named = named.get("content")
    if named is None:
        return None
    if named not in tokens:
        raise InputError(
            f"tokenizer_config.json names {named!r} as {role} token; it is not in the vocabulary.",
            "Use the tokenizer that the model was trained with.",
        )
    return tokens.index(named)


def _as_ids(value: Any) -> list[int]:
    if value is None:
        return []
    return [int(number) for number in (value if isinstance(value, list) else [value])]
