"""Two starts with one data folder: the second brings the first window to the front."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from desktop.ui import single_instance
from desktop.ui.single_instance import SingleInstance, server_name

CHECKOUT = Path(__file__).parents[3]
HEAD = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from desktop.ui.single_instance import SingleInstance
app = QCoreApplication([])
instance = SingleInstance(Path(sys.argv[1]))
"""
SECOND = HEAD + "print(instance.raise_other())"
FIRST = (
    HEAD
    + """
print(instance.listen(), flush=True)
instance.raised.connect(lambda: (print("raised", flush=True), app.quit()))
app.exec()
"""
)
DYING = (
    HEAD
    + """
print(instance.listen(), flush=True)
import os
os._exit(1)
"""
)
pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="sockets left behind exist on Unix only"
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: object) -> Path:
    runtime = tmp_path / "run"
    runtime.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    return tmp_path / "家 🌱"


@pytest.fixture
def first(home: Path) -> Iterator[SingleInstance]:
    instance = SingleInstance(home)
    assert not instance.raise_other()
    assert instance.listen()
    yield instance
    instance.close()


def start(program: str, home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, str(home)], cwd=CHECKOUT, text=True, stdout=subprocess.PIPE
    )


def test_a_second_process_raises_the_first(first: SingleInstance, home: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(first.raised, timeout=10_000):
        second = start(SECOND, home)
    assert second.communicate(timeout=10)[0].strip() == "True"


def test_this_process_raises_another(home: Path, qapp: object) -> None:
    running = start(FIRST, home)
    assert running.stdout is not None
    assert running.stdout.readline().strip() == "True"
    second = SingleInstance(home)
    assert not second.listen()
    assert second.raise_other()
    assert running.communicate(timeout=10)[0].strip() == "raised"


def test_another_folder_is_another_instance(first: SingleInstance, home: Path) -> None:
    other = SingleInstance(home / "other")
    assert not other.raise_other()
    assert other.listen()
    other.close()


def test_a_socket_left_by_a_dead_instance_is_removed(home: Path) -> None:
    dead = start(DYING, home)
    assert dead.communicate(timeout=10)[0].strip() == "True"
    assert os.path.exists(server_name(home))
    instance = SingleInstance(home)
    assert not instance.raise_other()
    assert instance.listen()
    instance.close()
    assert not os.path.exists(server_name(home))


def test_one_that_does_not_answer_keeps_its_socket(
    first: SingleInstance, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its event loop stands still here: it is asked from the same thread."""
    monkeypatch.setattr(single_instance, "WAIT_MILLISECONDS", 100)
    second = SingleInstance(home)
    assert not second.raise_other()
    assert not second.listen()


def test_nonsense_on_the_socket_is_ignored(first: SingleInstance, home: Path, qtbot: QtBot) -> None:
    socket = QLocalSocket()
    with qtbot.assertNotEmitted(first.raised):
        socket.connectToServer(server_name(home))
        socket.write(b"\x00" * 1000)
        socket.flush()
        qtbot.waitUntil(lambda: socket.state() == QLocalSocket.LocalSocketState.UnconnectedState)


def test_only_this_person_may_use_the_socket(first: SingleInstance, home: Path) -> None:
    assert os.stat(server_name(home)).st_mode & 0o077 == 0


def test_one_folder_has_one_name_however_it_is_written(home: Path) -> None:
    home.mkdir()
    assert server_name(home) == server_name(home / ".." / home.name)
    assert server_name(home) != server_name(home.parent)
