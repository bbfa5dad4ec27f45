"""What is remembered about plans survives anything that happens to the file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.engine.base import Attention, Plan, Tuned
from desktop.engine.machine import Machine
from desktop.engine.plans import PlanBook, Remembered, model_fingerprint, plan_key

KNOWN = Remembered(Plan(12, 4096), Plan(37, 8192), 5 << 30, 7 << 20, Plan(20, 4096), 3 << 30)
TUNED = Tuned(4, 128, Attention.OFF, 0.5, 0.6)


def test_it_is_there_next_time(tmp_path: Path) -> None:
    file = tmp_path / "plans.json"
    book = PlanBook(file)
    book.keep_plan("a", KNOWN)
    book.keep_tuned("a", TUNED)
    again = PlanBook(file)
    assert (again.plan("a"), again.tuned("a")) == (KNOWN, TUNED)
    assert again.plan("b") is None
    assert [path.name for path in file.parent.iterdir()] == ["plans.json"]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\x00", b"[]", b"{}", b'{"version":9,"entries":{}}', b"[" * 100_000,
        b'{"version":1,"entries":[]}', b'{"version":1,"entries":{"plan a":3}}',
        b'{"version":1,"entries":{"plan a":{"plan":{}}}}', b'{"version":1,"entries":{"plan a"',
    ],
)  # fmt: skip
def test_a_broken_file_is_no_reason_to_stop(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "plans.json"
    file.write_bytes(content)
    book = PlanBook(file)
    assert book.plan("a") is None
    book.keep_plan("a", KNOWN)
    assert PlanBook(file).plan("a") == KNOWN


def test_a_value_out_of_kind_is_no_plan(tmp_path: Path) -> None:
    file = tmp_path / "plans.json"
    PlanBook(file).keep_plan("a", KNOWN)
    content = json.loads(file.read_text())
    content["entries"]["plan a"]["plan"]["cache"] = "q2"
    file.write_text(json.dumps(content))
    assert PlanBook(file).plan("a") is None


@pytest.mark.parametrize("folder", ["none", "file"])
def test_a_folder_that_is_none_is_not_made(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("")
    book = PlanBook(tmp_path / folder / "plans.json")
    book.keep_plan("a", KNOWN)
    assert book.plan("a") == KNOWN
    assert not (tmp_path / "none").exists()


def test_a_file_that_cannot_be_written_costs_nothing_but_the_memory(tmp_path: Path) -> None:
    (tmp_path / "plans.json").mkdir()
    book = PlanBook(tmp_path / "plans.json")
    book.keep_plan("a", KNOWN)
    assert book.plan("a") == KNOWN
    assert [path.name for path in tmp_path.iterdir()] == ["plans.json"]


def test_it_does_not_grow_for_ever(tmp_path: Path) -> None:
    book = PlanBook(tmp_path / "plans.json")
    for number in range(250):
        book.keep_plan(str(number), KNOWN)
    assert book.plan("0") is None
    assert book.plan("249") == KNOWN


def test_a_key_names_model_computer_and_wish(tmp_path: Path) -> None:
    one, two = tmp_path / "1", tmp_path / "2"
    one.write_bytes(b"a" * 2_000_000)
    two.write_bytes(b"a" * 2_000_001)
    assert model_fingerprint(one) != model_fingerprint(two)
    assert model_fingerprint(tmp_path / "none") == ""
    machine = Machine(cores=4, memory_bytes=32 << 30)
    keys = {
        plan_key(model_fingerprint(model), computer, plan)
        for model in (one, two)
        for computer in (machine, replace(machine, cores=8), replace(machine, library="b"))
        for plan in (Plan(), Plan(context=4096))
    }
    assert len(keys) == 12
    assert plan_key("m", machine, Plan()) == plan_key(
        "m", replace(machine, available_bytes=5), Plan()
    )
