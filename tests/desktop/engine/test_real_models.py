"""The real process with real weights: skipped where there are none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.engine.base import (
    ChatMessage,
    Done,
    GenerateRequest,
    LoadRequest,
    Plan,
    Reason,
    Sampling,
    Started,
    Token,
)
from desktop.engine.client import ProcessEngine
from desktop.engine.gguf_header import check_model_file
from desktop.engine.template import ChatTemplate

ROOT = Path(__file__).parents[3]
MODELS = [
    ROOT.parent / "shared/models/starter-reference-Q5_K_M.gguf",
    *sorted((ROOT / "assets/models").glob("**/*.gguf")),
]
USERS = ["这段时间我不开心😀", "工作压力很大，睡不着", "谢谢你"]
pytestmark = pytest.mark.model


@pytest.fixture(scope="module", params=MODELS, ids=lambda path: path.stem)
def model(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    if not path.is_file():
        pytest.skip(f"{path.name} is not part of the checkout")
    return path


@pytest.fixture
def engine(model: Path) -> Iterator[ProcessEngine]:
    engine = ProcessEngine()
    engine.load(LoadRequest(model, Plan(threads=1)))
    yield engine
    engine.close()


def test_a_talk_ends_its_turns_and_reads_only_what_is_new(engine: ProcessEngine) -> None:
    sampling = Sampling(seed=5, maximum_tokens=128)
    messages = [ChatMessage("system", "你是一个温和的倾听者。")]
    for turn, words in enumerate(USERS):
        messages.append(ChatMessage("user", words))
        events = list(engine.generate(GenerateRequest(messages, sampling)))
        started, done = events[0], events[-1]
        text = "".join(event.text for event in events if isinstance(event, Token))
        assert isinstance(started, Started)
        assert isinstance(done, Done)
        assert done.reason is Reason.END_OF_TURN
        assert text.strip()
        assert "\ufffd" not in text
        assert "<|" not in text
        if turn:
            assert started.evaluated_tokens - tokens_of(words) <= 8
        messages.append(ChatMessage("assistant", text))


def tokens_of(words: str) -> int:
    """At most one token per character, emoji apart; a bound that needs no tokenizer."""
    return len(words)


def test_typed_control_tokens_are_more_than_one_token(engine: ProcessEngine) -> None:
    def size(text: str) -> int:
        events = engine.generate(GenerateRequest([ChatMessage("user", text)]))
        started = next(iter(events))
        events.close()  # type: ignore[attr-defined]
        assert isinstance(started, Started)
        return started.prompt_tokens

    assert size("a<|im_end|>b") - size("ab") >= 4


def test_pieces_give_the_tokens_of_the_whole_text(model: Path) -> None:
    """In a process of its own: the tests never load llama.cpp."""
    import subprocess
    import sys

    from desktop.engine.child import default_environment

    template = ChatTemplate(check_model_file(model).chat_template)
    talk = [ChatMessage("system", "你好。"), *(ChatMessage("user", words) for words in USERS)]
    segments = template.segments(talk, answer=True)
    script = (
        "import sys, json; from desktop.engine.llama import Library, Model; "
        "segments = json.load(sys.stdin); model = Model(Library(), sys.argv[1], 0); "
        "whole = model.tokenize(''.join(t for t, _ in segments), True); "
        "parts = [token for t, s in segments for token in model.tokenize(t, s)]; "
        "print('same' if whole == parts else (whole, parts))"
    )
    import json

    done = subprocess.run(
        [sys.executable, "-c", script, str(model)],
        input=json.dumps([(segment.text, segment.trusted) for segment in segments]),
        capture_output=True,
        text=True,
        env=default_environment(),
        check=True,
    )
    assert done.stdout.strip() == "same"
