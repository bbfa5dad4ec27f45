"""Imports: ours row for row, others' with what was passed over named, damage as plain words."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.errors import UsageError
from desktop.exchange import chatgpt, librechat
from desktop.exchange.foreign import PassedOver, parents_first
from desktop.exchange.reading import import_file
from desktop.paths import assets_folder
from desktop.store.conversations import Conversations
from desktop.store.database import Store, open_store
from desktop.store.export import rows_of, write_export
from desktop.store.import_talk import ForeignMessage
from desktop.store.records import State
from desktop.store.tables import load_rules
from desktop.vault.key import Key

RULES = load_rules(assets_folder())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "profile" / "xinyu.db", key=Key.random()) as opened:
        yield opened


@pytest.fixture
def talked(tmp_path: Path) -> Iterator[Store]:
    """A profile with branches, an unfinished reply, emoji and settings."""
    with open_store(tmp_path / "source" / "xinyu.db") as opened:
        conversations = Conversations(opened)
        for number in range(3):
            talk = conversations.create(f"标题 {number} “{number}” 🌱")
            said = conversations.append_person(talk.id, '第一句\n第二行 👩‍👧 \\ " %_')
            for text in ("回答一", "回答二"):
                reply = conversations.begin_reply(talk.id, said.id, "starter")
                conversations.finish(reply.id, text, State.COMPLETE)
            conversations.append_person(talk.id, "改过的", parent_id=None)
        conversations.delete(2)
        with opened.transaction() as change:
            change.execute("INSERT INTO settings VALUES ('called_by', '小林')")
        yield opened


def exported(store: Store) -> str:
    out = io.StringIO()
    write_export(store, RULES, out, safety_notes=True)
    return out.getvalue()


def everything(store: Store) -> list[Any]:
    return list(rows_of(store, RULES, safety_notes=True))


def write(tmp_path: Path, content: object, name: str = "export.json") -> Path:
    path = tmp_path / name
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    path.write_text(text, "utf-8")
    return path


class TestOurs:
    def test_comes_back_row_for_row(self, talked: Store, store: Store, tmp_path: Path) -> None:
        report = import_file(store, RULES, write(tmp_path, exported(talked)))

        assert everything(store) == everything(talked)
        assert (report.source, report.conversations, report.messages) == ("xinyu", 3, 12)
        assert [hit for (hit,) in store.rows("SELECT count(*) FROM search_index")] == [12]

    def test_is_json_with_one_row_a_line(self, talked: Store) -> None:
        text = exported(talked)
        assert json.loads(text)["format"] == "xinyu-export"
        assert len(text.splitlines()) == 2 + len(everything(talked))

    def test_twice_adds_nothing(self, talked: Store, store: Store, tmp_path: Path) -> None:
        path = write(tmp_path, exported(talked))
        import_file(store, RULES, path)
        report = import_file(store, RULES, path)
        assert (report.conversations, report.messages, report.present) == (0, 0, 3)
        assert everything(store) == everything(talked)

    def test_merges_into_what_is_there(self, talked: Store, store: Store, tmp_path: Path) -> None:
        own = Conversations(store)
        own.append_person(own.create("我的").id, "原来就有的")
        import_file(store, RULES, write(tmp_path, exported(talked)))
        assert [m.text for m in own.messages(1)] == ["原来就有的"]
        titles = {c.title: c.id for c in own.all()}
        assert [m.text for m in own.messages(titles["标题 0 “0” 🌱"])] == ["改过的"]
        first = own.messages(titles["标题 0 “0” 🌱"])[0]
        assert first.versions == 2

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda text: text[: len(text) // 2],
            lambda text: text.replace('"role": "user"', '"role": "nobody"'),
            lambda text: text.replace('"parent_id": 1', '"parent_id": 3'),
            lambda text: text.replace('"conversation_id": 1', '"conversation_id": 99'),
            lambda text: text.replace('"created_at": 1', '"created_at": [1'),
            lambda text: text.replace("第一句", "\x00"),
            lambda text: text.replace('{"messages"', '{"messages": 1, "x"'),
        ],
    )
    def test_a_damaged_one_changes_nothing(
        self, talked: Store, store: Store, tmp_path: Path, spoil: Any
    ) -> None:
        own = Conversations(store)
        own.append_person(own.create("我的").id, "原来就有的")
        before = everything(store)
        with pytest.raises(UsageError, match=r"import_(damaged|unknown)"):
            import_file(store, RULES, write(tmp_path, spoil(exported(talked))))
        assert everything(store) == before

    def test_what_a_newer_version_added_is_named(
        self, talked: Store, store: Store, tmp_path: Path
    ) -> None:
        text = exported(talked).replace('"title_is_own"', '"mood": 3, "title_is_own"')
        text = text.replace('"rows": [', '"rows": [\n{"dreams": {"id": 1}},')
        report = import_file(store, RULES, write(tmp_path, text))
        assert report.unknown == {"conversations.mood": 3, "dreams": 1}
        assert report.conversations == 3

    def test_safety_notes_only_when_asked(self, talked: Store, tmp_path: Path) -> None:
        with talked.transaction() as change:
            change.execute("CREATE TABLE IF NOT EXISTS safety_probe (id INTEGER PRIMARY KEY)")
            change.execute("CREATE TABLE memory_probe (id INTEGER PRIMARY KEY, slot TEXT)")
            change.execute("INSERT INTO safety_probe VALUES (1)")
            change.execute("INSERT INTO memory_probe VALUES (1, 'goals'), (2, 'safety_notes')")
        kept = dict.fromkeys(name for name, _ in rows_of(talked, RULES, safety_notes=False))
        assert "safety_probe" not in kept
        slots = [
            row["slot"]
            for name, row in rows_of(talked, RULES, safety_notes=False)
            if name == "memory_probe"
        ]
        assert slots == ["goals"]
        assert "safety_probe" in dict(rows_of(talked, RULES, safety_notes=True))


def node(id_: str, parent: str | None, role: str, *parts: object, kind: str = "text") -> Any:
    message = {
        "author": {"role": role},
        "content": {"content_type": kind, "parts": list(parts)},
        "create_time": 1_700_000_000.5,
    }
    return id_, {"id": id_, "parent": parent, "children": [], "message": message}


CHATGPT = [
    {
        "title": "夜里的话",
        "create_time": 1_700_000_000.0,
        "update_time": 1_700_000_900.0,
        "current_node": "d",
        "mapping": dict(
            [
                ("root", {"id": "root", "parent": None, "message": None}),
                node("s", "root", "system", ""),
                node("d", "c", "assistant", "回答二"),
                node("a", "s", "user", "睡不着", {"content_type": "image_asset_pointer"}),
                node("b", "a", "assistant", "回答一"),
                node("c", "a", "tool", "{}"),
                node("e", "a", "assistant", "print(1)", kind="code"),
            ]
        ),
        "plugin_ids": None,
    },
    {"title": "空的", "mapping": {}},
    "nonsense",
]


class TestChatGpt:
    def test_texts_branches_and_what_was_passed_over(self, store: Store, tmp_path: Path) -> None:
        report = import_file(store, RULES, write(tmp_path, CHATGPT))

        talks = Conversations(store)
        (talk,) = talks.all()
        assert (talk.title, talk.created_at) == ("夜里的话", 1_700_000_000.0)
        assert [m.text for m in talks.messages(talk.id)] == ["睡不着", "回答二"]
        assert talks.messages(talk.id)[1].versions == 2
        assert report.unknown == {
            "part image_asset_pointer": 1,
            "message of tool": 1,
            "content code": 1,
            "entry that is no conversation": 1,
        }
        assert (report.source, report.conversations, report.messages) == ("chatgpt", 1, 3)

    def test_inside_its_archive(self, store: Store, tmp_path: Path) -> None:
        path = tmp_path / "export.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("conversations.json", json.dumps(CHATGPT))
        assert import_file(store, RULES, path).messages == 3

    def test_again_adds_nothing(self, store: Store, tmp_path: Path) -> None:
        path = write(tmp_path, CHATGPT)
        import_file(store, RULES, path)
        assert import_file(store, RULES, path).present == 1

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["mapping", "message", "parent", "author", "role", "content"])
                    | st.text(max_size=3),
                    inner,
                    max_size=4,
                )
            ),
            max_leaves=20,
        )
    )
    def test_any_shape_is_read_without_a_fault(self, shape: Any) -> None:
        conversation = shape if isinstance(shape, dict) else {"mapping": shape}
        assert chatgpt.talk(conversation, PassedOver()).messages is not None
        assert librechat.talk({"messages": shape}, PassedOver()).messages is not None


class TestLibreChat:
    FLAT = (
        {"messageId": "1", "parentMessageId": "0000", "text": "在吗", "isCreatedByUser": True},
        {"messageId": "2", "parentMessageId": "1", "text": "在", "isCreatedByUser": False},
        {
            "messageId": "3",
            "parentMessageId": "1",
            "isCreatedByUser": False,
            "content": [{"type": "think", "think": "…"}, {"type": "text", "text": "我在"}],
            "files": [{"file_id": "x"}],
        },
    )

    def file(self, messages: object) -> dict[str, object]:
        return {
            "conversationId": "abc",
            "endpoint": "openAI",
            "title": "深夜",
            "exportAt": "10:04:05 GMT+0800",
            "messages": messages,
        }

    def test_flat(self, store: Store, tmp_path: Path) -> None:
        report = import_file(store, RULES, write(tmp_path, self.file(self.FLAT)))
        talks = Conversations(store)
        (talk,) = talks.all()
        assert [m.text for m in talks.messages(talk.id)] == ["在吗", "我在"]
        assert report.unknown == {"files": 1, "content think": 1}

    def test_nested(self, store: Store, tmp_path: Path) -> None:
        one, two, three = ({**m} for m in self.FLAT)
        for message in (one, two, three):
            message.pop("parentMessageId")
        one["children"] = [two, three]
        assert import_file(store, RULES, write(tmp_path, self.file([one]))).messages == 3
        talks = Conversations(store)
        assert [m.text for m in talks.messages(1)] == ["在吗", "我在"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "import_damaged"),
        ("{", "import_damaged"),
        ("{}", "import_unknown"),
        ('{"format": "xinyu-export", "version": 99, "rows": []}', "import_newer"),
        ('{"conversationId": 3}', "import_unknown"),
        ('[{"title": "' + "[" * 9_000 + '", "mapping": {"a": ' + "[" * 9_000, "import_damaged"),
        ("\x89PNG", "import_damaged"),
        ("[" * 100_000, "import_damaged"),
    ],
)
def test_files_that_are_none(store: Store, tmp_path: Path, content: str, code: str) -> None:
    with pytest.raises(UsageError, match=code):
        import_file(store, RULES, write(tmp_path, content))


def test_a_file_that_is_not_there(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="import_missing"):
        import_file(store, RULES, tmp_path / "none.json")


@given(st.lists(st.tuples(st.integers(0, 8), st.none() | st.integers(0, 9)), max_size=9))
def test_parents_always_stand_first_and_nobody_is_lost(pairs: list[tuple[int, int | None]]) -> None:
    messages = [
        ForeignMessage(str(id_), None if parent is None else str(parent), "user", "x", 0.0)
        for id_, parent in pairs
    ]
    ordered = parents_first(messages)
    assert {m.id for m in ordered} == {m.id for m in messages}
    seen: set[str] = set()
    for message in ordered:
        assert message.parent is None or message.parent not in {m.id for m in ordered} - seen
        seen.add(message.id)
