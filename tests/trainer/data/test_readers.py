"""Readers of Alpaca, ShareGPT, messages, ESConv and system-input-output files."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.conversation import Conversation
from trainer.data.build import READERS
from trainer.sources.reading import Origin, Unreadable, decoded

ORIGIN = Origin("corpus", "CC0-1.0")


def stored(path: Path, rows: list[Any], *, as_list: bool = False) -> Path:
    """Rows as JSON lines, or as one list."""
    text = json.dumps(rows) if as_list else "\n".join(map(json.dumps, rows))
    path.write_text(text, "utf-8")
    return path


def read(kind: str, path: Path) -> tuple[list[Conversation], list[Unreadable]]:
    found = [record for record, _, _ in READERS[kind](path, ORIGIN)]
    return (
        [r for r in found if isinstance(r, Conversation)],
        [r for r in found if isinstance(r, Unreadable)],
    )


@pytest.mark.parametrize("as_list", [True, False])
def test_alpaca_takes_history_and_input(tmp_path: Path, as_list: bool) -> None:
    rows = [
        {"instruction": "再说说", "input": "昨晚", "output": "好", "history": [["在吗", "在"]]},
        {"instruction": "没有回答"},
    ]
    talks, refused = read("alpaca", stored(tmp_path / "a.json", rows, as_list=as_list))
    assert [t.content for t in talks[0].turns] == ["在吗", "在", "再说说\n昨晚", "好"]
    assert [(u.line, u.why) for u in refused] == [(2, "'output' is missing or is no text")]


def test_sharegpt_keeps_the_system_text_and_refuses_unknown_roles(tmp_path: Path) -> None:
    said = [{"from": "system", "value": "倾听"}, {"from": "human", "value": "累"}]
    rows = [
        {"id": "x", "conversations": [*said, {"from": "gpt", "value": "嗯"}]},
        {"conversations": [{"from": "alien", "value": "嘀"}]},
    ]
    talks, refused = read("sharegpt", stored(tmp_path / "s.jsonl", rows))
    assert (talks[0].id, talks[0].system, talks[0].texts("user")) == ("x", "倾听", ("累",))
    assert refused[0].why == "unknown role 'alien'"


def test_messages_read_psydt_and_masks(tmp_path: Path) -> None:
    messages = [
        {"role": "system", "content": "规则"},
        {"role": "user", "content": [{"type": "text", "text": "烦"}]},
        {"role": "assistant", "content": "嗯", "weight": 0},
    ]
    rows = [
        {"id": 7, "normalizedTag": "职场", "messages": messages},
        {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]},
    ]
    talks, refused = read("messages", stored(tmp_path / "m.json", rows, as_list=True))
    assert (talks[0].id, talks[0].topic, talks[0].system) == ("7", "职场", "规则")
    assert [t.weight for t in talks[0].turns] == [1.0, 0.0]
    assert "no text" in refused[0].why


def test_esconv_names_strategies_and_keeps_the_situation(tmp_path: Path) -> None:
    def supporter(strategy: str, text: str) -> dict[str, Any]:
        return {"speaker": "supporter", "annotation": {"strategy": strategy}, "content": text}

    dialog = [
        {"speaker": "seeker", "annotation": {}, "content": "I lost my job."},
        supporter("Question", "When?"),
        supporter("Reflection of feelings", "That hurts."),
    ]
    row = {"emotion_type": "sadness", "problem_type": "job crisis", "situation": "Fired."}
    rows = [{**row, "dialog": dialog}, {**row, "dialog": [supporter("Hypnosis", "Sleep.")]}]
    talks, refused = read("esconv", stored(tmp_path / "e.json", rows, as_list=True))
    assert talks[0].turns[1].strategy == "question+reflection"
    assert (talks[0].topic, talks[0].question) == ("job crisis", "Fired.")
    assert talks[0].emotion == "sadness"
    assert refused[0].why == "unknown strategy 'Hypnosis'"


def test_a_damaged_list_is_named_where_it_breaks(tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    path.write_text('[{"instruction": "a", "output": "b"}, {"instruction": ', "utf-8")
    talks, refused = read("alpaca", path)
    assert len(talks) == 1
    assert refused[0].line == 2
    assert "nothing after it was read" in refused[0].why


def test_gzip_and_a_folder_are_read(tmp_path: Path) -> None:
    row = json.dumps({"conversation": [{"input": "累", "output": "嗯", "system": "听"}]})
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(row.encode()))
    (tmp_path / "b.jsonl").write_text(row, "utf-8")
    talks, refused = read("system_input_output", tmp_path)
    assert [t.id for t in talks] == ["a-1", "b-1"]
    assert not refused


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_json_or_named(raw: bytes) -> None:
    found = decoded("f", 2, raw)
    assert not isinstance(found, Unreadable) or (found.file, found.line) == ("f", 2)


@settings(deadline=None, max_examples=50)
@given(st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda inner: (
    st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["messages", "role", "content", "id", "dialog",
        "conversations", "from", "value", "conversation", "input", "turns"]), inner, max_size=4)
), max_leaves=12))  # fmt: skip
def test_no_shape_of_json_makes_a_reader_raise(raw: Any) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = stored(Path(folder) / "x.jsonl", [raw if isinstance(raw, dict) else {"id": raw}])
        for kind in ("smile", "system_input_output", "alpaca", "sharegpt", "messages", "esconv"):
            talks, refused = read(kind, path)
            assert len(talks) + len(refused) == 1
