"""A hub on loopback that speaks the real one's protocol and misbehaves on demand.

Two servers, as in the world: the hub answers HEAD with commit, size and hash and redirects to the
storage, which is another origin and sends the bytes. Tests and `xinyu bench download` use it; it
writes down every request it gets and every byte it sends.
"""

from __future__ import annotations

import hashlib
import re
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from urllib.parse import quote, unquote, urlsplit

PIECE = 64 * 1024
COMMIT = "c" * 40
LOGIN_PAGE = b"<!DOCTYPE html><title>Welcome to our network</title>"
_RESOLVE = re.compile(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)")


@dataclass(frozen=True)
class Act:
    """How one request is answered; all of it at its default is how it should be.

    Attributes:
        status: answered instead, where not 0.
        headers: in addition.
        cut_after: bytes of the body after which the line is closed; -1: never.
        reset: closed as by a broken line, not politely.
        silent_after: bytes after which nothing more comes, while the line stays open; -1: never.
        flip: place in the file whose byte is sent wrong; -1: none.
        shift: bytes by which another part is sent than was asked for.
        lie_about_shift: and the headers say that it is the right one.
        ignore_range: the whole file is sent whatever part was asked for.
        page: a log-in page comes instead of the file.
        rate: bytes a second; 0: as fast as it goes.
    """

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_after: int = -1
    reset: bool = False
    silent_after: int = -1
    flip: int = -1
    shift: int = 0
    lie_about_shift: bool = False
    ignore_range: bool = False
    page: bool = False
    rate: int = 0


WELL = Act()


@dataclass(frozen=True)
class Break:
    """Something that happens when the storage reaches a place in the file, whatever it was asked.

    Attributes:
        place: bytes of the file that have been handed to the line.
        deed: "close" (politely), "reset" (as by a broken line), "stop" (nothing more is sent
            until the client is gone; `HubServer.on_stop` is called).
    """

    place: int
    deed: str


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    role: str
    method: str
    path: str
    headers: Mapping[str, str]


class HubServer:
    """The hub and its storage, serving one file.

    Attributes:
        asked: every request so far.
        sent: bytes of bodies handed to the line by the storage.
        commit, sha256: of what it serves; a test may change them between two requests.
        file: what it serves.
        hub_acts, storage_acts: how the next requests are answered; then well.
        always: how the storage answers when nothing is queued.
        direct: the hub sends the bytes itself, as small mirrors do, without a storage.
        breaks: what is to happen at which places, in order.
        on_stop: called from the sending thread when a break says "stop".
    """

    def __init__(self, file: Path, commit: str = COMMIT, sha256: str | None = None) -> None:
        self.file = file
        self.commit = commit
        self.sha256 = _hash(file) if sha256 is None else sha256
        self.asked: list[Asked] = []
        self.sent = 0
        self.hub_acts: deque[Act] = deque()
        self.storage_acts: deque[Act] = deque()
        self.always = WELL
        self.redirect_to = ""
        self.direct = False
        self.breaks: deque[Break] = deque()
        self.on_stop: Callable[[], None] = lambda: None
        self._count = threading.Lock()
        self._stop = threading.Event()
        self._hub = _listen(self, "hub")
        self._storage = _listen(self, "storage")

    def __enter__(self) -> HubServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The hub's address, to be used as an endpoint."""
        return f"http://127.0.0.1:{self._hub.server_address[1]}"

    @property
    def storage_url(self) -> str:
        """The storage's address: another host for everybody who compares names."""
        return f"http://localhost:{self._storage.server_address[1]}"

    def close(self) -> None:
        self._stop.set()
        for server in (self._hub, self._storage):
            server.shutdown()
            server.server_close()

    def next_act(self, role: str) -> Act:
        acts = self.hub_acts if role == "hub" else self.storage_acts
        with self._count:
            return acts.popleft() if acts else (self.always if role == "storage" else WELL)

    def note(self, asked: Asked) -> None:
        with self._count:
            self.asked.append(asked)

    def count(self, sent: int) -> None:
        with self._count:
            self.sent += sent

    def wait(self, seconds: float) -> None:
        """Sleep, but not beyond the end of the server."""
        self._stop.wait(seconds)

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()


