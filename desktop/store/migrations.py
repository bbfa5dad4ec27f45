"""The schema, as ordered named steps. Never change a step that was released: add one.

Each step runs in a transaction together with its record (sqlite-utils' Migrations, table
`_sqlite_migrations`), so a killed program leaves a step done or not begun. Every step needs a
test named `test_<step>` in tests/desktop/store/test_migrations.py, which also checks that none
lacks one.

Messages are a tree: another reply is a sibling of the first under the same parent, an edited
message a sibling of the person's. A conversation's head is the last message of the path shown.
Ids are never used twice, so later tables may point at them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

SET_NAME = "xinyu"


def m001_conversations(database: Database) -> None:
    """Conversations and their messages.

    The parent's rule is checked at the commit and deletes nothing by itself: SQLite would follow a
    long conversation link by link and give up at its limit of 1,000.
    """
    database.executescript("""
        CREATE TABLE conversations (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            title TEXT NOT NULL DEFAULT '',
            title_is_own INTEGER NOT NULL DEFAULT 0 CHECK (title_is_own IN (0, 1)),
            created_at REAL NOT NULL,
            updated_at REAL NOT NULL,
            deleted_at REAL,
            head_id INTEGER REFERENCES messages(id) DEFERRABLE INITIALLY DEFERRED
        );
        CREATE TABLE messages (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            conversation_id INTEGER NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
            parent_id INTEGER REFERENCES messages(id) DEFERRABLE INITIALLY DEFERRED,
            role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
            text TEXT NOT NULL,
            state TEXT NOT NULL
                CHECK (state IN ('complete', 'streaming', 'stopped', 'interrupted')),
            model_id TEXT,
            created_at REAL NOT NULL,
            updated_at REAL NOT NULL
        );
        CREATE INDEX conversations_by_head ON conversations(head_id);
        CREATE INDEX messages_by_conversation ON messages(conversation_id);
        CREATE INDEX messages_by_parent ON messages(parent_id);
        CREATE INDEX messages_unfinished ON messages(id) WHERE state = 'streaming';
    """)


def m002_settings(database: Database) -> None:
    """The person's choices, one row each."""
    database.executescript("""
        CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    """)


def m003_search(database: Database) -> None:
    """A full-text index of three-character pieces, kept in step by triggers.

    Two spaces end every text, so that each of its characters begins a piece: one and two
    characters can then be looked up as the beginnings of pieces. See search.py.
    """
    database.executescript("""
        CREATE VIEW search_text(id, body) AS SELECT id, text || '  ' FROM messages;
        CREATE VIRTUAL TABLE search_index USING fts5(
            body, content='search_text', content_rowid='id', tokenize='trigram', detail=none
        );
        CREATE VIRTUAL TABLE search_pieces USING fts5vocab(search_index, row);
        CREATE TRIGGER search_add AFTER INSERT ON messages BEGIN
            INSERT INTO search_index(rowid, body) VALUES (new.id, new.text || '  ');
        END;
        CREATE TRIGGER search_remove AFTER DELETE ON messages BEGIN
            INSERT INTO search_index(search_index, rowid, body)
                VALUES ('delete', old.id, old.text || '  ');
        END;
        CREATE TRIGGER search_change AFTER UPDATE OF text ON messages
        WHEN old.text IS NOT new.text BEGIN
            INSERT INTO search_index(search_index, rowid, body)
                VALUES ('delete', old.id, old.text || '  ');
            INSERT INTO search_index(rowid, body) VALUES (new.id, new.text || '  ');
        END;
        INSERT INTO search_index(search_index) VALUES ('rebuild');
    """)


