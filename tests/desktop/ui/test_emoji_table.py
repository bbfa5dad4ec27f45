"""All recommended emoji are there, and words in both languages find them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.paths import assets_folder
from desktop.ui.emoji_table import GROUPS, EmojiTable, load_emoji, recent_first

FILE = assets_folder() / "emoji.json"


@pytest.fixture(scope="module")
def table() -> EmojiTable:
    return load_emoji(assets_folder())


def found(table: EmojiTable, words: str) -> list[str]:
    return [emoji.text for emoji in table.search(words)]


def test_every_emoji_recommended_by_unicode_is_there(table: EmojiTable) -> None:
    """Emoji 17.0 recommends 3,944 sequences for interchange, the bare skin tones aside."""
    texts = [text for emoji in table.all() for text in (emoji.text, *emoji.variants)]
    assert len(texts) == len(set(texts)) == 3944
    for text in ("👨‍👩‍👧‍👦", "👍🏽", "🇨🇳", "1️⃣", "🏳️‍🌈", "❤️", "☺️", "🫩"):
        assert text in texts


def test_each_has_a_name_in_both_languages_and_a_group(table: EmojiTable) -> None:
    for emoji in table.all():
        assert emoji.names["zh"]
        assert emoji.names["en"]
    assert sum(len(table.group(group)) for group in GROUPS) == len(table)
    assert all(table.group(group) for group in GROUPS)


def test_the_file_is_small_and_has_one_emoji_a_line(table: EmojiTable) -> None:
    lines = FILE.read_text("utf-8").splitlines()
    assert FILE.stat().st_size < 600_000
    rows = [json.loads(line.rstrip(",")) for line in lines if line.startswith('["')]
    assert len(rows) == len(table)
    assert (FILE.parent / "emoji.LICENCE.md").exists()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("猫", "🐱"),
        ("抱抱", "🤗"),
        ("加油", "💪"),
        ("难过", "😔"),
        ("晚安", "🌙"),
        ("hug", "🤗"),
        ("heart", "❤️"),
        ("HUGG", "🤗"),
        ("umbrel", "☂️"),
        ("ainbow", "🌈"),
        ("ｃａｔ", "🐱"),
        ("red heart", "❤️"),
        ("❤", "❤️"),
    ],
)
def test_words_find_it(table: EmojiTable, words: str, expected: str) -> None:
    assert expected in found(table, words)


def test_the_closest_come_first(table: EmojiTable) -> None:
    """The name itself, then a keyword, then beginnings, then the middle of words."""
    assert found(table, "猫")[0] == "🐈"
    assert found(table, "cat")[0] == "🐈"
    assert found(table, "抱抱")[0] == "🤗"
    results = found(table, "ear")
    assert results[0] == "👂"
    assert results.index("👂") < results.index("🐻")


def test_every_word_has_to_fit(table: EmojiTable) -> None:
    assert set(found(table, "cat heart")) < set(found(table, "cat"))
    assert found(table, "cat zebracorn") == []


@pytest.mark.parametrize("words", ["", "   ", "\x00", "\ud800", "☃☃"])
def test_odd_words_find_nothing(table: EmojiTable, words: str) -> None:
    assert found(table, words) == []


def test_skin_tones_are_named(table: EmojiTable) -> None:
    thumb = table.get("👍")
    assert thumb is not None
    tones = table.variants(thumb)
    assert [tone.text for tone in tones] == ["👍🏻", "👍🏼", "👍🏽", "👍🏾", "👍🏿"]
    assert tones[2].names == {"zh": "拇指向上：中等肤色", "en": "thumbs up: medium skin tone"}
    pair = table.get("🧑🏻‍❤️‍🧑🏿")
    assert pair is not None
    assert pair.names["en"] == "couple with heart: light, dark skin tone"


def test_an_older_face_gets_only_what_it_draws(table: EmojiTable) -> None:
    older = table.up_to(12.0)
    assert 0 < len(older) < len(table)
    assert older.get("🫩") is None
    assert older.get("😀") is not None


@pytest.mark.parametrize("text", [None, "", "{", '{"emoji": [["x"]]}', '{"emoji": [1]}', "[]"])
def test_a_broken_table_is_an_empty_one(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "emoji.json").write_text(text, "utf-8")
    assert len(load_emoji(tmp_path)) == 0


def test_recent_keeps_each_once_and_the_newest_first() -> None:
    assert recent_first("b", ("a", "b", "c")) == ("b", "a", "c")
    assert len(recent_first("z", [chr(0x1F600 + place) for place in range(60)])) == 32
