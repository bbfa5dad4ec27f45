"""Every way a transfer can fail -> one code of a sentence, and whether trying again may help."""

from __future__ import annotations

import errno
import ssl
from collections.abc import Iterator
from urllib.request import getproxies, proxy_bypass

import httpx2
from huggingface_hub.errors import FileMetadataError, HfHubHTTPError

from desktop.models.endpoints import host_of

UNAUTHORISED = (401, 403)
GONE = (404, 410)
ASKED_TO_WAIT = 429
TRY_AGAIN_FROM = 500


class FetchError(Exception):
    """A failure that has a sentence.

    Attributes:
        code: of the sentence.
        details: for its placeholders.
        again: trying again, by itself and soon, may help.
        keep: what arrived stays worth keeping.
        wait: seconds the server asked for; None: it did not.
    """

    def __init__(
        self,
        code: str,
        *,
        again: bool = False,
        keep: bool = True,
        wait: float | None = None,
        **details: str | int,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.again = again
        self.keep = keep
        self.wait = wait
        self.details = details


def fault_of(error: BaseException, endpoint: str, name: str) -> FetchError:
    """The fault behind an exception of the transfer; what nobody expected is a cut line.

    Args:
        endpoint: address of the hub.
        name: of the file.
    """
    host = host_of(str(_request_url(error) or endpoint)) or host_of(endpoint)
    for cause in _causes(error):
        if isinstance(cause, FetchError):
            return cause
        if isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError):
            return FetchError("download_cut", again=True, host=host)  # a cut during the greeting
        if isinstance(cause, ssl.SSLError):
            return FetchError("download_certificate", host=host)
        if isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT):
            return FetchError("download_disk_full", name=name)
    if isinstance(error, HfHubHTTPError) and error.response is not None:
        return status_fault(error.response.status_code, host, name)
    if isinstance(error, FileMetadataError):
        return FetchError("download_not_a_hub", host=host)
    return _line_fault(error, host, name)


def status_fault(status: int, host: str, name: str) -> FetchError:
    """What an answer's status means."""
    if status in UNAUTHORISED:
        return FetchError("download_forbidden", host=host, name=name)
    if status in GONE:
        return FetchError("download_not_found", host=host, name=name)
    if status == 407:
        return FetchError("download_proxy", proxy=proxy_for(host) or host)
    if status >= TRY_AGAIN_FROM or status == 408:
        return FetchError("download_server_down", again=True, host=host, status=status)
    return FetchError("download_refused", host=host, status=status)


def _line_fault(error: BaseException, host: str, name: str) -> FetchError:
    proxy = proxy_for(host)
    if isinstance(error, httpx2.ProxyError) or (proxy and isinstance(error, httpx2.ConnectError)):
        return FetchError("download_proxy", again=True, proxy=proxy or host)
    if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout):
        return FetchError("download_no_line", again=True, host=host)
    if isinstance(error, httpx2.InvalidURL | httpx2.UnsupportedProtocol | httpx2.TooManyRedirects):
        return FetchError("download_not_a_hub", host=host)
    if isinstance(error, httpx2.TimeoutException):
        return FetchError("download_stalled", again=True, host=host)
    if isinstance(error, OSError) and error.errno is not None:
        return FetchError("download_disk_refused", name=name)
    return FetchError("download_cut", again=True, host=host)


def proxy_for(host: str) -> str:
    """Host of the proxy that stands between, without what it wants as a password; else ""."""
    proxies = getproxies()
    address = proxies.get("https") or proxies.get("all") or proxies.get("http") or ""
    if not address or proxy_bypass(host):
        return ""
    return host_of(address if "://" in address else f"http://{address}")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and what it came from; the chain may be cyclic."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _request_url(error: BaseException) -> httpx2.URL | None:
    if not isinstance(error, httpx2.RequestError):
        return None
    try:
        return error.request.url
    except RuntimeError:  # no request was made
        return None
