"""The screen as a whole: what it says, what odd and broken things do to it, how long it takes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from desktop.paths import assets_folder
from desktop.safety.screen import Screen, load_screen

ASSETS = assets_folder()
ODD = [
    "", " ", "\n\n", "😀", "\x00\x01\x02", "\ud800", "a" * 100_000, "不想活" * 30_000,
    "。" * 100_000, "我" * 50_000 + "我想自杀" + "你" * 50_000, "混合 mixed テスト 한국어 عربى",
    "\u200b" * 1000, "((((((((", "[" * 5000, '"' * 5000, "﷽" * 3000,
]  # fmt: skip


@pytest.fixture(scope="module")
def screen() -> Screen:
    return load_screen(ASSETS)


def copied(folder: Path) -> Path:
    shutil.copytree(ASSETS / "safety", folder / "safety", ignore=shutil.ignore_patterns("cases"))
    return folder


def test_the_shipped_files_can_all_be_read(screen: Screen) -> None:
    assert screen.notices == ()


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("我不想活了", 2), ("我想自杀", 2), ("I want to kill myself", 2), ("唔想活落去啦,想死", 2),
        ("我準備今晚自殺", 3), ("想紫砂了", 2), ("自 杀 我想", 2),
        ("I don’t want to live anymore", 2),
    ],
)  # fmt: skip
def test_plain_risk_is_noticed(screen: Screen, text: str, tier: int) -> None:
    assert screen.one(text).level >= tier


@pytest.mark.parametrize(
    "text", ["今天吃了面条", "笑死我了哈哈", "累死了", "What a lovely day", "帮我改一下周报", "."]
)
def test_ordinary_talk_is_left_alone(screen: Screen, text: str) -> None:
    assert (screen.one(text).tier, screen.one(text).kinds) == ("T0", ())


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts_are_answered_the_same_twice(screen: Screen, text: str) -> None:
    first = screen.one(text)

    assert load_screen(ASSETS).one(text) == first
    assert 0 <= first.score <= 1


def test_risk_in_the_middle_of_a_very_long_text_is_noticed(screen: Screen) -> None:
    assert screen.one("今天天气不错。" * 7_000 + "我想自杀。" + "今天天气不错。" * 7_000).level >= 2


def test_score_is_half_or_more_exactly_where_something_is_noticed(screen: Screen) -> None:
    for text in ("我想自杀", "今天吃了面条", "我爸又打我了", "累死了", "I want to die"):
        said = screen.one(text)
        assert (said.score >= 0.5) == (said.level > 0 or bool(said.kinds))


@pytest.mark.parametrize("content", [b"", b"not toml [", b"\xff\xfe\x00", b"[words]\n", b"a = 1"])
def test_a_corrupted_table_leaves_the_floor_and_says_so(tmp_path: Path, content: bytes) -> None:
    assets = copied(tmp_path)
    (assets / "safety" / "signals.toml").write_bytes(content)
    broken = load_screen(assets)

    assert "safety_rules_floor" in broken.notices
    assert broken.one("我不想活了").level >= 2
    assert broken.one("I want to kill myself").level >= 2


def test_a_pattern_that_is_no_pattern_leaves_the_floor(tmp_path: Path) -> None:
    assets = copied(tmp_path)
    table = assets / "safety" / "signals.toml"
    table.write_text(table.read_text("utf-8").replace("自杀(?!", "自杀(?!(", 1), "utf-8")

    assert "safety_rules_floor" in load_screen(assets).notices


@pytest.mark.parametrize("name", ["screen_model.npz", "screen_model.json", "screen_encoder.npz"])
@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "changed"])
def test_a_damaged_model_leaves_the_rules_and_says_so(
    tmp_path: Path, name: str, damage: str
) -> None:
    assets = copied(tmp_path)
    path = assets / "safety" / name
    raw = path.read_bytes()
    path.unlink()
    if damage != "missing":
        half = len(raw) // 2
        changed = {"empty": b"", "cut": raw[:half], "changed": raw[:half] + b"?" + raw[half + 9 :]}
        path.write_bytes(changed[damage])
    broken = load_screen(assets)

    assert broken.notices == ("safety_model_missing",)
    assert broken.one("我想自杀").level >= 2


def test_missing_tables_leave_the_rest_and_say_so(tmp_path: Path) -> None:
    assets = copied(tmp_path)
    shutil.rmtree(assets / "safety" / "normalise")

    assert load_screen(assets).notices == ("safety_tables_missing",)


def test_nothing_at_all_still_notices_the_plainest_words(tmp_path: Path) -> None:
    bare = load_screen(tmp_path)

    assert len(bare.notices) == 3
    assert bare.one("我想自杀").level >= 2
    assert bare.one("今天吃了面条").tier == "T0"


def test_the_model_is_small() -> None:
    files = ("screen_model.npz", "screen_encoder.npz")
    assert sum((ASSETS / "safety" / name).stat().st_size for name in files) <= 8 * 1024 * 1024
