"""The key, certificates, proxies and redirects: nothing goes where it was not meant to go."""

from __future__ import annotations

import datetime
import logging
import ssl
import threading
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from desktop.engine.base import ChatMessage, GenerateRequest, LoadRequest, Token
from desktop.engine.server.client import ServerEngine
from desktop.engine.server.place import read_place
from desktop.errors import EngineError
from tests.desktop.engine.server.conftest import QUICK, TEMPLATE, Connect
from tests.support.replay_server import DONE, ReplayServer, as_json, event, head, serving

ASK = GenerateRequest([ChatMessage("user", "秘密的话")])
KEY = "sk-very-secret-1234"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that signs itself, and its key, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "School")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "school.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
def secure(authority: Path) -> Iterator[ReplayServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority)
    with serving(context) as running:
        running.reply = [head(), event("好", "stop"), DONE]
        yield running


def engine_at(folder: Path, port: int, lines: str = "") -> ServerEngine:
    (folder / "key").write_text(KEY, "ascii")
    file = folder / "server.toml"
    file.write_text(
        f'address = "https://127.0.0.1:{port}"\nmodel = "m"\nkey_file = "key"\n{lines}\n{QUICK}'
    )
    return ServerEngine(read_place(file), TEMPLATE)


def said(engine: ServerEngine) -> str:
    return "".join(found.text for found in engine.generate(ASK) if isinstance(found, Token))


def test_the_named_authority_is_trusted(
    secure: ReplayServer, authority: Path, tmp_path: Path
) -> None:
    engine = engine_at(tmp_path, secure.port, f'certificate = "{authority.as_posix()}"')
    try:
        engine.load(LoadRequest(tmp_path))
        assert said(engine) == "好"
    finally:
        engine.close()

    assert {asked.headers["authorization"] for asked in secure.asked} == {f"Bearer {KEY}"}
    assert {asked.headers.get("cookie") for asked in secure.asked} == {None}


def test_an_unknown_certificate_gets_nothing(secure: ReplayServer, tmp_path: Path) -> None:
    engine = engine_at(tmp_path, secure.port)

    with pytest.raises(EngineError, match="server_certificate"):
        engine.load(LoadRequest(tmp_path))
    engine.close()

    assert secure.asked == []


def test_a_server_that_speaks_no_tls(server: ReplayServer, tmp_path: Path) -> None:
    engine = engine_at(tmp_path, server.port)

    with pytest.raises(EngineError, match="server_"):
        engine.load(LoadRequest(tmp_path))
    engine.close()

    assert server.asked == []


def test_a_certificate_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "none.pem").write_text("no certificate")
    engine = engine_at(tmp_path, 9, 'certificate = "none.pem"')

    with pytest.raises(EngineError, match="server_certificate_unreadable"):
        engine.load(LoadRequest(tmp_path))
    engine.close()


def test_no_redirect_is_followed(server: ReplayServer, connect: Connect) -> None:
    with serving() as other:
        engine = connect()
        to = f"Location: http://127.0.0.1:{other.port}/v1/completions\r\n"
        for status in (301, 302, 307, 308):
            server.reply = [head(status, extra=to)]
            with pytest.raises(EngineError, match="server_redirects"):
                said(engine)

        assert other.asked == []


def test_cookies_are_not_given_back(server: ReplayServer, connect: Connect) -> None:
    engine = connect()
    server.reply = [head(extra="Set-Cookie: who=you\r\n"), event("好", "stop"), DONE]

    said(engine)
    said(engine)

    assert all("cookie" not in asked.headers for asked in server.asked)


def test_this_computer_needs_no_proxy(
    server: ReplayServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.reply = [head(), event("好", "stop"), DONE]

    assert said(connect()) == "好"


def test_the_proxy_of_the_environment_is_asked_for_others(
    server: ReplayServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{server.port}")
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{server.port}")
    server.answers["ai.school.example:443"] = as_json({"error": "no"}, 403)
    file = tmp_path / "server.toml"
    file.write_text(f'address = "https://ai.school.example"\nmodel = "m"\nkey_file = "k"\n{QUICK}')
    (tmp_path / "k").write_text(KEY)
    engine = ServerEngine(read_place(file), TEMPLATE)

    with pytest.raises(EngineError, match="server_proxy"):
        engine.load(LoadRequest(file))
    engine.close()

    asked = server.asked[0]
    assert asked.path == "ai.school.example:443"
    assert KEY not in str(asked.headers)  # the key is for the server, not for the proxy


def test_neither_key_nor_words_are_logged(
    secure: ReplayServer, authority: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    engine = engine_at(tmp_path, secure.port, f'certificate = "{authority.as_posix()}"')
    engine.load(LoadRequest(tmp_path))
    said(engine)
    secure.reply = as_json({"error": {"message": f"bad key {KEY} for 秘密的话"}}, 401)
    with pytest.raises(EngineError) as caught:
        said(engine)
    engine.close()

    for text in (caplog.text, str(caught.value)):
        assert KEY not in text
        assert "秘密" not in text


def test_no_thread_is_left(server: ReplayServer, connect: Connect) -> None:
    server.reply = [head(), event("好", "stop"), DONE]
    engine = connect()
    said(engine)

    engine.close()
    engine.close()

    assert "server wire" not in [thread.name for thread in threading.enumerate()]
