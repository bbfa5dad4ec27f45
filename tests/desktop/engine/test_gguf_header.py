"""What is wrong with a model file is known before a process is started."""

from __future__ import annotations

import io
import os
import struct
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.engine.gguf_header import (
    _NonsenseError,
    _RunsOutError,
    check_model_file,
    read_header,
)
from desktop.errors import ModelFileError
from tests.support.tiny_gguf import write_tiny_gguf


def code(path: Path) -> str:
    with pytest.raises(ModelFileError) as caught:
        check_model_file(path)
    assert caught.value.details["name"] == path.name
    return caught.value.code


def test_a_good_file_tells_what_it_is(tmp_path: Path) -> None:
    header = check_model_file(write_tiny_gguf(tmp_path / "小 模型 😀.gguf"))
    assert (header.architecture, header.layers, header.train_context) == ("qwen3", 2, 2048)
    assert "im_start" in header.chat_template


def test_the_end_it_computes_is_the_file_s_end(tmp_path: Path) -> None:
    path = write_tiny_gguf(tmp_path / "a.gguf")
    header = check_model_file(path)
    assert path.stat().st_size - 32 < header.end <= path.stat().st_size


def test_missing_and_folders(tmp_path: Path) -> None:
    assert code(tmp_path / "no.gguf") == "model_missing"
    assert code(tmp_path) == "model_missing"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all files")
def test_unreadable(tmp_path: Path) -> None:
    path = write_tiny_gguf(tmp_path / "a.gguf")
    path.chmod(0)
    assert code(path) == "model_unreadable"


def test_not_gguf(tmp_path: Path) -> None:
    path = tmp_path / "a.gguf"
    path.write_bytes(b"PK\3\4" + bytes(100))
    assert code(path) == "model_not_gguf"
    path.write_bytes(bytes(4096))
    assert code(path) == "model_not_gguf"


def test_empty_or_cut_anywhere_is_truncated(tmp_path: Path) -> None:
    whole = write_tiny_gguf(tmp_path / "a.gguf").read_bytes()
    cut = tmp_path / "cut.gguf"
    for length in [0, 3, 4, 10, 24, 100, 3000, len(whole) // 2, len(whole) - 64]:
        cut.write_bytes(whole[:length])
        assert code(cut) == "model_truncated", length


def test_no_template(tmp_path: Path) -> None:
    path = write_tiny_gguf(tmp_path / "a.gguf", template=None)
    assert code(path) == "model_no_template"


def test_an_adapter_is_no_model(tmp_path: Path) -> None:
    data = write_tiny_gguf(tmp_path / "a.gguf").read_bytes()
    name, wrong = b"\x0cgeneral.name", b"\x0cgeneral.type"
    old, new = struct.pack("<IQ", 8, 4) + b"tiny", struct.pack("<IQ", 8, 4) + b"lora"
    path = tmp_path / "b.gguf"
    path.write_bytes(data.replace(name[1:], wrong[1:], 1).replace(old, new, 1))
    assert code(path) == "model_architecture_unknown"


def test_unknown_version(tmp_path: Path) -> None:
    path = tmp_path / "a.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 99, 1, 1))
    assert code(path) == "model_unreadable"


@pytest.mark.parametrize(
    "body",
    [
        struct.pack("<IQQ", 3, 2**63, 2**63),
        struct.pack("<IQQ", 3, 1, 1) + struct.pack("<Q", 2**63),
        struct.pack("<IQQ", 3, 0, 1)
        + struct.pack("<Q", 1)
        + b"a"
        + struct.pack("<IIQ", 9, 8, 2**60),
        struct.pack("<IQQ", 3, 0, 1)
        + struct.pack("<Q", 1)
        + b"a"
        + struct.pack("<IIQ", 9, 10, 2**61),
        struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 1) + b"a" + struct.pack("<II", 9, 9),
        struct.pack("<IQQ", 3, 1, 0) + struct.pack("<Q", 1) + b"a" + struct.pack("<I", 2**31),
    ],
)
def test_sizes_that_no_file_can_back(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "a.gguf"
    path.write_bytes(b"GGUF" + body + bytes(32))
    assert code(path) in ("model_truncated", "model_unreadable")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_flipped_bytes_never_crash_it(data: st.DataObject) -> None:
    raw = bytearray(_tiny())
    for _ in range(data.draw(st.integers(1, 5))):
        raw[data.draw(st.integers(4, 6000))] = data.draw(st.integers(0, 255))
    with suppress(_RunsOutError, _NonsenseError):
        read_header(io.BytesIO(raw), len(raw))


def _tiny(known: list[bytes] = []) -> bytes:  # noqa: B006 - made once
    if not known:
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            known.append(write_tiny_gguf(Path(folder) / "a.gguf").read_bytes())
    return known[0]
