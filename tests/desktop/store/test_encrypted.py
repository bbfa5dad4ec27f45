"""A store with a key: the same as one without, and nothing in its files can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.benchmarks.large_store import make_large_store
from desktop.benchmarks.store import like_truth, queries_for
from desktop.errors import StoreError
from desktop.store.backup import create_backup, inspect_backup
from desktop.store.conversations import Conversations
from desktop.store.database import damage, open_store
from desktop.store.faults import world_faults
from desktop.store.search import Search
from desktop.vault.key import Key


@pytest.fixture
def key() -> Key:
    return Key.random()


def test_nothing_in_its_files_can_be_read(path: Path, key: Key) -> None:
    with open_store(path, key=key) as store:
        conversations = Conversations(store)
        conversations.append_person(conversations.create("标题在这里").id, "说出来的话")
        seen = b"".join(part.read_bytes() for part in path.parent.iterdir())
        assert (path.parent / "xinyu.db-wal").stat().st_size > 0
        for words in ("标题在这里", "说出来的话", "conversations", "SQLite format"):
            assert words.encode() not in seen


def test_another_key_or_none_is_refused_and_changes_nothing(path: Path, key: Key) -> None:
    open_store(path, key=key).close()
    before = path.read_bytes()
    for other in (Key.random(), None):
        with pytest.raises(StoreError, match="store_corrupt"):
            open_store(path, key=other)
    assert path.read_bytes() == before


def test_search_is_what_like_finds(path: Path, key: Key) -> None:
    make_large_store(path, 2_000, 3, key)
    with open_store(path, key=key) as store:
        texts = [text for (text,) in store.rows("SELECT text FROM messages")]
        for query in queries_for(texts, 90, 5):
            found = [hit.message_id for hit in Search(store).find(query)]
            assert found == like_truth(store, query, 50), query


def test_what_was_deleted_is_not_in_a_later_backup(path: Path, key: Key) -> None:
    with open_store(path, key=key) as store:
        conversations = Conversations(store)
        kept, gone = conversations.create(), conversations.create()
        conversations.append_person(kept.id, "留下的话")
        conversations.append_person(gone.id, "删掉的话")
        conversations.delete(gone.id)
        made = create_backup(path, path.parent / "backups", key=key)
        conversations.restore(gone.id)  # here it can still be brought back
        assert [m.text for m in conversations.messages(gone.id)] == ["删掉的话"]
    with open_store(made, read_only=True, key=key) as copy:
        assert copy.rows("SELECT text FROM messages") == [("留下的话",)]
        assert Search(copy).find("删掉") == []
    assert inspect_backup(made, key) is not None
    assert inspect_backup(made, Key.random()) is None


def test_a_changed_byte_is_noticed(path: Path, key: Key) -> None:
    make_large_store(path, 300, 1, key)
    with open_store(path, key=key) as store:
        store._database.execute("VACUUM")  # no page is left that holds nothing
    whole = path.read_bytes()
    for place in range(100, len(whole), len(whole) // 9):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        with pytest.raises(StoreError, match="store_corrupt"):
            read_all(path, key)


def read_all(path: Path, key: Key) -> None:
    """Every page that holds something."""
    with world_faults(path), open_store(path, key=key) as store:
        if damage(store._database):
            raise StoreError("store_corrupt")
