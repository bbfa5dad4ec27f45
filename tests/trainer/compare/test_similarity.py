"""Likeness is what LLaMA-Factory's metric gives for the same pairs, within 0.1."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from trainer.compare.similarity import NAMES, similarity

PAIRS = [
    ("听起来你最近很累，是从什么时候开始的？", "听上去你这阵子很累，什么时候开始的呢？"),
    ("嗯。", "这件事一直压在心里，不好受吧。"),
    ("这件事一直压在心里，不好受吧。", "这件事一直压在心里，不好受吧。"),
    ("I hear how tired you are.", "It sounds like you are very tired."),
    ("我在听，慢慢说。😀", "😀"),
    ("", "我在。"),
    ("好好好好好好好好", "好"),
]


def bleu(reply: str, reference: str) -> float:
    """BLEU-4 of one pair over characters with the third smoothing (Chen and Cherry 2014)."""
    if not reply:
        return 0.0
    logs, halvings = 0.0, 1
    for n in range(1, 5):
        own = Counter(reply[i : i + n] for i in range(len(reply) - n + 1))
        other = Counter(reference[i : i + n] for i in range(len(reference) - n + 1))
        hits, total = (own & other).total(), max(1, own.total())
        if n == 1 and not hits:
            return 0.0
        if hits:
            logs += math.log(hits / total)
        else:
            logs += math.log(1 / (2**halvings * total))
            halvings += 1
    short = min(0.0, 1 - len(reference) / len(reply))
    return 100 * math.exp(logs / 4 + short)


def rouge(reply: str, reference: str, n: int) -> float:
    """ROUGE-n F1 over different n-grams of jieba's words."""
    import jieba

    grams = []
    for text in (reply, reference):
        words = " ".join(jieba.cut(text)).split()
        grams.append({tuple(words[i : i + n]) for i in range(len(words) - n + 1)})
    hits = len(grams[0] & grams[1])
    if not hits:
        return 0.0
    precision, recall = hits / len(grams[0]), hits / len(grams[1])
    return 100 * 2 * precision * recall / (precision + recall)


@pytest.mark.parametrize("pair", PAIRS)
def test_bleu_and_rouge_are_as_defined(pair: tuple[str, str]) -> None:
    found = similarity([pair[0]], [pair[1]])
    assert found["bleu_4"] == pytest.approx(bleu(*pair), abs=0.1)
    assert found["rouge_1"] == pytest.approx(rouge(*pair, 1), abs=0.1)
    assert found["rouge_2"] == pytest.approx(rouge(*pair, 2), abs=0.1)


def test_the_same_text_is_wholly_alike_and_values_are_means() -> None:
    same = PAIRS[2]
    assert similarity([same[0]], [same[1]]) == pytest.approx(dict.fromkeys(NAMES, 100.0), abs=0.1)
    half = similarity([same[0], ""], [same[1], "我在。"])
    assert half == pytest.approx(dict.fromkeys(NAMES, 50.0), abs=0.1)
    assert similarity([], []) == dict.fromkeys(NAMES, 0.0)


def test_rouge_l_follows_the_longest_common_run_of_words() -> None:
    found = similarity(["今天 天气 好"], ["今天 很 好"])
    assert found["rouge_l"] == pytest.approx(100 * 2 / 3, abs=0.1)
