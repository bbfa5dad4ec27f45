"""The HTTP client that huggingface-hub is given: its own, with what it does not look after.

- The token is set here and nowhere else, for requests to the endpoint's own origin alone.
- What the app is and has installed is told to nobody: one plain user agent, no ids.
- Nothing goes anywhere but to the endpoint and where it sent us. (The library would ask
  huggingface.co for a list of programs, to name the one it runs in, whatever the endpoint is.)
- Nothing goes to an address that is neither encrypted nor on this computer.
- An answer is looked at before a byte of it counts: a log-in page, another part of the file than
  was asked for, another size, a packed body.
- A cut ends the transfer at once, so that it is begun again from here with a fresh address; the
  library would go on by itself with one that may have run out.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import httpx2

from desktop.models.endpoints import host_of, may_follow
from desktop.models.fetcher.faults import ASKED_TO_WAIT, FetchError

AGENT = "xinyu"
_SENT = ("host", "accept", "accept-encoding", "connection", "range", "user-agent")
_RANGE = re.compile(r"bytes=(\d+)-")
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
# Of the hub's own header, e.g. "api";r=0;t=55: seconds until requests are taken again.
_RESET = re.compile(r"\bt=(\d{1,9})\b")
PLAIN_WAIT, LONGEST_WAIT = 60.0, 24 * 3600.0


class Guard:
    """Looks at every request and answer of one order.

    Args:
        endpoint: address of the hub.
        token: for its origin, or "".
        name: of the file, for sentences.
        size: of the whole file; 0: not known yet.
    """

    def __init__(self, endpoint: str, token: str, name: str, size: int) -> None:
        self._origin = _origin(httpx2.URL(endpoint))
        self._known = {self._origin}
        self._host = host_of(endpoint)
        self._token = token
        self._name = name
        self._size = size

    def client(self) -> httpx2.Client:
        """The client; proxies and certificates come from the system's settings."""
        return httpx2.Client(
            event_hooks={"request": [self.on_request], "response": [self.on_response]},
            follow_redirects=True,
            trust_env=True,
        )

    def on_request(self, request: httpx2.Request) -> None:
        """Send what is needed and nothing else."""
        if _origin(request.url) not in self._known or not may_follow(str(request.url)):
            raise FetchError("download_not_a_hub", host=self._host)
        for header in list(request.headers):
            if header.lower() not in _SENT:
                del request.headers[header]
        request.headers["User-Agent"] = AGENT
        request.headers["Accept-Encoding"] = "identity"
        if self._token and _origin(request.url) == self._origin:
            request.headers["Authorization"] = f"Bearer {self._token}"

    def on_response(self, response: httpx2.Response) -> None:
        """Raise FetchError for an answer that cannot be what was asked for."""
        host = host_of(str(response.request.url))
        if response.status_code == ASKED_TO_WAIT:
            raise _asked_to_wait(response, host)
        if response.is_redirect:
            self._check_redirect(response)
        elif response.is_success:
            self._check_content(response, host)
        if isinstance(response.stream, httpx2.SyncByteStream):
            response.stream = _Cut(response.stream)

    def _check_redirect(self, response: httpx2.Response) -> None:
        """The hub names the commit when it sends us to its storage; a log-in page does not."""
        target = response.request.url.join(response.headers.get("Location", ""))
        leaves = target.host != response.request.url.host
        if not may_follow(str(target)):
            raise FetchError("download_captive", host=self._host)
        from_hub = _origin(response.request.url) == self._origin
        known = "X-Repo-Commit" in response.headers or target.host == "huggingface.co"
        if from_hub and leaves and not known:
            raise FetchError("download_captive", host=self._host)
        self._known.add(_origin(target))

    def _check_content(self, response: httpx2.Response, host: str) -> None:
        kind = response.headers.get("Content-Type", "").lower()
        if kind.startswith(("text/html", "application/xhtml")):
            raise FetchError("download_captive", host=host)
        if response.request.method != "GET":
            return
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise FetchError("download_wrong_range", again=True, host=host)
        start, total = _answered(response)
        if start != _asked(response.request) and response.status_code == 206:
            raise FetchError("download_wrong_range", again=True, host=host)
        if self._size and total not in (None, self._size):
            raise FetchError("download_changed", keep=False, name=self._name)


class _Cut(httpx2.SyncByteStream):
    """A body whose end by accident is always the same exception."""

    def __init__(self, stream: httpx2.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._stream
        except httpx2.TimeoutException as error:
            raise FetchError("download_stalled", again=True, host="") from error
        except httpx2.TransportError as error:
            raise FetchError("download_cut", again=True, host="") from error

    def close(self) -> None:
        self._stream.close()


def _asked_to_wait(response: httpx2.Response, host: str) -> FetchError:
    wait = min(_wait_of(response.headers), LONGEST_WAIT)
    minutes = max(1, round(wait / 60))
    return FetchError("download_too_many", again=True, wait=wait, host=host, minutes=minutes)


def _wait_of(headers: httpx2.Headers) -> float:
    """Seconds, from any of the three ways in which servers say it; a minute where none does."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    if text:
        try:
            return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
        except (ValueError, TypeError, OverflowError):
            return PLAIN_WAIT
    reset = _RESET.search(headers.get("RateLimit", ""))
    return float(reset[1]) if reset else PLAIN_WAIT


def _asked(request: httpx2.Request) -> int:
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    return int(found[1]) if found else 0


def _answered(response: httpx2.Response) -> tuple[int, int | None]:
    """First byte of the answer and length of the whole file; -1 where that makes no sense."""
    if response.status_code == 206:
        found = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", "").strip())
        if not found:
            return -1, None
        return int(found[1]), None if found[3] == "*" else int(found[3])
    length = response.headers.get("Content-Length", "")
    return 0, int(length) if length.isascii() and length.isdigit() else None


def _origin(url: httpx2.URL) -> tuple[str, str, int]:
    port = url.port or {"https": 443, "http": 80}.get(url.scheme, 0)
    return url.scheme, url.host, port
