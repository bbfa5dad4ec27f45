"""What is remembered, on disk: its versions, undoing, and that deleted means gone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.store.conversations import Conversations
from desktop.store.database import Store, open_store, open_temporary
from desktop.store.memories import VERSIONS_KEPT, Memories, Memory


@pytest.fixture
def memories(store: Store) -> Memories:
    return Memories(store)


def bytes_beside(path: Path) -> bytes:
    return b"".join(part.read_bytes() for part in path.parent.glob(path.name + "*"))


def test_an_entry_is_read_as_it_was_written(memories: Memories) -> None:
    change = memories.add(Memory("goals", "想睡好。", origin="rule", expires_at=9.0, pinned=True))
    (entry,) = memories.all()
    assert change.after == entry
    assert (entry.slot, entry.text, entry.origin, entry.expires_at) == (
        "goals",
        "想睡好。",
        "rule",
        9.0,
    )
    assert entry.pinned is True


def test_each_change_can_be_undone_and_redone(memories: Memories) -> None:
    first = memories.add(Memory("goals", "一。")).memory
    second = memories.put(replace(first, text="二。"))
    assert memories.history(first.id) == [first]

    back = memories.undo(second)
    assert memories.all() == [first]
    assert memories.history(first.id) == []
    memories.undo(back)
    assert memories.all()[0].text == "二。"

    gone = memories.delete(first.id)
    assert memories.all() == []
    memories.undo(gone)
    assert memories.all()[0].text == "二。"


def test_undoing_a_deletion_brings_its_history_back(memories: Memories) -> None:
    first = memories.add(Memory("goals", "一。")).memory
    memories.put(replace(first, text="二。"))
    memories.undo(memories.delete(first.id))
    assert [version.text for version in memories.history(first.id)] == ["一。"]


def test_the_history_is_bounded(memories: Memories) -> None:
    entry = memories.add(Memory("goals", "零。")).memory
    for number in range(20):
        entry = memories.put(replace(entry, text=f"{number} 号。")).memory
    assert len(memories.history(entry.id)) == VERSIONS_KEPT


def test_deleted_is_gone_from_the_file_and_its_log(path: Path) -> None:
    first, then = "独一无二的旧说法ZEBRA", "独一无二的新说法OKAPI"
    with open_store(path) as store:
        memories = Memories(store)
        entry = memories.add(Memory("goals", first)).memory
        memories.put(replace(entry, text=then))
        assert then.encode() in bytes_beside(path)
        memories.delete(entry.id)
        left = bytes_beside(path)
        for words in (first, then, "ZEBRA", "OKAPI"):
            assert words.encode() not in left, words


def test_words_of_a_deleted_conversation_go_from_entries_and_versions(
    store: Store, memories: Memories
) -> None:
    conversations = Conversations(store)
    conversation = conversations.create()
    said = conversations.append_person(conversation.id, "叫我小雨吧")
    entry = memories.add(
        Memory("preferences", "希望被叫作小雨。", "叫我小雨吧", said.id, conversation.id)
    ).memory
    changed = memories.put(replace(entry, pinned=True))
    conversations.delete(conversation.id)
    conversations.purge()

    (left,) = memories.all()
    assert (left.text, left.quote, left.message_id) == ("希望被叫作小雨。", "", None)
    assert [version.quote for version in memories.history(left.id)] == [""]
    memories.undo(changed)
    assert memories.all()[0].quote == "", "undoing brought back words of a deleted conversation"


def test_refusals_are_counted_by_reason_alone(memories: Memories) -> None:
    memories.count_refusals({"not_said": 2})
    memories.count_refusals({"not_said": 1, "joke": 1})
    assert memories.refusals() == {"joke": 1, "not_said": 3}


def test_a_pause_belongs_to_its_conversation(store: Store, memories: Memories) -> None:
    conversation = Conversations(store).create()
    memories.pause(conversation.id, True)
    memories.pause(conversation.id, True)
    assert memories.paused(conversation.id)
    memories.pause(conversation.id, False)
    assert not memories.paused(conversation.id)


def test_a_temporary_store_is_shared_by_name_and_goes_with_its_last_connection() -> None:
    with open_temporary("one", 1000) as writer, open_temporary("one", 0, read_only=True) as reader:
        conversation = Conversations(writer).create("x")
        assert conversation.id == 1001
        assert [one.id for one in Conversations(reader).all()] == [1001]
    with open_temporary("one", 1000) as again:
        assert Conversations(again).all() == []
