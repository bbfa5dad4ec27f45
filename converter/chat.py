"""A conversation of two turns: does every reply end where the Hugging Face model's ends?

Greedy on both sides. A reply that never ends is the commonest fault of an export (a wrong end token
or template), and no logits of single positions show it. Where the model itself does not end within
the limit, as a random one does not, that is said and decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from converter.cutter import cutter_of
from converter.errors import ProofError
from converter.hf_folder import ModelFolder
from converter.texts import chat_turns, render_chat

LIMIT = 160
"""Tokens of one reply at most: twice a long counsellor's turn."""
Greedy = Callable[[Sequence[int], int], list[int]]


@dataclass(frozen=True)
class Chat:
    """Tokens of each reply and whether an end token closed it."""

    tokens: tuple[int, ...]
    ended: tuple[bool, ...]

    def figures(self) -> dict[str, Any]:
        """For a manifest or report."""
        return {key: list(value) for key, value in asdict(self).items()}


def hold(folder: ModelFolder, greedy: Greedy, ends: Collection[int], context: int) -> Chat:
    """Two turns with `greedy(ids, limit)`, each reply put back as history for the next.

    A turn for which `context` tokens leave no room is one that did not end.
    """
    cutter, messages = cutter_of(folder), list[dict[str, str]]()
    tokens, ended = [], []
    for opening in chat_turns():
        messages.append({"role": "user", "content": opening})
        prompt = cutter.bare([render_chat(folder, messages)], control=True)[0]
        room = min(LIMIT, context - len(prompt))
        reply = greedy(prompt, room) if room > 0 else []
        tokens.append(len(reply))
        ended.append(bool(reply) and reply[-1] in ends)
        body = reply[:-1] if ended[-1] else reply
        messages.append({"role": "assistant", "content": cutter.decode(body)})
    return Chat(tuple(tokens), tuple(ended))


def prove_ends(reference: Chat, found: Chat, name: str) -> None:
    """Raises ProofError for a turn that ends in the reference and not in the file."""
    for turn, (wanted, ended) in enumerate(zip(reference.ended, found.ended, strict=True), 1):
        if wanted and not ended:
            raise ProofError(
                f"{name} does not end its reply in turn {turn} within {LIMIT} tokens, where the "
                f"Hugging Face model ends after {reference.tokens[turn - 1]}."
            )
