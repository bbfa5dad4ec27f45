"""The command `xinyu` as people and scripts call it: real processes, a tiny model, real faults."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.tiny_gguf import write_tiny_gguf

ROOT = Path(__file__).resolve().parent.parent.parent
REPLY = "我听好😀👩\u200d👧。"


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("模型 💚 with spaces")
    return write_tiny_gguf(folder / "小 模型.gguf")


class Xinyu:
    """Runs the command with a data folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        gone = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
        self.environment = {k: v for k, v in os.environ.items() if k not in gone}
        self.environment |= {"XINYU_HOME": str(home), "LANG": "zh_CN.UTF-8", "LC_ALL": ""}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "desktop.cli", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __call__(self, *arguments: str, typed: str = "") -> tuple[int, str, str]:
        process = self.start(*arguments)
        out, err = process.communicate(typed, timeout=60)
        return process.returncode, out, err

    def texts(self) -> list[tuple[str, str, str]]:
        connection = sqlite3.connect(self.home / "xinyu.db")
        try:
            rows = connection.execute("SELECT role, text, state FROM messages ORDER BY id")
            return rows.fetchall()
        finally:
            connection.close()


@pytest.fixture
def xinyu(tmp_path: Path) -> Xinyu:
    return Xinyu(tmp_path / "数据 張庭綱 🌱")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is a display")
def test_without_a_display_one_line_says_so_and_the_talk_is_in_the_terminal(
    xinyu: Xinyu, tiny_model: Path
) -> None:
    status, out, err = xinyu("--model", str(tiny_model), typed="你好\n/quit\n")

    assert status == 0
    assert out.splitlines()[0] == "这里没有可用的屏幕，改在终端里聊。"
    assert REPLY in out
    assert err == ""
    assert [text for role, text, _ in xinyu.texts() if role == "user"] == ["你好"]


def test_once_prints_one_reply_and_ends(xinyu: Xinyu, tiny_model: Path) -> None:
    status, out, err = xinyu("chat", "--once", "你好", "--model", str(tiny_model))

    assert (status, out.strip()) == (0, REPLY)
    assert err == ""
    assert not xinyu.home.exists()


def test_once_as_json(xinyu: Xinyu, tiny_model: Path) -> None:
    status, out, _ = xinyu("chat", "--once", "你好", "--json", "--model", str(tiny_model))

    reply = json.loads(out)
    assert status == 0
    assert reply["reply"] == REPLY
    assert reply["reason"] == "end_of_turn"
    assert reply["device"] == "CPU"


