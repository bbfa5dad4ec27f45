"""The codec: what goes in comes out, and nothing else gets through."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.engine import protocol
from desktop.engine.base import (
    Attention,
    CacheType,
    ChatMessage,
    Done,
    Loaded,
    Plan,
    Reason,
    Sampling,
    Started,
    Stats,
    Tuned,
)
from desktop.engine.machine import Device, DeviceKind, Machine

LOADED = Loaded(Plan(3, 4096, 2, 64), "qwen3", "名字", 12, 2, "CPU", 2048, 0.5)
GPU = Device("CUDA0", "显卡", "CUDA", DeviceKind.GPU, 24 << 30, 20 << 30)
EVENTS = [
    protocol.Hello(1, Machine((GPU,), ("AVX2",), 4, 8, 16 << 30, 8 << 30, "b1", True)),
    protocol.AdapterUsed(5, "温和"),
    protocol.TrialDone(0, Tuned(2, 64, Attention.ON, 0.1, 0.2)),
    protocol.TrialDone(6, None),
    protocol.Healthy(7),
    protocol.ModelLoaded(1, LOADED),
    protocol.ReplyStarted(2, Started(10, 4, 6, 0)),
    protocol.ReplyText(2, "好😀\n\u2028"),
    protocol.ReplyDone(2, Done(Reason.REPETITION, 3, 0.1, 0.2)),
    protocol.Failed(3, "message_too_long", {"limit": 12, "name": "a"}),
    protocol.TellStats(4, Stats(1, 2, 3)),
    protocol.Alive(0.25, 7, Stats(1, 2, 3)),
]
REQUESTS = [
    protocol.Load(1, "/模 型/😀.gguf", Plan()),
    protocol.Load(1, "a", Plan(attention=Attention.ON, cache=CacheType.Q8_0), tune=True),
    protocol.UseAdapter(5, "/适配/a.gguf"),
    protocol.Tune(6, 2.5),
    protocol.CheckHealth(7),
    protocol.Generate(2, (ChatMessage("user", "嗨"),), Sampling(seed=None)),
    protocol.Generate(2, (), Sampling(seed=5)),
    protocol.Cancel(2),
    protocol.AskStats(3),
    protocol.Quit(),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_events_survive_the_pipe(event: protocol.Event) -> None:
    line = protocol.encode(event)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert protocol.decode_event(line) == event


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: type(request).__name__)
def test_requests_survive_the_pipe(request_: protocol.Request) -> None:
    assert protocol.decode_request(protocol.encode(request_)) == request_


@settings(deadline=None)  # other work on the machine is no fault
@given(st.text(st.characters(), max_size=50), st.integers())
def test_any_text_survives_even_lone_surrogates(text: str, number: int) -> None:
    request = protocol.Generate(number, (ChatMessage("user", text),), Sampling())
    assert protocol.decode_request(protocol.encode(request)) == request


@settings(deadline=None)  # other work on the machine is no fault
@given(st.binary(max_size=200))
def test_garbage_is_refused_and_never_crashes(line: bytes) -> None:
    with pytest.raises(protocol.ProtocolError):
        protocol.decode_event(line)


@pytest.mark.parametrize(
    "body",
    [
        {"type": "Cancel", "id": True},
        {"type": "Cancel", "id": "1"},
        {"type": "Cancel", "id": 1, "more": 1},
        {"type": "Cancel"},
        {"type": "Nothing", "id": 1},
        {"type": ["Cancel"], "id": 1},
        {"type": "Load", "id": 1, "path": "a", "plan": {"gpu_layers": 1}},
        {"type": "Generate", "id": 1, "messages": "no", "sampling": {}},
        [1, 2],
    ],
)
def test_every_field_is_checked(body: object) -> None:
    with pytest.raises(protocol.ProtocolError):
        protocol.decode_request(json.dumps(body).encode())


def test_numbers_that_are_none_are_refused() -> None:
    line = protocol.encode(EVENTS[-1]).replace(b"0.25", b"NaN")
    with pytest.raises(protocol.ProtocolError):
        protocol.decode_event(line)
    with pytest.raises(protocol.ProtocolError):
        protocol.decode_event(b"[" * 100_000)


def test_every_code_of_the_engine_has_its_sentences() -> None:
    import re
    import tomllib

    root = Path(__file__).parents[3]
    known = tomllib.loads((root / "assets/i18n/messages.toml").read_text("utf-8"))
    sources = "".join(path.read_text("utf-8") for path in (root / "desktop/engine").glob("*.py"))
    codes = set(
        re.findall(r'"((?:model|engine|message|generation|cpu|protocol)_[a-z_]+)"', sources)
    )
    assert codes - {"message_count"} <= known.keys()
    assert len(codes) >= 14
