"""`xinyu bench window`: does the window stay smooth in long talk, and is it there at once?

(a) the longest the window does not react while 100 tokens a second stream into a conversation of
5,000 messages; (b) process start to usable window with 100,000 messages, and what the process
weighs. Each is measured in a process of its own, with the scripted engine and invented text.
Exit status 1 where a target is missed. Run it where there is a display, or under xvfb-run.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.benchmarks.figures import Figure, report
from desktop.paths import HOME_VARIABLE, Paths, assets_folder

if TYPE_CHECKING:
    from desktop.engine.scripted import ScriptedEngine
    from desktop.ui.window import MainWindow

TOKENS_PER_SECOND = 100.0
BEAT_MILLISECONDS = 2
MEGABYTE = 1024 * 1024
LONG = 1  # id of the conversation of 5,000 messages
SENTENCE = "听起来你这阵子一直绷着，连睡觉都没有真正放松下来。"


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="xinyu bench window", description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--child", choices=("stream", "start"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        print(json.dumps(_child(options.child, options.seconds)))
        return 0
    figures = measure(options.messages, options.seconds, options.starts)
    return report(figures, options.json)


def measure(messages: int, seconds: float, starts: int) -> list[Figure]:
    """All figures; the start is the median of several."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        _fill(home / "long", 5_000)
        _fill(home / "many", messages)
        stream = _run_child(home / "long", "stream", seconds)
        runs = sorted(
            (_run_child(home / "many", "start", seconds) for _ in range(starts)),
            key=lambda run: run["seconds"],
        )
    start = runs[len(runs) // 2]
    return [
        Figure("text streamed", stream["tokens_per_second"], "tokens/s"),
        Figure("opening 5,000 messages", stream["open_ms"], "ms"),
        Figure("stall p50", stream["p50_ms"], "ms"),
        Figure("stall p99", stream["p99_ms"], "ms", 16),
        Figure("stall max", stream["max_ms"], "ms", 50),
        Figure("start to usable window", start["seconds"], "s", 2),
        Figure("slowest start", runs[-1]["seconds"], "s"),
        Figure("memory of the process", start["megabytes"], "MB", 250),
        Figure("memory after streaming", stream["megabytes"], "MB", 250),
    ]


def _fill(home: Path, messages: int) -> None:
    from desktop.benchmarks.large_store import make_large_store

    home.mkdir()
    make_large_store(Paths(home, assets_folder()).database, messages)


def _run_child(home: Path, what: str, seconds: float) -> dict[str, float]:
    command = [sys.executable, "-m", "desktop.benchmarks.window"]
    environment = {**os.environ, HOME_VARIABLE: str(home), "XINYU_BENCH_BEGAN": str(time.time())}
    done = subprocess.run(
        [*command, "--child", what, "--seconds", str(seconds)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the measured process failed:\n{done.stderr[-2000:]}")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


# In the measured process


def _child(what: str, seconds: float) -> dict[str, float]:
    from PySide6.QtCore import QEventLoop, QTimer

    from desktop.engine.scripted import ScriptedEngine

    tokens = int(TOKENS_PER_SECOND * seconds)
    reply = (SENTENCE * (tokens // len(SENTENCE) + 1))[:tokens]
    engine = ScriptedEngine([reply], tokens_per_second=TOKENS_PER_SECOND * 1.25)
    window = _open_window(engine)
    loop = QEventLoop()
    window.ready.connect(loop.quit)
    loop.exec()
    window.page.repaint()
    usable = time.time() - float(os.environ["XINYU_BENCH_BEGAN"])
    QTimer.singleShot(300, loop.quit)
    loop.exec()
    figures = {"seconds": usable} if what == "start" else _stream(window, seconds)
    figures["megabytes"] = _resident_bytes() / MEGABYTE
    window.close()
    return figures


def _open_window(engine: ScriptedEngine) -> MainWindow:
    from desktop.app import make_application
    from desktop.chat.library import open_library
    from desktop.chat.session import open_session
    from desktop.paths import find_paths
    from desktop.ui.compose import build_window

    make_application()
    paths = find_paths(os.environ)
    window = build_window(
        paths,
        lambda: open_session(paths, lambda: engine),
        lambda: open_library(paths.database),
        os.environ,
    )
    window.show()
    return window


def _stream(window: MainWindow, seconds: float) -> dict[str, float]:
    """Open the long conversation, let a reply stream in, and note how late the heart beats."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    window.settings = window.settings.__class__(welcomed=True)
    window._show_first_page()
    began = time.perf_counter()
    window.desk.open(LONG)
    window.page.repaint()
    opened = time.perf_counter() - began
    beats: list[float] = []
    heart = QTimer(interval=BEAT_MILLISECONDS, timerType=Qt.TimerType.PreciseTimer)
    heart.timeout.connect(lambda: beats.append(time.perf_counter()))
    loop = QEventLoop()
    window.controller.turn_ended.connect(lambda turn: None if turn.loading else loop.quit())
    window.talk.send("我睡不着。")
    began = time.perf_counter()
    heart.start()
    loop.exec()
    heart.stop()
    written = len(window.messages.rows()[-1].text)
    rate = written / (time.perf_counter() - began)
    return {"open_ms": opened * 1000, "tokens_per_second": rate, **_lateness(beats)}


def _lateness(beats: Sequence[float]) -> dict[str, float]:
    """How much later than asked each beat came, in milliseconds."""
    gaps = sorted(
        max(0.0, (later - earlier) * 1000 - BEAT_MILLISECONDS) for earlier, later in pairwise(beats)
    )
    return {
        "p50_ms": gaps[len(gaps) // 2],
        "p99_ms": gaps[int(len(gaps) * 0.99)],
        "max_ms": gaps[-1],
    }


def _resident_bytes() -> int:
    """Memory of this process; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
