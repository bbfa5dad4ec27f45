"""Every step of the schema, alone and in the chain. A step without a test fails this file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from desktop.store import migrations
from desktop.store.connection import connect
from desktop.store.database import open_store
from desktop.store.migrations import migrate, step_names, unknown_steps


@pytest.fixture
def blank(tmp_path: Path) -> Iterator[Database]:
    with closing(connect(tmp_path / "blank.db")) as database:
        yield database


def names(database: Database, kind: str) -> set[str]:
    rows = database.execute("SELECT name FROM sqlite_master WHERE type = ?", [kind]).fetchall()
    return {name for (name,) in rows}


def before(database: Database, step: str) -> None:
    """Bring a blank database to where `step` finds it."""
    migrate(database, stop_before=step)
    done = database.execute("SELECT name FROM _sqlite_migrations").fetchall()
    assert len(done) == step_names().index(step)


def only(database: Database, step: str) -> None:
    """Run one step more."""
    following = step_names()[step_names().index(step) + 1 :]
    migrate(database, stop_before=following[0] if following else None)


def add_message(database: Database, text: str) -> None:
    with database.atomic():
        database.execute(
            "INSERT OR IGNORE INTO conversations (id, created_at, updated_at) VALUES (1, 1, 1)"
        )
        database.execute(
            "INSERT INTO messages (conversation_id, role, text, state, created_at, updated_at)"
            " VALUES (1, 'user', ?, 'complete', 1, 1)",
            [text],
        )


def test_m001_conversations(blank: Database) -> None:
    before(blank, "m001_conversations")
    only(blank, "m001_conversations")
    assert {"conversations", "messages"} <= names(blank, "table")
    add_message(blank, "在")
    with pytest.raises(sqlite3.IntegrityError):
        blank.execute("UPDATE messages SET state = 'lost'")
    with pytest.raises(sqlite3.IntegrityError):
        blank.execute("UPDATE messages SET parent_id = 99")
    blank.execute("DELETE FROM conversations")
    assert blank.execute("SELECT count(*) FROM messages").fetchone() == (0,)
    add_message(blank, "新的")
    assert blank.execute("SELECT id FROM messages").fetchone() == (2,), "an id was used twice"


def test_m002_settings(blank: Database) -> None:
    before(blank, "m002_settings")
    add_message(blank, "早先说的")
    only(blank, "m002_settings")
    blank.execute("INSERT INTO settings VALUES ('theme', 'dark')")
    with pytest.raises(sqlite3.IntegrityError):
        blank.execute("INSERT INTO settings VALUES ('theme', 'light')")
    assert blank.execute("SELECT text FROM messages").fetchone() == ("早先说的",)


def test_m003_search(blank: Database) -> None:
    before(blank, "m003_search")
    add_message(blank, "早先说的话")
    only(blank, "m003_search")
    add_message(blank, "后来说的话")

    def found(piece: str) -> list[tuple[int]]:
        return blank.execute(
            "SELECT rowid FROM search_index WHERE search_index MATCH ? ORDER BY rowid",
            [f'"{piece}"'],
        ).fetchall()

    assert found("说的话") == [(1,), (2,)]
    blank.execute("UPDATE messages SET text = '改成别的' WHERE id = 1")
    assert found("说的话") == [(2,)]
    assert found("改成别") == [(1,)]
    blank.execute("DELETE FROM messages WHERE id = 2")
    assert found("说的话") == []
    blank.execute("INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)")


def test_m004_safety(blank: Database) -> None:
    before(blank, "m004_safety")
    add_message(blank, "早先说的")
    only(blank, "m004_safety")
    blank.execute("INSERT INTO safety_plan VALUES (6, '交给姐姐', 1, 1)")
    blank.execute("INSERT INTO emergency_contact VALUES (1, '姐姐', '1', '')")
    for wrong in (
        "INSERT INTO safety_plan VALUES (7, 'x', 1, 1)",
        "INSERT INTO emergency_contact VALUES (2, 'x', '1', '')",
        "INSERT INTO safety_notes (created_at, tier, kinds, rules, shown)"
        " VALUES (1, 'T9', '', '', '')",
        "INSERT INTO safety_counts VALUES ('november', 'x', 1)",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            blank.execute(wrong)
    assert blank.execute("SELECT text FROM messages").fetchone() == ("早先说的",)


def test_m005_memories(blank: Database) -> None:
    before(blank, "m005_memories")
    add_message(blank, "叫我小雨吧")
    only(blank, "m005_memories")
    with blank.atomic():
        for table in ("memories (id,", "memory_versions (memory_id,"):
            blank.execute(
                f"INSERT INTO {table} slot, text, quote, message_id, conversation_id, origin,"
                " state, created_at, updated_at)"
                " VALUES (1, 'preferences', '小雨。', '叫我小雨吧', 1, 1, 'rule', 'kept', 1, 1)"
            )
        blank.execute("INSERT INTO memory_pauses VALUES (1)")
    with pytest.raises(sqlite3.IntegrityError):
        blank.execute("UPDATE memories SET origin = 'nobody'")

    blank.execute("DELETE FROM messages")
    blank.execute("DELETE FROM conversations")

    for table in ("memories", "memory_versions"):
        rows = blank.execute(f"SELECT text, quote, message_id, conversation_id FROM {table}")
        assert rows.fetchall() == [("小雨。", "", None, None)], table
    assert blank.execute("SELECT count(*) FROM memory_pauses").fetchone() == (0,)


def test_every_step_has_a_test() -> None:
    missing = [name for name in step_names() if f"test_{name}" not in globals()]
    assert missing == []


def test_names_are_in_order_and_different() -> None:
    assert step_names() == sorted(set(step_names()))
    assert [int(name[1:4]) for name in step_names()] == list(range(1, len(step_names()) + 1))


@pytest.mark.parametrize("first", step_names())
def test_the_chain_goes_on_from_every_step(blank: Database, first: str, tmp_path: Path) -> None:
    migrate(blank, stop_before=first)
    migrate(blank)
    with closing(connect(tmp_path / "at once.db")) as fresh:
        migrate(fresh)
        schema = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
        assert blank.execute(schema).fetchall() == fresh.execute(schema).fetchall()


def test_done_steps_are_not_done_again(path: Path) -> None:
    record = "SELECT name, applied_at FROM _sqlite_migrations ORDER BY id"
    with open_store(path) as store:
        first = store.rows(record)
    with open_store(path) as store:
        assert store.rows(record) == first
    assert [name for name, _ in first] == step_names()


def test_a_step_that_fails_leaves_nothing(blank: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def m004_breaks(database: Database) -> None:
        database.executescript("CREATE TABLE half (a); CREATE TABLE half (b);")

    migrate(blank)
    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, m004_breaks))
    with pytest.raises(sqlite3.OperationalError):
        migrate(blank)
    assert "half" not in names(blank, "table")
    assert unknown_steps(blank) == []
    rows = blank.execute("SELECT name FROM _sqlite_migrations").fetchall()
    assert ("m004_breaks",) not in rows


def test_a_later_step_is_noticed(blank: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate(blank)
    last = step_names()[-1]
    monkeypatch.setattr(migrations, "STEPS", migrations.STEPS[:-1])
    assert unknown_steps(blank) == [last]
