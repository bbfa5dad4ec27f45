"""The table of people's numbers: whole, dated, and never the numbers that are known to be wrong."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from desktop.paths import assets_folder
from desktop.safety.helplines import COMPILED_IN, HelpLines, load_helplines

RAW = json.loads((assets_folder() / "safety" / "helplines.json").read_text("utf-8"))


def digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def test_emergency_stands_first_everywhere() -> None:
    lines = load_helplines(assets_folder())

    for region in lines.regions():
        assert lines.for_region(region)[0].kind == "emergency"


def test_mainland_china_has_police_ambulance_and_the_national_line() -> None:
    numbers = [line.number for line in load_helplines(assets_folder()).for_region("CN")]

    assert numbers[:4] == ["110", "120", "119", "12356"]


def test_every_row_has_sources_and_a_date_by_which_it_is_verified_again() -> None:
    for row in RAW["entries"]:
        assert row["sources"]
        verified = date.fromisoformat(row["verified_on"])
        assert date.fromisoformat(row["expires_on"]) - verified <= timedelta(days=180)


def test_numbers_known_to_be_wrong_are_never_shown() -> None:
    wrong = {digits(row["number"]) for row in RAW["never_show"] if len(digits(row["number"])) >= 4}
    shown = {digits(row["number"]) for row in RAW["entries"]}

    assert shown & wrong == set()


@pytest.mark.parametrize("broken", ["", "[]", '{"entries": [{"kind": "x"}]}', '{"entries": [1]}'])
def test_a_broken_table_gives_the_compiled_in_numbers(tmp_path: Path, broken: str) -> None:
    (tmp_path / "safety").mkdir()
    (tmp_path / "safety" / "helplines.json").write_text(broken)

    lines = load_helplines(tmp_path)

    assert [line.number for line in lines.for_region("CN")] == [x.number for x in COMPILED_IN]


def test_the_compiled_in_numbers_stand_in_the_table() -> None:
    table = {line.number for line in load_helplines(assets_folder()).for_region("CN")}

    assert {line.number for line in COMPILED_IN} <= table


def test_an_unknown_region_has_no_line() -> None:
    assert HelpLines(COMPILED_IN).first("XX", "crisis") is None


def test_a_row_grows_old() -> None:
    line = load_helplines(assets_folder()).for_region("CN")[0]

    assert not line.is_old(line.expires_on)
    assert line.is_old(line.expires_on + timedelta(days=1))
