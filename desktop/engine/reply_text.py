"""From the bytes of tokens to the text a person sees, piece by piece.

Three steps, each holding back only what may still change: bytes that are half a character, text
that may become a tag, an emoji that may grow by a joiner or a skin tone. What a model thinks and
the names of control tokens never come out. Pure: knows neither tokens nor processes.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence

OPEN, CLOSE = "<think>", "</think>"

# An emoji at the very end may continue in the next token: joiners, selectors, tones, flags, tags.
_MAY_GROW = re.compile(
    "[\u200d\ufe0e\ufe0f\u20e3\u2190-\u2bff\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001faff\U000e0020-\U000e007f]{1,24}\\Z"
)


class TagFilter:
    """Removes think blocks and hidden words from a stream of text.

    Args:
        hidden: names of control tokens that a model may spell out.
        thinking: the prompt ended inside a think block.
    """

    def __init__(self, hidden: Sequence[str] = (), *, thinking: bool = False) -> None:
        self._visible_tags = (OPEN, CLOSE, *hidden)
        self._thinking = thinking
        self._held = ""
        self._trim = thinking
        self.thought = False

    def feed(self, text: str) -> str:
        """The text that is certain to be visible now."""
        if not (self._held or self._thinking or self._trim or "<" in text):
            return text  # nearly always; every tag begins with "<"
        self._held += text
        shown: list[str] = []
        while (cut := self._step()) is not None:
            shown.append(cut)
        return "".join(shown)

    def finish(self) -> str:
        """What was held back; an unclosed think block stays hidden."""
        rest, self._held = self._held, ""
        return "" if self._thinking else self._trimmed(rest)

    def _step(self) -> str | None:
        """Consume up to and with the first tag, or all that cannot begin one; None: wait."""
        tags = (CLOSE,) if self._thinking else self._visible_tags
        start, tag = self._first(tags)
        if tag:
            before, self._held = self._held[:start], self._held[start + len(tag) :]
            return self._pass(before, tag)
        keep = _tail_that_may_be(self._held, tags)
        before, self._held = self._held[: len(self._held) - keep], self._held[-keep:] * (keep > 0)
        if not before:
            return None
        return self._pass(before, "")

    def _first(self, tags: Sequence[str]) -> tuple[int, str]:
        found = [(at, tag) for tag in tags if (at := self._held.find(tag)) >= 0]
        return min(found, default=(-1, ""))

    def _pass(self, before: str, tag: str) -> str:
        # Trimmed piece by piece: what stood before the block is not to lose its blanks.
        visible = "" if self._thinking else self._trimmed(before)
        if self._thinking and before.strip():
            self.thought = True
        if tag in (OPEN, CLOSE):
            self._thinking = tag == OPEN
            self._trim = self._trim or tag == CLOSE
        return visible

    def _trimmed(self, text: str) -> str:
        """Blank lines between a think block and the reply are not part of the reply."""
        if self._trim and text:
            text = text.lstrip()
            self._trim = not text
        return text


def _tail_that_may_be(text: str, tags: Sequence[str]) -> int:
    """Length of the longest end of `text` that begins one of the tags."""
    longest = min(len(text), max(map(len, tags)) - 1)
    for length in range(longest, 0, -1):
        tail = text[-length:]
        if any(tag.startswith(tail) for tag in tags):
            return length
    return 0


class EmojiHold:
    """Keeps an emoji back until the next character shows that it is whole."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, text: str) -> str:
        if not self._held and text and (text[-1] < "\u200d" or "\u3300" <= text[-1] < "\ua000"):
            return text  # nearly always: letters and Chinese do not grow
        text = self._held + text
        found = _MAY_GROW.search(text[-24:])
        keep = len(found.group()) if found else 0
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def finish(self) -> str:
        rest, self._held = self._held, ""
        return rest


class ReplyText:
    """The whole way from a token's bytes to visible text."""

    def __init__(self, hidden: Sequence[str] = (), *, thinking: bool = False) -> None:
        # Bytes that can never become a character are dropped, halves are waited for.
        self._decoder = codecs.getincrementaldecoder("utf-8")("ignore")
        self._tags = TagFilter(hidden, thinking=thinking)
        self._emoji = EmojiHold()

    @property
    def thought(self) -> bool:
        """Whether the model thought anything that was not shown."""
        return self._tags.thought

    @property
    def between_characters(self) -> bool:
        """Whether the bytes so far end with a whole character."""
        return not self._decoder.getstate()[0]

    def feed(self, piece: bytes) -> str:
        text = self._decoder.decode(piece).replace("\ufffd", "")
        return self._emoji.feed(self._tags.feed(text)) if text else ""

    def finish(self) -> str:
        """The rest; half a character at the end is left out."""
        return self._emoji.feed(self._tags.finish()) + self._emoji.finish()
