"""A server of the OpenAI kind that says, byte for byte, what a test wants to hear.

Answers the questions before a talk as llama-server does; the reply itself is a list of steps: bytes
to send, seconds to wait, or a way to break off. Real sockets on this computer.
"""

from __future__ import annotations

import json
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STREAMS = Path(__file__).parents[1] / "data" / "streams"
MARK = re.compile(r"<\|[a-z_]+\|>")
MARKS = {"<|im_end|>": 1001, "<|im_start|>": 1002, "<|endoftext|>": 1003}
RESET, CLOSE = "reset", "close"
Step = bytes | float | str
EVENT_STREAM = "text/event-stream"


def recorded(name: str) -> bytes:
    """The body of a stream as a server sent it."""
    return (STREAMS / f"{name}.sse").read_bytes()


def head(status: int = 200, kind: str = EVENT_STREAM, extra: str = "") -> bytes:
    """The beginning of an answer that ends with the connection."""
    lines = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nConnection: close\r\n{extra}\r\n"
    return lines.encode()


def event(text: str = "", finish: str | None = None, **more: Any) -> bytes:
    """One event of a completion."""
    payload = {"choices": [{"text": text, "index": 0, "finish_reason": finish}], **more}
    return b"data: " + json.dumps(payload, ensure_ascii=False).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"


@dataclass
class Asked:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class ReplayServer:
    """What it says; change it while it runs.

    Attributes:
        reply: steps of the answer to a completion that is no probe.
        answers: path -> steps, in place of what it would say by itself.
        asked: all requests so far.
        gone: set whenever a client went away in the middle of a wait.
    """

    port: int = 0
    reply: Sequence[Step] = ()
    answers: dict[str, Sequence[Step]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    gone: threading.Event = field(default_factory=threading.Event)
    models: Sequence[dict[str, Any]] = ({"id": "m"},)

    def replies(self) -> list[dict[str, Any]]:
        """The bodies of what was asked of the model, probes left out."""
        return [
            asked.body
            for asked in self.asked
            if asked.path.endswith("completions") and asked.body.get("max_tokens") != 1
        ]

    def steps(self, asked: Asked) -> Sequence[Step]:
        if asked.path in self.answers:
            return self.answers[asked.path]
        match asked.path:
            case "/v1/models":
                return as_json({"data": list(self.models)})
            case "/props":
                return as_json({"default_generation_settings": {"n_ctx": 4096}})
            case "/tokenize":
                return as_json({"tokens": tokens_of(asked.body)})
            case "/v1/completions" | "/v1/chat/completions":
                probe = asked.body.get("max_tokens") == 1
                return [head(), event("a", "length"), DONE] if probe else self.reply
        return as_json({"error": {"message": "File Not Found", "code": 404}}, 404)


def as_json(value: Any, status: int = 200) -> list[Step]:
    return [head(status, "application/json"), json.dumps(value).encode()]


def tokens_of(body: dict[str, Any]) -> list[int]:
    """A token a byte; marks are one where they are recognised."""
    text = body.get("content", body.get("prompt", ""))
    special = body.get("parse_special", True)
    tokens: list[int] = []
    place = 0
    for found in MARK.finditer(text) if special else ():
        if found.group() in MARKS:
            tokens += [*text[place : found.start()].encode(), MARKS[found.group()]]
            place = found.end()
    return [*tokens, *text[place:].encode()]


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[ReplayServer]:
    """Serve on a free port of this computer until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = ReplayServer(listener.getsockname()[1])
    over = threading.Event()

    def accept() -> None:
        while not over.is_set():
            with suppress(OSError):
                connection, _ = listener.accept()
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    def serve(connection: socket.socket) -> None:
        with suppress(OSError, ssl.SSLError, ValueError):
            if context is not None:
                connection = context.wrap_socket(connection, server_side=True)
            _answer(server, connection, over)
        with suppress(OSError):
            connection.close()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        over.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(2)


def _answer(server: ReplayServer, connection: socket.socket, over: threading.Event) -> None:
    asked = _read(connection)
    server.asked.append(asked)
    for step in server.steps(asked):
        match step:
            case bytes():
                connection.sendall(step)
            case "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            case "close":
                return
            case float() | int():
                _wait(server, connection, float(step), over)
    with suppress(OSError):
        connection.shutdown(socket.SHUT_WR)


def _wait(
    server: ReplayServer, connection: socket.socket, seconds: float, over: threading.Event
) -> None:
    """Say nothing for so long, and notice when nobody listens any more."""
    deadline = time.monotonic() + seconds
    connection.settimeout(0.02)
    while time.monotonic() < deadline and not over.is_set():
        try:
            if connection.recv(1) == b"":
                server.gone.set()
                return
        except TimeoutError:
            continue
        except OSError:
            server.gone.set()
            return


def _read(connection: socket.socket) -> Asked:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    lines, _, body = data.partition(b"\r\n\r\n")
    first, *rest = lines.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in rest)}
    while len(body) < int(headers.get("content-length", "0")):
        body += _more(connection)
    return Asked(first.split(" ")[1], headers, json.loads(body) if body else {})


def _more(connection: socket.socket) -> bytes:
    if not (part := connection.recv(65536)):
        raise OSError("gone")
    return part


Make = Callable[..., Any]
