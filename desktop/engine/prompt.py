"""Turns a conversation into the tokens to be read, within what the context can hold.

The system prompt stays, and so does the newest system message within the talk (the script of a
tier). The oldest messages leave whole and in pairs, and once some had to leave, enough leave that
the next turns can go on from the same beginning and find it in the cache. Replies are put back as
the very tokens that were drawn. Knows no llama.cpp: a tokenizer is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from desktop.engine.base import ChatMessage
from desktop.engine.template import ChatTemplate, Segment
from desktop.errors import EngineError

Tokenize = Callable[[str, bool], list[int]]

KEEP_SHARE = 0.6
RESERVE_SHARE = 4
MOST_REMEMBERED = 4096


@dataclass(frozen=True)
class Prompt:
    """Tokens to be read, and what was left out so that they fit."""

    tokens: list[int]
    dropped: int
    opens_thinking: bool


@dataclass
class _Start:
    """Where the last prompt began: after `dropped` messages, of which `first` was the next."""

    dropped: int = 0
    opening: list[ChatMessage] = field(default_factory=list)

    def holds(self, talk: Sequence[ChatMessage]) -> bool:
        length = len(self.opening)
        return 0 < length <= len(talk) and list(talk[:length]) == self.opening


class PromptBuilder:
    """Fits conversations into one context.

    Args:
        template: of the model.
        tokenize: text and whether control tokens are recognised in it -> tokens.
        context: tokens the cache can hold.
    """

    def __init__(self, template: ChatTemplate, tokenize: Tokenize, context: int) -> None:
        self._template = template
        self._tokenize = tokenize
        self._context = context
        self._known: dict[tuple[str, bool], list[int]] = {}
        self._said: dict[str, list[int]] = {}
        self._start = _Start()

    def remember(self, text: str, tokens: Sequence[int]) -> None:
        """From now on a reply with this text is these tokens."""
        _bound(self._said)
        self._said[text.strip()] = list(tokens)

    def fit(self, messages: Sequence[ChatMessage], maximum_tokens: int) -> Prompt:
        """The prompt of a conversation, or EngineError "message_too_long"."""
        budget = self._context - self.reserve(maximum_tokens)
        head, talk = _split(messages)
        start = self._start.dropped if self._start.holds(talk) else 0
        start, tokens = self._choose(head, talk, start, budget)
        self._start = _Start(start, list(talk[: start + 1]) if start else [])
        kept = _pinned(talk, start)
        ending = self._template.segments([*head, *kept, *talk[start:]], answer=True)[-1].text
        return Prompt(tokens, start, ending.rstrip().endswith("<think>"))

    def aside(self, messages: Sequence[ChatMessage]) -> list[int]:
        """The tokens of a question aside, from where the conversation's last prompt began."""
        head, talk = _split(messages)
        start = self._start.dropped if self._start.holds(talk) else 0
        return self._tokens(head, talk[start:])

    def kept(self, messages: Sequence[ChatMessage], dropped: int) -> list[ChatMessage]:
        """The messages that stand in a prompt of which `dropped` were left out."""
        head, talk = _split(messages)
        return [*head, *_pinned(talk, dropped), *talk[dropped:]]

    def reserve(self, maximum_tokens: int) -> int:
        """Room kept for the reply."""
        return max(1, min(maximum_tokens, self._context // RESERVE_SHARE))

    def closing(self) -> list[int]:
        """Tokens that end an assistant's turn and open the person's next one."""
        return self._piece(Segment(self._template.until_next, trusted=True))

    def _choose(
        self, head: list[ChatMessage], talk: list[ChatMessage], start: int, budget: int
    ) -> tuple[int, list[int]]:
        """From `start` on where that fits; else leave out pairs until little enough is left."""
        fitting: tuple[int, list[int]] | None = None
        for begin in self._beginnings(head, talk, start, budget):
            tokens = self._tokens([*head, *_pinned(talk, begin)], talk[begin:])
            wanted = budget if begin == start else int(budget * KEEP_SHARE)
            if len(tokens) <= wanted:
                return begin, tokens
            if fitting is None and len(tokens) <= budget:
                fitting = begin, tokens
        if fitting is None:
            raise self._too_long(talk[-1], head, budget)
        return fitting

    def _beginnings(
        self, head: list[ChatMessage], talk: list[ChatMessage], start: int, budget: int
    ) -> list[int]:
        """Where a prompt may begin: at a person's message, none of them far too early.

        Counting contents alone from the end skips beginnings that cannot fit, so that a year of
        conversation is not tokenised to keep its last hour.
        """
        left = budget - sum(self._size(message) for message in head)
        possible: list[int] = []
        for index in range(len(talk) - 1, start - 1, -1):
            left -= self._size(talk[index])
            if left < 0 and possible:
                break
            if talk[index].role == "user" or index in (start, len(talk) - 1):
                possible.append(index)
        return possible[::-1]

    def _size(self, message: ChatMessage) -> int:
        return len(self._content(message))

    def _content(self, message: ChatMessage) -> list[int]:
        said = self._said.get(message.content.strip()) if message.role == "assistant" else None
        return said if said is not None else self._piece(Segment(message.content, trusted=False))

    def _tokens(self, head: Sequence[ChatMessage], talk: Sequence[ChatMessage]) -> list[int]:
        messages = [*head, *talk]
        replies = {m.content for m in messages if m.role == "assistant"}
        tokens: list[int] = []
        for segment in self._template.segments(messages, answer=True):
            said = None
            if not segment.trusted and segment.text in replies:
                said = self._said.get(segment.text.strip())
            tokens += self._piece(segment) if said is None else said
        return tokens

    def _piece(self, segment: Segment) -> list[int]:
        key = (segment.text, segment.trusted)
        if key not in self._known:
            _bound(self._known)
            self._known[key] = self._tokenize(*key)
        return self._known[key]

    def _too_long(
        self, message: ChatMessage, head: Sequence[ChatMessage], budget: int
    ) -> EngineError:
        """The limit is told in characters of such a message: nobody counts tokens."""
        own = max(1, self._size(message))
        other = len(self._tokens(head, [ChatMessage(message.role, "a")]))
        characters = int(len(message.content) * max(0, budget - other) / own)
        return EngineError("message_too_long", limit=characters // 10 * 10)


def _split(messages: Sequence[ChatMessage]) -> tuple[list[ChatMessage], list[ChatMessage]]:
    """The system messages at the beginning, and the talk."""
    count = 0
    while count < len(messages) - 1 and messages[count].role == "system":
        count += 1
    return list(messages[:count]), list(messages[count:])


def _pinned(talk: Sequence[ChatMessage], begin: int) -> list[ChatMessage]:
    """Of system messages within the talk the newest is never left out."""
    if any(message.role == "system" for message in talk[begin:]):
        return []
    return [message for message in talk[:begin] if message.role == "system"][-1:]


def _bound(memory: dict[str, list[int]] | dict[tuple[str, bool], list[int]]) -> None:
    """Forget everything rather than grow without end; all of it can be made again."""
    if len(memory) >= MOST_REMEMBERED:
        memory.clear()
