"""Whatever the server does: what was said is kept, a sentence tells what happened, it goes on."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Sequence

import pytest

from desktop.engine.base import (
    ChatMessage,
    Done,
    GenerateRequest,
    LoadRequest,
    Reason,
    Sampling,
    Started,
    Token,
)
from desktop.engine.server.client import ServerEngine
from desktop.errors import EngineError
from desktop.paths import assets_folder
from desktop.wording import load_wording
from tests.desktop.engine.server.conftest import Connect
from tests.support.replay_server import (
    DONE,
    RESET,
    ReplayServer,
    Step,
    as_json,
    event,
    head,
    recorded,
)

ASK = GenerateRequest([ChatMessage("user", "你好")], Sampling(maximum_tokens=64))
HELLO = event("你好")
PAGE = b"<html><body>Please sign in</body></html>"


def check_sentences(error: EngineError) -> None:
    """A fault has a whole sentence in both languages."""
    for language in ("zh", "en"):
        sentence = load_wording(assets_folder(), language).error(error)
        assert error.code not in sentence
        assert "…" not in sentence


def listen(engine: ServerEngine, ask: GenerateRequest = ASK) -> tuple[str, Done | str]:
    """The text, and the end: a Done, or the code of a fault with a sentence in both languages."""
    text, end = "", None
    try:
        for happened in engine.generate(ask):
            if isinstance(happened, Token):
                text += happened.text
            elif isinstance(happened, Done):
                end = happened
    except EngineError as error:
        check_sentences(error)
        return text, error.code
    assert end is not None
    return text, end


BROKEN: dict[str, tuple[Sequence[Step], str, str]] = {
    "401": (as_json({"error": {"message": "Invalid API Key"}}, 401), "", "server_refuses_key"),
    "403": (as_json({"error": "no"}, 403), "", "server_refuses_key"),
    "404 model": (
        as_json({"error": {"message": "The model `m` does not exist."}}, 404),
        "",
        "server_model_missing",
    ),
    "404": ([head(404, "text/plain"), b"not found"], "", "server_no_such_door"),
    "405": ([head(405, "text/plain"), b"no"], "", "server_no_such_door"),
    "429": (as_json({"error": {"message": "slow down"}}, 429), "", "server_busy"),
    "500": ([head(500, "text/html"), PAGE], "", "server_failed"),
    "502 from a gateway": ([head(502, "text/html"), PAGE], "", "server_failed"),
    "503": ([head(503, "text/plain"), b"overloaded"], "", "server_busy"),
    "400": (as_json({"error": {"message": "bad sampler"}}, 400), "", "server_refused"),
    "context": (
        as_json({"error": {"message": "x", "type": "exceed_context_size_error"}}, 400),
        "",
        "server_context",
    ),
    "redirect": ([head(302, extra="Location: http://127.0.0.1:9/\r\n")], "", "server_redirects"),
    "html": ([head(200, "text/html"), PAGE], "", "server_strange"),
    "json instead of a stream": (as_json({"choices": []}), "", "server_strange"),
    "no content type": ([b"HTTP/1.1 200 OK\r\n\r\n", HELLO], "", "server_strange"),
    "no http": ([b"SSH-2.0-OpenSSH_9.2\r\n"], "", "server_cut"),
    "nothing at all": (["close"], "", "server_cut"),
    "reset at once": ([RESET], "", "server_cut"),
    "garbage json": ([head(), HELLO, b'data: {"choices": [\n\n'], "你好", "server_strange"),
    "a list": ([head(), HELLO, b"data: []\n\n"], "你好", "server_strange"),
    "deep json": ([head(), HELLO, b"data: " + b"[" * 100_000 + b"\n\n"], "你好", "server_strange"),
    "error event": (
        [head(), HELLO, b'data: {"error": {"code": 500, "message": "cuda"}}\n\n'],
        "你好",
        "server_failed",
    ),
    "cut": ([head(), HELLO], "你好", "server_cut"),
    "cut in a line": ([head(), HELLO, b'data: {"choices": [{"te'], "你好", "server_cut"),
    "reset": ([head(), HELLO, 0.1, RESET], "你好", "server_cut"),
    "done without a reason": ([head(), HELLO, DONE], "你好", "server_cut"),
    "cut in a chunk": (
        [
            head(extra="Transfer-Encoding: chunked\r\n"),
            b"%x\r\n" % len(HELLO),
            HELLO,
            b"\r\nff\r\n",
        ],
        "你好",
        "server_cut",
    ),
    "endless line": ([head(), HELLO, b"data: " + b"x" * (1 << 21)], "你好", "server_strange"),
    "silence before": ([head(), 5.0], "", "server_silent"),
    "silence within": ([head(), HELLO, 5.0], "你好", "server_silent"),
    "only pings": ([head(), HELLO, *[b": ping\n\n", 0.2] * 30], "你好", "server_silent"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_fault_is_told_and_what_was_said_is_kept(
    name: str, server: ReplayServer, connect: Connect
) -> None:
    engine = connect()
    server.reply, said, code = BROKEN[name]

    assert listen(engine) == (said, code)

    server.reply = [head(), event("好", "stop"), DONE]
    text, end = listen(engine)
    assert text == "好"
    assert isinstance(end, Done)
    assert end.reason is Reason.END_OF_TURN


FINE: dict[str, tuple[Sequence[Step], str]] = {
    "no [DONE]": ([head(), HELLO, event("", "stop")], "你好"),
    "no [DONE], and the line stays open": ([head(), HELLO, event("", "stop"), 30.0], "你好"),
    "no usage": ([head(), HELLO, event("", "stop"), DONE], "你好"),
    "comments, fields nobody knows, CRLF": (
        [head(), b": x\r\nevent: message\r\nretry: 3\r\nfoo: bar\r\n", HELLO, event("", "stop")],
        "你好",
    ),
    "the same event twice": (
        [head(), b"id: 1\n", HELLO, *[b"id: 2\n", event("呀")] * 2, b"id: 3\n", event("", "stop")],
        "你好呀",
    ),
    "one number for all, and a word twice": (
        [head(), b"id: 1\n", HELLO, HELLO, event("", "stop")],
        "你好你好",
    ),
    "events after the end": ([head(), HELLO, event("", "stop"), event("more"), DONE], "你好"),
    "odd shapes": (
        [
            head(),
            b'data: {"choices": []}\n\n',
            b'data: {"choices": null, "usage": 3}\n\n',
            b'data: {"choices": [null], "usage": {"completion_tokens": "x"}}\n\n',
            b'data: {"choices": [{"text": 5, "finish_reason": 5}]}\n\n',
            HELLO,
            event("", "stop"),
        ],
        "你好",
    ),
    "a byte at a time": (
        [head(), *[bytes([byte]) for byte in event("心屿🌱", "stop") + DONE]],
        "心屿🌱",
    ),
    "half an emoji in each event": (
        [
            head(),
            b'data: {"choices": [{"text": "\\ud83c"}]}\n\n',
            b'data: {"choices": [{"text": "\\udf31", "finish_reason": "stop"}]}\n\n',
        ],
        "🌱",
    ),
    "characters that are none": ([head(), event("好\ufffd\ufffd", "stop")], "好"),
    "bytes that are none": ([head(), event("好X", "stop").replace(b"X", b"\xff\xfe")], "好"),
    "a think block in pieces": (
        [head(), event("<th"), event("ink>secret</thi"), event("nk>\n\n好", "stop")],
        "好",
    ),
    "a think block without an end": ([head(), event("好<think>secret", "stop")], "好"),
    "marks spelled out": ([head(), event("好<|im_end|>"), event("<|im_start|>", "stop")], "好"),
}


@pytest.mark.parametrize("name", FINE)
def test_what_a_person_sees_is_whole_and_clean(
    name: str, server: ReplayServer, connect: Connect
) -> None:
    engine = connect()
    server.reply, said = FINE[name]
    began = time.monotonic()

    text, end = listen(engine)

    assert text == said
    assert isinstance(end, Done)
    assert end.reason is Reason.END_OF_TURN
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("name", ["llama_server", "llama_server_chat", "vllm"])
def test_a_recorded_stream_is_read_to_its_end(
    name: str, server: ReplayServer, connect: Connect
) -> None:
    engine = connect()
    server.reply = [head(), recorded(name)]

    text, end = listen(engine)

    assert len(text) > 5
    assert isinstance(end, Done)
    assert end.reason is Reason.END_OF_TURN
    assert end.tokens > 3


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_where_the_network_cuts_packets_changes_nothing(
    size: int, server: ReplayServer, connect: Connect
) -> None:
    engine = connect()
    body = recorded("llama_server")
    server.reply = [head(), body]
    whole, _ = listen(engine)
    server.reply = [head(), *[body[at : at + size] for at in range(0, len(body), size)]]

    assert listen(engine)[0] == whole


def test_a_reply_longer_than_asked_for_ends_here(server: ReplayServer, connect: Connect) -> None:
    engine = connect()
    server.reply = [head(), *[event(f"{number} ") for number in range(200)]]

    text, end = listen(engine)

    assert isinstance(end, Done)
    assert end.reason is Reason.LENGTH
    assert len(text.split()) == 64


def test_a_loop_is_broken_off(server: ReplayServer, connect: Connect) -> None:
    engine = connect()
    words = ["我", "在", "听", "。"]
    server.reply = [head(), *[event(words[number % 4]) for number in range(64)], 10.0]

    _, end = listen(engine)

    assert isinstance(end, Done)
    assert end.reason is Reason.REPETITION


def test_a_stop_reaches_a_silent_server(server: ReplayServer, connect: Connect) -> None:
    engine = connect()
    server.reply = [head(), HELLO, 30.0]
    events = engine.generate(ASK)
    assert isinstance(next(events), Started)
    assert isinstance(next(events), Token)
    began = time.monotonic()
    threading.Timer(0.05, engine.cancel).start()

    *_, last = events

    assert isinstance(last, Done)
    assert last.reason is Reason.CANCELLED
    assert time.monotonic() - began < 0.3
    assert server.gone.wait(2)  # it does not go on for nobody


def test_a_stop_before_the_first_event_counts(server: ReplayServer, connect: Connect) -> None:
    engine = connect()
    server.reply = [head(), HELLO, 30.0]
    events = engine.generate(ASK)

    engine.cancel()

    assert [type(happened) for happened in events] == [Started, Done]
    assert server.replies() == []


def test_leaving_a_reply_ends_it_on_the_server(server: ReplayServer, connect: Connect) -> None:
    engine = connect()
    server.reply = [head(), HELLO, 30.0]
    events = engine.generate(ASK)
    next(events)
    next(events)

    events.close()  # type: ignore[attr-defined]

    assert server.gone.wait(2)
    server.reply = [head(), event("好", "stop")]
    assert listen(engine)[0] == "好"


def test_closing_ends_a_load(server: ReplayServer, connect: Connect) -> None:
    server.answers["/v1/models"] = [30.0]
    engine = connect(load=False)
    threading.Timer(0.1, engine.close).start()
    began = time.monotonic()

    with pytest.raises(EngineError, match="engine_closed"):
        engine.load(LoadRequest(assets_folder()))

    assert time.monotonic() - began < 1


def test_a_server_that_is_still_loading_is_waited_for(
    server: ReplayServer, connect: Connect
) -> None:
    server.answers["/v1/models"] = as_json(
        {"error": {"message": "Loading model", "type": "unavailable_error", "code": 503}}, 503
    )
    threading.Timer(0.2, server.answers.clear).start()

    assert connect().loaded is not None


def test_nobody_listens_there(connect: Connect, server: ReplayServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    engine = connect(load=False)
    place = engine._place
    object.__setattr__(place, "base", f"http://127.0.0.1:{port}")

    with pytest.raises(EngineError, match="server_unreachable"):
        engine.load(LoadRequest(assets_folder()))


LOADS: dict[str, tuple[str, Sequence[Step], str]] = {
    "key": ("/v1/models", as_json({"error": "no"}, 401), "server_refuses_key"),
    "page": ("/v1/models", [head(200, "text/html"), PAGE], "server_strange"),
    "shape": ("/v1/models", as_json({"data": 5}), "server_strange"),
    "model": ("/v1/models", as_json({"data": [{"id": "other"}]}), "server_model_missing"),
    "huge": (
        "/v1/models",
        [head(200, "application/json"), b'"' + b"x" * (9 << 20)],
        "server_strange",
    ),
    "mute": ("/v1/models", [5.0], "server_silent"),
}


@pytest.mark.parametrize("name", LOADS)
def test_what_is_wrong_is_told_when_it_loads(
    name: str, server: ReplayServer, connect: Connect
) -> None:
    path, steps, code = LOADS[name]
    server.answers[path] = steps

    with pytest.raises(EngineError) as caught:
        connect()

    assert caught.value.code == code
    assert json.dumps(caught.value.details)  # plain values, for the sentences


def test_closing_in_the_middle_of_a_reply_ends_it(server: ReplayServer, connect: Connect) -> None:
    engine = connect()
    server.reply = [head(), HELLO, 30.0]
    events = engine.generate(ASK)
    next(events)
    next(events)
    threading.Timer(0.05, engine.close).start()
    began = time.monotonic()

    *_, last = events

    assert isinstance(last, Done)
    assert last.reason is Reason.CANCELLED
    assert time.monotonic() - began < 1
    assert server.gone.wait(2)
    assert engine.loaded is None


def test_one_reply_at_a_time(server: ReplayServer, connect: Connect) -> None:
    engine = connect()
    server.reply = [head(), HELLO, 30.0]
    events = engine.generate(ASK)
    next(events)

    with pytest.raises(EngineError, match="generation_busy"):
        next(engine.generate(ASK))
    events.close()  # type: ignore[attr-defined]
