"""`xinyu bench offline-start`: the first start without a network, again and again.

Each start has an empty data folder, a network namespace without any interface but loopback, the
real window (offscreen) and the real starter, and every connect() and socket() of it and its
children is written down, as `make offline` does it for the whole suite. The same start with the
network there says whether there is a delay. Linux with strace and unshare; exit status 1 where a
target is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.benchmarks.figures import Figure, report
from desktop.benchmarks.first_talk import BEGAN
from desktop.paths import HOME_VARIABLE

_INTERNET = re.compile(r"AF_INET6?\b")
_LOOPBACK = re.compile(r'"127\.|"::1"|AF_UNSPEC')
PATIENCE = 180


@dataclass(frozen=True)
class Start:
    """One first start.

    Attributes:
        usable, reply: seconds from the process's start.
        replied: there was a reply.
        connects: calls of connect() to an internet address, loopback among them.
        beyond: those beyond loopback.
        sockets: internet sockets that were made at all.
    """

    usable: float
    reply: float
    replied: bool
    connects: int
    beyond: int
    sockets: int


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="xinyu bench offline-start", description=__doc__)
    parser.add_argument("--starts", type=int, default=20)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    missing = what_is_missing()
    if missing:
        print(f"not measured: {missing}", file=sys.stderr)
        return 1
    return report(measure(options.starts), options.json)


def what_is_missing() -> str:
    """Why this cannot be measured here; "" where it can."""
    for program in ("strace", "unshare", "ip"):
        if not shutil.which(program):
            return f"there is no {program}"
    traced = ["strace", "--seccomp-bpf", "--follow-forks", "--quiet=all", f"--output={os.devnull}"]
    tried = subprocess.run([*_without_network(), *traced, "true"], capture_output=True, check=False)
    if tried.returncode:
        return "no network namespace may be made here, or this is being traced already"
    return ""


def measure(starts: int) -> list[Figure]:
    """All figures; starts with and without a network take turns, so that both see the same load."""
    offline, online = [], []
    for _ in range(starts):
        offline.append(first_start(network=False))
        online.append(first_start(network=True))
    usable = statistics.median(start.usable for start in offline)
    delay = usable / statistics.median(start.usable for start in online)
    reply = statistics.median(start.reply for start in offline)
    return [
        Figure("first starts without a network", len(offline), ""),
        Figure("of these without a reply", sum(not one.replied for one in offline), "", 0),
        Figure("connects to an internet address", sum(one.connects for one in offline), "", 0),
        Figure("internet sockets made", sum(one.sockets for one in offline), "", 0),
        Figure("usable window, median", usable, "s"),
        Figure("usable window, over that with a network", delay, "x", 1.25),
        Figure("end of the first reply, median", reply, "s"),
        Figure(
            "end of the first reply, over that with a network",
            reply / statistics.median(start.reply for start in online),
            "x",
            1.25,
        ),
        Figure("connects with a network there", sum(one.connects for one in online), "", 0),
    ]


def first_start(*, network: bool) -> Start:
    """Start once in a folder that is thrown away; raises RuntimeError when it failed."""
    with tempfile.TemporaryDirectory(prefix="xinyu-first-") as folder:
        record = Path(folder) / "calls"
        traced = ["strace", "--seccomp-bpf", "--follow-forks", "--quiet=all"]
        traced += ["--trace=connect,socket", f"--output={record}"]
        program = [sys.executable, "-m", "desktop.benchmarks.first_talk"]
        home = str(Path(folder) / "home")
        done = subprocess.run(
            [*([] if network else _without_network()), *traced, *program],
            env={**os.environ, HOME_VARIABLE: home, BEGAN: str(time.time())},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"the first start failed:\n{done.stderr[-2000:]}")
        figures = json.loads(done.stdout.splitlines()[-1])
        return Start(
            figures["usable"],
            figures["reply"],
            figures["replied"],
            *counted(record.read_text("utf-8", "replace")),
        )


def counted(record: str) -> tuple[int, int, int]:
    """What strace wrote down: connects to the internet, those beyond loopback, sockets for it."""
    lines = [line for line in record.splitlines() if _INTERNET.search(line)]
    connects = [line for line in lines if " connect(" in line]
    beyond = sum(not _LOOPBACK.search(line) for line in connects)
    return len(connects), beyond, sum(" socket(" in line for line in lines)


def _without_network() -> list[str]:
    """A command that runs another one with loopback alone."""
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    up = 'ip link set lo up && exec "$@"'
    return ["unshare", "--net", *as_root, "sh", "-c", up, "sh"]
