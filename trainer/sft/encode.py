"""Conversations as tokens with a weight for each, so that only the counsellor's words are learned.

Marks of the template and contents are tokenised apart, as the app's engine does: what someone typed
can never become a control token, and the tokens of turns 1..k with the opening of the reply are a
prefix of those of turns 1..k+1. Knows neither torch nor transformers.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from trainer.conversation import Conversation, Turn
from trainer.errors import UsageError
from trainer.tokenise import END, START

BLOCK = 512


@dataclass(frozen=True)
class Example:
    """One dialogue as tokens.

    `ids` and `weights` have shape (tokens,): a weight is how much it counts that this token was
    predicted (0: it is only read). The end mark of a turn belongs to its words.
    """

    ids: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]
    source: str
    characters: int

    def __len__(self) -> int:
        return len(self.ids)


@dataclass
class Account:
    """What became of every dialogue of a split, by source."""

    kept: Counter[str] = field(default_factory=Counter)
    cut: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    tokens: Counter[str] = field(default_factory=Counter)

    def figures(self) -> dict[str, dict[str, int]]:
        """For run.json."""
        return {name: dict(sorted(counts.items())) for name, counts in vars(self).items()}


class ChatEncoder:
    """Turns conversations into examples with one tokenizer.

    Args:
        folder: of the base; UsageError when its tokenizer has no ChatML marks.
        longest: tokens of the longest example; what is over is cut at a turn.
    """

    def __init__(self, folder: Path, longest: int) -> None:
        marking, self._plain = read_tokenizer(folder), read_tokenizer(folder)
        self._plain.encode_special_tokens = True
        self.longest = longest
        self.end = _mark(marking, END, folder)
        _mark(marking, START, folder)
        self._heads = {
            role: marking.encode(f"{START}{role}\n", add_special_tokens=False).ids
            for role in ("system", "user", "assistant")
        }
        self._tail = marking.encode(f"{END}\n", add_special_tokens=False).ids

    def opening(self, role: str) -> list[int]:
        """The tokens that open a turn; the assistant's are the generation prompt."""
        return list(self._heads[role])

    def contents(self, texts: Sequence[str]) -> list[list[int]]:
        """The tokens of what was said; no control token comes out of them."""
        return [e.ids for e in self._plain.encode_batch_fast(list(texts), add_special_tokens=False)]

    def prompt(self, turns: Sequence[Turn], system: str = "") -> list[int]:
        """The tokens of turns and of the opening of the assistant's next one."""
        made, _ = self._lay(turns, self.contents([t.content for t in turns]), self._system(system))
        return [*made, *self._heads["assistant"]]

    def text(self, ids: Sequence[int]) -> str:
        """What tokens say, marks included if there are any."""
        said: str = self._plain.decode(list(ids), skip_special_tokens=False)
        return said

    def encode_all(
        self, talks: Sequence[Conversation], systems: Sequence[str], account: Account
    ) -> list[Example]:
        """Encode dialogues, each with its system prompt ("" for none); count what was cut."""
        made: list[Example] = []
        prompts = {text: self._system(text) for text in set(systems)}
        for first in range(0, len(talks), BLOCK):
            block = talks[first : first + BLOCK]
            words = iter(self.contents([t.content for talk in block for t in talk.turns]))
            for talk, system in zip(block, systems[first : first + BLOCK], strict=True):
                said = [next(words) for _ in talk.turns]
                made += self._example(talk, said, prompts[system], account)
        return made

    def _example(
        self, talk: Conversation, said: list[list[int]], system: list[int], account: Account
    ) -> Iterable[Example]:
        """The example, or nothing when it does not fit or teaches nothing."""
        keep = self._fitting(talk.turns, said, len(system))
        turns = talk.turns[:keep]
        ids, weights = self._lay(turns, said[:keep], system)
        if not any(weights):
            account.dropped[talk.source] += 1
            return
        account.kept[talk.source] += 1
        account.cut[talk.source] += keep < len(talk.turns)
        account.tokens[talk.source] += len(ids)
        characters = sum(len(t.content) for t in turns if t.role == "assistant" and t.weight > 0)
        yield Example(
            np.asarray(ids, np.int32), np.asarray(weights, np.float32), talk.source, characters
        )

    def _fitting(self, turns: Sequence[Turn], said: Sequence[list[int]], used: int) -> int:
        """How many turns fit, up to a counsellor's one."""
        keep = 0
        for number, (turn, words) in enumerate(zip(turns, said, strict=True), 1):
            used += len(self._heads[turn.role]) + len(words) + len(self._tail)
            if used > self.longest:
                break
            keep = number if turn.role == "assistant" else keep
        return keep

    def _lay(
        self, turns: Sequence[Turn], said: Sequence[list[int]], system: list[int]
    ) -> tuple[list[int], list[float]]:
        ids, weights = list(system), [0.0] * len(system)
        for turn, words in zip(turns, said, strict=True):
            head = self._heads[turn.role]
            learned = turn.weight if turn.role == "assistant" else 0.0
            ids += [*head, *words, *self._tail]
            weights += [0.0] * len(head) + [learned] * (len(words) + 1)
            weights += [0.0] * (len(self._tail) - 1)
        return ids, weights

    def _system(self, text: str) -> list[int]:
        if not text:
            return []
        return [*self._heads["system"], *self.contents([text])[0], *self._tail]


def read_tokenizer(folder: Path) -> Tokenizer:
    """The folder's tokenizer; UsageError when there is none."""
    path = folder / "tokenizer.json"
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises a bare Exception
        raise UsageError(f"The base {folder} has no readable tokenizer.json: {error}.") from error


def _mark(tokenizer: Tokenizer, mark: str, folder: Path) -> int:
    number: int | None = tokenizer.token_to_id(mark)
    if number is None or tokenizer.encode(mark, add_special_tokens=False).ids != [number]:
        raise UsageError(
            f"The base {folder} cannot hold a conversation: its tokenizer has no mark {mark}. "
            "Choose a base of the Qwen family or one with ChatML marks."
        )
    return number


def draw_systems(
    talks: Sequence[Conversation],
    shares: tuple[float, float, float],
    full: dict[str, str],
    variants: dict[str, tuple[str, ...]],
    seed: int,
) -> list[str]:
    """A system prompt for each dialogue, drawn from its own id, so that order does not matter.

    Args:
        shares: of no prompt, of another wording, of the product's own.
    """
    drawn: list[str] = []
    for talk in talks:
        chance = random.Random(f"{seed} {talk.source} {talk.id}")
        kind = chance.choices(("none", "variant", "full"), shares)[0]
        language = talk.language if talk.language in full else "zh"
        if kind == "variant" and variants[language]:
            drawn.append(chance.choice(variants[language]))
        else:
            drawn.append("" if kind == "none" else full[language])
    return drawn
