"""Where models are fetched from, and who may be told the token; pure, opens nothing.

A token is a person's key to private models. It goes to the host it was named for and to no other,
whatever an answer redirects to.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from desktop.errors import WorldError

OFFICIAL = "https://huggingface.co"
MIRROR = "https://hf-mirror.com"
NAMED = {"official": OFFICIAL, "mirror": MIRROR}
LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Endpoint:
    """A server that speaks the hub's protocol; made by `make_endpoint`.

    Attributes:
        url: without a slash at its end.
    """

    url: str = OFFICIAL

    @property
    def host(self) -> str:
        """Host, with the port where it is not the usual one; what sentences name."""
        return host_of(self.url)

    @property
    def kind(self) -> str:
        """ "official", "mirror" or "own"."""
        return next((name for name, url in NAMED.items() if url == self.url), "own")


@dataclass(frozen=True)
class Token:
    """A secret and the one host it is for; never shown, logged or written down.

    Attributes:
        host: as `Endpoint.host` writes it; the official hub's unless the person named another.
    """

    secret: str
    host: str = "huggingface.co"

    def __repr__(self) -> str:
        return f"Token(host={self.host!r})"

    def for_endpoint(self, endpoint: Endpoint) -> str:
        """The secret where this endpoint is who it is for, else ""."""
        return self.secret if endpoint.host == self.host else ""


def make_endpoint(text: str) -> Endpoint:
    """From "", "official", "mirror" or an address: https, or http on this very computer.

    Raises WorldError("download_endpoint_bad").
    """
    text = text.strip()
    if not text:
        return Endpoint()
    url = NAMED.get(text, text).rstrip("/")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise WorldError("download_endpoint_bad", address=text) from error
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    bare = not (parts.username or parts.password or parts.query or parts.fragment)
    spaced = any(sign.isspace() or sign in '\\"<>' for sign in url)
    if not (safe and host and bare and port != 0) or spaced:
        raise WorldError("download_endpoint_bad", address=text)
    return Endpoint(url)


def host_of(url: str) -> str:
    """Host of an address, with a port that is not the scheme's own; "" where there is none."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    try:
        port = parts.port
    except ValueError:
        port = None
    return host if port in (None, _PORTS.get(parts.scheme)) else f"{host}:{port}"


def may_follow(url: str) -> bool:
    """Whether an answer may send us to this address: encrypted, or on this very computer."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
