"""What remembering costs the talk, with a real engine: first token, pre-emption, cache.

Two engines talk by turns, one with a memory in its prompt and the model asked aside after every
reply until the next message cuts it short, one with neither; so both see the same computer.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from desktop.benchmarks.figures import Figure
from desktop.chat.prompt import load_prompt
from desktop.engine.base import (
    ChatMessage,
    Done,
    GenerateRequest,
    GenerationEvent,
    LoadRequest,
    Plan,
    Reason,
    Sampling,
    Started,
    Token,
)
from desktop.engine.client import ProcessEngine
from desktop.memory.agent import load_agent
from desktop.memory.block import Block, load_headings
from desktop.memory.slots import NAMES, load_slots
from desktop.store.memories import Memory

WORDS = ("这段时间我不开心", "工作压力很大，睡不着", "有时候想哭", "谢谢你听我说", "我再想想")
ENTRIES = (
    ("preferences", "希望被叫作小雨。"),
    ("preferences", "希望回得短一点。"),
    ("user_profile", "在医院做护士，三班倒。"),
    ("user_profile", "养了一只橘猫，叫年糕。"),
    ("goals", "打算每天十二点前睡觉。"),
    ("ongoing_context", "下个月要搬家。"),
    ("coping_strategies", "睡前听十分钟雨声，真的有用。"),
    ("safety_notes", "不要提去年冬天的事。"),
)
SAMPLING = Sampling(maximum_tokens=48, seed=1)
TURNS_OF_A_TALK = 8


@dataclass
class _Talk:
    """One side: an engine and the conversation it is in."""

    engine: ProcessEngine
    system: str
    messages: list[ChatMessage] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    beyond: list[int] = field(default_factory=list)

    def turn(self, words: str, tokens: int) -> None:
        """Say something and note the time to the first text."""
        if not self.messages or len(self.messages) > 2 * TURNS_OF_A_TALK:
            self.messages = [ChatMessage("system", self.system)]
        first = len(self.messages) == 1
        self.messages.append(ChatMessage("user", words))
        began, text = time.perf_counter(), ""
        for event in self.engine.generate(GenerateRequest(list(self.messages), SAMPLING)):
            if isinstance(event, Token):
                if not text and not first:
                    self.seconds.append(time.perf_counter() - began)
                text += event.text
            elif isinstance(event, Started) and not first and not event.dropped_messages:
                self.beyond.append(event.evaluated_tokens - tokens)
        self.messages.append(ChatMessage("assistant", text))


def timing_figures(model: Path, assets: Path, turns: int) -> list[Figure]:
    """First token with and without a memory, pre-emption, and what is read of a turn."""
    system = load_prompt(assets).for_text("好")[0].content
    block = _block(assets)
    engines = [ProcessEngine(), ProcessEngine(), ProcessEngine()]
    try:
        for engine in engines:
            engine.load(LoadRequest(model, Plan(0)))
        off, on = _Talk(engines[0], system), _Talk(engines[1], f"{system}\n\n{block}")
        asides = _Asides(on, assets)
        sizes = {words: _count(engines[2], words) for words in WORDS}
        for number in range(turns):
            words = WORDS[number % len(WORDS)]
            pair = [off.turn, on.turn] if number % 2 else [on.turn, off.turn]
            for turn in pair:
                turn(words, sizes[words])
            asides.run(0.02 + 0.06 * (number % 7))
    finally:
        for engine in engines:
            engine.close()
    return _figures(off, on, asides)


class _Asides:
    """Asks aside after a reply, and stops it as a new message would."""

    def __init__(self, talk: _Talk, assets: Path) -> None:
        self._talk = talk
        self._agent = load_agent(assets, load_slots(assets))
        self.yielded: list[float] = []
        self.failed = 0

    def run(self, after: float) -> None:
        question = self._agent.question(self._talk.messages, "zh", _memories(), NAMES)
        events = self._talk.engine.generate_structured(question.request)
        stopped: list[float] = []

        def stop() -> None:
            stopped.append(time.perf_counter())
            self._talk.engine.cancel()

        timer = threading.Timer(after, stop)
        timer.start()
        done = _last(events)
        ended = time.perf_counter()
        timer.join()
        if done.reason is Reason.CANCELLED:
            self.yielded.append(ended - stopped[0])
        else:
            self.failed += 1  # it had ended by itself: that says nothing


def _last(events: Iterator[GenerationEvent]) -> Done:
    for event in events:
        if isinstance(event, Done):
            return event
    raise SystemExit("an answer did not end")


def _count(engine: ProcessEngine, words: str) -> int:
    """Tokens of a text: what a prompt with it has more than one without."""
    few = replace(SAMPLING, maximum_tokens=1)
    sizes = []
    for text in (words, ""):
        request = GenerateRequest([ChatMessage("user", text)], few)
        started = next(iter(list(engine.generate(request))))
        assert isinstance(started, Started)
        sizes.append(started.prompt_tokens)
    return sizes[0] - sizes[1]


def _memories() -> list[Memory]:
    return [Memory(slot, text, id=n) for n, (slot, text) in enumerate(ENTRIES, start=1)]


def _block(assets: Path) -> str:
    limits = load_slots(assets).limits
    return Block(load_headings(assets), limits.tokens).text(1, "zh", _memories(), 8192)


def _figures(off: _Talk, on: _Talk, asides: _Asides) -> list[Figure]:
    ratio = statistics.median(on.seconds) / statistics.median(off.seconds)
    return [
        Figure("first text without memory, median", _ms(off.seconds), "ms"),
        Figure("first text with memory, median", _ms(on.seconds), "ms"),
        Figure("first text with memory / without", ratio, "x", 1.15),
        Figure("pre-emption, median", _ms(asides.yielded), "ms", 300),
        Figure("pre-emption, longest", max(asides.yielded, default=0) * 1000, "ms", 300),
        Figure("pre-emptions that counted", len(asides.yielded), "count"),
        Figure("tokens read beyond the new message", max(on.beyond), "tokens", 8),
    ]


def _ms(seconds: Sequence[float]) -> float:
    return statistics.median(seconds) * 1000
