"""The real commands with a server set: what is printed, what is sent, what is kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.replay_server import DONE, ReplayServer, as_json, event, head, serving

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def server() -> Iterator[ReplayServer]:
    with serving() as running:
        running.reply = [head(), event("我在"), event("听。", "stop"), DONE]
        yield running


@pytest.fixture
def file(server: ReplayServer, tmp_path: Path) -> Path:
    made = tmp_path / "server.toml"
    made.write_text(f'address = "http://127.0.0.1:{server.port}"\nmodel = "m"\n', "utf-8")
    return made


def run(
    file: Path, *arguments: str, text: str = "", language: str = "en"
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "XINYU_SERVER": str(file), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "desktop.cli", "--language", language, *arguments],
        cwd=ROOT,
        env=environment,
        input=text,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def test_one_reply_says_on_the_side_where_words_went(server: ReplayServer, file: Path) -> None:
    done = run(file, "chat", "--once", "最近睡不好", "--json")

    assert done.returncode == 0, done.stderr
    reply = json.loads(done.stdout)
    assert reply["reply"] == "我在听。"
    assert reply["device"] == f"127.0.0.1:{server.port}"
    assert "Another program on this computer answers" in done.stderr
    assert "最近睡不好" in server.replies()[0]["prompt"]


def test_the_terminal_names_the_server_before_every_line(server: ReplayServer, file: Path) -> None:
    done = run(file, "chat", text="你好\n/quit\n")

    assert done.returncode == 0, done.stderr
    host = f"127.0.0.1:{server.port}"
    assert done.stdout.count(f"{host} › ") == 2
    assert f"Another program on this computer answers ({host})" in done.stdout
    assert "never leaves this machine" not in done.stdout
    assert "我在听。" in done.stdout


def test_the_self_test_says_whose_template_it_is(server: ReplayServer, file: Path) -> None:
    server.answers["/v1/completions"] = [head(404, "text/plain"), b"404 page not found"]
    server.reply = [
        head(),
        b'data: {"choices": [{"delta": {"content": "\\u597d"}, "finish_reason": "stop"}]}\n\n',
        DONE,
    ]

    done = run(file, "self-test", "--json")

    checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert checks["model"]["passed"]
    assert "its own template: not to be compared" in checks["model"]["detail"]


def test_a_file_named_by_hand_is_talked_with_here(server: ReplayServer, file: Path) -> None:
    done = run(file, "--model", str(ROOT / "none.gguf"), "chat", "--once", "你好")

    assert done.returncode == 1
    assert "none.gguf" in done.stderr
    assert server.asked == []


def test_a_refusal_is_one_sentence(server: ReplayServer, file: Path) -> None:
    server.answers["/v1/models"] = as_json({"error": {"message": "Invalid API Key"}}, 401)

    done = run(file, "chat", "--once", "你好", language="zh")

    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("服务器 127.0.0.1")
    assert "Traceback" not in done.stderr


def test_plain_http_to_elsewhere_sends_nothing(tmp_path: Path) -> None:
    file = tmp_path / "server.toml"
    file.write_text('address = "http://192.0.2.1:8080"\n', "utf-8")

    done = run(file, "chat", "--once", "你好")

    assert done.returncode == 1
    assert "only https" in done.stderr
    assert "sent nowhere" in done.stderr
