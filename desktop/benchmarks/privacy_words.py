"""Plants words in an encrypted profile and looks for them in every byte the program left behind.

The real window says them in a process of its own, with a temporary folder of its own, writes a
title, a setting, a backup, and is killed in the middle; then every file under both folders is
searched, in UTF-8 and UTF-16, for each word and for the passphrase.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QTimer

from desktop.app import make_application
from desktop.benchmarks.figures import Figure
from desktop.chat.events import PersonSaid, TurnEvent
from desktop.chat.library import open_library
from desktop.chat.session import open_session
from desktop.engine.scripted import ScriptedEngine
from desktop.logs import start_log
from desktop.paths import Paths, assets_folder
from desktop.profiles.access import Access
from desktop.profiles.create import create_profile, protect
from desktop.profiles.profile import find_profile
from desktop.store.backup import create_backup
from desktop.store.conversations import Conversations
from desktop.store.database import open_store
from desktop.ui.compose import build_window

WORDS = 100
NAME = "甲"
PASSPHRASE = "passphrase-planted-8431"


def measure(folder: Path, seed: int) -> list[Figure]:
    """All words must be nowhere; a profile without a passphrase shows that the scan finds them."""
    words = planted(seed)
    home, temporary = folder / "home", folder / "temporary"
    temporary.mkdir()
    create_profile(Paths(home, assets_folder()), NAME, passphrase=PASSPHRASE)
    said = _run_and_kill(home, temporary, seed)
    _encrypt_in_place(folder / "later", words)
    looked = [home, temporary, folder / "later"]
    _say_openly(folder / "open", words)
    return [
        Figure("words planted", len(words), ""),
        Figure("said before the kill", said, ""),
        Figure("files searched", sum(len(files(place)) for place in looked), ""),
        Figure("hits", sum(hits(place, [*words, PASSPHRASE]) for place in looked), "", 0),
        Figure("words not found without a passphrase", WORDS - hits(folder / "open", words), "", 0),
    ]


def planted(seed: int) -> list[str]:
    """Words that nothing else holds: half of them Chinese."""
    chance = random.Random(seed)
    words = []
    for number in range(WORDS):
        if number % 2:
            words.append("".join(chr(chance.randint(0x4E00, 0x9FA5)) for _ in range(8)))
        else:
            words.append("w" + "".join(chance.choices("bcdfghjklmnpqrstvwxz", k=14)))
    return words


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def hits(folder: Path, words: list[str]) -> int:
    """How many words stand somewhere in the bytes of a file, or in its name."""
    found = set()
    for path in files(folder):
        content = path.read_bytes() + str(path).encode()
        for word in words:
            if any(word.encode(code) in content for code in ("utf-8", "utf-16-le")):
                found.add(word)
    return len(found)


def _run_and_kill(home: Path, temporary: Path, seed: int) -> int:
    """Start the window, wait until everything was said, kill it while it goes on talking."""
    environment = {**os.environ, "TMPDIR": str(temporary), "XINYU_HOME": str(home)}
    command = [sys.executable, "-m", __name__, str(home), str(seed)]
    said = 0
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment, cwd=temporary
    ) as process:
        assert process.stdout is not None
        for _ in process.stdout:
            said += 1
            if said == WORDS + 5:
                process.kill()
    return said


def _encrypt_in_place(home: Path, words: list[str]) -> None:
    """Words that were said before there was a passphrase, and a backup of them."""
    _say_openly(home, words)
    paths = Paths(home, assets_folder())
    create_backup(paths.database, paths.backups)
    protect(paths, PASSPHRASE)


def _say_openly(home: Path, words: list[str]) -> None:
    with open_store(home / "xinyu.db") as store:
        conversations = Conversations(store)
        id_ = conversations.create().id
        for word in words:
            conversations.append_person(id_, word)


def talk(home: Path, seed: int) -> None:
    """Be the app: say every word, give titles, keep settings, back up, and go on until killed."""
    application = make_application()
    paths = find_profile(Paths(home, assets_folder()), NAME).paths
    key = Access(paths).unlock(PASSPHRASE)
    start_log(paths.logs)
    words = planted(seed)
    window = build_window(
        paths,
        lambda: open_session(
            paths, lambda: ScriptedEngine(words, tokens_per_second=2_000), key=key
        ),
        lambda: open_library(paths.database, key),
        {"LANG": "zh_CN.UTF-8"},
        key=key,
    )

    def on_event(_turn: object, event: TurnEvent) -> None:
        if not isinstance(event, PersonSaid):
            return
        number = event.message.id // 2
        print(number, flush=True)
        window.controller.rename(event.message.conversation_id, words[number % WORDS])
        if number % 20 == 0:
            window.controller.back_up()
        QTimer.singleShot(0, lambda: window.controller.send(None, words[(number + 1) % WORDS]))

    window.controller.event_happened.connect(on_event)
    window.controller.open_failed.connect(application.quit)
    window.ready.connect(lambda: window.controller.send(None, words[0]))
    window.show()
    application.exec()


if __name__ == "__main__":
    talk(Path(sys.argv[1]), int(sys.argv[2]))
