"""Cuts a settled text into what the encoder reads: characters of Chinese, words of other scripts.

A word that the vocabulary does not know is still known by its runs of three letters. The trainer
gets the same tokens from the command (`screen --tokens`, `--features`) and shares no code. Knows no
tier and no weight.
"""

from __future__ import annotations

import re
import zlib

LONGEST = 128
HEAD = 40
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|:[a-z_]+:|[0-9]+|\n|[^\s]")


def tokens(text: str) -> list[str]:
    """At most LONGEST tokens; of a long text the beginning and, more of it, the end."""
    found = [_plain(match.group()) for match in _TOKEN.finditer(text)]
    if len(found) <= LONGEST:
        return found
    return found[:HEAD] + found[HEAD - LONGEST :]


def runs(token: str, buckets: int) -> list[int]:
    """The buckets of a word's runs of three letters; none for a single character."""
    if len(token) < 2:
        return []
    padded = f"<{token}>"
    return [zlib.crc32(padded[i : i + 3].encode()) % buckets for i in range(len(padded) - 2)][:12]


def _plain(token: str) -> str:
    """Numbers count by their length, so that no amount is learned by heart."""
    if token.isdigit():
        return "0" * min(len(token), 4)
    return "<n>" if token == "\n" else token
