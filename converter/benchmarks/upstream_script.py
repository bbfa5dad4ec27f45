"""Runs llama.cpp's conversion script on a list of jobs in one process: ROOT JSON.

Two answers are given to the script that only downloads could give: the name of a pre-tokenizer,
which it knows by the hash of a published tokenizer's ids, and ChatGLM3's tokenizer class, which is
code in the published folder. Knows nothing of the converter.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

_SPECIAL = (
    "[MASK]", "[gMASK]", "[sMASK]", "sop", "eop",
    "<|system|>", "<|user|>", "<|assistant|>", "<|observation|>",
)  # fmt: skip


class ChatGLMTokenizer:
    """As much of tokenization_chatglm.py as the script asks."""

    def __init__(self, folder: Path) -> None:
        from sentencepiece import SentencePieceProcessor

        self.tokenizer = self
        self.sp_model: Any = SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))

    def get_vocab(self) -> dict[str, int]:
        """Texts to ids."""
        count = self.sp_model.vocab_size() + len(_SPECIAL)
        return {self._convert_id_to_token(number): number for number in range(count)}

    def _convert_id_to_token(self, number: int) -> str:
        own = self.sp_model.vocab_size()
        if number < own:
            return str(self.sp_model.IdToPiece(number))
        return _SPECIAL[number - own] if number - own < len(_SPECIAL) else ""


def main(root: str, jobs: list[tuple[str, list[str]]]) -> None:
    """Each job: what to answer for the pre-tokenizer, and the script's own words."""
    sys.path[:0] = [root, root + "/gguf-py"]
    base: Any = importlib.import_module("conversion.base")
    script: Any = importlib.import_module("convert_hf_to_gguf")
    transformers: Any = importlib.import_module("transformers")
    published = transformers.AutoTokenizer
    for pre, words in jobs:
        transformers.AutoTokenizer = published
        if pre == "chatglm-spm":
            transformers.AutoTokenizer = type(
                "AutoTokenizer",
                (),
                {"from_pretrained": staticmethod(lambda folder, **_: ChatGLMTokenizer(folder))},
            )
        base.TextModel.get_vocab_base_pre = lambda self, tokenizer, pre=pre: pre
        sys.argv = ["convert_hf_to_gguf.py", *words]
        script.main()


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
