"""What is read of a conversation: the system prompt, the newest, and the same beginning again."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.engine.base import ChatMessage
from desktop.engine.prompt import Prompt, PromptBuilder
from desktop.engine.template import ChatTemplate
from desktop.errors import EngineError

TEMPLATE = "{% for m in messages %}<{{ m.role[0] }}>{{ m.content }}|{% endfor %}<a>"


def tokenize(text: str, special: bool) -> list[int]:
    return [ord(letter) + (100_000 if special else 0) for letter in text]


def builder(context: int) -> PromptBuilder:
    return PromptBuilder(ChatTemplate(TEMPLATE), tokenize, context)


def text_of(tokens: list[int]) -> str:
    return "".join(chr(token % 100_000) for token in tokens)


def talk(turns: int, size: int = 10) -> list[ChatMessage]:
    messages = [ChatMessage("system", "S" * 5)]
    for number in range(turns):
        messages.append(ChatMessage("user", chr(97 + number % 26) * size))
        messages.append(ChatMessage("assistant", chr(65 + number % 26) * size))
    return messages[:-1]


def test_a_short_talk_is_read_whole() -> None:
    prompt = builder(1000).fit(talk(3), 100)
    assert prompt.dropped == 0
    assert text_of(prompt.tokens).startswith("<s>SSSSS|<u>aaaaaaaaaa|<a>AAAAAAAAAA|")


def test_the_oldest_leave_in_pairs_and_the_system_prompt_stays() -> None:
    prompt = builder(400).fit(talk(30), 100)
    text = text_of(prompt.tokens)
    assert prompt.dropped > 0
    assert prompt.dropped % 2 == 0
    assert text.startswith("<s>SSSSS|<u>")
    assert text.endswith(talk(30)[-1].content + "|<a>")
    assert len(prompt.tokens) <= 0.6 * 300


def test_the_next_turns_begin_where_the_last_one_did() -> None:
    prompts = builder(400)
    dropped = [prompts.fit(talk(turns), 100).dropped for turns in range(1, 60)]
    assert all(a <= b for a, b in pairwise(dropped))
    changes = sum(a != b for a, b in pairwise(dropped))
    assert changes <= 12
    again = builder(400)
    first = again.fit(talk(30), 100)
    second = again.fit(talk(31), 100)
    assert second.dropped == first.dropped
    assert second.tokens[: len(first.tokens)] == first.tokens


def test_another_conversation_begins_afresh() -> None:
    prompts = builder(400)
    assert prompts.fit(talk(30), 100).dropped > 0
    other = [ChatMessage("system", "S"), ChatMessage("user", "hello")]
    assert prompts.fit(other, 100).dropped == 0


def test_a_message_that_cannot_fit_is_refused_with_its_limit() -> None:
    with pytest.raises(EngineError) as caught:
        builder(200).fit([*talk(3), ChatMessage("user", "x" * 100_000)], 50)
    assert caught.value.code == "message_too_long"
    limit = caught.value.details["limit"]
    assert isinstance(limit, int)
    assert 100 < limit < 150
    builder(200).fit([ChatMessage("system", "S" * 5), ChatMessage("user", "x" * limit)], 50)


def test_room_for_the_reply_is_at_most_a_quarter() -> None:
    assert builder(1000).reserve(100) == 100
    assert builder(1000).reserve(5000) == 250


def test_a_reply_comes_back_as_the_tokens_that_were_drawn() -> None:
    prompts = builder(1000)
    prompts.remember("AAAAAAAAAA", [1, 2, 3])
    assert prompts.fit(talk(2), 100).tokens[26:29] == [1, 2, 3]
    # The same words from a person are text.
    person = prompts.fit([ChatMessage("user", "AAAAAAAAAA")], 10).tokens
    assert 1 not in person


def test_a_prompt_that_opens_a_think_block_says_so() -> None:
    template = ChatTemplate("{{ messages[0].content }}<think>\n")
    prompts = PromptBuilder(template, tokenize, 100)
    assert prompts.fit([ChatMessage("user", "a")], 10).opens_thinking
    assert not builder(100).fit([ChatMessage("user", "a")], 10).opens_thinking


def fitted(prompts: PromptBuilder, messages: list[ChatMessage], maximum: int) -> Prompt | None:
    try:
        return prompts.fit(messages, maximum)
    except EngineError:
        return None


@settings(deadline=None)  # other work on the machine is no fault
@given(
    st.lists(st.integers(0, 120), min_size=1, max_size=40),
    st.integers(100, 600),
    st.integers(1, 400),
)
def test_the_context_never_overflows(sizes: list[int], context: int, maximum: int) -> None:
    prompts = builder(context)
    messages = [ChatMessage("system", "S")]
    for number, size in enumerate(sizes):
        messages.append(ChatMessage("user" if number % 2 == 0 else "assistant", "x" * size))
        if number % 2:
            continue
        prompt = fitted(prompts, messages, maximum)
        if prompt is None:
            continue
        assert len(prompt.tokens) + prompts.reserve(maximum) <= context
        assert text_of(prompt.tokens).startswith("<s>S|")
