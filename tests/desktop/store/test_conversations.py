"""Conversations: the list, the tree of messages and its versions, and what a crash leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.store.conversations import Conversations
from desktop.store.database import Store, open_store
from desktop.store.records import Message, State


class Clock:
    """A clock that goes one second further each time it is read."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def conversations(store: Store, clock: Clock) -> Conversations:
    return Conversations(store, clock)


def texts(messages: list[Message]) -> list[str]:
    return [message.text for message in messages]


def versions(messages: list[Message]) -> list[tuple[int, int]]:
    return [(message.version, message.versions) for message in messages]


def reply(conversations: Conversations, to: Message, text: str) -> Message:
    """A whole reply to a message."""
    begun = conversations.begin_reply(to.conversation_id, to.id, "starter")
    return conversations.finish(begun.id, text, State.COMPLETE)


class TestList:
    def test_last_used_first(self, conversations: Conversations) -> None:
        first, second = conversations.create("一"), conversations.create("二")
        assert [found.id for found in conversations.all()] == [second.id, first.id]
        conversations.touch(first.id)
        assert [found.id for found in conversations.all()] == [first.id, second.id]
        conversations.append_person(second.id, "在吗")
        found = conversations.all()
        assert [(row.title, row.message_count) for row in found] == [("二", 1), ("一", 0)]

    def test_titles_say_whose_they_are(self, conversations: Conversations) -> None:
        made = conversations.create()
        assert (made.title, made.title_is_own) == ("", False)
        conversations.rename(made.id, "睡不着的晚上", own=False)
        assert not conversations.get(made.id).title_is_own
        conversations.rename(made.id, "失眠\x00\ud800")
        renamed = conversations.get(made.id)
        assert (renamed.title, renamed.title_is_own) == ("失眠\ufffd", True)
        assert conversations.create("我的").title_is_own

    def test_delete_and_undo(self, conversations: Conversations) -> None:
        made = conversations.create()
        conversations.append_person(made.id, "留着")
        conversations.delete(made.id)
        assert conversations.all() == []
        conversations.restore(made.id)
        assert [found.id for found in conversations.all()] == [made.id]
        assert texts(conversations.messages(made.id)) == ["留着"]

    def test_purge_keeps_what_can_still_be_undone(
        self, conversations: Conversations, clock: Clock
    ) -> None:
        old, new, kept = (conversations.create() for _ in range(3))
        conversations.delete(old.id)
        clock.now += 100
        conversations.delete(new.id)
        assert conversations.purge(older_than=50) == 1
        conversations.restore(new.id)
        with pytest.raises(LookupError):
            conversations.restore(old.id)
        assert {found.id for found in conversations.all()} == {new.id, kept.id}

    def test_purge_when_the_clock_was_set_back(
        self, conversations: Conversations, clock: Clock
    ) -> None:
        conversations.delete(conversations.create().id)
        clock.now -= 500
        assert conversations.purge(older_than=3600) == 1

    def test_a_long_conversation_goes_whole(
        self, store: Store, conversations: Conversations
    ) -> None:
        made = conversations.create()
        with store.transaction() as change:
            change.executemany(
                "INSERT INTO messages VALUES (?, ?, ?, 'user', '话', 'complete', NULL, 1, 1)",
                [(number, made.id, number - 1 or None) for number in range(1, 3001)],
            )
            change.execute("UPDATE conversations SET head_id = 3000")
        assert len(conversations.messages(made.id)) == 3000
        assert len(conversations.messages_before(made.id, None, 5000)) == 3000
        conversations.select_version(1)
        conversations.delete(made.id)
        conversations.purge()
        assert store.rows("SELECT count(*) FROM messages") == [(0,)]

    def test_what_is_purged_is_in_no_file(
        self, path: Path, store: Store, conversations: Conversations
    ) -> None:
        kept, gone = conversations.create(), conversations.create("𠮷𠮾𡈽")
        for number in range(12):
            conversations.append_person(kept.id, f"留下 {number}")
            sent = conversations.append_person(gone.id, f"秘密 {number} 𠮷𠮾𡈽 " * 20)
            begun = conversations.begin_reply(gone.id, sent.id, "starter")
            conversations.checkpoint(begun.id, "𡈽𠮷𠮾")
            conversations.finish(begun.id, "𠮷𠮾𡈽𠮷", State.STOPPED)
        conversations.delete(gone.id)
        conversations.purge()
        found = [
            part.name
            for part in path.parent.iterdir()
            for word in ("𠮷𠮾𡈽", "𡈽𠮷𠮾", "𠮾𡈽", "秘密")
            if word.encode() in part.read_bytes()
        ]
        assert found == []
        assert len(conversations.messages(kept.id)) == 12

    @pytest.mark.parametrize("name", ["messages", "touch", "delete", "restore", "get"])
    def test_unknown_ones_are_a_fault_of_ours(
        self, conversations: Conversations, name: str
    ) -> None:
        with pytest.raises(LookupError):
            getattr(conversations, name)(99)


