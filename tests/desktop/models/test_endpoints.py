"""Where models may come from, and who is told a token."""

from __future__ import annotations

import pytest

from desktop.errors import WorldError
from desktop.models.endpoints import Endpoint, Token, host_of, make_endpoint, may_follow


@pytest.mark.parametrize(
    ("text", "url", "kind"),
    [
        ("", "https://huggingface.co", "official"),
        ("official", "https://huggingface.co", "official"),
        (" mirror ", "https://hf-mirror.com", "mirror"),
        ("https://hub.school.example/", "https://hub.school.example", "own"),
        ("https://hub.school.example/hf", "https://hub.school.example/hf", "own"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000", "own"),
        ("http://[::1]:8000", "http://[::1]:8000", "own"),
    ],
)
def test_endpoints(text: str, url: str, kind: str) -> None:
    endpoint = make_endpoint(text)

    assert (endpoint.url, endpoint.kind) == (url, kind)


@pytest.mark.parametrize(
    "text",
    [
        "http://hub.school.example",
        "hub.school.example",
        "https://",
        "ftp://hub.example",
        "file:///etc",
        "https://user:secret@hub.example",
        "https://hub.example/?x=1",
        "https://hub.example/#x",
        "https://hub.example:99999",
        "https://hub.example:0",
        "https://hub .example",
        "https://[::1",
        "http://127.0.0.1.evil.example",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_endpoint_is_a_sentence(text: str) -> None:
    with pytest.raises(WorldError) as caught:
        make_endpoint(text)

    assert caught.value.code == "download_endpoint_bad"


def test_a_token_is_for_the_official_hub_unless_another_is_named() -> None:
    token = Token("secret")

    assert token.for_endpoint(make_endpoint("official")) == "secret"
    assert token.for_endpoint(make_endpoint("mirror")) == ""
    assert Token("secret", "hf-mirror.com").for_endpoint(make_endpoint("mirror")) == "secret"
    assert Token("secret", "hf-mirror.com").for_endpoint(Endpoint()) == ""
    assert token.for_endpoint(make_endpoint("https://huggingface.co.evil.example")) == ""
    assert token.for_endpoint(make_endpoint("https://huggingface.co:8443")) == ""


def test_hosts_are_shown_with_the_port_that_matters() -> None:
    assert host_of("https://Hub.example:443/x") == "hub.example"
    assert host_of("https://hub.example:8443") == "hub.example:8443"
    assert host_of("https://user:pw@hub.example") == "hub.example"
    assert host_of("nonsense") == ""


def test_only_encrypted_or_home() -> None:
    assert may_follow("https://cdn.example/x")
    assert may_follow("http://localhost:1/x")
    assert not may_follow("http://cdn.example/x")
    assert not may_follow("ftp://cdn.example/x")
