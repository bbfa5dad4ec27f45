"""Settings: written and read back the same; what cannot be used falls back and is told."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.settings import Settings, parse_settings, to_rows

NAMES = [option.name for option in fields(Settings)]
ANYTHING = st.dictionaries(st.sampled_from([*NAMES, "unknown"]), st.text())
VALID = st.builds(
    Settings,
    language=st.sampled_from(["system", "zh", "en"]),
    theme=st.sampled_from(["system", "light", "dark", "contrast"]),
    font_scale=st.floats(0.8, 2.0),
    reduced_motion=st.booleans(),
    called_by=st.text(st.characters(exclude_characters="\x00"), max_size=40),
    threads=st.integers(0, 1024),
    gpu_layers=st.integers(-1, 10_000),
    recent_emoji=st.lists(st.text(min_size=1, max_size=32), max_size=64).map(tuple),
)


def test_defaults_are_within_their_limits() -> None:
    assert parse_settings(to_rows(Settings())) == (Settings(), [])
    assert parse_settings({}) == (Settings(), [])


@given(VALID)
@settings(max_examples=40)
def test_written_and_read_back(chosen: Settings) -> None:
    assert parse_settings(to_rows(chosen)) == (chosen, [])


@given(ANYTHING)
def test_never_raises(rows: dict[str, str]) -> None:
    read, faults = parse_settings(rows)
    assert parse_settings(to_rows(read)) == (read, [])
    for fault in faults:
        assert getattr(read, fault.key) == getattr(Settings(), fault.key)


@pytest.mark.parametrize(
    ("key", "stored"),
    [
        ("language", "fr"),
        ("theme", ""),
        ("font_scale", "0.79"),
        ("font_scale", "2.01"),
        ("font_scale", "nan"),
        ("font_scale", "inf"),
        ("font_scale", "big"),
        ("reduced_motion", "1"),
        ("called_by", "x" * 41),
        ("threads", "-1"),
        ("threads", "4.5"),
        ("threads", "1_0"),
        ("threads", "٤"),
        ("threads", "9" * 5000),
        ("gpu_layers", "-2"),
        ("gpu_layers", "--1"),
        ("context", ""),
        ("recent_emoji", "😢"),
        ("recent_emoji", "{}"),
        ("recent_emoji", '["😢", 3]'),
        ("recent_emoji", "[" * 100_000),
    ],
)
def test_a_bad_row_falls_back_and_is_told(key: str, stored: str) -> None:
    read, faults = parse_settings({key: stored, "welcomed": "true"})
    assert read == replace(Settings(), welcomed=True)
    assert [fault.key for fault in faults] == [key]
    assert faults[0].reason


def test_rows_of_a_later_version_are_passed_over() -> None:
    assert parse_settings({"telepathy": "on"}) == (Settings(), [])


def test_values_outside_their_limits_are_not_written() -> None:
    with pytest.raises(ValueError, match=r"0\.8"):
        to_rows(replace(Settings(), font_scale=3.0))