class TestTalking:
    def test_a_turn(self, conversations: Conversations) -> None:
        id_ = conversations.create().id
        sent = conversations.append_person(id_, "我不开心")
        assert (sent.role, sent.state, sent.parent_id) == ("user", State.COMPLETE, None)
        begun = conversations.begin_reply(id_, sent.id, "starter")
        assert (begun.role, begun.state, begun.text) == ("assistant", State.STREAMING, "")
        conversations.checkpoint(begun.id, "愿意")
        assert conversations.message(begun.id).text == "愿意"
        done = conversations.finish(begun.id, "愿意说说吗？", State.COMPLETE)
        assert (done.state, done.model_id) == (State.COMPLETE, "starter")
        assert texts(conversations.messages(id_)) == ["我不开心", "愿意说说吗？"]
        assert versions(conversations.messages(id_)) == [(1, 1), (1, 1)]

    def test_any_text_can_be_sent(self, conversations: Conversations) -> None:
        id_ = conversations.create().id
        long = "长" * 100_000
        assert conversations.append_person(id_, long).text == long
        assert conversations.append_person(id_, "a\x00\ud800😢").text == "a\ufffd😢"
        quoted = "'; DROP TABLE messages; --"
        assert conversations.append_person(id_, quoted).text == quoted

    def test_what_was_sent_is_committed(self, path: Path, conversations: Conversations) -> None:
        id_ = conversations.create().id
        conversations.append_person(id_, "在吗")
        with open_store(path, read_only=True) as reader:
            assert texts(Conversations(reader).messages(id_)) == ["在吗"]

    def test_ends_are_ends(self, conversations: Conversations) -> None:
        sent = conversations.append_person(conversations.create().id, "在吗")
        begun = conversations.begin_reply(sent.conversation_id, sent.id, None)
        with pytest.raises(ValueError, match="streaming"):
            conversations.finish(begun.id, "在", State.STREAMING)

    def test_a_parent_belongs_to_the_conversation(self, conversations: Conversations) -> None:
        elsewhere = conversations.append_person(conversations.create().id, "别处")
        id_ = conversations.create().id
        with pytest.raises(LookupError):
            conversations.append_person(id_, "这里", elsewhere.id)
        with pytest.raises(LookupError):
            conversations.begin_reply(id_, elsewhere.id, None)
        with pytest.raises(LookupError):
            conversations.append_person(99, "哪里")
        assert conversations.messages(id_) == []


