"""`xinyu models` as a program: cut, interrupted, gone on with, checked; the hub is on loopback.

The file is one of the catalogue's own of which nothing is known beforehand, Qwen3-4B's Q8_0.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from desktop.benchmarks.hub_server import Act, HubServer, write_model

SIZE = 3_000_000
FILE = "Qwen3-4B-Q8_0.gguf"
GET = ("models", "get", "qwen3-4b", "--quant", "Q8_0", "--yes")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubServer]:
    (tmp_path / "hub").mkdir()
    with HubServer(write_model(tmp_path / "hub" / FILE, SIZE)) as server:
        yield server


def start(arguments: Sequence[str]) -> subprocess.Popen[str]:
    without_proxy = {
        name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")
    }
    return subprocess.Popen(
        [sys.executable, "-m", "desktop.cli", "--language", "en", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env=without_proxy,
        # A suite that was started in the background has Ctrl-C ignored, and a child inherits that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def run(*arguments: str) -> tuple[int, str, str]:
    process = start(arguments)
    shown, told = process.communicate(timeout=120)
    return process.returncode, shown, told


def test_interrupted_gone_on_with_checked_and_removed(hub: HubServer, own_home: Path) -> None:
    hub.always = Act(rate=300_000)
    process = start([*GET, "--endpoint", hub.url])
    assert process.stdout is not None
    line = ""
    while not line.startswith(("2", "3", "4")):  # per cent
        line = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    shown, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Paused; what has arrived is kept." in shown
    assert not list(own_home.rglob("*.gguf"))

    hub.always, before = Act(), hub.sent
    status, shown, told = run(*GET)

    assert (status, told) == (0, "")
    assert "Downloaded and checked" in shown
    assert hub.sent - before < SIZE * 0.85
    assert (own_home / "models" / FILE).read_bytes() == hub.file.read_bytes()
    assert run("models", "verify")[0] == 0
    assert run("models", "remove", "Qwen3-4B-Q8_0")[0] == 0
    assert not list(own_home.rglob("*.gguf"))


def test_wrong_bytes_end_with_a_sentence_and_nothing_to_load(
    hub: HubServer, own_home: Path
) -> None:
    hub.always = Act(flip=SIZE // 3)

    status, _, told = run(*GET, "--endpoint", hub.url)

    assert status == 1
    assert told.startswith(f"What arrived of {FILE} is not what it should be")
    assert not list(own_home.rglob("*.gguf"))


def test_nobody_to_say_yes_is_wrong_usage(hub: HubServer) -> None:
    status, _, told = run(*GET[:-1], "--endpoint", hub.url)

    assert status == 2
    assert "Add --yes" in told
    assert hub.sent == 0


def test_a_model_nobody_knows_is_wrong_usage() -> None:
    status, _, told = run("models", "get", "gpt-9")

    assert status == 2
    assert "gpt-9" in told
