"""Notices that a reply has begun to repeat itself.

Small models fall into loops: one token, a phrase or a sentence for ever. A loop of up to eight
tokens is found within about thirty, a longer one once it was said three times. Pure: sees numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

LONGEST_PERIOD = 64
ENOUGH_TOKENS = 28
ENOUGH_TIMES = 3
LOOK_EVERY = 4


def repeats(tokens: Sequence[int]) -> bool:
    """Whether the end of `tokens` is one passage again and again."""
    count = len(tokens)
    if count < ENOUGH_TOKENS:
        return False
    last = tokens[-1]
    for period in range(1, min(LONGEST_PERIOD, count // ENOUGH_TIMES) + 1):
        if tokens[-1 - period] == last and _has_period(tokens, period):
            return True
    return False


def _has_period(tokens: Sequence[int], period: int) -> bool:
    """Equal to itself moved by `period`, over at least three rounds."""
    length = max(ENOUGH_TOKENS, ENOUGH_TIMES * period)
    if length > len(tokens):
        return False
    return tokens[-length:-period] == tokens[len(tokens) - length + period :]
