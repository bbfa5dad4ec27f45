"""Writes a small database as this version of the program writes it, for tests/data/golden.

Run it when a step of the schema is released: `python packaging/golden_database.py FILE [STEP]`.
With STEP the database stops after that step, as a program of that day would have left it. What is
in it is the same every time: two conversations, a regenerated reply, an edited message, settings.
"""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from desktop.store.connection import connect
from desktop.store.database import APPLICATION_ID
from desktop.store.migrations import migrate, step_names

TALK = (
    # id, conversation, parent, role, text, state, model
    (1, 1, None, "user", "最近总是睡不好 😢", "complete", None),
    (2, 1, 1, "assistant", "嗯。", "stopped", "starter"),
    (3, 1, 1, "assistant", "醒来的时候，最先想到什么？", "complete", "starter"),
    (4, 1, None, "user", "最近睡得好一点了", "complete", None),
    (5, 2, None, "user", "I can't sleep, 100 %_\\ of nights", "complete", None),
    (6, 2, 5, "assistant", "", "streaming", "starter"),
)


def write(path: Path, last_step: str) -> None:
    """The database at `path`, of the schema after `last_step`."""
    path.unlink(missing_ok=True)
    following = step_names()[step_names().index(last_step) + 1 :]
    with closing(connect(path)) as database:
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrate(database, stop_before=following[0] if following else None)
        connection = database.conn
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO conversations (id, title, title_is_own, created_at, updated_at, head_id)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            ((1, "睡不好", 1, 1700000000.25, 1700000300.5, 4), (2, "", 0, 1.7e9, 1.7e9, 6)),
        )
        connection.executemany(
            "INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, 1700000000.125, 1700000000.125)",
            TALK,
        )
        if last_step >= "m002_settings":
            connection.execute("INSERT INTO settings VALUES ('called_by', '小林')")
        connection.execute("COMMIT")


if __name__ == "__main__":
    write(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else step_names()[-1])
