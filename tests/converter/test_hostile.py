"""The strings are the same every time, all different, valid, and of every announced kind."""

from __future__ import annotations

import unicodedata

from converter.hostile import POOLS, hostile_strings

SPECIAL = ("<|im_start|>", "<|im_end|>")


def test_same_seed_gives_the_same_strings_and_another_seed_does_not() -> None:
    assert hostile_strings(2000, 5, SPECIAL) == hostile_strings(2000, 5, SPECIAL)
    assert hostile_strings(2000, 5, SPECIAL) != hostile_strings(2000, 6, SPECIAL)


def test_strings_are_different_encodable_and_as_many_as_asked() -> None:
    made = hostile_strings(10_000, 1, SPECIAL)
    assert len(made) == len(set(made)) == 10_000
    assert all(text.encode("utf-8").decode("utf-8") == text for text in made)


def test_every_listed_string_is_among_them() -> None:
    made = set(hostile_strings(3000, 1, SPECIAL))
    assert all(text in made for pool in POOLS for text in pool)
    assert made.issuperset(SPECIAL)


def test_special_texts_come_whole_doubled_and_broken() -> None:
    joined = "\n".join(hostile_strings(5000, 1, SPECIAL))
    assert "<|im_end|><|im_end|>" in joined
    assert "<|im_ end|>" in joined or "<|im_e nd|>" in joined or "<| im_end|>" in joined


def test_composed_strings_are_in_form_c() -> None:
    made = hostile_strings(2000, 1, SPECIAL, composed=True)
    assert all(unicodedata.is_normalized("NFC", text) for text in made)
