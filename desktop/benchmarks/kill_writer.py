"""Kills a program that is sending messages, again and again, and counts what is lost.

Run as a module it is that program: it sends without a pause, and prints the id of a message once
`append_person` has returned. What was printed must be there after the kill.
"""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from desktop.store.conversations import Conversations
from desktop.store.database import Store, open_store
from desktop.store.records import State

READY = "ready"
# One kill in five falls into starting and opening, the others into sending.
_OPENING_SHARE = 0.2
_LONGEST = 0.12


@dataclass
class KillResult:
    """What came of it.

    Attributes:
        confirmed: messages whose sending had returned before the kill.
        lost: of these, missing or changed afterwards.
        damaged: kills after which the integrity check found something.
    """

    kills: int = 0
    confirmed: int = 0
    lost: int = 0
    damaged: int = 0


def kill_repeatedly(path: Path, kills: int, seed: int, module: str = __name__) -> KillResult:
    """Kill the program `kills` times, on one database that grows meanwhile.

    Args:
        path: the database, the program's one argument.
        module: the program; like this one it prints READY, then a line per message: id, number.
    """
    chance, result = random.Random(seed), KillResult()
    for _ in range(kills):
        opening = chance.random() < _OPENING_SHARE
        seconds = chance.uniform(0.0, _LONGEST)
        confirmed = _killed_run(path, module, seconds, opening=opening)
        result.kills += 1
        result.confirmed += len(confirmed)
        with open_store(path) as store:
            Conversations(store).recover()
            result.lost += _count_lost(store, confirmed)
            result.damaged += store.rows("PRAGMA integrity_check") != [("ok",)]
    return result


def send_forever(path: Path) -> None:
    """Send, and let a reply stream, until somebody ends this process."""
    print(READY, flush=True)
    with open_store(path) as store:
        conversations = Conversations(store)
        conversations.recover()
        conversation_id = conversations.create().id
        for number in count():
            sent = conversations.append_person(conversation_id, text_of(number))
            print(sent.id, number, flush=True)
            reply = conversations.begin_reply(conversation_id, sent.id, "scripted")
            conversations.checkpoint(reply.id, "我在听")
            conversations.finish(reply.id, "我在听。", State.COMPLETE)


def _killed_run(path: Path, module: str, seconds: float, *, opening: bool) -> list[tuple[int, int]]:
    """Start the program, kill it, and return the ids and numbers it printed.

    Args:
        seconds: from its start where `opening`, else from its first message, to the kill.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", module, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == READY
        first = "" if opening else process.stdout.readline()
        killer = threading.Timer(seconds, process.kill)
        killer.start()
        printed = first + process.stdout.read()
        killer.join()
    lines = printed.split("\n")[:-1]  # what has no line end was not printed whole
    return [(int(id_), int(number)) for id_, number in map(str.split, lines)]


def _count_lost(store: Store, confirmed: list[tuple[int, int]]) -> int:
    kept = dict(store.rows("SELECT id, text FROM messages WHERE role = 'user'"))
    return sum(kept.get(id_) != text_of(number) for id_, number in confirmed)


def text_of(number: int) -> str:
    """Of varied length, so that commits touch few or many pages."""
    return f"第 {number} 句，" + "今天也没有睡好" * (number * 37 % 200)


if __name__ == "__main__":
    send_forever(Path(sys.argv[1]))
