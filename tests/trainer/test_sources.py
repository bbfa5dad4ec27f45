"""Readers: the right turns, and every record that cannot be read named and counted."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from trainer import dialogues
from trainer.errors import WorldError
from trainer.sources import cpsycound, emollm, own, smile
from trainer.starter.places import TRAINING


def archive(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:xz") as made:
        for name, raw in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(raw)
            made.addfile(member, io.BytesIO(raw))
    return path


def test_smile_reads_turns_and_names_what_it_cannot_read(smile_file: Path) -> None:
    reading = smile.read(smile_file)
    assert len(reading.conversations) == 30
    assert reading.records == 33
    assert [(u.file, u.line) for u in reading.unreadable] == [
        (smile_file.name, 31),
        (smile_file.name, 32),
        (smile_file.name, 33),
    ]
    assert "no exchange" in reading.unreadable[1].why
    first = reading.conversations[0]
    assert (first.id, first.source, first.licence) == ("0", "smile", "CC0-1.0")
    assert [turn.role for turn in first.turns] == ["user", "assistant"] * 2


def test_a_missing_corpus_is_a_plain_sentence(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match=r"smile\.jsonl\.xz is not in"):
        smile.read(tmp_path / "smile.jsonl.xz")


def test_a_damaged_archive_is_a_plain_sentence(tmp_path: Path) -> None:
    (tmp_path / "smile.jsonl.xz").write_bytes(b"not xz")
    with pytest.raises(WorldError, match="not a readable xz"):
        smile.read(tmp_path / "smile.jsonl.xz")
    (tmp_path / "c.tar.xz").write_bytes(b"not tar")
    with pytest.raises(WorldError, match=r"not a readable \.tar\.xz"):
        cpsycound.read(tmp_path / "c.tar.xz")


def test_cpsycound_joins_paragraphs_and_leaves_directions_out(tmp_path: Path) -> None:
    text = (
        "心理咨询师：请坐。\n\n来访者：我睡不着。\n\n（沉默）\n\n已经一个月了。\n\n"
        "心理咨询师: 一个月，很难熬。\n\n来访者：嗯。"
    )
    path = archive(tmp_path / "c.tar.xz", {"Data/case_1.txt": text.encode(), "Data/b.txt": b"\xff"})
    reading = cpsycound.read(path)
    assert [turn.content for turn in reading.conversations[0].turns] == [
        "我睡不着。\n已经一个月了。",
        "一个月，很难熬。",
    ]
    assert [u.file for u in reading.unreadable] == ["b.txt"]


def test_emollm_reads_three_files_only(tmp_path: Path) -> None:
    talk = [{"conversation": [{"system": "s", "input": "我累", "output": "累多久了？"}]}]
    broken = [{"conversation": [{"input": "只有我"}]}, {"no": 1}]
    path = archive(
        tmp_path / "e.tar.xz",
        {
            "data.json": json.dumps(talk).encode(),
            "aiwei.json": json.dumps(broken).encode(),
            "self_cognition_EmoLLM.json": json.dumps(talk).encode(),
            "tiangou.json": b"[",
        },
    )
    reading = emollm.read(path)
    assert [c.source for c in reading.conversations] == ["emollm_data"]
    assert {(u.file, u.line) for u in reading.unreadable} == {
        ("aiwei.json", 1),
        ("aiwei.json", 2),
        ("tiangou.json", 0),
    }


def test_own_dialogues_keep_strategy_and_verdict(tmp_path: Path) -> None:
    line = {
        "id": "x-1",
        "language": "en",
        "topic": "sleep",
        "turns": [
            {"role": "user", "content": "I can't sleep."},
            {"role": "assistant", "content": "How long has it been?", "strategy": "question"},
            {"role": "user", "content": "Weeks."},
        ],
    }
    (tmp_path / "a.jsonl").write_text(json.dumps(line) + "\n", "utf-8")
    (tmp_path / "b.jsonl").write_text("{\n", "utf-8")
    reading = own.read(tmp_path)
    (talk,) = reading.conversations
    assert (talk.language, talk.topic, len(talk.turns)) == ("en", "sleep", 2)
    assert (talk.turns[1].strategy, talk.turns[1].verdict) == ("question", "own")
    assert [u.file for u in reading.unreadable] == ["b.jsonl"]


def test_fixed_answers_pair_every_question_with_every_answer(tmp_path: Path) -> None:
    path = tmp_path / "answers.toml"
    path.write_text(
        '[zh.who]\nquestions = ["你是谁", "你谁啊"]\nanswers = ["我是心屿。"]\n'
        '[en.who]\nquestions = ["Who?"]\nanswers = ["Xinyu.", "I am Xinyu."]\n',
        "utf-8",
    )
    found = own.read_answers(path).conversations
    assert [(c.language, *(t.content for t in c.turns)) for c in found] == [
        ("zh", "你是谁", "我是心屿。"),
        ("zh", "你谁啊", "我是心屿。"),
        ("en", "Who?", "Xinyu."),
        ("en", "Who?", "I am Xinyu."),
    ]
    assert {c.topic for c in found} == {"answers"}


def test_our_fixed_answers_keep_the_rules_of_our_dialogues() -> None:
    rules = dialogues.load_rules()
    for conversation in own.read_answers(TRAINING / "answers.toml").conversations:
        reply = conversation.turns[1].content
        for name, pattern in rules.forbidden.items():
            assert not pattern.search(reply), (name, reply)
        assert len(dialogues.QUESTION_MARKS.findall(reply)) <= 1, reply


def test_the_real_smile_reads_in_full(shared_corpora: Path) -> None:
    reading = emollm.read(shared_corpora / "emollm.tar.xz")
    assert len(reading.conversations) > 4000
    assert all(len(c.turns) >= 2 for c in reading.conversations)