class _Server(ThreadingHTTPServer):
    """Threads are not waited for: one that sends to nobody must not hold up the end."""

    daemon_threads = True
    block_on_close = False
    hub: HubServer
    role: str

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is what this server is for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""

    def _answer(self) -> None:
        hub = self.server.hub
        headers = {name.lower(): value for name, value in self.headers.items()}
        hub.note(Asked(self.server.role, self.command, self.path, headers))
        act = hub.next_act(self.server.role)
        if act.page:
            self._page()
        elif act.status:
            self._empty(act.status, act.headers)
        elif self.server.role == "hub":
            self._resolve(hub)
        else:
            self._send(hub, act)

    def _page(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(LOGIN_PAGE)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(LOGIN_PAGE)

    def _empty(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _resolve(self, hub: HubServer) -> None:
        found = _RESOLVE.fullmatch(unquote(urlsplit(self.path).path))
        if not found or found[3] != hub.file.name or found[2] not in ("main", hub.commit):
            code = "RevisionNotFound" if found else "EntryNotFound"
            self._empty(404, {"X-Error-Code": code})
            return
        if hub.direct and self.command == "GET":
            self._send(hub, hub.next_act("storage"))
            return
        if hub.direct:
            self._describe(hub)
            return
        target = hub.redirect_to or f"{hub.storage_url}/blob/{quote(hub.file.name)}?signed=yes"
        self._empty(
            302,
            {
                "X-Repo-Commit": hub.commit,
                "X-Linked-Etag": f'"{hub.sha256}"',
                "X-Linked-Size": str(hub.file.stat().st_size),
                "Location": target,
            },
        )

    def _describe(self, hub: HubServer) -> None:
        """The file's own headers, with the commit that every hub names."""
        self.send_response(200)
        self.send_header("X-Repo-Commit", hub.commit)
        self.send_header("ETag", f'"{hub.sha256}"')
        self.send_header("Content-Length", str(hub.file.stat().st_size))
        self.end_headers()

    def _send(self, hub: HubServer, act: Act) -> None:
        size = hub.file.stat().st_size
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(asked[1]) if asked and not act.ignore_range else 0
        if start >= size:
            self._empty(416, {"Content-Range": f"bytes */{size}"})
            return
        real = max(0, min(size, start + act.shift))
        named = start if act.lie_about_shift else real
        self.send_response(206 if asked and not act.ignore_range else 200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header(
            "Content-Length", str(size - start if act.lie_about_shift else size - real)
        )
        if asked and not act.ignore_range:
            self.send_header("Content-Range", f"bytes {named}-{size - 1}/{size}")
        for name, value in act.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self._body(hub, act, real)

    def _body(self, hub: HubServer, act: Act, place: int) -> None:
        """The bytes from `place` on, as the act wants them."""
        sent, began = 0, time.monotonic()
        if act.cut_after == 0:
            self._cut(act.reset)
            return
        with hub.file.open("rb") as file:
            file.seek(place)
            while not hub.stopped and (piece := file.read(_length(act, hub, place, sent))):
                self._put(hub, _flipped(piece, act.flip - place - sent))
                sent += len(piece)
                if sent == act.cut_after:
                    self._cut(act.reset)
                    return
                if sent == act.silent_after:
                    hub.wait(3600)
                    return
                if self._broken(hub, place + sent):
                    return
                if act.rate:
                    hub.wait(max(0.0, sent / act.rate - (time.monotonic() - began)))
        if act.lie_about_shift and act.shift > 0:
            self._put(hub, bytes(act.shift))

    def _broken(self, hub: HubServer, place: int) -> bool:
        """Whether this is where the line breaks; then it is broken."""
        if not hub.breaks or place != hub.breaks[0].place:
            return False
        deed = hub.breaks.popleft().deed
        if deed == "stop":
            hub.on_stop()
        self._cut(deed == "reset")
        return True

    def _put(self, hub: HubServer, piece: bytes) -> None:
        view = memoryview(piece)
        while view:
            count = self.connection.send(view)
            hub.count(count)
            view = view[count:]

    def _cut(self, reset: bool) -> None:
        """Close the line in the middle: politely, or as if somebody had pulled the cable."""
        self.close_connection = True
        if reset:
            now = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
        self.connection.close()


def _length(act: Act, hub: HubServer, place: int, sent: int) -> int:
    """Bytes of the next piece: a cut falls on the very byte."""
    stops = [stop - sent for stop in (act.cut_after, act.silent_after) if stop > sent]
    stops += [one.place - place - sent for one in list(hub.breaks)[:1] if one.place > place + sent]
    return min([PIECE, *stops, *([max(1, act.rate // 20)] if act.rate else [])])


def _flipped(piece: bytes, place: int) -> bytes:
    if not 0 <= place < len(piece):
        return piece
    changed = bytearray(piece)
    changed[place] ^= 1
    return bytes(changed)


def _listen(hub: HubServer, role: str) -> _Server:
    server = _Server(("127.0.0.1", 0), _Handler)
    server.hub, server.role = hub, role
    # A small buffer, so that what was handed to the line is nearly what has left.
    server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, PIECE)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server


def _hash(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def write_model(path: Path, size: int, seed: int = 1) -> Path:
    """A file of exactly `size` bytes whose header is a model's and whose rest is noise.

    No engine could run it; everything that looks at files takes it for one.
    """
    import random

    noise = random.Random(seed)
    pairs = (
        ("general.architecture", "qwen3"),
        ("general.name", path.stem),
        ("tokenizer.chat_template", "{% for m in messages %}{{ m.content }}{% endfor %}"),
    )
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, len(pairs))
    for key, value in pairs:
        head += _string(key) + struct.pack("<I", 8) + _string(value)
    end = len(head) + len(_string("noise")) + 4 + 8 + 4 + 8
    start = -(-end // 32) * 32
    head += _string("noise") + struct.pack("<IQIQ", 1, size - start, 24, 0)
    with path.open("wb") as file:
        file.write(head.ljust(start, b"\0"))
        left = size - start
        while left > 0:
            left -= file.write(noise.randbytes(min(left, 1 << 22)))
    return path


def _string(text: str) -> bytes:
    data = text.encode("utf-8")
    return struct.pack("<Q", len(data)) + data
