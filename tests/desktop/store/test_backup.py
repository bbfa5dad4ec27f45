"""Backups: whole or not there, checked, seven of them, and the way back."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from desktop.errors import StoreError
from desktop.store import backup
from desktop.store.backup import (
    back_up_if_due,
    create_backup,
    inspect_backup,
    newest_good_backup,
    restore_backup,
)
from desktop.store.conversations import Conversations
from desktop.store.database import Store, open_store

DAY = date(2026, 3, 1)


@pytest.fixture
def folder(path: Path) -> Path:
    return path.parent / "backups"


@pytest.fixture
def talk(store: Store) -> Conversations:
    """A conversation with two messages, still in the log."""
    conversations = Conversations(store)
    id_ = conversations.create("一").id
    conversations.append_person(id_, "第一句")
    conversations.append_person(id_, "第二句")
    return conversations


def spoil(path: Path) -> None:
    """Damage the middle of every page but the first."""
    with path.open("r+b") as file:
        for page in range(1, path.stat().st_size // 4096):
            file.seek(page * 4096)
            file.write(b"\xff" * 200)


@pytest.mark.usefixtures("talk")
class TestMaking:
    def test_holds_what_is_committed_while_the_writer_is_open(
        self, path: Path, folder: Path, store: Store
    ) -> None:
        with store.transaction() as change:
            change.execute("INSERT INTO settings VALUES ('a', 'not yet committed')")
            made = create_backup(path, folder, DAY)
        with open_store(made, read_only=True) as copy:
            assert copy.rows("SELECT text FROM messages") == [("第一句",), ("第二句",)]
            assert copy.rows("SELECT * FROM settings") == []

    def test_is_one_file_only_this_person_reads(self, path: Path, folder: Path) -> None:
        made = create_backup(path, folder, DAY)
        assert [part.name for part in folder.iterdir()] == ["xinyu-2026-03-01.db"]
        if os.name == "posix":
            assert made.stat().st_mode & 0o777 == 0o600

    def test_once_a_day(self, path: Path, folder: Path) -> None:
        assert back_up_if_due(path, folder, DAY) is not None
        assert back_up_if_due(path, folder, DAY) is None
        assert back_up_if_due(path, folder, date(2026, 3, 2)) is not None

    def test_seven_are_kept(self, path: Path, folder: Path) -> None:
        other = folder / "mine.db"
        for day in range(1, 11):
            create_backup(path, folder, date(2026, 3, day))
            other.touch()
        kept = sorted(part.name for part in folder.iterdir())
        assert kept == ["mine.db", *(f"xinyu-2026-03-{day:02}.db" for day in range(4, 11))]

    def test_a_damaged_database_drops_no_good_copy(
        self, path: Path, folder: Path, store: Store
    ) -> None:
        create_backup(path, folder, DAY)
        store.close()
        spoil(path)
        with pytest.raises(StoreError, match="store_corrupt"):
            create_backup(path, folder, date(2026, 3, 2))
        assert [part.name for part in folder.iterdir()] == ["xinyu-2026-03-01.db"]

    def test_never_fills_the_disk(
        self, path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(backup, "_RESERVE", 1 << 60)
        with pytest.raises(StoreError, match="store_no_room_for_backup"):
            create_backup(path, folder, DAY)
        assert list(folder.iterdir()) == []

    def test_a_rest_of_a_killed_one_is_no_backup(self, path: Path, folder: Path) -> None:
        folder.mkdir()
        (folder / "xinyu-2026-03-01.db.partial").write_bytes(b"half")
        assert newest_good_backup(folder) is None
        create_backup(path, folder, DAY)
        assert [part.name for part in folder.iterdir()] == ["xinyu-2026-03-01.db"]

    def test_a_folder_that_cannot_be(self, path: Path, folder: Path) -> None:
        folder.write_text("a file")
        with pytest.raises(StoreError, match="store_folder_unwritable"):
            create_backup(path, folder, DAY)


@pytest.mark.usefixtures("talk")
class TestFinding:
    def test_the_newest_that_is_good(self, path: Path, folder: Path) -> None:
        for day in (1, 2, 3):
            create_backup(path, folder, date(2026, 3, day))
        spoil(folder / "xinyu-2026-03-03.db")
        (folder / "xinyu-2026-03-04.db").write_bytes(b"no database")
        (folder / "xinyu-2026-99-99.db").write_bytes(b"no day")
        found = newest_good_backup(folder)
        assert found is not None
        assert (found.day, found.conversations, found.messages) == (date(2026, 3, 2), 1, 2)

    def test_none(self, folder: Path) -> None:
        assert newest_good_backup(folder) is None

    def test_an_empty_file_is_none(self, folder: Path) -> None:
        folder.mkdir()
        (folder / "xinyu-2026-03-01.db").touch()
        assert inspect_backup(folder / "xinyu-2026-03-01.db") is None


class TestRestoring:
    def test_the_damaged_one_stays_beside_it(
        self, path: Path, folder: Path, store: Store, talk: Conversations
    ) -> None:
        made = create_backup(path, folder, DAY)
        talk.append_person(1, "备份以后的")
        store.close()
        spoil(path)
        spoiled = path.read_bytes()
        path.with_name(path.name + "-wal").write_bytes(b"an old log" * 100)
        aside = restore_backup(made, path)
        assert aside is not None
        assert aside.read_bytes() == spoiled
        with open_store(path) as restored:
            conversations = Conversations(restored)
            assert [m.text for m in conversations.messages(1)] == ["第一句", "第二句"]
            assert conversations.append_person(1, "接着说").text == "接着说"
        assert made.exists()

    def test_where_nothing_stands(self, path: Path, folder: Path, store: Store) -> None:
        made = create_backup(path, folder, DAY)
        store.close()
        path.unlink()
        assert restore_backup(made, path) is None
        open_store(path).close()

    def test_a_copy_that_is_gone_moves_nothing(
        self, path: Path, folder: Path, store: Store
    ) -> None:
        store.close()
        with pytest.raises(StoreError):
            restore_backup(folder / "xinyu-2026-03-01.db", path)
        open_store(path).close()
        assert [part.name for part in path.parent.iterdir()] == ["xinyu.db"]
