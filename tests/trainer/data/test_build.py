"""`xinyu-train data`: what a person gets, and what bad input says while nothing is lost."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import pytest

from trainer import dataset, manifest
from trainer.cli import main
from trainer.data import build
from trainer.data.choosing import NEAR, proportional
from trainer.data.filters import load_scrub, scrubbed
from trainer.data.recipe import load
from trainer.data.sketches import likeness
from trainer.duplicates import whole_text

RECIPES = Path(build.__file__).parents[1] / "recipes"
LETTERS = "云山河海风雨花草树木日月星辰春夏秋冬东西南北金银铜铁松竹梅兰菊荷鱼鸟虫马牛羊鸡犬天地人心"


def sentence(drawn: random.Random, size: int = 24) -> str:
    return "".join(drawn.choices(LETTERS, k=size)) + "。"


def row(
    number: int, drawn: random.Random, topic: str = "工作", turns: int = 2
) -> dict[str, object]:
    messages = [
        {"role": role, "content": sentence(drawn)}
        for _ in range(turns)
        for role in ("user", "assistant")
    ]
    return {"id": number, "normalizedTag": topic, "messages": messages}


def corpus(folder: Path, rows: list[dict[str, object]]) -> None:
    lines = (json.dumps(r, ensure_ascii=False) + "\n" for r in rows)
    (folder / "c.jsonl").write_text("".join(lines), "utf-8")


def recipe(folder: Path, more: str = "", source: str = "") -> Path:
    path = folder / "r.toml"
    path.write_text(
        f'seed = 3\n{more}\n[[source]]\nname = "c"\nformat = "messages"\npath = "c.jsonl"\n'
        f'licence = "CC0-1.0"\n{source}\n',
        "utf-8",
    )
    return path


def built(folder: Path, *more: str) -> int:
    return main(["data", "build", str(folder / "r.toml"), "--out", str(folder / "out"), *more])


def ids(folder: Path) -> dict[str, set[str]]:
    found = {}
    for split in ("train", "valid", "test"):
        if dataset.file_of(folder / "out", split).is_file():
            found[split] = {c.id for c in dataset.read(folder / "out", split)}
    return found


def test_twins_stand_on_one_side_and_near_duplicates_leave(tmp_path: Path) -> None:
    drawn = random.Random(1)
    rows = [row(n, drawn, turns=4) for n in range(60)]
    for number in range(20):
        copied = [dict(m) for m in rows[number]["messages"]]  # type: ignore[attr-defined]
        twin = [*copied[:5], *row(0, drawn, turns=2)["messages"][1:]]  # type: ignore[index]
        rows.append({"id": f"twin{number}", "messages": twin})
        copied[-1]["content"] += "是"
        rows.append({"id": f"copy{number}", "messages": copied})
    corpus(tmp_path, rows)
    recipe(tmp_path, "split = {valid = 0.2, test = 0.1}")
    assert built(tmp_path) == 0
    sides = {name: side for side, names in ids(tmp_path).items() for name in names}
    assert Counter(sides.values())["train"] == 56
    assert Counter(sides.values())["valid"] == 16
    assert not any(name.startswith("copy") for name in sides)
    for number in range(20):
        assert sides[str(number)] == sides[f"twin{number}"]
    report = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert report["dropped"]["c"]["near-duplicate"] == 20
    assert report["proof"]["near_across_the_split"] == 0
    texts = {
        split: [whole_text(c) for c in dataset.read(tmp_path / "out", split)]  # type: ignore[arg-type]
        for split in ("train", "valid")
    }
    assert max(likeness(a, b) for a in texts["train"] for b in texts["valid"]) < NEAR


def test_kept_dropped_and_unreadable_are_all_records(tmp_path: Path) -> None:
    drawn = random.Random(2)
    rows = [row(n, drawn) for n in range(20)]
    rows[3]["messages"] = [{"role": "user", "content": "没有人回答"}]
    rows[4]["messages"] = [
        {"role": "user", "content": "我不想活了" + sentence(drawn)},
        {"role": "assistant", "content": "多出去走走就好。"},
    ]
    rows[5]["messages"] = [
        {"role": "user", "content": "我不想活了" + sentence(drawn)},
        {"role": "assistant", "content": "我很担心你，请现在拨打12356。" + sentence(drawn)},
    ]
    corpus(tmp_path, rows)
    with (tmp_path / "c.jsonl").open("ab") as stream:
        stream.write("{坏\n".encode() + '{"messages": "\xe9"}\n'.encode("latin-1"))
    recipe(tmp_path, "limits = {unreadable = 2}")
    assert built(tmp_path) == 0
    report = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert report["records"] == {"c": 22}
    assert report["unreadable"] == {"c": 2}
    reasons = {"no exchange of a person and a counsellor": 1, "risk without referral": 1}
    assert report["dropped"] == {"c": reasons}
    assert report["kept"] == {"c": 18}
    assert "5" in set().union(*ids(tmp_path).values())
    html = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "risk without referral" in html
    assert "c.jsonl:22: not UTF-8 text" in html


def test_topics_keep_their_proportions_and_weights_repeat_training_only(tmp_path: Path) -> None:
    drawn = random.Random(3)
    corpus(tmp_path, [row(n, drawn, "甲" if n % 4 else "乙") for n in range(80)])
    recipe(tmp_path, source="weight = 0.5")
    assert built(tmp_path) == 0
    report = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert report["topics"]["c"] == {"甲": 30, "乙": 10}
    recipe(tmp_path, source="weight = 2.0")
    assert built(tmp_path, "--replace") == 0
    names = ids(tmp_path)
    assert len(names["train"]) == 128
    assert len(names["valid"]) == 16
    assert manifest.read(tmp_path / "out").figures["dialogues"] == {"train": 128, "valid": 16}


def test_long_dialogues_are_cut_between_turns_and_counted(tmp_path: Path) -> None:
    drawn = random.Random(4)
    corpus(tmp_path, [row(n, drawn, turns=2 + 4 * (n < 3)) for n in range(10)])
    recipe(tmp_path, "lengths = {longest_characters = 110}")
    assert built(tmp_path) == 0
    talks = [c for s in ("train", "valid") for c in dataset.read(tmp_path / "out", s)]  # type: ignore[arg-type]
    assert {len(c.turns) for c in talks} == {4}
    report = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert report["mended"]["c"] == {
        "over-long dialogues cut between turns": 3,
        "turns cut off": 24,
    }


def test_the_same_recipe_gives_the_same_bytes(tmp_path: Path) -> None:
    corpus(tmp_path, [row(n, random.Random(n)) for n in range(30)])
    recipe(tmp_path)
    assert built(tmp_path) == 0
    first = manifest.read(tmp_path / "out").outputs
    assert built(tmp_path, "--replace") == 0
    assert manifest.read(tmp_path / "out").outputs == first


def test_five_faults_are_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "r.toml").write_text(
        'seed = "x"\ndialogs = 3\nsplit = {valid = 2.0}\n[cleaning]\nwigh = true\n'
        '[[source]]\nname = "c"\nformat = "mesages"\npath = "c"\nlicence = "CC0"\n'
    )
    assert built(tmp_path) == 2
    told = capsys.readouterr().err
    assert "5 faults" in told
    for part in ("did you mean 'dialogues'", "did you mean 'messages'", "did you mean 'weigh'"):
        assert part in told
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "is empty: it has no dialogue"),
        (b'{"messages": []}\n', "No dialogue is left after cleaning"),
        ('{"messages": "我"}\n'.encode("gbk"), "c.jsonl:1: not UTF-8 text"),
        (b'{"messages": [{"role": "robot", "content": "x"}]}\n', "unknown role 'robot'"),
    ],
)
def test_bad_corpora_are_one_sentence_and_touch_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], raw: bytes, sentence: str
) -> None:
    corpus(tmp_path, [row(n, random.Random(n)) for n in range(30)])
    recipe(tmp_path)
    assert built(tmp_path) == 0
    before = {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()}
    (tmp_path / "c.jsonl").write_bytes(raw)
    assert built(tmp_path, "--replace") == 2
    assert sentence in capsys.readouterr().err
    assert {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()} == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["c.jsonl", "out", "r.toml"]


def test_one_broken_line_is_found_among_many(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus(tmp_path, [row(n, random.Random(n)) for n in range(400)])
    with (tmp_path / "c.jsonl").open("a") as stream:
        stream.write('{"messages": [\n')
    recipe(tmp_path)
    assert built(tmp_path) == 2
    told = capsys.readouterr().err
    assert "1 of 401 records cannot be read" in told
    assert "c.jsonl:401: not JSON" in told


def test_a_full_disk_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource
    import signal

    corpus(tmp_path, [row(n, random.Random(n)) for n in range(300)])
    recipe(tmp_path)
    monkeypatch.setattr(build.errno, "EDQUOT", build.errno.EFBIG)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        assert built(tmp_path) == 2
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "The disk is full" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    corpus(tmp_path, [row(n, random.Random(n)) for n in range(30)])
    recipe(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "diary.txt").write_text("x")
    assert built(tmp_path) == 2
    assert built(tmp_path, "--replace") == 2
    assert (tmp_path / "out" / "diary.txt").read_text() == "x"


def test_names_and_contact_data_go_and_help_lines_stay() -> None:
    scrub = load_scrub()
    for text, gone in (
        ("我的电话是13812345678。", "13812345678"),
        ("身份证11010519900307123X吗", "11010519900307123X"),
        ("加微信：abc_12345吧", "abc_12345"),
        ("QQ是123456789", "123456789"),
        ("写信到a.b@mail.example.com", "a.b@mail.example.com"),
        ("住在杭州市西湖区文三路138号3单元", "文三路138号"),
        ("我叫王小明，今年二十", "王小明"),
        ("王先生，你好", "王先生"),
        ("Hi, my name is Anna Smith.", "Anna Smith"),
    ):
        assert gone not in scrubbed(text, scrub)
    for text in (
        "请拨打12356或010-82951332",
        "我叫他回家。",
        "我今年35岁，收入12000元",
        "老师，我累",
    ):
        assert scrubbed(text, scrub) == text


@pytest.mark.parametrize("name", ["public.toml", "tiny.toml"])
def test_shipped_recipes_are_valid(name: str) -> None:
    assert load(RECIPES / name).source


def test_the_tiny_recipe_can_be_built_and_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out")
    assert main(["data", "build", str(RECIPES / "tiny.toml"), "--out", out]) == 0
    assert dataset.hashes(Path(out)).keys() == {"train.jsonl", "valid.jsonl"}
    capsys.readouterr()
    assert main(["data", "show", out, "--split", "valid"]) == 0
    shown = capsys.readouterr().out
    assert "counsellor" in shown
    assert shown.count(" turns\n") == 20
    assert main(["data", "show", str(tmp_path)]) == 2


def test_shares_of_parts_add_up() -> None:
    assert proportional([3, 3, 4], 0.5) == [2, 1, 2]
    assert sum(proportional([1] * 10, 0.25)) == round(2.5)
