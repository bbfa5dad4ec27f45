"""Search: exactly what LIKE finds, newest first, whatever is asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.benchmarks.large_store import make_large_store
from desktop.benchmarks.store import like_truth, queries_for
from desktop.store.conversations import Conversations
from desktop.store.database import Store, open_store
from desktop.store.records import State
from desktop.store.search import Search
from desktop.store.text import clean_text

# Few characters, so that texts and queries meet; of every kind that has a trap of its own.
ALPHABET = "心我开不aAbkK%_\\\"'* -éÉßſK😢‍👧\u0301İ\U0010ffff\ufffdＡａ\n"
TEXTS = st.lists(st.text(ALPHABET, max_size=12), min_size=1, max_size=8)
QUERIES = st.lists(st.text(ALPHABET, min_size=1, max_size=6), min_size=1, max_size=8)


def fill(store: Store, *texts: str) -> int:
    """One conversation with these messages."""
    conversations = Conversations(store)
    id_ = conversations.create("标题").id
    for text in texts:
        conversations.append_person(id_, text)
    return id_


def found(store: Store, query: str, limit: int = 50) -> list[str]:
    return [hit.text for hit in Search(store).find(query, limit)]


class TestWhatIsFound:
    @pytest.mark.parametrize("query", ["我", "不开", "不开心", "我不开心", "心了", "了"])
    def test_inside_a_chinese_sentence(self, store: Store, query: str) -> None:
        fill(store, "这段时间我不开心了", "天气很好")
        assert found(store, query) == ["这段时间我不开心了"]

    @pytest.mark.parametrize("query", ["s", "SL", "sle", "SLEEP", "t sl"])
    def test_inside_an_english_one(self, store: Store, query: str) -> None:
        fill(store, "I cannot Sleep", "okay")
        assert found(store, query) == ["I cannot Sleep"]

    def test_wildcards_are_letters(self, store: Store) -> None:
        fill(store, "100%", "100 分", "a_b", "aXb", "c\\d")
        assert found(store, "100%") == ["100%"]
        assert found(store, "%") == ["100%"]
        assert found(store, "a_b") == ["a_b"]
        assert found(store, "\\") == ["c\\d"]

    def test_index_syntax_is_text(self, store: Store) -> None:
        fill(store, 'he said "no" AND left', "x* OR y")
        assert found(store, '"no"') == ['he said "no" AND left']
        assert found(store, "x* OR y") == ["x* OR y"]

    def test_nothing(self, store: Store) -> None:
        fill(store, "我不开心")
        assert found(store, "") == []
        assert found(store, "\x00") == []
        assert found(store, "难过") == []
        assert found(store, "我", limit=0) == []

    def test_very_long_queries(self, store: Store) -> None:
        long = "很长的话 Abc%" * 10_000
        fill(store, long, "短的")
        assert found(store, long.lower()) == [long]
        assert found(store, long + "。") == []
        assert found(store, long[1:30_000]) == [long]

    def test_pasted_text_is_cleaned_as_the_stored_one(self, store: Store) -> None:
        fill(store, "第一行\r\n第二行")
        assert found(store, "行\r\n第") == ["第一行\n第二行"]


class TestHits:
    def test_newest_first_and_no_more_than_asked(self, store: Store) -> None:
        fill(store, *[f"第 {number} 次失眠" for number in range(80)])
        assert found(store, "失眠", 3) == ["第 79 次失眠", "第 78 次失眠", "第 77 次失眠"]
        assert len(found(store, "次")) == 50

    def test_tell_where_the_words_stand(self, store: Store) -> None:
        id_ = fill(store, "😢 今晚又 Can't Sleep 了")
        (hit,) = Search(store).find("can't sleep")
        assert hit.text[hit.start : hit.start + hit.length] == "Can't Sleep"
        assert (hit.conversation_id, hit.title, hit.role) == (id_, "标题", "user")

    def test_replies_and_other_versions_too(self, store: Store) -> None:
        conversations = Conversations(store)
        id_ = conversations.create().id
        sent = conversations.append_person(id_, "在吗")
        for text in ("陪着你", "陪你"):
            begun = conversations.begin_reply(id_, sent.id, "starter")
            conversations.checkpoint(begun.id, text[:1])
            conversations.finish(begun.id, text, State.COMPLETE)
        assert found(store, "陪") == ["陪你", "陪着你"]

    def test_not_what_was_deleted(self, store: Store) -> None:
        conversations = Conversations(store)
        id_ = fill(store, "不想留下的话")
        conversations.delete(id_)
        assert found(store, "留下") == []
        assert found(store, "不想留下") == []
        conversations.restore(id_)
        assert found(store, "留下") == ["不想留下的话"]

    def test_a_changed_text_only_as_it_is_now(self, store: Store) -> None:
        conversations = Conversations(store)
        sent = conversations.append_person(conversations.create().id, "在吗")
        begun = conversations.begin_reply(sent.conversation_id, sent.id, None)
        conversations.checkpoint(begun.id, "旧的说法")
        conversations.finish(begun.id, "新的说法", State.STOPPED)
        assert found(store, "旧的") == []
        assert found(store, "新的说") == ["新的说法"]


class TestEqualToLike:
    @given(texts=TEXTS, queries=QUERIES)
    @settings(
        deadline=None,
        max_examples=150,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    def test_for_any_text(self, store: Store, texts: list[str], queries: list[str]) -> None:
        with store.transaction() as change:
            change.execute("DELETE FROM conversations")
            change.execute("INSERT INTO conversations VALUES (1, '', 0, 1, 1, NULL, NULL)")
            change.executemany(
                "INSERT INTO messages VALUES (NULL, 1, NULL, 'user', ?, 'complete', NULL, 1, 1)",
                [(clean_text(text),) for text in texts],
            )
        for query in queries + [text[:6] for text in texts if text]:
            hits = [hit.message_id for hit in Search(store).find(query)]
            assert hits == like_truth(store, clean_text(query), 50)

    def test_for_many_messages(self, path: Path) -> None:
        make_large_store(path, 6_000, seed=3)
        with open_store(path, read_only=True) as store:
            texts = [text for (text,) in store.rows("SELECT text FROM messages")]
            search = Search(store)
            for limit in (50, 100_000):
                for query in queries_for(texts, 120, seed=limit):
                    hits = [hit.message_id for hit in search.find(query, limit)]
                    assert hits == like_truth(store, query, limit), query
