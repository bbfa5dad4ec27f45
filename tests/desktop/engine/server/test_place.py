"""server.toml: what is let through, and what is said of what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.engine.server.place import Kind, checked_address, read_place, sampling_of
from desktop.errors import EngineError


def write(folder: Path, text: str) -> Path:
    file = folder / "server.toml"
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize(
    ("address", "base", "host", "loopback"),
    [
        ("https://ai.school.example", "https://ai.school.example", "ai.school.example", False),
        ("https://ai.school.example/v1/", "https://ai.school.example", "ai.school.example", False),
        ("https://A.example:8443/llm/v1", "https://a.example:8443/llm", "a.example:8443", False),
        ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080", "127.0.0.1:8080", True),
        ("http://localhost:8080", "http://127.0.0.1:8080", "127.0.0.1:8080", True),
        ("http://[::1]:8080", "http://[::1]:8080", "[::1]:8080", True),
        ("https://10.0.0.4", "https://10.0.0.4", "10.0.0.4", False),
        ("https://学校.example", "https://xn--54q901j.example", "xn--54q901j.example", False),
    ],
)  # fmt: skip
def test_https_and_this_computer_are_let_through(
    address: str, base: str, host: str, loopback: bool
) -> None:
    if "学校" in address:
        base = base.replace("xn--54q901j", "学校".encode("idna").decode())
        host = host.replace("xn--54q901j", "学校".encode("idna").decode())

    assert checked_address(address) == (base, host, loopback)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ai.school.example",
        "http://ai.school.example/v1",
        "http://192.168.1.20:8080",
        "http://10.0.0.1",
        "http://0.0.0.0:8080",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://127.1:8080",
        "http://user@127.0.0.1:8080",
        "http://127.0.0.1:8080@evil.example/",
        "https://name:secret@ai.school.example",
        "https://ai.school.example/v1?key=secret",
        "https://ai.school.example/#v1",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "https://",
        "http://[::1",
        "https://ai.school.example:port",
        "http://[::ffff:192.168.1.1]:8080",
    ],
)
def test_anything_else_is_refused_in_one_sentence(address: str, tmp_path: Path) -> None:
    with pytest.raises(EngineError) as caught:
        read_place(write(tmp_path, f'address = "{address}"'))

    assert caught.value.code == "server_address_refused"
    assert "secret" not in str(caught.value) or "?" in address


def test_a_whole_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("sk-123\n", "utf-8")
    place = read_place(
        write(
            tmp_path,
            'address = "https://ai.school.example"\nkind = "vllm"\nmodel = "xinyu-4b"\n'
            'key_file = "key"\ncontext = 8192\nwrites_memory = true\n'
            'operator = {zh = "第一中学", en = "First School"}\n'
            "[sampling]\ntemperature = 1\nmaximum_tokens = 300\n[patience]\nfirst = 30\n",
        )
    )

    assert (place.kind, place.model, place.context) == (Kind.VLLM, "xinyu-4b", 8192)
    assert place.key() == "sk-123"
    assert place.operator == {"zh": "第一中学", "en": "First School"}
    assert place.patience.first == 30
    assert sampling_of(place) == {"temperature": 1.0, "maximum_tokens": 300}


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        'address = "https://a.example"\nkind = "ollama"\ncontext = 10\nsecrets = 1\n'
        "writes_memory = 3\n[sampling]\nheat = 2\n[patience]\nfirst = 0\n",
    )

    with pytest.raises(EngineError) as caught:
        read_place(file)

    faults = str(caught.value.details["faults"])
    assert caught.value.code == "server_config_bad"
    for name in ("ollama", "context", "secrets", "writes_memory", "heat", "patience.first"):
        assert name in faults


@pytest.mark.parametrize("content", [b"\xff\xfe", b"address = ", b"[[[", b"a" * 100_000])
def test_a_file_that_is_none(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "server.toml"
    file.write_bytes(content)

    with pytest.raises(EngineError, match="server_config_bad"):
        read_place(file)


@pytest.mark.parametrize("content", ["", "  \n", "a b", "a\nb", "schlüssel", "x" * 5000])
def test_a_key_that_cannot_be_one(content: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(content, "utf-8")
    place = read_place(write(tmp_path, 'address = "https://a.example"\nkey_file = "key"'))

    with pytest.raises(EngineError, match="server_key_unreadable") as caught:
        place.key()

    assert not content.strip() or content not in str(caught.value)


def test_a_key_file_that_is_not_there(tmp_path: Path) -> None:
    place = read_place(write(tmp_path, 'address = "https://a.example"\nkey_file = "none"'))

    with pytest.raises(EngineError, match="server_key_unreadable"):
        place.key()
