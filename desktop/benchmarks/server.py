"""`xinyu bench server`: what the way to a server costs, with one that speaks at a set pace.

The engine is the real one, the server a few lines over a socket on this computer; with
--llama-server a real one answers too. Prints a table, or with --json one object; exit status 1
where a target is missed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import socket
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from desktop.benchmarks.figures import Figure, report
from desktop.catalogue.entries import choose_entry
from desktop.engine.base import ChatMessage, Done, GenerateRequest, LoadRequest, Sampling, Token
from desktop.engine.server.client import ServerEngine
from desktop.engine.server.place import Place, read_place
from desktop.errors import EngineError
from desktop.paths import assets_folder

STOP_LIMIT = 200.0
MANY = 5000
ASK = GenerateRequest([ChatMessage("user", "从一数到一千。")], Sampling(maximum_tokens=100_000))
LONG = GenerateRequest(ASK.messages, Sampling(temperature=1.5, top_p=1.0, maximum_tokens=900))


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="xinyu bench server", description=__doc__)
    parser.add_argument("--stops", type=int, default=100)
    parser.add_argument("--llama-server", default="", metavar="PROGRAM")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="xinyu-bench-") as folder:
        figures = _paced(Path(folder), options.stops)
        if options.llama_server:
            figures += _real(Path(folder), options.llama_server, options.stops)
    return report(figures, options.json)


def _paced(folder: Path, stops: int) -> list[Figure]:
    with _speaking() as server:
        engine = _engine(folder, f"http://127.0.0.1:{server.port}", "m", "openai")
        server.pause = 0.005
        waits = _stop_often(engine, ASK, stops)
        late = [_first_text(engine, server) for _ in range(20)]
        server.pause = 0.0
        began = time.monotonic()
        tokens = _tokens(engine, GenerateRequest(ASK.messages, Sampling(maximum_tokens=MANY)))
        rate = tokens / (time.monotonic() - began)
        engine.close()
    return [
        *_stops("a server of 200 tokens a second", waits),
        Figure("first text, behind the server's sending of it, median", _middle(late), "ms"),
        Figure("events a second that can be followed", rate, ""),
    ]


def _real(folder: Path, program: str, stops: int) -> list[Figure]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    model = choose_entry(assets_folder(), "").path
    options = ["-m", str(model), "--host", "127.0.0.1", "--port", str(port), "--alias", "m"]
    with subprocess.Popen(
        [program, *options, "-np", "1", "-c", "2048", "--offline"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            engine = _engine(folder, f"http://127.0.0.1:{port}", "m", "llama-server")
            waits = _stop_often(engine, LONG, stops)
            engine.close()
        finally:
            process.terminate()
    return _stops("llama-server with the bundled model", waits)


def _stops(of: str, waits: Sequence[float]) -> list[Figure]:
    return [
        Figure(f"stops of {of}", len(waits), ""),
        Figure("  stop to silence, median", _middle(waits), "ms"),
        Figure("  stop to silence, slowest", max(waits, default=0.0), "ms", STOP_LIMIT),
    ]


def _middle(values: Sequence[float]) -> float:
    return statistics.median(values) if values else 0.0


def _engine(folder: Path, address: str, model: str, kind: str) -> ServerEngine:
    file = folder / f"{kind}.toml"
    file.write_text(f'address = "{address}"\nmodel = "{model}"\nkind = "{kind}"\n', "utf-8")
    place: Place = read_place(file)
    engine = ServerEngine(place, assets_folder() / "chat_template.jinja")
    deadline = time.monotonic() + 60
    while True:
        try:
            engine.load(LoadRequest(file))
            return engine
        except EngineError as error:
            if error.code != "server_unreachable" or time.monotonic() > deadline:
                raise
        time.sleep(0.2)


def _stop_often(engine: ServerEngine, ask: GenerateRequest, times: int) -> list[float]:
    """Milliseconds from each stop to the end of its reply; replies that had ended do not count."""
    chance, waits = random.Random(1), []
    for _ in range(times):
        pressed: list[float] = []

        def stop(at: list[float] = pressed) -> None:
            at.append(time.monotonic())
            engine.cancel()

        timer = threading.Timer(chance.uniform(0.02, 0.4), stop)
        events = engine.generate(ask)
        timer.start()
        done = [event for event in events if isinstance(event, Done)][-1]
        ended = time.monotonic()
        timer.join()
        if done.reason == "cancelled":
            waits.append((ended - pressed[0]) * 1000)
    return waits


def _first_text(engine: ServerEngine, server: _Server) -> float:
    events = engine.generate(ASK)
    for event in events:
        if isinstance(event, Token):
            return (time.monotonic() - server.first) * 1000
    raise RuntimeError("the server said nothing")


def _tokens(engine: ServerEngine, ask: GenerateRequest) -> int:
    return next(event.tokens for event in engine.generate(ask) if isinstance(event, Done))


class _Server:
    """Says a different word again and again.

    Attributes:
        pause: seconds between two of them.
        first: when the first of the latest reply was sent.
    """

    def __init__(self, listener: socket.socket) -> None:
        self.port: int = listener.getsockname()[1]
        self.pause = 0.0
        self.first = 0.0
        self._listener = listener

    def accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            asked = _whole_request(connection)
            if asked.startswith(b"GET"):
                connection.sendall(_answer("application/json") + b'{"data": [{"id": "m"}]}')
                return
            connection.sendall(_answer("text/event-stream"))
            for number in range(MANY + 1):
                payload = {"choices": [{"text": f"{number} ", "finish_reason": None}]}
                connection.sendall(b"data: " + json.dumps(payload).encode() + b"\n\n")
                if number == 0:
                    self.first = time.monotonic()
                if self.pause:
                    time.sleep(self.pause)
            connection.sendall(b'data: {"choices": [{"text": "", "finish_reason": "stop"}]}\n\n')


def _whole_request(connection: socket.socket) -> bytes:
    """Read to its end: a connection that is closed over unread bytes is reset."""
    asked = b""
    while b"\r\n\r\n" not in asked:
        asked += connection.recv(65536)
    head, _, body = asked.partition(b"\r\n\r\n")
    found = re.search(rb"content-length: (\d+)", head.lower())
    while found and len(body) < int(found.group(1)):
        body += connection.recv(65536)
    return asked


def _answer(kind: str) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n".encode()


@contextmanager
def _speaking() -> Iterator[_Server]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = _Server(listener)
    threading.Thread(target=server.accept, daemon=True).start()
    try:
        yield server
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
