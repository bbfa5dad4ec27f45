"""Style figures of counsellor turns: length, questions, openers, variety, emoji, copying.

The formulas are those of the project's evaluation rubric (section 7), with characters counted
without white space at the ends. Pure functions on strings; knows neither models nor files.
"""

from __future__ import annotations

import math
import random
import re
import statistics
from collections import Counter
from collections.abc import Sequence

TEMPLATE = re.compile(
    "我(能|可以|很|完全|非常|十分)?(理解|明白|感受到|感觉到|体会)(你|您|到)|你(并)?不是一个人|你(并)?不孤单"
    "|一切都会(好|过去)|会好起来|相信你|加油|感谢你(的)?(分享|信任)|我(会)?一直(都)?(在|陪)"
)
MARKDOWN = re.compile(r"(^|\n)\s*(\d+[\.、)]|[-*#•])|\*\*")
ADVICE = re.compile("首先|建议你|你可以(试|尝试|考虑)")
EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")
QUESTION = re.compile("[？?]")
CHINESE = re.compile("[\u4e00-\u9fff]")
LATIN = re.compile("[A-Za-z]{3,}")
NOT_WORD = re.compile(r"\W")
LONG = 220
SEED = 7


def figures(replies: Sequence[str], clients: Sequence[str] = ()) -> dict[str, float]:
    """All figures of a set of replies.

    Args:
        clients: the person's last words before each reply; without them copying and leakage are
        left out.
    """
    texts = [reply.strip() for reply in replies]
    if not texts:
        return {"turns": 0}
    lengths = sorted(map(len, texts))
    marks = [len(QUESTION.findall(text)) for text in texts]
    found: dict[str, float] = {
        "turns": len(texts),
        "length_mean": statistics.fmean(lengths),
        "length_median": statistics.median(lengths),
        "length_p95": lengths[min(len(lengths) - 1, int(0.95 * len(lengths)))],
        "over_220": share(n > LONG for n in lengths),
        "question": share(n > 0 for n in marks),
        "single_question": share(n == 1 for n in marks if n),
        "template": share(bool(TEMPLATE.search(text)) for text in texts),
        "top_10_openers": top_openers(texts),
        "distinct_2": distinct_2(texts),
        "self_bleu_4": self_bleu(texts),
        "emoji": share(bool(EMOJI.search(text)) for text in texts),
        "markdown": share(bool(MARKDOWN.search(text)) for text in texts),
        "advice": share(bool(ADVICE.search(text)) for text in texts),
    }
    if clients:
        copied = [copy_share(reply, said) for reply, said in zip(texts, clients, strict=True)]
        found["copy_mean"] = statistics.fmean(copied)
        found["copy_over_25"] = share(value >= 0.25 for value in copied)
        found["leakage"] = leakage(texts, clients)
    return {name: round(value, 4) for name, value in found.items()}


def share(flags: object) -> float:
    """Share of true values; 0 of none."""
    values = list(flags)  # type: ignore[call-overload]
    return sum(values) / len(values) if values else 0.0


def top_openers(texts: Sequence[str], most: int = 1500) -> float:
    """Share of the ten most frequent beginnings (four word characters) in at most 1,500 turns."""
    beginnings = Counter(NOT_WORD.sub("", text)[:4] for text in _some(texts, most))
    return sum(n for _, n in beginnings.most_common(10)) / beginnings.total()


def distinct_2(texts: Sequence[str], most: int = 300) -> float:
    """Different pairs of characters over all, in at most 300 turns joined."""
    joined = "".join(_some(texts, most))
    pairs = [joined[i : i + 2] for i in range(len(joined) - 1)]
    return len(set(pairs)) / len(pairs) if pairs else 0.0


def self_bleu(texts: Sequence[str], most: int = 250, others: int = 60) -> float:
    """Mean character BLEU-4 of at most 250 turns, each against 60 others, no brevity penalty."""
    chosen = _some(texts, most)
    if len(chosen) < 2:
        return 0.0
    counts = [[_grams(text, n) for n in range(1, 5)] for text in chosen]
    generator = random.Random(SEED)
    values = []
    for number, own in enumerate(counts):
        rest = [c for i, c in enumerate(counts) if i != number]
        values.append(_bleu(own, generator.sample(rest, min(others, len(rest)))))
    return statistics.fmean(values)


def _bleu(own: Sequence[Counter[str]], references: Sequence[Sequence[Counter[str]]]) -> float:
    logs = 0.0
    for n, grams in enumerate(own):
        clipped = sum(
            min(count, max((reference[n].get(gram, 0) for reference in references), default=0))
            for gram, count in grams.items()
        )
        if clipped == 0:
            return 0.0
        logs += math.log(clipped / grams.total())
    return math.exp(logs / len(own))


def copy_share(reply: str, said: str) -> float:
    """Share of the reply's different four-character runs that the person's last words hold."""
    grams = set(_grams(reply, 4))
    return len(grams & set(_grams(said, 4))) / len(grams) if grams else 0.0


def leakage(replies: Sequence[str], clients: Sequence[str]) -> float:
    """Share of Chinese replies with a Latin word of three letters that the person did not use."""
    return share(
        any(word.lower() not in said.lower() for word in LATIN.findall(reply))
        for reply, said in zip(replies, clients, strict=True)
        if CHINESE.search(reply)
    )


def _grams(text: str, n: int) -> Counter[str]:
    return Counter(text[i : i + n] for i in range(len(text) - n + 1))


def _some(texts: Sequence[str], most: int) -> list[str]:
    return list(texts) if len(texts) <= most else random.Random(SEED).sample(list(texts), most)