class TestVersions:
    def test_another_reply_keeps_the_first(self, conversations: Conversations) -> None:
        id_ = conversations.create().id
        sent = conversations.append_person(id_, "在吗")
        first = reply(conversations, sent, "在")
        reply(conversations, sent, "在的")
        shown = conversations.messages(id_)
        assert (texts(shown), versions(shown)) == (["在吗", "在的"], [(1, 1), (2, 2)])
        conversations.select_version(first.id)
        shown = conversations.messages(id_)
        assert (texts(shown), versions(shown)) == (["在吗", "在"], [(1, 1), (1, 2)])

    def test_all_of_a_message_can_be_listed(self, conversations: Conversations) -> None:
        id_ = conversations.create().id
        sent = conversations.append_person(id_, "在吗")
        replies = [reply(conversations, sent, text).id for text in ("在", "在的", "我在")]
        edited = conversations.append_person(id_, "在不在", None)
        conversations.append_person(conversations.create().id, "别处的开头")
        assert conversations.versions(replies[1]) == replies
        assert conversations.versions(edited.id) == [sent.id, edited.id]

    def test_editing_keeps_what_was_said_before(self, conversations: Conversations) -> None:
        id_ = conversations.create().id
        sent = conversations.append_person(id_, "我很烦")
        reply(conversations, sent, "怎么了？")
        conversations.append_person(id_, "工作")
        edited = conversations.append_person(id_, "我很累", None)
        assert texts(conversations.messages(id_)) == ["我很累"]
        reply(conversations, edited, "想歇一歇吗？")
        shown = conversations.messages(id_)
        assert (texts(shown), versions(shown)) == (
            ["我很累", "想歇一歇吗？"],
            [(2, 2), (1, 1)],
        )
        conversations.select_version(sent.id)
        shown = conversations.messages(id_)
        assert (texts(shown), versions(shown)) == (
            ["我很烦", "怎么了？", "工作"],
            [(1, 2), (1, 1), (1, 1)],
        )

    def test_a_version_comes_with_the_latest_below_it(self, conversations: Conversations) -> None:
        id_ = conversations.create().id
        sent = conversations.append_person(id_, "一")
        first = reply(conversations, sent, "二")
        for text in ("三", "四"):
            conversations.append_person(id_, text, first.id)
        reply(conversations, sent, "另一个二")
        conversations.select_version(first.id)
        assert texts(conversations.messages(id_)) == ["一", "二", "四"]

    def test_pages_agree_with_the_whole(self, conversations: Conversations) -> None:
        id_ = conversations.create().id
        for number in range(20):
            sent = conversations.append_person(id_, f"问 {number}")
            for version in range(number % 3 + 1):
                reply(conversations, sent, f"答 {number}.{version}")
        conversations.append_person(id_, "另一个开头", None)
        conversations.select_version(1)
        whole = conversations.messages(id_)
        assert len(whole) == 40
        assert whole[0].versions == 2
        paged: list[Message] = []
        while page := conversations.messages_before(id_, paged[0].id if paged else None, 7):
            paged = page + paged
        assert paged == whole
        assert [conversations.message(message.id) for message in whole] == whole

    def test_pages_of_nothing(self, conversations: Conversations) -> None:
        id_ = conversations.create().id
        assert conversations.messages(id_) == []
        assert conversations.messages_before(id_, None, 10) == []
        sent = conversations.append_person(id_, "在吗")
        assert conversations.messages_before(id_, sent.id, 10) == []
        assert conversations.messages_before(id_, None, 0) == []


class TestEndsThatWereNone:
    def test_an_empty_reply_is_taken_back(self, conversations: Conversations) -> None:
        id_ = conversations.create().id
        sent = conversations.append_person(id_, "在吗")
        begun = conversations.begin_reply(id_, sent.id, "starter")
        assert conversations.discard_empty_reply(begun.id)
        assert texts(conversations.messages(id_)) == ["在吗"]
        assert conversations.messages(id_)[0].id == sent.id

    def test_the_version_before_it_returns(self, conversations: Conversations) -> None:
        id_ = conversations.create().id
        sent = conversations.append_person(id_, "在吗")
        reply(conversations, sent, "在")
        conversations.append_person(id_, "嗯")
        begun = conversations.begin_reply(id_, sent.id, "starter")
        conversations.discard_empty_reply(begun.id)
        assert texts(conversations.messages(id_)) == ["在吗", "在", "嗯"]

    def test_a_reply_with_text_stays(self, conversations: Conversations) -> None:
        sent = conversations.append_person(conversations.create().id, "在吗")
        begun = conversations.begin_reply(sent.conversation_id, sent.id, "starter")
        conversations.checkpoint(begun.id, "在")
        assert not conversations.discard_empty_reply(begun.id)
        assert not conversations.discard_empty_reply(sent.id)
        assert texts(conversations.messages(sent.conversation_id)) == ["在吗", "在"]

    def test_recover_after_a_crash(self, path: Path) -> None:
        with open_store(path) as store:
            conversations = Conversations(store)
            ids = [conversations.create().id for _ in range(3)]
            for id_, text in zip(ids, ("", "我听", "说完了"), strict=True):
                sent = conversations.append_person(id_, "在吗")
                begun = conversations.begin_reply(id_, sent.id, "starter")
                conversations.checkpoint(begun.id, text)
            conversations.finish(begun.id, "说完了", State.COMPLETE)
        with open_store(path) as store:
            conversations = Conversations(store)
            assert conversations.recover() == 2
            assert conversations.recover() == 0
            empty, cut, whole = (conversations.messages(id_) for id_ in ids)
        assert texts(empty) == ["在吗"]
        assert (cut[1].text, cut[1].state) == ("我听", State.INTERRUPTED)
        assert whole[1].state is State.COMPLETE
