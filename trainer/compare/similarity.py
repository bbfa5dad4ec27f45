"""BLEU-4 and ROUGE of replies against references, as LLaMA-Factory's ComputeSimilarity counts them.

BLEU-4 over characters with NLTK's third smoothing, ROUGE-1, -2 and -L (F) over jieba's words by
rouge-chinese, each a mean over pairs, in percent. Their values shall be comparable, so their
libraries are used as they are.
"""

from __future__ import annotations

import logging
import statistics
from collections.abc import Sequence

NAMES = ("bleu_4", "rouge_1", "rouge_2", "rouge_l")


def similarity(replies: Sequence[str], references: Sequence[str]) -> dict[str, float]:
    """The four means in percent; 0 of no pairs."""
    pairs = [one(reply, wanted) for reply, wanted in zip(replies, references, strict=True)]
    if not pairs:
        return dict.fromkeys(NAMES, 0.0)
    return {name: round(statistics.fmean(p[name] for p in pairs), 4) for name in NAMES}


def one(reply: str, reference: str) -> dict[str, float]:
    """The four values of one pair; an empty side gives 0."""
    from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

    found = _rouge(words(reply), words(reference))
    smooth = SmoothingFunction().method3
    bleu = sentence_bleu([list(reference)], list(reply), smoothing_function=smooth) if reply else 0
    return {"bleu_4": round(100 * float(bleu), 4), **found}


def words(text: str) -> str:
    """jieba's words with spaces between them."""
    import jieba

    jieba.setLogLevel(logging.ERROR)
    return " ".join(jieba.cut(text))


def _rouge(reply: str, reference: str) -> dict[str, float]:
    from rouge_chinese import Rouge

    if not reply.split() or not reference.split():
        return dict.fromkeys(NAMES[1:], 0.0)
    scores = Rouge().get_scores(reply, reference)[0]
    keys = zip(NAMES[1:], ("rouge-1", "rouge-2", "rouge-l"), strict=True)
    return {name: round(100 * float(scores[key]["f"]), 4) for name, key in keys}
