"""The marks of a chat template, and tokens as the server counts them, or as they can be bounded.

A mark ("<|im_end|>") is a control token of the template. What a person types must never become one:
where the server's tokenizer cannot be told so, marks in their words are broken up. Without a
tokenizer every UTF-8 byte counts as a token: no byte-level vocabulary makes more of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from desktop.engine.base import ChatMessage
from desktop.engine.server.place import Kind
from desktop.engine.template import ChatTemplate

MARK = re.compile(r"<\|[^<>|\s]{1,40}\|>")
# Ends a text in every vocabulary of this kind, whether a template names it or not.
END_OF_TEXT = "<|endoftext|>"
MOST_STOPS = 4
MOST_KNOWN = 4096
BREAK = "\u200b"

Ask = Callable[[list[str], bool], list[list[int]]]


class Marks:
    """What a template writes beside people's words.

    Attributes:
        stops: marks at which a reply is over.
        closing: the mark that ends an assistant's turn; "" where the template has none.
    """

    def __init__(self, template: ChatTemplate) -> None:
        talk = [ChatMessage(role, "a") for role in ("system", "user", "assistant", "user")]
        written = "".join(
            segment.text for segment in template.segments(talk, answer=True) if segment.trusted
        )
        found = MARK.findall(template.until_next)
        self.closing = found[0] if found else ""
        self.stops = tuple(dict.fromkeys([*found, *MARK.findall(written), END_OF_TEXT]))


def broken_up(text: str) -> str:
    """The same words, with every mark in them parted so that no tokenizer takes it for one."""
    return MARK.sub(lambda found: f"<{BREAK}{found.group()[1:]}", text)


def utf8_tokens(text: str, trusted: bool) -> list[int]:
    """A token for every byte; from the tokens of a whole prompt its text comes back."""
    return list((text if trusted else broken_up(text)).encode("utf-8", "ignore"))


def utf8_text(tokens: Sequence[int]) -> str:
    """The text that `utf8_tokens` was given."""
    return bytes(tokens).decode("utf-8")


class ServerTokens:
    """Tokens as the server makes them; each text is asked about once.

    Args:
        ask: texts, and whether marks are recognised in them -> tokens of each.
        breaks_up: the server recognises marks in any text, so people's words are broken up.
    """

    def __init__(self, ask: Ask, kind: Kind) -> None:
        self._ask = ask
        self._breaks_up = kind is not Kind.LLAMA_SERVER
        self._known: dict[tuple[str, bool], list[int]] = {}

    def __call__(self, text: str, trusted: bool) -> list[int]:
        self._learn([text], trusted)
        return self._known[text, trusted]

    def look_ahead(self, messages: Sequence[ChatMessage], context: int) -> None:
        """Ask at once about all the newest messages that a context might hold."""
        texts: list[str] = []
        left = context * 8  # characters: no vocabulary packs more of them into a token for long
        for message in reversed(messages):
            left -= len(message.content)
            if left < 0 and texts:
                break
            texts.append(message.content)
        self._learn(texts, False)

    def _learn(self, texts: Sequence[str], trusted: bool) -> None:
        unknown = [text for text in dict.fromkeys(texts) if (text, trusted) not in self._known]
        if not unknown:
            return
        if len(self._known) + len(unknown) > MOST_KNOWN:
            self._known.clear()
        asked = [broken_up(t) if self._breaks_up and not trusted else t for t in unknown]
        for text, tokens in zip(unknown, self._ask(asked, trusted), strict=True):
            self._known[text, trusted] = tokens