def m004_safety(database: Database) -> None:
    """What a person keeps for a hard hour, and what was noticed: never what was typed.

    Six texts of a safety plan, one emergency contact, safety notes, and counts by month.
    """
    database.executescript("""
        CREATE TABLE safety_plan (
            step INTEGER PRIMARY KEY CHECK (step BETWEEN 1 AND 6),
            text TEXT NOT NULL,
            written_at REAL NOT NULL,
            reviewed_at REAL NOT NULL
        );
        CREATE TABLE emergency_contact (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            name TEXT NOT NULL,
            number TEXT NOT NULL,
            message TEXT NOT NULL
        );
        CREATE TABLE safety_notes (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            created_at REAL NOT NULL,
            tier TEXT NOT NULL CHECK (tier IN ('T0', 'T1', 'T2', 'T3', 'T4')),
            kinds TEXT NOT NULL,
            rules TEXT NOT NULL,
            shown TEXT NOT NULL
        );
        CREATE TABLE safety_counts (
            month TEXT NOT NULL CHECK (month GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]'),
            name TEXT NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (month, name)
        ) WITHOUT ROWID;
    """)


def m005_memories(database: Database) -> None:
    """What is remembered, its earlier versions, and conversations of which nothing is.

    When a conversation goes, the words quoted from it go as well, here and in earlier versions; the
    entry itself stays, for it is the person's own and stands in front of them.
    """
    fields = """
            slot TEXT NOT NULL,
            text TEXT NOT NULL,
            quote TEXT NOT NULL DEFAULT '',
            message_id INTEGER REFERENCES messages(id) ON DELETE SET NULL,
            conversation_id INTEGER REFERENCES conversations(id) ON DELETE SET NULL,
            origin TEXT NOT NULL CHECK (origin IN ('model', 'rule', 'person')),
            state TEXT NOT NULL CHECK (state IN ('kept', 'proposed')),
            pinned INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1)),
            created_at REAL NOT NULL,
            updated_at REAL NOT NULL,
            expires_at REAL,
            replaces INTEGER
    """
    database.executescript(f"""
        CREATE TABLE memories (id INTEGER PRIMARY KEY AUTOINCREMENT, {fields});
        CREATE TABLE memory_versions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            memory_id INTEGER NOT NULL REFERENCES memories(id) ON DELETE CASCADE,
            {fields}
        );
        CREATE TABLE memory_pauses (
            conversation_id INTEGER PRIMARY KEY REFERENCES conversations(id) ON DELETE CASCADE
        );
        CREATE TABLE memory_refusals (
            reason TEXT PRIMARY KEY, count INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX memories_by_message ON memories(message_id);
        CREATE INDEX memories_by_conversation ON memories(conversation_id);
        CREATE INDEX memory_versions_by_memory ON memory_versions(memory_id);
        CREATE INDEX memory_versions_by_message ON memory_versions(message_id);
        CREATE INDEX memory_versions_by_conversation ON memory_versions(conversation_id);
        CREATE TRIGGER memories_lose_source BEFORE DELETE ON messages BEGIN
            UPDATE memories SET quote = '', message_id = NULL, conversation_id = NULL
                WHERE message_id = old.id;
            UPDATE memory_versions SET quote = '', message_id = NULL, conversation_id = NULL
                WHERE message_id = old.id;
        END;
    """)


STEPS: tuple[Callable[[Database], None], ...] = (
    m001_conversations,
    m002_settings,
    m003_search,
    m004_safety,
    m005_memories,
)


def step_names() -> list[str]:
    """The names of all steps, in order."""
    return [step.__name__ for step in STEPS]


def migrate(database: Database, *, stop_before: str | None = None) -> None:
    """Bring the schema up to date."""
    steps = _registered()
    if steps.pending(database):
        steps.apply(database, stop_before=stop_before)


def has_step(database: Database, name: str) -> bool:
    """Whether a database went through this step."""
    return any(done.name == name for done in _registered().applied(database))


def waiting_steps(database: Database) -> list[str]:
    """Steps that a database with something in it has still to go through; none for a new one."""
    steps = _registered()
    if not steps.applied(database):
        return []
    return [step.name for step in steps.pending(database)]


def unknown_steps(database: Database) -> list[str]:
    """Steps that this database went through and we do not know: it is of a newer version."""
    known = set(step_names())
    return [done.name for done in _registered().applied(database) if done.name not in known]


def _registered() -> Migrations:
    from sqlite_utils.migrations import Migrations

    steps = Migrations(SET_NAME)
    for step in STEPS:
        steps()(step)
    return steps
