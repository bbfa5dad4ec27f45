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


def text_assets() -> list[Path]:
    """Every asset that a person or a model may read; what is known to be wrong stands in one."""
    kinds = (".toml", ".json", ".tsv", ".ts", ".md", ".jsonl", ".jinja", ".txt", ".svg", ".qss")
    return sorted(path for path in assets_folder().rglob("*") if path.suffix in kinds)


def test_a_number_known_to_be_wrong_stands_in_no_asset() -> None:
    wrong = [digits(row["number"]) for row in RAW["never_show"]]
    wrong = [number for number in wrong if len(number) >= 6]
    assert len(wrong) >= 6
    entries = json.dumps(RAW["entries"], ensure_ascii=False)
    for path in text_assets():
        if path.name == "scrub.toml":
            continue  # it names them so that they are taken out of what a model learns from
        text = entries if path.name == "helplines.json" else path.read_text("utf-8")
        # phone-like only: figures of a model or a hash are no numbers to call
        squeezed = text.replace("-", "").replace(" ", "").replace("‑", "")
        assert [number for number in wrong if number in squeezed] == [], path.name


def test_the_reliability_of_a_row_is_in_the_table_and_nowhere_else() -> None:
    assert {row["grade"] for row in RAW["entries"]} <= {"A", "B"}
    assert not hasattr(load_helplines(assets_folder()).for_region("CN")[0], "grade")


def test_a_province_adds_its_lines_to_those_of_its_country() -> None:
    lines = load_helplines(assets_folder())

    shanghai = [line.number for line in lines.for_region("CN-SH") if line.kind == "crisis"]
    assert shanghai == ["962525", "12356"]
    assert "962525" not in [line.number for line in lines.for_region("CN")]
    assert [line.number for line in lines.in_other_places("CN")] == ["962525"]
    assert lines.regions()[:2] == ["CN", "CN-SH"]


def test_hours_are_nowhere_said_to_be_24_where_they_are_not() -> None:
    for row in RAW["entries"]:
        if row["number"] in ("12356", "12355", "12338", "15555", "2852 5777"):
            assert row["hours"]["zh"] != "24 小时"
