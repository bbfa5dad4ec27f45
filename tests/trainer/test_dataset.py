"""A dataset folder round-trips, and what is wrong with one is named with its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trainer import dataset
from trainer.conversation import Conversation, Turn, to_line
from trainer.errors import UnfinishedError, UsageError


def talk(number: int) -> Conversation:
    turns = (Turn("user", f"我很累{number}"), Turn("assistant", "嗯，说说看。", weight=0.5))
    return Conversation(str(number), "smile", "CC0-1.0", turns)


def write(folder: Path) -> None:
    dataset.write(
        folder,
        {"train": map(talk, range(5)), "valid": [talk(9)]},
        inputs={},
        settings={},
        figures={},
        seed=1,
    )


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write(tmp_path)
    assert dataset.read_all(tmp_path, "train") == [talk(n) for n in range(5)]
    assert set(dataset.hashes(tmp_path)) == {"train.jsonl", "valid.jsonl"}


def test_a_folder_without_manifest_or_changed_after_it_is_refused(tmp_path: Path) -> None:
    write(tmp_path)
    with (tmp_path / "train.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(to_line(talk(7)) + "\n")
    with pytest.raises(UnfinishedError, match="changed"):
        dataset.hashes(tmp_path)
    (tmp_path / "manifest.json").unlink()
    with pytest.raises(UnfinishedError, match="did not finish"):
        dataset.hashes(tmp_path)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{broken", "is no conversation"),
        (b'"\xff"', "not UTF-8"),
        (to_line(talk(1)).replace('"user"', '"robot"').encode(), "unknown role 'robot'"),
        (to_line(talk(1)).replace("0.5", "7").encode(), "weight 7"),
        (to_line(talk(1)).replace("说", "\\ud83d").encode(), "half a character"),
        (json.dumps({"id": "1"}).encode(), "is no conversation"),
        (to_line(talk(1).with_turns(())).encode(), "no turns"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, line: bytes, said: str) -> None:
    (tmp_path / "train.jsonl").write_bytes(to_line(talk(0)).encode() + b"\n" + line + b"\n")
    with pytest.raises(UsageError, match=r"train\.jsonl:2") as caught:
        dataset.read_all(tmp_path, "train")
    assert said in str(caught.value)


def test_an_empty_split_is_a_plain_sentence(tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").touch()
    with pytest.raises(UsageError, match="holds no dialogue"):
        dataset.read_all(tmp_path, "train")
    with pytest.raises(UsageError, match="There is no dataset folder"):
        dataset.hashes(tmp_path / "nowhere")
