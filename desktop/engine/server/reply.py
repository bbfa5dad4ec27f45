"""From the payloads of a stream to visible text and the end of a reply.

The same filter as in the engine process stands between a server's text and the person: no think
block, no mark, no half character. Pure: knows no network.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from desktop.engine.base import Done, Reason
from desktop.engine.repetition import LOOK_EVERY, repeats
from desktop.engine.reply_text import ReplyText

_REASONS = {
    "length": Reason.LENGTH,
    "repetition": Reason.REPETITION,
    "abort": Reason.CANCELLED,
}


@dataclass(frozen=True)
class Counted:
    """What the server counted; 0 where it did not tell."""

    prompt: int = 0
    reused: int = 0
    written: int = 0


class Reply:
    """A reply while it comes in.

    Args:
        hidden: marks that are never shown.
        thinking: the prompt ended inside a think block.
        limit: tokens after which the reply is over, whatever the server thinks.

    Attributes:
        reason: why it is over; None while it is not.
        text: all that was shown.
    """

    def __init__(self, hidden: Sequence[str], *, thinking: bool, limit: int) -> None:
        self._filter = ReplyText(hidden, thinking=thinking)
        self._limit = limit
        self._half = ""
        self._pieces: list[int] = []
        self._ids: dict[str, int] = {}
        self._began = time.monotonic()
        self._first = 0.0
        self._counted = Counted()
        self._written: list[str] = []
        self._drawn = _Drawn()
        self.reason: Reason | None = None
        self.text = ""

    @property
    def thought(self) -> bool:
        """Whether anything was thought that was not shown."""
        return self._filter.thought

    def take(self, payload: dict[str, Any]) -> str:
        """Text to show now; after the reply's end nothing but its counts is taken."""
        self._count(payload)
        choice = _first(payload.get("choices"))
        if choice is None or self.reason is not None:
            return ""
        text = _text(choice)
        shown = self._show(text) if text else ""
        drawn = self._drawn.take(choice)
        if text:
            self._written.append(text)
            self._note(text, drawn)
        if self.reason is None and isinstance(finish := choice.get("finish_reason"), str):
            self.reason = _REASONS.get(finish, Reason.END_OF_TURN)
        return shown

    def rest(self) -> str:
        """What was held back, once no more comes."""
        rest = self._filter.finish()
        self.text += rest
        return rest

    def done(self, reason: Reason) -> Done:
        """The end, with what is known of its cost; a prompt's reading ends with the first text."""
        now = time.monotonic()
        first = self._first or now
        written = self._counted.written or len(self._pieces)
        return Done(reason, written, first - self._began, now - first)

    @property
    def counted(self) -> Counted:
        return self._counted

    @property
    def tokens(self) -> list[int]:
        """The tokens that were drawn, where the server told all of them; else none."""
        return self._drawn.all_of("".join(self._written))

    def _show(self, text: str) -> str:
        self._first = self._first or time.monotonic()
        text, self._half = _joined(self._half + text)
        shown = self._filter.feed(text.encode("utf-8", "ignore"))
        self.text += shown
        return shown

    def _note(self, text: str, tokens: int) -> None:
        """A piece for each token: where several come as one, they are as many pieces."""
        for number in range(max(1, tokens)):
            piece = f"{number}{text}"
            self._pieces.append(self._ids.setdefault(piece, len(self._ids)))
            if len(self._pieces) >= self._limit:
                self.reason = Reason.LENGTH
            elif len(self._pieces) % LOOK_EVERY == 0 and repeats(self._pieces):
                self.reason = Reason.REPETITION
            if self.reason is not None:
                return

    def _count(self, payload: dict[str, Any]) -> None:
        usage = payload.get("usage")
        if not isinstance(usage, dict):
            return
        details = usage.get("prompt_tokens_details")
        self._counted = Counted(
            _whole(usage.get("prompt_tokens")),
            _whole(details.get("cached_tokens")) if isinstance(details, dict) else 0,
            _whole(usage.get("completion_tokens")),
        )


class _Drawn:
    """The numbers of the tokens of a reply, as vLLM or llama-server tell them.

    llama-server leaves out those that were half a character: noticed by the bytes it tells too.
    """

    def __init__(self) -> None:
        self._tokens: list[int] = []
        self._bytes: list[int] | None = []

    def take(self, choice: dict[str, Any]) -> int:
        """Note what came, and say how many; 1 where it is not told."""
        told = choice.get("token_ids")
        if isinstance(told, list):
            self._bytes = None
            self._tokens += [token for token in told if isinstance(token, int)]
            return len(told)
        probabilities = choice.get("logprobs")
        content = probabilities.get("content") if isinstance(probabilities, dict) else None
        for item in content if isinstance(content, list) else ():
            if isinstance(item, dict) and isinstance(item.get("id"), int):
                self._tokens.append(item["id"])
                if self._bytes is not None and isinstance(item.get("bytes"), list):
                    self._bytes += item["bytes"]
        return 1

    def all_of(self, text: str) -> list[int]:
        """The tokens, if they are those of the whole text."""
        if self._bytes is not None and self._bytes != list(text.encode("utf-8", "ignore")):
            return []
        return self._tokens


def _first(choices: Any) -> dict[str, Any] | None:
    choice = choices[0] if isinstance(choices, list) and choices else None
    return choice if isinstance(choice, dict) else None


def _text(choice: dict[str, Any]) -> str:
    """Of a completion or of a chat; what a server calls reasoning is not looked at."""
    delta = choice.get("delta")
    text = delta.get("content") if isinstance(delta, dict) else choice.get("text")
    return text if isinstance(text, str) else ""


def _joined(text: str) -> tuple[str, str]:
    """The text, and half an emoji at its end whose other half comes with the next event."""
    half = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
    whole = text[: len(text) - len(half)]
    if any("\ud800" <= character <= "\udfff" for character in whole):
        whole = whole.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    return whole, half


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and value >= 0 else 0
