"""Selecting text within one bubble, by mouse and by keyboard.

Holds which message is meant and two positions in its text; paints nothing, knows no widget.
"""

from __future__ import annotations

from desktop.ui.text_block import Span, TextBlock, utf16_slice


class TextSelection:
    """An anchor and a cursor in the text of one message."""

    def __init__(self) -> None:
        self.message_id = 0
        self._text = ""
        self._anchor = 0
        self._cursor = 0

    @property
    def span(self) -> Span:
        return min(self._anchor, self._cursor), max(self._anchor, self._cursor)

    @property
    def cursor(self) -> int:
        return self._cursor

    @property
    def chosen(self) -> str:
        """The text that is selected."""
        return utf16_slice(self._text, *self.span)

    def clear(self) -> None:
        self.message_id, self._text = 0, ""
        self._anchor = self._cursor = 0

    def start(self, message_id: int, text: str, position: int) -> None:
        self.message_id, self._text = message_id, text
        self._anchor = self._cursor = position

    def extend(self, position: int) -> None:
        self._cursor = position

    def take_word(self, block: TextBlock) -> None:
        self._anchor, self._cursor = block.word_at(self._cursor)

    def take_all(self, message_id: int, text: str, block: TextBlock) -> None:
        self.start(message_id, text, 0)
        self._cursor = block.length

    def step(self, block: TextBlock, *, forward: bool, words: bool) -> None:
        """Move the cursor, from where the selection began."""
        self._cursor = block.step(self._cursor, forward, words)
