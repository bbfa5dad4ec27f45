"""Asks the server over HTTP, in a thread of its own: the one module that speaks to a network.

An event loop runs in that thread, so that a cancel closes the socket at once, whatever the server
is doing. No redirect is followed, no cookie kept; the key goes to the address that was set and is
never logged. For this computer no proxy is asked; for others the environment's proxies are.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import ssl
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

import httpx2

from desktop.engine.server.faults import fault, of_payload, of_status
from desktop.engine.server.place import Place
from desktop.engine.server.stream import Cancelled, End, Stream
from desktop.errors import EngineError

LONGEST_ANSWER = 8 * 1024 * 1024
LONGEST_EVENT = 1024 * 1024
CONNECTIONS = 8
STOP_SECONDS = 2.0
LOOK_SECONDS = 0.05
T = TypeVar("T")
_log = logging.getLogger(__name__)


class Wire:
    """One server. Methods block; `cancel` and `close` may be called from any thread.

    Args:
        place: the server.
        key: sent with every request; "" for none.
        stopped: whether what is asked is not wanted any more; looked at while it is waited for.
    """

    def __init__(self, place: Place, key: str, stopped: Callable[[], bool] = lambda: False) -> None:
        self._place = place
        self._key = key
        self._stopped = stopped
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._client: httpx2.AsyncClient | None = None
        self._asked: set[Future[Any]] = set()
        self._stream: Stream | None = None
        for name in ("httpx2", "httpcore2"):
            # They tell every address that is asked, several times a turn.
            logging.getLogger(name).setLevel(logging.WARNING)

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The parsed answer to one question; raises EngineError or Cancelled."""
        return self.ask_all([(path, body)])[0]

    def ask_all(self, questions: list[tuple[str, dict[str, Any] | None]]) -> list[Any]:
        """Several at once, over a handful of connections."""

        async def together() -> list[Any]:
            gate = asyncio.Semaphore(CONNECTIONS)

            async def one(path: str, body: dict[str, Any] | None) -> Any:
                async with gate:
                    return await self._answer(path, body)

            return await asyncio.gather(*(one(path, body) for path, body in questions))

        return self._wait(together())

    def stream(self, path: str, body: dict[str, Any]) -> Stream:
        """Begin to hear a reply."""
        stream = self._stream = Stream()
        stream.begin(self._run(self._hear(stream, path, body)))
        return stream

    def cancel(self) -> None:
        """End whatever is under way."""
        stream = self._stream
        if stream is not None:
            stream.cancel()
        with self._lock:
            asked = list(self._asked)
        for future in asked:
            future.cancel()

    def close(self) -> None:
        """End everything and the thread; the next question starts another."""
        self.cancel()
        with self._lock:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop is None or thread is None:
            return
        loop.call_soon_threadsafe(loop.stop)
        if thread is not threading.current_thread():
            thread.join(STOP_SECONDS)

    # In the calling thread

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        future = self._run(work)
        with self._lock:
            self._asked.add(future)
        try:
            while True:
                try:
                    return future.result(LOOK_SECONDS)
                except TimeoutError:
                    if self._stopped():
                        future.cancel()
        except CancelledError:
            raise Cancelled from None
        finally:
            with self._lock:
                self._asked.discard(future)

    def _run(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                name = "server wire"
                self._thread = threading.Thread(
                    target=_turn, args=(self._loop, self._leave), name=name, daemon=True
                )
                self._thread.start()
            return asyncio.run_coroutine_threadsafe(work, self._loop)

    # In the loop's thread

    async def _leave(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def _connected(self) -> httpx2.AsyncClient:
        if self._client is None:
            self._client = make_client(self._place, self._key)
        return self._client

    async def _answer(self, path: str, body: dict[str, Any] | None) -> Any:
        self._connected()  # reading the system's authorities takes long, and is not the server's
        silence = self._place.patience.silence
        async with self._patience(silence), self._opened(path, body) as response:
            text = await _text(self._place, response)
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise fault(self._place, "server_strange", what="JSON") from error

    async def _hear(self, stream: Stream, path: str, body: dict[str, Any]) -> None:
        try:
            await self._listen(stream, path, body)
            stream.put(End())
        except EngineError as error:
            stream.put(error)
        except Exception as error:  # whatever it is, nobody is to wait for ever for the rest
            _log.error("a stream failed: %s", type(error).__name__)
            stream.put(fault(self._place, "server_strange", what=type(error).__name__))

    async def _listen(self, stream: Stream, path: str, body: dict[str, Any]) -> None:
        """Puts payloads until the stream says that it is done, or ends."""
        self._connected()
        loop, waits = asyncio.get_running_loop(), self._place.patience
        async with self._patience(waits.first) as limit, self._opened(path, body) as response:
            kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != "text/event-stream":
                raise fault(self._place, "server_strange", what=kind[:60] or "?")
            told = _Told()
            async for event in httpx2.EventSource(response, LONGEST_EVENT):
                limit.reschedule(loop.time() + waits.silence)
                if told.before(event.id, event.data):
                    continue
                if event.data.strip() == "[DONE]":
                    return
                if event.data.strip():
                    stream.put(self._payload(event.data))
                while stream.crowded:
                    limit.reschedule(loop.time() + waits.silence)
                    await asyncio.sleep(0.01)

    def _payload(self, data: str) -> dict[str, Any]:
        try:
            payload = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise fault(self._place, "server_strange", what="JSON") from error
        if not isinstance(payload, dict):
            raise fault(self._place, "server_strange", what="JSON")
        if (told := of_payload(self._place, payload)) is not None:
            raise told
        return payload

    @contextlib.asynccontextmanager
    async def _patience(self, seconds: float) -> AsyncIterator[asyncio.Timeout]:
        """Silence counts from the last event, so that a server that only pings is silent too.

        To connect has its own limit, for the address and for TLS, and that one ends first: a
        handshake that is cancelled from outside leaves its socket to the garbage collector.
        """
        try:
            async with asyncio.timeout(seconds + 2 * self._place.patience.connect) as limit:
                yield limit
        except TimeoutError as error:
            raise fault(self._place, "server_silent") from error

    @contextlib.asynccontextmanager
    async def _opened(
        self, path: str, body: dict[str, Any] | None
    ) -> AsyncIterator[httpx2.Response]:
        """An answer with status 200; every other end is an EngineError."""
        try:
            response = await self._sent(path, body)
        except httpx2.HTTPError as error:
            raise self._broken(error, "server_unreachable") from error
        try:
            if response.status_code != 200:
                raise of_status(self._place, response.status_code, await _start(response))
            yield response
        except httpx2.SSEError as error:
            raise fault(self._place, "server_strange", what="event-stream") from error
        except httpx2.HTTPError as error:
            raise self._broken(error, "server_cut") from error
        finally:
            await response.aclose()

    async def _sent(self, path: str, body: dict[str, Any] | None) -> httpx2.Response:
        """A connection that the server closed while it idled is opened again, once."""
        client = self._connected()
        client.cookies.clear()
        method = "GET" if body is None else "POST"
        address = self._place.base + path
        for last in (False, True):
            request = client.build_request(method, address, json=body)
            try:
                return await client.send(request, stream=True)
            except (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError):
                if last:
                    raise
        raise AssertionError("the second try returns or raises")

    def _broken(self, error: httpx2.HTTPError, code: str) -> EngineError:
        if isinstance(error, httpx2.TimeoutException):
            timed_out = "server_unreachable" if code == "server_unreachable" else "server_silent"
            return fault(self._place, timed_out)
        if _has(error, ssl.SSLError):
            return fault(self._place, "server_certificate")
        if isinstance(error, httpx2.ProxyError):
            return fault(self._place, "server_proxy")
        if isinstance(error, httpx2.RemoteProtocolError | httpx2.ReadError):
            return fault(self._place, "server_cut")
        return fault(self._place, code)


def make_client(place: Place, key: str) -> httpx2.AsyncClient:
    """The client of one place; the system's authorities are trusted, or the one that is named."""
    headers = {"User-Agent": "xinyu", "Accept-Encoding": "identity"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    return httpx2.AsyncClient(
        headers=headers,
        verify=_authorities(place),
        trust_env=not place.loopback,
        follow_redirects=False,
        timeout=httpx2.Timeout(None, connect=place.patience.connect, pool=None),
        limits=httpx2.Limits(max_connections=CONNECTIONS + 2, keepalive_expiry=30.0),
    )


def _authorities(place: Place) -> ssl.SSLContext | bool:
    if place.certificate is None:
        return True
    try:
        return ssl.create_default_context(cafile=str(place.certificate))
    except (OSError, ssl.SSLError) as error:
        file = str(place.certificate)
        raise EngineError("server_certificate_unreadable", file=file) from error


class _Told:
    """Notices an event that is told twice, by its number.

    By the rules of event streams a number counts until the next one comes: a server that sends
    only one numbers nothing by it.
    """

    def __init__(self) -> None:
        self._last = ("", "")
        self._numbers: set[str] = set()

    def before(self, number: str, data: str) -> bool:
        if len(self._numbers) < 2:
            self._numbers.add(number)
        twice = len(self._numbers) > 1 and number != "" and (number, data) == self._last
        self._last = (number, data)
        return twice


async def _text(place: Place, response: httpx2.Response) -> str:
    parts: list[bytes] = []
    size = 0
    async for part in response.aiter_bytes():
        parts.append(part)
        size += len(part)
        if size > LONGEST_ANSWER:
            raise fault(place, "server_strange", what=f"> {LONGEST_ANSWER} B")
    return b"".join(parts).decode("utf-8", "replace")


async def _start(response: httpx2.Response) -> str:
    """The first words of a refusal; a server that does not finish it is not waited for."""
    parts: list[bytes] = []
    with contextlib.suppress(httpx2.HTTPError, TimeoutError):
        async with asyncio.timeout(1.0):
            async for part in response.aiter_bytes(4096):
                parts.append(part)
                if len(parts) * 4096 >= 16_384:
                    break
    return b"".join(parts).decode("utf-8", "replace")


def _has(error: BaseException, kind: type[BaseException]) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, kind):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _turn(loop: asyncio.AbstractEventLoop, leave: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """The life of the loop's thread; at its end nothing is left open."""
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        deadline = time.monotonic() + STOP_SECONDS
        while asyncio.all_tasks(loop) and time.monotonic() < deadline:
            loop.run_until_complete(asyncio.sleep(0.01))
        loop.run_until_complete(leave())
        loop.run_until_complete(asyncio.sleep(0.02))  # closed connections say so a moment later
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()