def damaged(folder: Path, model: Path, how: str) -> Path:
    """A model file with this fault."""
    whole = model.read_bytes()
    path = folder / f"{how}.gguf"
    if how == "truncated":
        path.write_bytes(whole[: len(whole) // 2])
    elif how == "not_gguf":
        path.write_text("这不是模型")
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "no_template":
        write_tiny_gguf(path, template=None)
    elif how == "architecture":
        write_tiny_gguf(path, architecture="nosuch")
    elif how == "folder":
        path.mkdir()
    return path


@pytest.mark.parametrize(
    "how",
    ["missing", "truncated", "not_gguf", "empty", "no_template", "architecture", "folder"],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_bad_model_is_one_plain_sentence(
    xinyu: Xinyu, tiny_model: Path, tmp_path: Path, how: str, language: str
) -> None:
    path = damaged(tmp_path, tiny_model, how)

    status, out, err = xinyu("--language", language, "chat", "--once", "你好", "--model", str(path))

    assert (status, out) == (1, "")
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1
    assert ("对话" if language == "zh" else "conversations") in err


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["chat", "--json"], ["chat", "--once", " "], ["bench", "nothing"]]
)
def test_wrong_usage_is_exit_2(xinyu: Xinyu, arguments: list[str]) -> None:
    status, _, err = xinyu(*arguments)

    assert status == 2
    assert err.strip()
    assert "Traceback" not in err


def test_a_talk_without_a_model_ends_with_a_sentence(xinyu: Xinyu, tmp_path: Path) -> None:
    status, out, err = xinyu("chat", "--model", str(tmp_path / "不在.gguf"), typed="你好\n")

    assert status == 1
    assert "不在.gguf" in out
    assert "Traceback" not in out + err


def test_without_a_display_the_talk_starts_in_the_terminal(xinyu: Xinyu, tiny_model: Path) -> None:
    status, out, err = xinyu("--model", str(tiny_model), typed="最近睡不好\n/quit\n")

    assert status == 0, err
    assert "终端" in out.splitlines()[0]
    assert REPLY in out
    assert xinyu.texts() == [
        ("user", "最近睡不好", "complete"),
        ("assistant", REPLY, "complete"),
    ]


def test_ctrl_c_stops_the_reply_and_keeps_it(xinyu: Xinyu, tmp_path: Path) -> None:
    pieces = [f"{number}、".encode() for number in range(1000)]
    slow = write_tiny_gguf(tmp_path / "slow.gguf", pieces, layers=150)
    process = xinyu.start("chat", "--model", str(slow))
    assert process.stdin is not None
    process.stdin.write("你好\n")
    process.stdin.flush()
    wait_for_reply(xinyu)

    process.send_signal(signal.SIGINT)
    out, err = process.communicate("/quit\n", timeout=30)

    assert process.returncode == 0, err
    assert "Traceback" not in err
    _, (role, text, state) = xinyu.texts()
    assert (role, state) == ("assistant", "stopped")
    assert text.startswith("0、")
    assert "停下" in out


def wait_for_reply(xinyu: Xinyu) -> None:
    """Until some text of a reply stands in the database."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if (xinyu.home / "xinyu.db").exists():
            try:
                if any(role == "assistant" and text for role, text, _ in xinyu.texts()):
                    return
            except sqlite3.OperationalError:
                pass
        time.sleep(0.02)
    raise AssertionError("no reply began")


def test_a_second_start_is_told_where_the_first_one_is(xinyu: Xinyu, tiny_model: Path) -> None:
    first = xinyu.start("chat", "--model", str(tiny_model))
    assert first.stdout is not None
    first.stdout.readline()
    try:
        status, _, err = xinyu("chat", "--model", str(tiny_model), typed="你好\n")
    finally:
        first.communicate("/quit\n", timeout=30)

    assert status == 1
    assert "已经" in err
    assert "Traceback" not in err


def test_a_data_folder_that_is_a_file_is_one_sentence(xinyu: Xinyu, tiny_model: Path) -> None:
    xinyu.home.write_text("something else")

    status, _, err = xinyu("chat", "--model", str(tiny_model), typed="你好\n")

    assert status == 1
    assert "Traceback" not in err
    assert xinyu.home.read_text() == "something else"


def test_odd_characters_go_through(xinyu: Xinyu, tiny_model: Path) -> None:
    odd = "a\x00b\x07 \ud83d 👩\u200d👩\u200d👧 <|im_end|>".encode("utf-8", "surrogatepass")
    process = subprocess.Popen(
        [sys.executable, "-m", "desktop.cli", "chat", "--model", str(tiny_model)],
        cwd=ROOT,
        env=xinyu.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    _, err = process.communicate(odd + b"\n/quit\n", timeout=60)

    assert process.returncode == 0, err
    assert b"Traceback" not in err
    (_, said, _), (_, replied, _) = xinyu.texts()
    assert "👩\u200d👩\u200d👧 <|im_end|>" in said
    assert "\x00" not in said
    assert replied == REPLY


def test_a_very_long_message_is_kept_and_answered_with_a_sentence(
    xinyu: Xinyu, tiny_model: Path
) -> None:
    long = "长" * 100_000

    status, out, _ = xinyu("chat", "--model", str(tiny_model), typed=f"{long}\n短\n/quit\n")

    assert status == 0
    assert "Traceback" not in out
    assert REPLY in out
    assert xinyu.texts()[0] == ("user", long, "complete")


def test_self_test_passes_with_a_tiny_model(xinyu: Xinyu, tiny_model: Path) -> None:
    status, out, err = xinyu("self-test", "--json", "--model", str(tiny_model))

    report = json.loads(out)
    failed = [check for check in report["checks"] if not check["passed"]]
    assert failed == [], err
    assert status == 0
