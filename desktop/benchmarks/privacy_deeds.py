"""One deed with a profile, as a program of its own that `privacy_kills` kills and starves of disk.

Run as a module: `DEED HOME`. Prints READY, does the deed, prints DONE. The passphrase costs little
here, so that kills fall into the writing of files and not into the stretching of words.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

from desktop.benchmarks.large_store import invented_text
from desktop.paths import Paths, assets_folder
from desktop.profiles import restore
from desktop.profiles.access import Access, make_keys
from desktop.profiles.create import finish, protect
from desktop.store.backup import create_backup
from desktop.store.connection import connect
from desktop.store.conversations import Conversations
from desktop.store.database import APPLICATION_ID, open_store
from desktop.store.migrations import migrate
from desktop.vault import passphrase
from desktop.vault.key import Key

READY, DONE = "ready", "done"
OLD, NEW = "旧的密码 🌱", "新的密码 🌊"
BACKUP_DAY = date(2026, 1, 2)
MESSAGES = 400
DEEDS = ("encrypt", "passphrase", "migrate", "backup", "replace", "merge")


def cheap() -> None:
    """Let passphrases cost little in this process."""
    passphrase.MEMORY_KIB, passphrase.LEAST_PASSES, passphrase.MOST_PASSES = 64, 1, 1


def paths_of(home: Path) -> Paths:
    return Paths(home, assets_folder())


def prepare(deed: str, home: Path) -> None:
    """A profile as the deed finds it, with MESSAGES messages."""
    paths = paths_of(home)
    key = None if deed == "encrypt" else make_keys(paths, OLD)[0]
    if deed == "migrate":
        _older(paths, key)
        return
    _talk(paths, key, MESSAGES)
    create_backup(paths.database, paths.backups, BACKUP_DAY, key)
    if deed in (
        "replace",
        "merge",
    ):  # the backup holds what the profile lost since, and the reverse
        with open_store(paths.database, key=key) as store:
            conversations = Conversations(store)
            conversations.delete(1)
            conversations.purge()
        _talk(paths, key, 20)


def do(deed: str, home: Path) -> None:
    """The deed itself."""
    paths = paths_of(home)
    if deed == "encrypt":
        protect(paths, NEW)
        return
    access = Access(paths)
    key = access.unlock(OLD)
    deeds: dict[str, Callable[[], object]] = {
        "passphrase": lambda: access.set_passphrase(key, NEW),
        "migrate": lambda: open_store(
            paths.database,
            key=key,
            before_migration=lambda: restore.back_up(paths, key),
        ).close(),
        "backup": lambda: restore.back_up(paths, key),
        "replace": lambda: restore.replace(paths, _backup(paths, key), key),
        "merge": lambda: restore.merge(paths, _backup(paths, key), key),
    }
    deeds[deed]()


def texts(paths: Paths, key: Key | None) -> list[str]:
    """All messages, as opening the profile finds them."""
    with open_store(paths.database, key=key, check=True) as store:
        if key is not None:
            finish(paths, key)
        return [text for (text,) in store.rows("SELECT text FROM messages ORDER BY id")]


def _backup(paths: Paths, key: Key) -> restore.Backup:
    return restore.find(paths, BACKUP_DAY.isoformat(), key)


def _talk(paths: Paths, key: Key | None, messages: int) -> None:
    chance = random.Random(messages)
    with open_store(paths.database, key=key) as store:
        conversations = Conversations(store)
        id_ = conversations.create().id
        with store.transaction() as change:
            change.executemany(
                "INSERT INTO messages (conversation_id, role, text, state, created_at, updated_at)"
                " VALUES (?, 'user', ?, 'complete', ?, 1)",
                [(id_, invented_text(chance), number) for number in range(messages)],
            )


def _older(paths: Paths, key: Key | None) -> None:
    """A database of the first schema."""
    chance = random.Random(7)
    with closing(connect(paths.database, key=key)) as database:
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrate(database, stop_before="m002_settings")
        database.conn.execute("BEGIN")
        database.conn.execute("INSERT INTO conversations (created_at, updated_at) VALUES (1, 1)")
        database.conn.executemany(
            "INSERT INTO messages (conversation_id, role, text, state, created_at, updated_at)"
            " VALUES (1, 'user', ?, 'complete', 1, 1)",
            [(invented_text(chance),) for _ in range(MESSAGES)],
        )
        database.conn.execute("COMMIT")


if __name__ == "__main__":
    cheap()
    print(READY, flush=True)
    do(sys.argv[1], Path(sys.argv[2]))
    print(DONE, flush=True)
