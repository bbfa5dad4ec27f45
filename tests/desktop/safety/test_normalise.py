"""Settling of texts: ways of writing become one, twice is as once, places point back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.paths import assets_folder
from desktop.safety.normalise import Normaliser, load_tables

NORMALISER = Normaliser(load_tables(assets_folder()))
WRITTEN = st.text(
    st.sampled_from("我不想活了自杀死 .·*，。\u200b4zsabkil'’“”💊🔪\n想紫砂諗殺1!@"), max_size=40
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("我 想 自 杀", "自杀"), ("想·死", "想死"), ("自鲨", "自杀"), ("自殺", "自杀"),
        ("ＫＩＬＬ", "kill"), ("don’t", "don't"), ("自\u200b杀", "自杀"), ("su1c1de", "suicide"),
        ("k*ll", "kill"), ("💊", ":pill:"), ("unalive myself", "kill myself"), ("想4了", "想死"),
    ],
)  # fmt: skip
def test_ways_around_a_word_are_read_as_the_word(typed: str, read: str) -> None:
    assert read in NORMALISER.one(typed).text


@pytest.mark.parametrize("typed", ["紫砂壶泡茶", "自拍", "四个人", "想吃4个饺子", "跳绳"])
def test_harmless_look_alikes_are_left(typed: str) -> None:
    assert not {"自杀", "死", "跳楼"} & {
        word for word in ("自杀", "死", "跳楼") if word in NORMALISER.one(typed).text
    }


@settings(deadline=None, max_examples=150)
@given(st.one_of(st.text(max_size=60), WRITTEN))
def test_places_point_into_what_was_typed(text: str) -> None:
    settled = NORMALISER.one(text)

    assert len(settled.origin) == len(settled.text)
    assert all(0 <= place < len(text) for place in settled.origin)


@settings(deadline=None, max_examples=150)
@given(WRITTEN)
def test_settling_twice_is_settling_once(text: str) -> None:
    once = NORMALISER.one(text).text

    assert NORMALISER.one(once).text == once


@settings(deadline=None, max_examples=80)
@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=30))
def test_zero_width_characters_change_nothing(text: str) -> None:
    assert NORMALISER.one("\u200b".join(text)).text == NORMALISER.one(text).text


def test_a_long_text_is_read_in_part_and_keeps_its_places() -> None:
    text = "好" * 60_000 + "我想自杀" + "好" * 60_000
    settled = NORMALISER.one(text)
    at = settled.text.index("自杀")

    assert len(settled.text) < 6_000
    assert text[slice(*settled.place(at, at + 2))] == "自杀"
