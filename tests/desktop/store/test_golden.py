"""Databases written by the program of every schema so far: they open, migrate, and lose nothing."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from desktop.paths import Paths, assets_folder
from desktop.profiles.restore import back_up
from desktop.store.backup import back_up_before_migration, backups
from desktop.store.conversations import Conversations
from desktop.store.database import open_store
from desktop.store.encryption import encrypt_copy
from desktop.store.migrations import step_names
from desktop.store.search import Search
from desktop.vault.key import Key

GOLDEN = Path(__file__).parents[2] / "data" / "golden"
FILES = sorted(GOLDEN.glob("*.db"))
KEPT = ("conversations", "messages", "settings")


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as database:
        there = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
        return {
            table: database.execute(f"SELECT * FROM {table}").fetchall()
            for table in KEPT
            if table in there
        }


@pytest.fixture(params=FILES, ids=[path.stem for path in FILES])
def golden(request: pytest.FixtureRequest, path: Path) -> Path:
    path.parent.mkdir(parents=True)
    shutil.copyfile(request.param, path)
    return path


def test_there_is_one_of_every_released_step() -> None:
    assert [path.stem for path in FILES] == step_names()[: len(FILES)]
    assert len(FILES) >= 3


def test_it_opens_migrates_and_loses_nothing(golden: Path) -> None:
    before = rows(golden)
    with open_store(golden) as store:
        conversations = Conversations(store)
        assert [m.text for m in conversations.messages(1)] == ["最近睡得好一点了"]
        assert conversations.message(3).versions == 2
        assert [hit.message_id for hit in Search(store).find("睡")] == [4, 1]
        assert [hit.message_id for hit in Search(store).find("%_\\")] == [5]
    after = rows(golden)
    for table, kept in before.items():
        assert after[table] == kept


def test_a_copy_is_made_before_the_schema_changes(
    golden: Path, request: pytest.FixtureRequest
) -> None:
    folder = golden.parent / "backups"
    before = rows(golden)
    asked: list[Path] = []
    with open_store(
        golden, before_migration=lambda: asked.append(back_up_before_migration(golden, folder))
    ):
        pass
    assert backups(folder) == asked
    assert [rows(copy) for copy in asked] == ([before] if asked else [])
    assert bool(asked) == (request.node.callspec.id != step_names()[-1])


def test_it_can_be_encrypted(golden: Path) -> None:
    open_store(golden).close()
    key, sealed = Key.random(), golden.with_name("sealed.db")
    encrypt_copy(golden, sealed, key)
    with open_store(sealed, key=key) as store:
        for table, kept in rows(golden).items():
            assert store.rows(f"SELECT * FROM {table}") == kept


def test_a_backup_of_an_older_program_merges(golden: Path, tmp_path: Path) -> None:
    from desktop.profiles import restore

    paths = Paths(tmp_path / "home", assets_folder())
    open_store(paths.database).close()
    back_up(paths, None)
    old = paths.backups / "xinyu-2020-01-01.db"
    shutil.copyfile(golden, old)

    backup = restore.find(paths, "2020-01-01", None)
    done = restore.merge(paths, backup, None)

    assert (done.added["conversations"], done.added["messages"]) == (2, 6)
    assert rows(paths.database)["messages"] == rows(golden)["messages"]
    again = restore.merge(paths, backup, None)
    assert again.added.total() == 0
